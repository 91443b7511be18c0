"""The text of a new xlsync.toml, explained in Japanese."""

from __future__ import annotations

import json
import re
from typing import Final

from xlsync.form.library import load_form

TEMPLATE: Final = """\
# xlsync の設定（{city}）
# 行頭の # は説明、または使わない設定です。書き換えたら `xlsync status` で誤りがないか確かめられます。

city = {city_toml}
form = "{form}"        # 様式。自前の様式を使うときは、form.toml のあるフォルダ名を書きます
edition = {edition}                   # 対象年度（西暦。{label}版なら {edition}）
write-back = "on"    # 受け取ったあと、ほかの人の変更を職員のファイルにも書き戻します（開いている間は待ちます）。"off" なし

[folders]
store = "store"      # 登録データの保管先（このパソコンのディスクに置いてください）
shared = "shared"    # 職員が使う共有フォルダ（ネットワーク上の場所も書けます）

[deadline]
# date = {day}  # 提出期限。この日までの保存が期限内で、過ぎた保存も受け取り、期限のあとに提出されたことを示します
closed = false       # true にすると、保存されても `xlsync import` でも受け取らず、提出状況に示します

[watch]              # xlsync watch（共有フォルダの見張り）
events = "auto"      # 変更の知り方。"native" は通知、"polling" は定期確認、"auto" は共有フォルダの種類で決めます
# quiet-seconds = 10   # 保存されてから何秒そのままなら受け取るか（ふつうはディスク10秒、ネットワーク30秒）
# poll-seconds = 5     # 定期確認の間隔（秒）
# rescan-minutes = 5   # 通知があっても、すべてを見直す間隔（分）

[serve]              # xlsync serve（Excelのボタンを HTTP で使うときだけ。ふつうは共有フォルダを通るので要りません）
# host = "127.0.0.1"   # 待ち受ける宛先。ほかのパソコンから使うには鍵が要ります（xlsync serve --new-key 部）
# port = 8765
# user-header = "X-Remote-User"   # 前に置いた認証サーバーが、だれかを知らせる見出しの名前
# behind-proxy = true   # 前に中継サーバーを置くときに書きます。パソコン1台あたりの接続数（32）の制限を、前のサーバーに任せます

# [libreoffice]        # .xls・.ods で保存されたファイルは、LibreOffice がこのパソコンにあれば .xlsx に変えて読み取ります
# program = "auto"     # "auto" は入れてある LibreOffice を探します。"off" は使いません。場所も書けます
# seconds = 60         # 1ファイルにかけてよい秒数。過ぎたらそのファイルは受け取らず、理由を示します

[merge]
whole = []           # まとめて扱う部分（様式の [parts] の名前）。["costs"] なら、年度ごとの金額の列を別々の人の入力で混ぜません

# [owners]
# 企画担当と職員が同じ欄を変えたとき、企画担当を優先する部分。書かなければ様式の企画担当の欄、[] ならどの欄も優先しません
# office = ["organization", "budget"]

# [review]
# 職員の変更のうち、企画担当が確かめてから登録するもの（xlsync review で1つずつ決めます）
# fields = "office"    # 企画担当の欄。"all" ならすべての欄、["organization"] のように部分でも書けます
# after = "deadline"   # 提出期限より後に保存された変更。2018-06-30 のように日付でも書けます

# 部・課・係の一覧（CSV、1行に「部,課,係」）。書くと、集計や一覧がこの順に並び、シートのない係がわかります。
# [organization]
# file = "組織.csv"

# 事務事業の評価シートがすべて登録された予算事業。要する経費全体に、シートの合計を計算して示します。
# 書かなければ、登録した金額をそのまま示し、シートの合計のほうが大きいときだけお知らせします。
# [programs]
# complete = true                 # すべての予算事業。一部だけなら complete = ["01-02-01-08-14"]
# names = "款項目.csv"            # 款・項・目の名称（CSV、1行に「01-02,総務費」）。集計の「款項目別」に出ます。

# 人件費(B) の確認に使う市の単価（千円）。書いた年度区分だけ確認します。
{rates}"""

RATE: Final = """\
[rates."{period}"]
per-person = {per_person}   # 正職員1人あたり
per-hour = {per_hour}     # 時間外勤務1時間あたり
"""


def settings_text(city: str, form: str, edition: int, rates: dict[str, tuple[float, float]]) -> str:
    """Return the text of a new xlsync.toml; without rates, an example in a comment."""
    label = load_form(form).at(edition).expand("{0年度}")
    written = "\n".join(
        RATE.format(period=period, per_person=person, per_hour=hour)
        for period, (person, hour) in rates.items()
    )
    example = "# " + RATE.format(
        period=f"{edition - 1}-settled", per_person=7107.2, per_hour=2.526
    ).replace("\n", "\n# ").rstrip("# ")
    # JSON's strings are TOML's, but for DEL
    quoted = json.dumps(city, ensure_ascii=False).replace("\x7f", "\\u007f")
    city = " ".join(re.split(r"[\x00-\x1f\x7f]+", city))
    return TEMPLATE.format(
        city=city,
        city_toml=quoted,
        form=form,
        edition=edition,
        label=label,
        day=f"{edition}-05-31",
        rates=written or example,
    )

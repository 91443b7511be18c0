"""The text of a new xlsync.toml, explained in Japanese."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from xlsync.form.edition import Edition
    from xlsync.form.library import Form

_EXAMPLE_CODES: Final = ("01", "02", "01", "08", "14", "01")

CITY: Final = """\
# xlsync の設定（{city}）
# 行頭の # は説明、または使わない設定です。書き換えたら `xlsync status` で誤りがないか確かめられます。

city = {city_toml}
form = "{form}"        # 様式。自前の様式を使うときは、form.toml のあるフォルダ名を書きます
edition = {edition}                   # 対象年度（西暦。{label}版なら {edition}）
write-back = "on"    # 受け取ったあと、ほかの人の変更を職員のファイルにも書き戻します（開いている間は待ちます）。"off" なし

[folders]
store = "store"      # 登録データの保管先（このパソコンのディスクに置いてください。postgresql://… も書けます）
shared = "shared"    # 職員が使う共有フォルダ（ネットワーク上の場所も書けます）

"""

DEADLINE: Final = """\
[deadline]
# date = {day}  # 提出期限。この日までの保存が期限内で、過ぎた保存も受け取り、期限のあとに提出されたことを示します
closed = false       # true にすると、保存されても `xlsync import` でも受け取らず、提出状況に示します

"""

RUNNING: Final = """\
[watch]              # xlsync watch（共有フォルダの見張り）
events = "auto"      # 変更の知り方。"native" は通知、"polling" は定期確認、"auto" は共有フォルダの種類で決めます
# quiet-seconds = 10   # 保存されてから何秒そのままなら受け取るか（ふつうはディスク10秒、ネットワーク30秒）
# poll-seconds = 5     # 定期確認の間隔（秒）
# rescan-minutes = 5   # 通知があっても、すべてを見直す間隔（分）
# workers = true       # 見つけるだけにして、受け取りは処理係（xlsync work）に任せます（登録データがPostgreSQLのとき）

[serve]              # xlsync serve（Excelのボタンを HTTP で使うときだけ。ふつうは共有フォルダを通るので要りません）
# host = "127.0.0.1"   # 待ち受ける宛先。ほかのパソコンから使うには鍵が要ります（xlsync serve --new-key 部）
# port = 8765
# user-header = "X-Remote-User"   # 前に置いた認証サーバーが、だれかを知らせる見出しの名前
# behind-proxy = true   # 前に中継サーバーを置くときに書きます。パソコン1台あたりの接続数（32）の制限を、前のサーバーに任せます

# [libreoffice]        # .xls・.ods で保存されたファイルは、LibreOffice がこのパソコンにあれば .xlsx に変えて読み取ります
# program = "auto"     # "auto" は入れてある LibreOffice を探します。"off" は使いません。場所も書けます
# seconds = 60         # 1ファイルにかけてよい秒数。過ぎたらそのファイルは受け取らず、理由を示します

# [log]                # xlsync watch と xlsync serve の記録（store/log/）。変えたら始め直してください
# format = "json"      # 1行に1つのJSON（監視システムで集めるとき）。ふつうは "text"
# megabytes = 5        # 1つのファイルの大きさ。超えたら次のファイルに移り、keep-files（10）個まで残します

# [backup]             # xlsync backup（控え）。古い控えは、下の数だけ残して間引きます
# folder = '\\\\server\\backup\\xlsync'   # 置く場所（別のディスクや、ほかのパソコン）。書くと `xlsync backup` だけでとれます
# shared = false       # true にすると、共有フォルダ（職員のファイル）も入れます
# keep-daily = 14      # 1日に1回分を14日。ほかに keep-last（3）、keep-weekly（8）、keep-monthly（24）、keep-yearly（10）

"""

PROCEDURE: Final = """\
[merge]
whole = []           # まとめて扱う部分（様式の [parts] の名前）。["{whole}"] なら、{whole_meaning}を別々の人の入力で混ぜません

# [owners]
# 企画担当と職員が同じ欄を変えたとき、企画担当を優先する部分。書かなければ様式の企画担当の欄、[] ならどの欄も優先しません
# office = [{office}]

# [review]
# 職員の変更のうち、企画担当が確かめてから登録するもの（xlsync review で1つずつ決めます）
# fields = "office"    # 企画担当の欄。"all" ならすべての欄、["{office_part}"] のように部分でも書けます
# after = "deadline"   # 提出期限より後に保存された変更。2018-06-30 のように日付でも書けます

[submission]
# いつ提出済とするか。"act" は職員が「チェック」で「提出する」を選ぶなど、提出の記録があるときだけ（それまでは入力済）、
# "saved" は未入力やエラーがなくなり、職員がファイルを保存したとき、"complete" は未入力やエラーがなくなったとき
handed-in = "act"

# [publication]        # xlsync publish（公表）
# city-code = "082201"   # 団体コード（検査数字を含む6桁）
# licence = "CC BY 4.0"  # 利用条件
# contact = "企画経営課 内線1234"

"""

FURTHER: Final = """\
# 様式「{title}」の設定（{city} のもう1つの様式）
# 市の名前、見張り、記録などは、市の xlsync.toml（2つ上のフォルダ）のものを使います。ここに書けば、この様式だけ変わります。
# 登録データはこのフォルダの store、職員のファイルは市の共有フォルダの「{name}」に置きます。

form = "{form}"        # 様式。form.toml のあるフォルダ名です
edition = {edition}                   # 対象年度（西暦。{label}版なら {edition}）

"""

ORGANIZATION: Final = """\
# {levels}の一覧（CSV、1行に「{row}」）。書くと、集計や一覧がこの順に並び、シートのない{lowest}がわかります。
# [organization]
# file = "組織.csv"

"""

PLANS: Final = """\
# 市の施策の一覧（CSV）。書くと、シートに書かれた施策を確かめ、集計に施策別のページを付けます。
# [plans]
# file = "施策.csv"
# indicators = "指標.csv"         # いくつもの事業で使う指標（KPI）の一覧。

"""

SKELETON: Final = """\
# 当初が骨格予算の年度（市長選挙の年など）。推移に「（骨格）」と付き、方向性の反映状況では比べません。
# [budget]
# skeleton = [2019]

"""

PROGRAMS: Final = """\
# シートがすべて登録された予算事業。{part}に、シートの合計を計算して示します。
# 書かなければ、登録した金額をそのまま示し、シートの合計のほうが大きいときだけお知らせします。
# [programs]
# complete = true                 # すべての予算事業。一部だけなら complete = ["{example}"]
# names = "{codes}.csv"            # {listed}の名称（CSV、1行に「{above},総務費」）。集計に出ます。

"""

RATES: Final = """\
# {label} の確認に使う市の単価（{unit}）。書いた年度区分だけ確認します。
"""

RATE: Final = """\
[rates."{period}"]
per-person = {per_person}   # 正職員1人あたり
per-hour = {per_hour}     # 時間外勤務1時間あたり
"""


def settings_text(
    city: str, form: Form, name: str, edition: int, rates: dict[str, tuple[float, float]]
) -> str:
    """Return the text of a new xlsync.toml for a form, under the `name` by which it is loaded.

    Without rates an example stands in a comment; what the form has no fields for is left out.
    """
    # JSON's strings are TOML's, but for DEL
    quoted = json.dumps(city, ensure_ascii=False).replace("\x7f", "\\u007f")
    head = CITY.format(
        city=_one_line(city),
        city_toml=quoted,
        form=name,
        edition=edition,
        label=form.at(edition).expand("{0年度}"),
    )
    at = form.at(edition)
    return (
        head
        + _deadline(edition)
        + RUNNING
        + _procedure(at)
        + _organization_text(at)
        + _lists_text(at, rates)
    )


def further_settings_text(city: str, form: Form, name: str, edition: int, organization: str) -> str:
    """Return the text of the settings of a further form of a city, under the `name` by which it is known there.

    `organization` is where the city's list of units lies, "" where the form has none that this list is of.
    """
    at = form.at(edition)
    head = FURTHER.format(
        title=_one_line(at.title),
        city=_one_line(city),
        name=name,
        form="form",
        edition=edition,
        label=at.expand("{0年度}"),
    )
    units = _organization_text(at)
    if organization:
        file = json.dumps(organization, ensure_ascii=False)
        units = units.replace(
            '# [organization]\n# file = "組織.csv"', f"[organization]\nfile = {file}"
        )
    return head + _deadline(edition) + _procedure(at) + units + _lists_text(at, {})


def _one_line(text: str) -> str:
    return " ".join(re.split(r"[\x00-\x1f\x7f]+", text))


def _deadline(edition: int) -> str:
    return DEADLINE.format(day=f"{edition}-05-31")


def _procedure(edition: Edition) -> str:
    return PROCEDURE.format(**_part_words(edition))


def _lists_text(edition: Edition, rates: dict[str, tuple[float, float]]) -> str:
    """Return the sections on the city's lists and rates, as far as the form has fields for them."""
    return "".join(
        (
            _plans_text(edition),
            _skeleton_text(edition),
            _programs_text(edition),
            _rates_text(edition, rates),
        )
    )


def _part_words(edition: Edition) -> dict[str, str]:
    """Return examples of parts: one to be merged as a whole, and those that the office fills."""
    with_money = [f.entry.part for f in edition.fields if f.kind.kept_decimals() is not None]
    whole = (with_money or [edition.fields[-1].entry.part])[-1]
    filled_by: dict[str, set[str]] = {}
    for field in edition.fields:
        filled_by.setdefault(field.entry.part, set()).add(field.filled_by)
    office = [part for part, who in filled_by.items() if who == {"office"}] or list(filled_by)
    return {
        "whole": whole,
        "whole_meaning": "年度ごとの金額の列" if with_money else "その部分の欄",
        "office": ", ".join(f'"{part}"' for part in office[:2]),
        "office_part": office[0],
    }


def _organization_text(edition: Edition) -> str:
    names = [level.name for level in edition.definition.identity.organization]
    if not names:
        return ""
    return ORGANIZATION.format(levels="・".join(names), row=",".join(names), lowest=names[-1])


def _plans_text(edition: Edition) -> str:
    """Return the section on plans, "" where the form says of no field that it names one."""
    return PLANS if edition.definition.plan else ""


def _skeleton_text(edition: Edition) -> str:
    """Return the section on 骨格予算, "" where the form compares no budgets."""
    pages = {page.page for page in edition.definition.summary_pages}
    return SKELETON if "reflection" in pages else ""


def _programs_text(edition: Edition) -> str:
    """Return the section on budget programs, "" where the form states no totals of them."""
    rule = next((rule for rule in edition.rules if rule.check == "program-total"), None)
    if rule is None:
        return ""
    codes = [edition.by_path[path].label for path in edition.definition.identity.program]
    above = codes[1:-1]
    return PROGRAMS.format(
        part=edition.by_path[rule.path].part,
        example="-".join(_EXAMPLE_CODES[: len(codes)]),
        codes="".join(above),
        listed="・".join(above),
        above="-".join(_EXAMPLE_CODES[:2]),
    )


def _rates_text(edition: Edition, rates: dict[str, tuple[float, float]]) -> str:
    """Return the city's rates, or an example of them in a comment; "" where the form has no rule that asks for them."""
    rule = next((rule for rule in edition.rules if rule.check == "personnel-cost"), None)
    if rule is None:
        return ""
    field = edition.by_path[rule.path]
    head = RATES.format(label=field.label, unit=field.unit)
    written = (
        RATE.format(period=period, per_person=person, per_hour=hour)
        for period, (person, hour) in rates.items()
    )
    period = [each.at for each in edition.rules if each.check == "personnel-cost"][1:2] or [rule.at]
    example = RATE.format(period=period[0], per_person=7107.2, per_hour=2.526)
    commented = "# " + example.replace("\n", "\n# ").rstrip("# ")
    return head + ("\n".join(written) or commented)

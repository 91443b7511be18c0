"""The catalogue of all findings: the severity and the sentence of each code.

A sentence says, in Japanese and without blame, where, what, and what to do. `docs/findings.md` is written from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from xlsync.expression_findings import EXPRESSION_FINDINGS
from xlsync.finding_entry import Entry, Severity
from xlsync.merging_findings import MERGING_FINDINGS
from xlsync.paper_findings import PAPER_FINDINGS
from xlsync.plan_findings import PLAN_FINDINGS
from xlsync.table_findings import TABLE_FINDINGS
from xlsync.unit_findings import UNIT_FINDINGS

__all__ = ["CATALOGUE", "SEVERITIES", "SEVERITY_WORDS", "Entry", "Severity"]

SEVERITIES: Final[tuple[Severity, ...]] = ("error", "warning", "note")
SEVERITY_WORDS: Final = MappingProxyType({"error": "エラー", "warning": "注意", "note": "参考"})


CATALOGUE: Final[Mapping[str, Entry]] = MappingProxyType(
    {
        # --- what stands in a cell
        "unreadable": Entry(
            "error",
            "「{field}」に入力された「{typed}」を読み取れません（{reason}）。{expected}。入力された内容は保管しています。",
        ),
        "cell-error": Entry(
            "error",
            "「{field}」がエラー値（{typed}）になっています。計算式を直すか、値を入力してください。",
        ),
        "normalised": Entry(
            "note", "「{field}」に入力された「{typed}」を「{shown}」として受け取りました。"
        ),
        "number-as-text": Entry(
            "warning",
            "「{part}」は数ではなく文字で入力されているため、「{field}」の計算に入りません。半角の数字だけで入れ直してください。"
            "金額だけの文字は、受け取りのあと、ファイルを閉じている間に数に直します。",
        ),
        "formula": Entry(
            "note",
            "「{field}」に計算式が入力されています。計算結果の「{shown}」を受け取りました。そのままで差し支えありません。",
        ),
        "formula-without-result": Entry(
            "error",
            "「{field}」の計算式（={typed}）の結果がファイルに保存されていません。"
            "Excelで開いて保存し直すか、計算結果の値を直接入力してください。",
        ),
        "stale-result": Entry(
            "error",
            "「{field}」の計算式（={typed}）の結果（{shown}）は、計算し直す前の古いものです（このブックは手動計算で、計算が終わっていません）。"
            "F9キーで計算してから保存し直すか、計算結果の値を直接入力してください。",
        ),
        "picture": Entry(
            "warning",
            "「{field}」のセルには画像が入っています。画像は受け取れないため、空欄として扱います。内容を文字で入力してください。",
        ),
        "struck": Entry(
            "warning",
            "「{field}」の取り消し線の部分（「{typed}」）を除き、「{shown}」として受け取りました。取り消した文字をセルから消してください。",
        ),
        "struck-out": Entry(
            "warning",
            "「{field}」の「{typed}」は全部に取り消し線があるため、空欄として受け取りました。生かす場合は線を外してください。",
        ),
        "conditional-format": Entry(
            "warning",
            "「{field}」の取り消し線または表示形式は条件付き書式によるもので、画面の表示に従って「{shown}」として受け取りました。"
            "セルの内容を生かす場合は、この欄の条件付き書式を消してください。",
        ),
        "conditional-format-unknown": Entry(
            "warning",
            "「{field}」の条件付き書式は、条件によって取り消し線を引くか表示形式を変えますが、今その条件に当たるかは判定できません。"
            "「{shown}」として受け取りました。画面の表示と違う場合は、この欄の条件付き書式を消して入力し直してください。",
            "「{field}」を「{shown}」として受け取りましたが、条件付き書式のため、画面の表示と違うことがあります。"
            "違う場合は、この欄の条件付き書式を消して入力し直してください。",
        ),
        "only-invisible": Entry(
            "warning",
            "「{field}」には見えない文字だけが入力されているため、空欄として受け取りました（{reason}）。"
            "Deleteキーでセルを空にし、内容があれば入力し直してください。",
        ),
        "mark-removed": Entry(
            "warning",
            "「{field}」に入力された「{typed}」の「{mark}」は注などの印とみなして除き、「{shown}」として受け取りました。"
            "この欄には印を付けず、数だけを入力してください。",
        ),
        "read-as-shown": Entry(
            "warning",
            "「{field}」は「{typed}」と表示されているため、「{shown}」として受け取りました。"
            "表示形式のために、セルの中の値は表示と違います。表示形式を標準にして「{shown}」と入力し直してください。",
        ),
        "hidden-by-format": Entry(
            "warning",
            "「{field}」の「{typed}」は、表示形式のため表示されません。「{shown}」として受け取りました。表示形式を標準に戻してください。",
        ),
        "scaled-in-sum": Entry(
            "error",
            "「{field}」は表示形式のために「{shown}」と表示されていますが、セルの中の値は「{raw}」で、合計の計算式にはその値が足されます。"
            "表示形式を元に戻し、「{unit}」の単位で入力し直してください。",
        ),
        "total-not-shown": Entry(
            "warning",
            "「{field}」の計算結果は「{sum}」ですが、書式のため「{shown}」と表示されています。書式を元に戻してください。",
        ),
        "unit-shown": Entry(
            "warning",
            "「{field}」は「{typed}」と表示されていますが、この欄の単位は「{unit}」です。「{shown}」として受け取りました。"
            "金額の単位を確かめ、表示形式を元に戻してください。",
        ),
        "date-without-year": Entry(
            "error",
            "「{field}」は「{typed}」と表示され、年が書かれていません（セルの中の年は、Excelが補ったものです）。"
            "{expected}。入力された内容は保管しています。",
        ),
        "number-for-date": Entry(
            "error",
            "「{field}」の「{typed}」は日付や時間として表示されていない数のため、読み取れません。{expected}。入力された内容は保管しています。",
        ),
        "date-converted": Entry(
            "warning",
            "「{field}」の内容がExcelの日付に変わっているため、表示のとおり「{shown}」として受け取りました。"
            "「4-1」のような番号などを入力した場合は、先頭に「'」を付けて入力し直してください。",
        ),
        "written-otherwise": Entry(
            "warning",
            "「{field}」は、表示形式（分数・指数・漢数字など）のため、画面では違う書き方で表示されています。「{shown}」として受け取りました。"
            "表示のとおりにする場合は、表示形式を標準にして、文字で入力し直してください。",
        ),
        "replaced-characters": Entry(
            "warning",
            "「{field}」の{position}文字目に、ファイルに保存できない文字（{character}）があります。その文字を「�」に置き換えて受け取りました。"
            "「�」を消すか、正しい文字を入力し直してください。",
        ),
        "formula-replaced": Entry(
            "warning",
            "「{field}」は自動計算の欄ですが、計算式のかわりに「{shown}」が入力されています。"
            "Excelの「元に戻す」で計算式に戻すか、金額が正しいか確かめてください。",
        ),
        "healed": Entry(
            "note",
            "{count}個の欄は、セルに付けてある目印（名前）が失われていたため、まわりの見出しから場所を確かめて受け取りました"
            "（{parts}）。そのままで差し支えありません。",
        ),
        "ambiguous-cell": Entry(
            "error",
            "「{field}」の欄がどのセルか確かめられません（セルに付けてある目印が失われ、まわりの見出しやセルの形も様式と違います）。"
            "「元に戻す」で様式の形に戻すか、新しい様式に写してください。この欄は受け取らず、登録済みの内容のままにしています。",
        ),
        "lost-cell": Entry(
            "error",
            "「{field}」の欄が見つかりません。行や列、セルを削除した場合は「元に戻す」で戻すか、"
            "新しい様式に写してください。この欄は登録済みの内容のままにし、ほかの欄は受け取りました。",
        ),
        "misplaced-name": Entry(
            "error",
            "「{field}」の欄の目印（名前）が{where}に移っているため、読み取れません（セルを切り取って貼り付けるか、ドラッグした場合などです）。"
            "「元に戻す」で戻すか、新しい様式に写してください。移すときは「コピー」と「値の貼り付け」をお使いください。"
            "この欄は登録済みの内容のままにしています。",
        ),
        "repeated-cell": Entry(
            "error",
            "「{field}」の欄のセル{where}がファイルの中に2度書かれていて、どちらの内容が正しいか分かりません。"
            "Excelで開いて内容を確かめ、入力し直して保存してください。この欄は登録済みの内容のままにしています。",
        ),
        "repeated-name": Entry(
            "warning",
            "「{field}」の欄の目印（名前）がファイルの中に2度書かれていて、{listed}も指しています。"
            "見出しの位置にあるセル{where}を受け取りました。Excelで開いて内容を確かめ、保存し直してください。",
        ),
        "mark-in-quantity": Entry(
            "warning",
            "「{field}」の「{typed}」は、数の後に印（{mark}）があり集計できません（受け取り：{shown}）。印を消してください。",
        ),
        "worksheet-set-aside": Entry(
            "note",
            "「{shown}」を受け取りました。{listed}は同じ内容か配布時のままで、受け取っていません。",
        ),
        "unread-text": Entry(
            "warning",
            "「{field}」の欄の左上ではないセルに入力があり、受け取っていません（{listed}）。見えないときは「セルの結合」を解除してください。"
            "必要な内容は左上のセルに書き写し、そのセルは空にしてください。",
        ),
        # --- what must hold in a sheet
        "required": Entry("error", "「{field}」が未入力です。入力してください{dash}。"),
        "dash-refused": Entry("error", "「{field}」が「-」になっています。{expected}。"),
        "not-in-closed-list": Entry(
            "error",
            "「{field}」の「{shown}」は選択肢にありません。次から選んでください：{choices}。",
        ),
        "not-in-list": Entry(
            "warning",
            "「{field}」の「{shown}」は選択肢にありません。次から選ぶか、このままでよいか企画担当に確かめてください：{choices}。",
        ),
        "too-many-decimals": Entry(
            "warning",
            "「{field}」は小数第{decimals}位までです（入力値 {shown}）。端数を確かめてください。",
        ),
        "negative": Entry(
            "error", "「{field}」がマイナス（{shown}）になっています。0以上の数を入力してください。"
        ),
        "too-long": Entry(
            "error",
            "「{field}」が長すぎます（{length}字）。Excelの1セルの上限32,767字以内にしてください。",
        ),
        "sum": Entry(
            "error",
            "「{field}」が内訳の合計と一致しません（記載 {shown}、内訳の合計 {sum}、差 {difference}）。"
            "内訳を確かめてください：{parts}。",
        ),
        "personnel-cost": Entry(
            "warning",
            "「{field}」が市の単価による計算と一致しません（記載 {shown}、計算 {sum}、差 {difference}）。"
            "従事割合（{persons}）、時間外勤務（{hours}）と人件費を確かめてください。",
        ),
        "at-most": Entry(
            "warning",
            "「{field}」（{shown}）が「{other}」（{limit}）を超えています。どちらかの金額を確かめてください。",
        ),
        "range": Entry(
            "warning",
            "「{field}」（{shown}）が通常の範囲（{range}）の外です。けたや単位を確かめてください。",
        ),
        "ratio": Entry(
            "warning",
            "「{field}」（{shown}）が、「{other}」（{limit}）の{per}あたりの通常の範囲（{range}）の外です。"
            "円で入力していないか、けたや数を確かめてください。",
        ),
        "unit-slip": Entry(
            "warning",
            "「{field}」（{shown}）が通常の範囲（{range}）の外です。シート全体を円で入力していないか確かめてください"
            "（単位は{unit}です）。このとおりであれば、そのままで差し支えありません。",
        ),
        "length": Entry(
            "warning",
            "「{field}」は{most}字以内で入力してください（いま{length}字、あと{over}字多い）。",
        ),
        "pattern": Entry(
            "warning",
            "「{field}」の「{shown}」は決められた形（{mask}）と違います。入力し直してください。",
        ),
        "one-of": Entry("error", "{fields}のうち、少なくとも1つを入力してください。"),
        "one-only": Entry("error", "{fields}は、どれか1つだけに入力してください。"),
        "order": Entry(
            "warning",
            "「{field}」（{shown}）が「{other}」（{limit}）より小さくなっています。順序を確かめてください。",
        ),
        "dash-with": Entry(
            "warning",
            "「{other}」が「-」のときは、「{field}」も「-」にしてください（いま「{shown}」）。",
        ),
        "target": Entry(
            "note",
            "「{field}」（{shown}）は目標値（{limit}）に達していません。課題や次年度の方向性に理由や対応が書かれているか確かめてください。",
        ),
        "change": Entry(
            "warning",
            "「{field}」（{shown}）が前の年度の{limit}から大きく変わっています（差 {difference}）。金額を確かめてください。",
        ),
        "scale": Entry(
            "warning",
            "「{field}」（{shown}）のけたが、比べる金額（{limit}）と大きく違います。円と千円を取り違えていないか確かめてください。",
        ),
        "as-last-year": Entry(
            "warning",
            "「{field}」（{shown}）が、昨年度のシートに記載した金額（{limit}）と違います。どちらが正しいか確かめてください。",
        ),
        "carried-over": Entry(
            "warning",
            "「{field}」が昨年度のシートと一字一句同じです（{length}字）。今年度の内容に見直してください。",
        ),
        "from-last-year": Entry(
            "note",
            "「{field}」は、昨年度のシートから引き継いだ内容のままです。今年度もこれでよいか確かめ、違うところは直してください。",
            "「{field}」は昨年度のシートからのままです。今年度もこれでよいか確かめてください。",
        ),
        # --- what must hold between sheets
        "program-total": Entry(
            "warning",
            "「{field}」が、受け取り済みの同じ予算事業のシート（{count}件）の合計と一致しません"
            "（記載 {shown}、合計 {sum}、差 {difference}）。金額と、ほかのシートを確かめてください。",
        ),
        **UNIT_FINDINGS,
        **PAPER_FINDINGS,
        **PLAN_FINDINGS,
        **TABLE_FINDINGS,
        **EXPRESSION_FINDINGS,
        **MERGING_FINDINGS,
    }
)

"""The findings about what several people changed, and about the file they changed: severity and sentence by code."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from xlsync.finding_entry import Entry

MERGING_FINDINGS: Final[Mapping[str, Entry]] = MappingProxyType(
    {
        "cleared": Entry(
            "error",
            "前に受け取ったときに入力されていた{count}欄が空欄になっています（{fields}）。この空欄は、まだ反映していません（ほかの入力は受け取りました）。"
            "シート「チェック」の「操作」で、消してよければ「消したままにする」、誤りなら「消した欄を元に戻す」を選んで保存してください"
            "（欄がないファイルでは、入力し直すか、企画担当に連絡してください）。",
            "{count}欄が空欄になっています（{fields}）。まだ反映していません。「操作」で「消したままにする」か「消した欄を元に戻す」を選んで保存してください。",
        ),
        "cleared-document": Entry(
            "error",
            "前に受け取ったときに入力されていた{count}欄が空欄になっています（{fields}）。誤りなら、戻して受け取り直してください。"
            "意図して消した場合は `xlsync import --clearing-meant` で受け取れます。それまで、このシートは受け取りません。",
        ),
        "undone": Entry(
            "note",
            "直前の保存{registered}を取り消し、{count}欄を前の内容に戻しました。{reason}取り消した内容も履歴に残っています。",
        ),
        "undo-nothing": Entry(
            "warning",
            "このファイルからの保存で、取り消せるものがありません。何も変えていません。",
        ),
        "undo-not-alone": Entry(
            "warning",
            "同じ保存にほかの入力も入っていたため、直前の保存は取り消していません（入力は受け取りました）。"
            "取り消すときは、もう一度「操作」で選び、ほかに何も変えずに保存してください。",
        ),
        "request-unclear": Entry(
            "warning",
            "シート「チェック」の「操作」の欄の「{shown}」では、何をするかわかりません。{choices}のどれかを選ぶか、「－」に戻して保存してください。",
        ),
        "conflict": Entry(
            "error",
            "「{field}」の入力が登録済みの内容と重なりました（このファイル {shown}、登録済み {kept}{registered}）。"
            "登録済みの内容のままにしています。シート「入力の重なり」（以前のファイルでは「競合」）が"
            "表示されたら、どちらにするかを選んで保存し、表示されないときは企画担当に連絡してください。",
            "「{field}」の入力が登録済みの内容と重なっています（このファイル {shown}、登録済み {kept}）。"
            "シート「入力の重なり」でどちらにするか選んで保存してください（なければ企画担当に連絡）。",
        ),
        "returned": Entry(
            "warning",
            "「{field}」が、変更（{registered}、内容 {kept}）より前の内容（{shown}）に戻りました。"
            "古い控えを戻したり、前から開いていた画面のまま保存したりした場合は、変更後の内容を入力し直してください"
            "（どちらの内容も履歴に残っています）。意図して戻した場合は、このままで構いません。",
            "「{field}」が、変更後の内容（{kept}）より前の内容（{shown}）に戻りました。"
            "意図していない場合は、変更後の内容を入力し直してください。",
        ),
        "converted": Entry(
            "warning",
            "このファイル（{shown}）は、LibreOfficeで.xlsx形式に変えて読み取りました。このファイルには書き戻せないため、"
            "ほかの人の変更やチェックの結果は反映されません。これからは、.xlsx形式で保存したファイルに入力してください。",
        ),
        "last-years": Entry(
            "note",
            "{shown}のシートです。いま入力していただいているのは{kept}のシートです。これからの入力は、{kept}のファイルにお願いします。",
        ),
        "last-years-change": Entry(
            "warning",
            "{shown}のシートへの変更です。まだ登録せず、企画担当の確認待ちにしました（内容は保管しています）。"
            "{kept}のシートには入りません。今年度の内容は、{kept}のファイルに入力してください。",
        ),
        "last-years-became": Entry(
            "note",
            "この事業は、{kept}には{shown}になっています（{reason}）。今年度の内容は、そのファイルに入力してください。",
        ),
        "last-years-ended": Entry(
            "note",
            "この事業のシートは、{kept}にはありません（廃止・完了、または対象外）。",
        ),
        "trial": Entry(
            "note",
            "試し用のファイルです。内容を確かめましたが、登録していません。提出するときは、配布したファイルに入力してください。",
        ),
        "key-succeeded": Entry(
            "note",
            "このファイルの番号「{shown}」の事業は、{kept}になっています（{reason}）。その事業のシートとして受け取りました。"
            "シートの番号は、次にプログラムが書き込むときに直します。",
        ),
        "key-former": Entry(
            "note",
            "このファイルの番号「{shown}」は、いまは「{kept}」に変わっています。同じ事業のシートとして受け取りました。"
            "シートの番号は、次にプログラムが書き込むときに直します。",
        ),
        "key-proposed": Entry(
            "warning",
            "番号が「{kept}」から「{shown}」に書き換えられています。同じ事業の番号の変更とみなし、企画担当の確認待ちにしました。"
            "確認が済むまで、番号は「{kept}」のままです。ほかの欄の入力は受け取りました。"
            "新しい事業のときは、番号を元に戻し、企画担当にその事業のファイルを依頼してください。",
        ),
        "stamp-lost": Entry(
            "note",
            "このファイルにあった発行情報（事業と版の控え）が、保存に使ったソフトで失われています。"
            "前に受け取った内容と比べて受け取りました。次にプログラムが書き込むときに元へ戻します。",
        ),
        "stamp-unknown": Entry(
            "warning",
            "このファイルにあった発行情報（事業と版の控え）が失われていて、どの版をもとに入力されたかがわかりません。"
            "登録済みの内容が一度も変わっていない欄はそのまま受け取り、変わったことのある欄は、内容が違えば入力の重なりとしています。",
        ),
        "stamp-newer": Entry(
            "warning",
            "このファイルは第{shown}版をもとに入力されていますが、登録データにはまだ第{kept}版までしかありません。登録データを古い控えから"
            "戻したか、別の登録データから配布されたファイルです。内容が違う欄は入力の重なりとし、変わったことのない欄は受け取りました。"
            "企画担当に連絡してください。",
        ),
        "office-owned": Entry(
            "warning",
            "「{field}」は企画担当が内容を決める欄で、企画担当の変更と重なりました（このファイル {shown}、登録済み {kept}）。"
            "登録済みの内容を採りました。このファイルを登録済みの内容に直すか、違う場合は企画担当に連絡してください。",
        ),
        "figure-kept": Entry(
            "warning",
            "「{field}」には財務会計（{source}）の数字 {kept} が入っています。このファイルの {shown} は登録していません。"
            "このファイルを {kept} に直すか、財務会計の数字が違うときは企画担当に連絡してください。",
        ),
        "figures-from": Entry(
            "note",
            "財務会計より（{source}）：{listed}の数字は、企画担当が入れたものです。入力は不要です。違うときは企画担当に連絡してください。",
            "財務会計より（{source}）：数字は企画担当が入れたものです。違うときは企画担当に連絡してください。",
        ),
        "same-as-kept": Entry(
            "warning",
            "「{field}」は {owner} と同じ内容にする欄で、{kept} が入っています。このファイルの {shown} は登録していません。"
            "このファイルを {kept} に直すか、元の内容が違うときは {owner} を直してください。",
        ),
        "same-as-from": Entry(
            "note",
            "{owner} より：{listed}は、そこに入力された内容です。入力は不要です。違うときは {owner} を直してください。",
            "ほかの様式（{owner}）より：そこに入力された内容です。違うときは元のシートを直してください。",
        ),
        "tier-result": Entry("note", "{field}：{reason}（{registered}）。"),
        "no-field": Entry(
            "warning",
            "「{field}」に入力された「{typed}」は、いまの様式にこの欄がないため、登録内容には入っていません（記録には残しています）。"
            "必要な内容であれば、新しい様式のほかの欄に書き写してください。",
        ),
        "review-waits": Entry(
            "warning",
            "「{field}」の変更（{kept} → {shown}）は、企画担当の確認待ちです。確認が済むまで、登録済みの内容は変わりません。"
            "このファイルの内容はそのままで構いません。取りやめるときは、「{kept}」に戻して保存してください。",
            "「{field}」の変更（{kept} → {shown}）は、企画担当の確認待ちです。"
            "取りやめるときは、元の内容に戻して保存してください。",
        ),
        "review-accepted": Entry(
            "note",
            "「{field}」の変更を、企画担当（{registered}）が確認して登録しました。",
        ),
        "review-rejected": Entry(
            "warning",
            "「{field}」の変更（{kept} → {shown}）は、企画担当が確認し、登録しませんでした（{registered}{reason}）。"
            "登録済みの内容に戻します。必要なときは、もう一度入力するか、企画担当に連絡してください。",
            "「{field}」の変更（{kept} → {shown}）は、企画担当が登録しませんでした（{registered}{reason}）。"
            "登録済みの内容に戻します。",
        ),
        "sent-back": Entry(
            "warning",
            "企画担当から差戻しがありました（{registered}{reason}）。直して保存し、提出し直してください。",
        ),
        "sent-back-field": Entry(
            "warning",
            "「{field}」について、企画担当から差戻しがありました（{registered}{reason}）。直して保存し、提出し直してください。",
            "「{field}」の差戻し（{registered}{reason}）。",
        ),
        "stage-refused": Entry(
            "warning",
            "「{field}」の「{shown}」は記録していません（いまは「{kept}」です）。必要なときは企画担当に連絡してください。",
        ),
        "stage-recorded": Entry(
            "note",
            "「{field}」の「{shown}」を記録しました（いまは「{kept}」です）。",
        ),
        "hand-in-unclear": Entry(
            "warning",
            "シート「チェック」の「提出」の欄の「{shown}」では、提出するかどうかわかりません。{choices}のどれかを選んで保存してください。"
            "それまで、提出の記録は変えません。",
        ),
        "hand-in-conflict": Entry(
            "error",
            "シート「チェック」の「提出」が、ほかのファイルと重なりました（このファイル「{shown}」、登録済み「{kept}」{registered}）。"
            "登録済みのままにしています。どちらにするか、「提出」の欄でもう一度選んで保存してください。",
            "「提出」の欄の入力が重なりました（このファイル「{shown}」、登録済み「{kept}」{registered}）。もう一度選んで保存してください。",
        ),
        "choice-unclear": Entry(
            "warning",
            "「{field}」をどちらにするかの列に入力された「{typed}」では、どちらの内容にするかわかりません。"
            "このファイルの内容なら「{mine}」、登録済みの内容なら「{other}」を選んで保存してください。それまで、登録済みの内容のままにしています。",
        ),
        "choice-taken": Entry(
            "note",
            "「{field}」の入力の重なりは、選ばれた「{side}」の内容（{shown}）に決まりました。ほかの内容も履歴に残っています。",
        ),
        "choice-waiting": Entry(
            "note",
            "「{field}」は「{side}」が選ばれています。金額などひとまとまりで扱う欄のため、同じまとまりの入力の重なりを"
            "すべて選んで保存すると決まります。残りの欄も選んでください。",
        ),
        "choice-stale": Entry(
            "note",
            "「{field}」で選ばれた「{side}」は、選んだあとに内容が変わったため使っていません"
            "（このファイル {shown}、登録済み {kept}）。いまの内容を確かめて、もう一度選んでください。",
        ),
        "copy": Entry(
            "warning",
            "同じファイルの写しが{count}か所にあり、これは「{mine}」です：{listed}。どのファイルの内容も受け取って統合しています。"
            "今後の入力は「{newest}」にまとめ、使わないファイルは、配布したファイルのフォルダーの外へ移してください。",
        ),
    }
)

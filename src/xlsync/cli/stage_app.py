"""The typer commands that lead sheets to a stage (提出・受付・差戻し・確認・確定): for one, a list, or a department."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from xlsync.cli.completion import complete_department, complete_key
from xlsync.cli.options import HERE, AsJson, CityFolder, DryRun, SeenRevision, end
from xlsync.cli.usage import JapaneseTyper

if TYPE_CHECKING:
    from xlsync.sheet_stage import StageActKind

stage_app = JapaneseTyper()

Keys = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[事業コード…]",
        help="事業コード（いくつでも）。",
        show_default=False,
        autocompletion=complete_key,
    ),
]
Department = Annotated[
    str,
    typer.Option(
        "--department",
        help="この部の、できるものすべて（できないものは除いて示します）。",
        autocompletion=complete_department,
    ),
]
ListFile = Annotated[
    Path | None,
    typer.Option(
        "--list",
        metavar="一覧",
        help="事業コードの列があるExcel（.xlsx）かCSVの、すべての行。",
        show_default=False,
    ),
]
Comment = Annotated[str, typer.Option("--comment", help="理由や、決裁の日付・番号など。")]
Fields = Annotated[
    list[str] | None,
    typer.Option(
        "--field",
        metavar="欄[=コメント]",
        help="コメントを付ける欄（欄の名前か項目の名前。いくつでも）。",
    ),
]
Approval = Annotated[
    str,
    typer.Option(
        "--approval",
        metavar="日付・番号",
        help="決裁の日付と文書番号（確認・確定・公表のときに控えておくもの）。",
        show_default=False,
    ),
]
_WITH_APPROVAL: frozenset[StageActKind] = frozenset({"confirm", "finalize", "publish"})
Agreed = Annotated[bool, typer.Option("--yes", help="2件以上でも尋ねずに行います。")]


def _offer(kind: StageActKind, what: str, name: str = "") -> None:
    """Add the command that does an act about sheets."""

    @stage_app.command(name or kind, help=what)
    def change_stage_of_sheets(
        keys: Keys = None,
        department: Department = "",
        list_file: ListFile = None,
        comment: Comment = "",
        fields: Fields = None,
        revision: SeenRevision = None,
        approval: Approval = "",
        is_agreed: Agreed = False,
        dry_run: DryRun = False,
        city: CityFolder = HERE,
        as_json: AsJson = False,
    ) -> None:
        from xlsync.city.chosen_sheets import Chosen
        from xlsync.cli.agreement import Agreement
        from xlsync.cli.commands.stage_change import StageOptions, change_stage

        if sum(map(bool, (keys, department, list_file))) != 1:
            raise typer.BadParameter(
                "事業コード、--department、--list のどれか1つを指定してください"
            )
        if revision is not None and len(keys or []) != 1:
            raise typer.BadParameter("--revision は事業コード1つと一緒に指定してください")
        if approval and kind not in _WITH_APPROVAL:
            raise typer.BadParameter("--approval は確認・確定・公表のときに指定できます")
        chosen = Chosen(tuple(keys or ()), department, list_file)
        agreement = Agreement(is_agreed, dry_run, as_json)
        options = StageOptions(comment, tuple(fields or ()), revision, approval, agreement)
        end(change_stage(city, chosen, kind, options))


_offer("submit", "提出されたことを記録します（紙や電話で受けたときなど）。")
_offer("endorse", "所属長の確認が済んだことを記録します。")
_offer("accept", "提出されたシートを受け付けます。")
_offer("return", "シートを担当へ差し戻します（確定の前なら、いつでもできます）。")
_offer("confirm", "点検したシートを確認済にします。")
_offer("finalize", "確認済のシートを確定します（そのあとの保存は、企画担当の確認待ちになります）。")
_offer(
    "publish",
    "確定したシートを公表済にします（公表用のファイルは `xlsync publish` で作ります）。",
    "mark-published",
)
_offer("reopen", "差戻し・受付・確認を取り消すか、確定したシートを訂正できるようにします。")


@stage_app.command()
def snapshot(
    name: Annotated[
        str,
        typer.Argument(
            metavar="[名前]", help="この時点の名前（計画の段階の終わり など）。", show_default=False
        ),
    ] = "",
    as_json: AsJson = False,
    city: CityFolder = HERE,
) -> None:
    """いまの内容を名前を付けて残します（段階の終わりなど）。名前を書かなければ、残した時点を示します。"""
    from xlsync.cli.commands.snapshot_sheets import snapshot_sheets

    end(snapshot_sheets(city, name, as_json=as_json))


@stage_app.command()
def remind(
    out: Annotated[Path, typer.Option("--out", help="メールの下書きを作るフォルダ。")] = Path(
        "催促"
    ),
    department: Department = "",
    state: Annotated[str, typer.Option("--state", help="この状況のものだけ（差戻し など）。")] = "",
    sender: Annotated[str, typer.Option("--from", help="文の終わりに書く名前。")] = "",
    share: Annotated[
        str,
        typer.Option(
            "--share", help=r"職員のPCから見た共有フォルダ（\\サーバー\共有）。リンクに使います。"
        ),
    ] = "",
    encoding: Annotated[
        Literal["utf-8", "iso-2022-jp"], typer.Option("--encoding", help="文字コード。")
    ] = "utf-8",
    is_on_schedule: Annotated[
        bool,
        typer.Option(
            "--on-schedule",
            help="[[phase]] の reminders の日が来ていて、その後まだ作っていないときだけ作ります。",
        ),
    ] = False,
    dry_run: DryRun = False,
    city: CityFolder = HERE,
    as_json: AsJson = False,
) -> None:
    """提出が済んでいない課ごとに、催促メールの下書き（.eml）を作ります。送信はしません。"""
    from xlsync.city.reminder_mails import MailSettings
    from xlsync.city.status_table import Filter
    from xlsync.cli.commands.remind import RemindOptions
    from xlsync.cli.commands.remind import remind as make_drafts

    settings, wanted = MailSettings(sender, share, encoding), Filter(department, "", state)
    options = RemindOptions(out, wanted, settings, is_on_schedule, dry_run, as_json)
    end(make_drafts(city, options))

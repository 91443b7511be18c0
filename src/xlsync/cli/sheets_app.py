"""The typer commands of `xlsync sheets` (台帳); each calls a module of its own name, imported only then."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xlsync.cli.completion import complete_key
from xlsync.cli.options import HERE, AsJson, CityFolder, CityYear, DryRun, Key, end
from xlsync.cli.usage import JapaneseTyper

if TYPE_CHECKING:
    from xlsync.store.register_acts import ActKind

sheets_app = JapaneseTyper(
    help="台帳（どの事業のシートを集めるか）を扱います。", no_args_is_help=True
)


@sheets_app.command("add")
def sheets_add(
    file: Annotated[
        Path,
        typer.Argument(metavar="台帳", help="Excel（.xlsx）かCSVの一覧。", show_default=False),
    ],
    headings: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            metavar="見出し=欄",
            help="見出しがどの欄かを決めます（次からは覚えています）。",
        ),
    ] = None,
    is_agreed: Annotated[bool, typer.Option("--yes", help="尋ねずに登録します。")] = False,
    dry_run: DryRun = False,
    city: CityFolder = HERE,
    as_json: AsJson = False,
) -> None:
    """一覧から事業を登録し、変わったところを直します。何が起きるかを示してから尋ねます。"""
    from xlsync.cli.agreement import Agreement
    from xlsync.cli.commands.sheets_add import AddOptions, add_sheets

    options = AddOptions(headings or (), Agreement(is_agreed, dry_run, as_json))
    end(add_sheets(city, file, options))


@sheets_app.command("list")
def sheets_list(edition: CityYear = None, city: CityFolder = HERE, as_json: AsJson = False) -> None:
    """登録したすべての事業と、対象・対象外・廃止の別を表示します。"""
    from xlsync.cli.commands.sheets_list import list_sheets

    end(list_sheets(city, edition, as_json=as_json))


@sheets_app.command("export")
def sheets_export(
    out: Annotated[Path, typer.Option("--out", help="作るファイル。")] = Path("台帳.xlsx"),
    other_form: Annotated[
        str,
        typer.Option(
            "--for",
            metavar="様式",
            help="forms/ にある様式の名前。同じ番号のシートをその様式に登録するための一覧にします。",
        ),
    ] = "",
    edition: CityYear = None,
    city: CityFolder = HERE,
) -> None:
    """台帳をExcelの一覧に書き出します。直して、また登録できます。"""
    from xlsync.cli.commands.sheets_list import export_for_form, export_register

    if other_form:
        end(export_for_form(city, out, other_form, edition))
    end(export_register(city, out, edition))


@sheets_app.command("change-key")
def sheets_change_key(
    key: Key,
    new_key: Annotated[
        str, typer.Argument(metavar="新しい番号", help="新しい事業コード。", show_default=False)
    ],
    dry_run: DryRun = False,
    city: CityFolder = HERE,
    as_json: AsJson = False,
) -> None:
    """事業の番号（事業コード）を変えます。シート、版の記録、配ったファイルは同じ事業のままです。"""
    from xlsync.cli.commands.sheets_change_key import change_key

    end(change_key(city, key, new_key, dry_run=dry_run, as_json=as_json))


@sheets_app.command("lineage")
def sheets_lineage(
    key: Annotated[
        str | None,
        typer.Argument(
            metavar="[事業コード]",
            help="新しい事業コード。書かなければ、事業の新旧対照を表示します。",
            show_default=False,
            autocompletion=complete_key,
        ),
    ] = None,
    former: Annotated[
        list[str] | None,
        typer.Option(
            "--from",
            metavar="番号[=割合]",
            help="前の年度の事業と、その金額のうちの割合（%）。いくつでも書けます。",
        ),
    ] = None,
    word: Annotated[
        str, typer.Option("--as", metavar="異動", help="統合・分割・改称・移管・新規。")
    ] = "",
    reason: Annotated[str, typer.Option("--reason", help="理由。")] = "",
    out: Annotated[Path | None, typer.Option("--out", help="新旧対照を書くExcelファイル。")] = None,
    edition: CityYear = None,
    dry_run: DryRun = False,
    city: CityFolder = HERE,
    as_json: AsJson = False,
) -> None:
    """事業がどの事業から変わったかを記録します。昨年度との比較は、それに従います。"""
    from xlsync.cli.commands.sheets_lineage import LineageOptions, show_lineage, tell_lineage

    if key is None:
        if former or word:
            raise typer.BadParameter("--from と --as は、事業コードと一緒に指定してください")
        end(show_lineage(city, out, edition, as_json=as_json))
    if not word:
        raise typer.BadParameter("--as（統合・分割・改称・移管・新規）を指定してください")
    options = LineageOptions(former or (), word, reason, edition, dry_run, as_json)
    end(tell_lineage(city, key, options))


Keys = Annotated[
    list[str],
    typer.Argument(
        metavar="事業コード…",
        help="事業コード（いくつでも）。",
        show_default=False,
        autocompletion=complete_key,
    ),
]
Reason = Annotated[str, typer.Option("--reason", metavar="理由", help="理由。", show_default=False)]
Since = Annotated[
    str,
    typer.Option(
        "--date", metavar="年-月-日", help="いつからか（例：2026-04-01）。", show_default="今日"
    ),
]
Agreed = Annotated[bool, typer.Option("--yes", help="2件以上でも尋ねずに行います。")]


def _offer(kind: ActKind, what: str) -> None:
    """Add the command that makes an act of that kind about sheets."""

    @sheets_app.command(kind, help=what)
    def set_state_of_sheets(
        keys: Keys,
        reason: Reason,
        day: Since = "",
        is_agreed: Agreed = False,
        dry_run: DryRun = False,
        city: CityFolder = HERE,
        as_json: AsJson = False,
    ) -> None:
        from xlsync.cli.agreement import Agreement
        from xlsync.cli.commands.sheets_state import StateOptions, set_state

        options = StateOptions(reason, day, Agreement(is_agreed, dry_run, as_json))
        end(set_state(city, keys, kind, options))


_offer("retire", "廃止・完了した事業を、集計と提出状況から外します（記録は残ります）。")
_offer("exclude", "対象外の事業を、集計と提出状況から外します（記録は残ります）。")
_offer("restore", "外した事業を、集計と提出状況に戻します。")

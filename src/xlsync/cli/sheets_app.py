"""The typer commands of `xlsync sheets` (台帳); each calls a module of its own name, imported only then."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from xlsync.cli.options import HERE, AsJson, CityFolder, end
from xlsync.cli.usage import JapaneseTyper

sheets_app = JapaneseTyper(
    help="台帳（どの事業のシートを集めるか）を扱います。", no_args_is_help=True
)
DryRun = Annotated[bool, typer.Option("--dry-run", help="何が起きるかを示すだけで、何もしません。")]


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
    from xlsync.cli.commands.sheets_add import AddOptions, add_sheets

    options = AddOptions(headings or (), is_agreed, dry_run, as_json)
    end(add_sheets(city, file, options))

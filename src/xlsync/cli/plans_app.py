"""The typer commands of `xlsync plans` (施策); each calls a module of its own name, imported only then."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from xlsync.cli.options import HERE, AsJson, CityFolder, DryRun, end
from xlsync.cli.usage import JapaneseTyper

plans_app = JapaneseTyper(
    help="計画ごとの施策の一覧と、共通の指標を扱います。",
    no_args_is_help=True,
)

File = Annotated[
    Path,
    typer.Argument(
        metavar="ファイル",
        help="施策の一覧（Excel・CSV。見出しは 計画、大、中、小、名称、いつから、いつまで）。",
        show_default=False,
    ),
]


@plans_app.command("import")
def plans_import(
    file: File,
    is_agreed: Annotated[bool, typer.Option("--yes", help="尋ねずに取り込みます。")] = False,
    dry_run: DryRun = False,
    city: CityFolder = HERE,
    as_json: AsJson = False,
) -> None:
    """施策の一覧を、Excel・CSVのものに置き換えます。何が変わるかを示してから尋ねます。"""
    from xlsync.cli.agreement import Agreement
    from xlsync.cli.commands.plans_import import import_plans

    end(import_plans(city, file, Agreement(is_agreed, dry_run, as_json)))


@plans_app.command("indicators")
def plans_indicators(
    is_agreed: Annotated[bool, typer.Option("--yes", help="尋ねずに入れます。")] = False,
    dry_run: DryRun = False,
    city: CityFolder = HERE,
    as_json: AsJson = False,
) -> None:
    """共通の指標の一覧の名称・目標・実績を、その指標の事業のシートに入れます。何が変わるかを示してから尋ねます。"""
    from xlsync.cli.agreement import Agreement
    from xlsync.cli.commands.plans_indicators import share_indicators

    end(share_indicators(city, Agreement(is_agreed, dry_run, as_json)))

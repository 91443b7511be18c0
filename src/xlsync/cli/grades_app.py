"""The typer commands of `xlsync grades` (評価の段階); each calls a module of its own name, imported only then."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from xlsync.cli.options import HERE, AsJson, CityFolder, DryRun, end
from xlsync.cli.usage import JapaneseTyper

grades_app = JapaneseTyper(
    help="二次評価・最終評価・外部評価などの結果を取り込み、並べて見ます。", no_args_is_help=True
)


TierName = Annotated[
    str,
    typer.Option(
        "--tier",
        metavar="段階",
        help="どの段階の結果か（例：二次評価）。",
        show_default="見出しから見分けます",
    ),
]


@grades_app.command("import")
def grades_import(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="ファイル", help="会議のあとの一覧（Excel・CSV）。", show_default=False
        ),
    ],
    tier: TierName = "",
    headings: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            metavar="見出し=段階.欄",
            help="見出しが何かを決めます（例：会議の結論=二次評価.評価）。次からは覚えています。",
        ),
    ] = None,
    is_agreed: Annotated[bool, typer.Option("--yes", help="尋ねずに取り込みます。")] = False,
    dry_run: DryRun = False,
    city: CityFolder = HERE,
    as_json: AsJson = False,
) -> None:
    """会議のあとの一覧から、評価と理由を取り込みます。何が起きるかを示してから尋ねます。"""
    from xlsync.cli.agreement import Agreement
    from xlsync.cli.commands.grades_import import GradesOptions, import_grades

    agreement = Agreement(is_agreed, dry_run, as_json)
    end(import_grades(city, file, GradesOptions(tier, tuple(headings or ()), agreement)))


@grades_app.command("list")
def grades_list(
    out: Annotated[
        Path | None,
        typer.Option("--out", help="一覧（Excel、A4横）を作ります。", show_default=False),
    ] = None,
    city: CityFolder = HERE,
    as_json: AsJson = False,
) -> None:
    """各段階の評価を並べ、はじめの段階とおわりの段階を比べます。"""
    from xlsync.cli.commands.grades_list import list_grades

    end(list_grades(city, out, as_json=as_json))


@grades_app.command("revert")
def grades_revert(
    tier: Annotated[
        str, typer.Argument(metavar="段階", help="どの段階か（例：二次評価）。", show_default=False)
    ],
    is_agreed: Annotated[bool, typer.Option("--yes", help="尋ねずに取り消します。")] = False,
    dry_run: DryRun = False,
    city: CityFolder = HERE,
    as_json: AsJson = False,
) -> None:
    """最後に取り込んだ一覧を取り消します。取り消しも記録に残ります。戻すときは、一覧をもう一度取り込みます。"""
    from xlsync.cli.agreement import Agreement
    from xlsync.cli.commands.grades_revert import revert_grades

    end(revert_grades(city, tier, Agreement(is_agreed, dry_run, as_json)))

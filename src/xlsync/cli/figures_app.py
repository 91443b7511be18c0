"""The typer commands of `xlsync figures` (財務会計の数字); each calls a module of its own name, imported only then."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from xlsync.cli.options import HERE, AsJson, CityFolder, CityYear, DryRun, end
from xlsync.cli.usage import JapaneseTyper

figures_app = JapaneseTyper(
    help="財務会計の数字を取り込み、シートと照合します。", no_args_is_help=True
)


File = Annotated[
    Path,
    typer.Argument(
        metavar="ファイル",
        help="財務会計が出力したCSV・Excel・固定長のファイル。",
        show_default=False,
    ),
]
Kind = Annotated[
    str,
    typer.Option(
        "--kind",
        metavar="種類",
        help="ファイルの種類の名前（例：歳出決算）。",
        show_default=False,
    ),
]
AsOf = Annotated[
    datetime | None,
    typer.Option(
        "--as-of",
        metavar="年-月-日",
        formats=["%Y-%m-%d"],
        help="いつ現在の数字か。",
        show_default="今日",
    ),
]
Headings = Annotated[
    list[str] | None,
    typer.Option(
        "--map", metavar="見出し=欄", help="見出しがどの欄かを決めます（次からは覚えています）。"
    ),
]


@figures_app.command("import")
def figures_import(
    file: File,
    kind: Kind,
    as_of: AsOf = None,
    headings: Headings = None,
    is_agreed: Annotated[bool, typer.Option("--yes", help="尋ねずに取り込みます。")] = False,
    dry_run: DryRun = False,
    city: CityFolder = HERE,
    as_json: AsJson = False,
) -> None:
    """財務会計の金額をシートに入れます。何が起きるかを示してから尋ねます。"""
    from xlsync.cli.agreement import Agreement
    from xlsync.cli.commands.figures_import import ImportOptions, import_figures

    day = as_of.date().isoformat() if as_of else ""
    agreement = Agreement(is_agreed, dry_run, as_json)
    options = ImportOptions(kind, day, tuple(headings or ()), agreement)
    end(import_figures(city, file, options))


@figures_app.command("release")
def figures_release(
    kind: Annotated[
        str, typer.Argument(metavar="種類", help="ファイルの種類の名前。", show_default=False)
    ],
    reason: Annotated[
        str,
        typer.Option(
            "--reason", metavar="理由", help="理由（記録に残ります）。", show_default=False
        ),
    ],
    fields: Annotated[
        list[str] | None,
        typer.Option(
            "--field",
            metavar="欄",
            help="戻す欄。",
            show_default="その種類の数字が入ったすべての欄",
        ),
    ] = None,
    is_agreed: Annotated[bool, typer.Option("--yes", help="尋ねずに戻します。")] = False,
    dry_run: DryRun = False,
    city: CityFolder = HERE,
    as_json: AsJson = False,
) -> None:
    """財務会計の数字が入った欄を、職員が直せる欄に戻します。数字はそのまま残ります。"""
    from xlsync.cli.agreement import Agreement
    from xlsync.cli.commands.figures_release import ReleaseOptions, release_fields

    agreement = Agreement(is_agreed, dry_run, as_json)
    options = ReleaseOptions(tuple(fields or ()), reason, agreement)
    end(release_fields(city, kind, options))


@figures_app.command("undo")
def figures_undo(
    kind: Annotated[
        str, typer.Argument(metavar="種類", help="ファイルの種類の名前。", show_default=False)
    ],
    is_agreed: Annotated[bool, typer.Option("--yes", help="尋ねずに取り消します。")] = False,
    dry_run: DryRun = False,
    city: CityFolder = HERE,
    as_json: AsJson = False,
) -> None:
    """その種類の最後の取り込みを、1つの操作として取り消します。その後に変わった欄は、そのままにします。"""
    from xlsync.cli.agreement import Agreement
    from xlsync.cli.commands.figures_undo import undo_figures

    end(undo_figures(city, kind, Agreement(is_agreed, dry_run, as_json)))


@figures_app.command("reconcile")
def figures_reconcile(
    kind: Annotated[
        str,
        typer.Option(
            "--kind",
            metavar="種類",
            help="ファイルの種類の名前。",
            show_default="1つだけのときはそれ",
        ),
    ] = "",
    out: Annotated[
        Path | None,
        typer.Option("--out", help="照合の一覧（Excel）を作ります。", show_default=False),
    ] = None,
    city: CityFolder = HERE,
    as_json: AsJson = False,
) -> None:
    """取り込んだ財務会計の数字と、いまのシートを円単位で照合します。"""
    from xlsync.cli.commands.figures_reconcile import reconcile_figures

    end(reconcile_figures(city, kind, out, as_json=as_json))


@figures_app.command("staffing")
def figures_staffing(
    out: Annotated[
        Path | None,
        typer.Option("--out", help="照合の一覧（Excel、A4横）を作ります。", show_default=False),
    ] = None,
    city: CityFolder = HERE,
    as_json: AsJson = False,
) -> None:
    """所属ごとの従事割合の合計を、定員（定員.csv）と比べます。"""
    from xlsync.cli.commands.figures_staffing import compare_staffing

    end(compare_staffing(city, out, as_json=as_json))


@figures_app.command("reflection")
def figures_reflection(
    edition: CityYear = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", help="反映状況のファイル（Excel、A4横）を作ります。", show_default=False
        ),
    ] = None,
    city: CityFolder = HERE,
    as_json: AsJson = False,
) -> None:
    """方向性が翌年度の予算にどう反映されたか（拡充・継続・縮減・廃止）を示します。"""
    from xlsync.cli.commands.figures_reflection import show_reflection

    end(show_reflection(city, edition, out, as_json=as_json))

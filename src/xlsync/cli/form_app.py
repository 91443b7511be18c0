"""The typer commands of `xlsync form`, each calls a module of its own name, imported only then."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from xlsync.cli.options import (
    EDITION,
    FORM,
    HERE,
    AsJson,
    Check,
    CityFolder,
    CityYear,
    DryRun,
    FormName,
    KeysFile,
    KeysOut,
    Year,
)
from xlsync.cli.usage import JapaneseTyper

_FIRST_MONTH = 4
"""The month in which a fiscal year begins."""
form_app = JapaneseTyper(help="様式を作り、確かめます。", no_args_is_help=True)


@form_app.command("add")
def form_add(
    name: Annotated[
        str,
        typer.Argument(
            metavar="名前",
            help="様式の名前。市の forms フォルダと、共有フォルダの中のフォルダの名前になります。",
            show_default=False,
        ),
    ],
    form: Annotated[
        str,
        typer.Option(
            "--form",
            metavar="フォルダ",
            help="加える様式のフォルダ（form.toml と drawing.xlsx）。写しを置きます。",
            show_default=False,
        ),
    ],
    edition: CityYear = None,
    city: CityFolder = HERE,
) -> None:
    """市で集める様式を1つ加えます。登録データ、共有フォルダ、集計、提出状況は様式ごとに分かれます。"""
    from xlsync.cli.commands.form_add import add_form

    raise typer.Exit(add_form(city, name, form, edition))


@form_app.command("adopt")
def form_adopt(
    form: Annotated[
        str | None,
        typer.Argument(metavar="フォルダ", help="使い始める様式のフォルダ。", show_default=False),
    ] = None,
    back: Annotated[bool, typer.Option("--back", help="一つ前の版に戻します。")] = False,
    founded_on: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="フォルダ",
            help="いまある版を作ったときの様式（版の控えがない登録データだけ）。",
        ),
    ] = None,
    is_agreed: Annotated[
        bool,
        typer.Option("--yes", help="確認の質問をせず、内容の行き先がなくなる場合も使い始めます。"),
    ] = False,
    keys: KeysFile = None,
    keys_out: KeysOut = None,
    dry_run: DryRun = False,
    city: CityFolder = HERE,
    as_json: AsJson = False,
) -> None:
    """直した様式を使い始めます。何が起きるかを示し、よいか尋ねます。先に form check と form try で確かめてください。"""
    from xlsync.cli.agreement import Agreement
    from xlsync.cli.commands.form_adopt import AdoptOptions, adopt

    agreement = Agreement(is_agreed, dry_run, as_json)
    options = AdoptOptions(back, founded_on, agreement, keys, keys_out)
    raise typer.Exit(adopt(city, form, options))


@form_app.command("build")
def form_build(
    form: FormName = FORM,
    edition: Year = EDITION,
    out: Annotated[Path, typer.Option("--out", help="作るファイル。")] = Path(
        "templates/sheet_template.xlsx"
    ),
    only_check: Check = False,
) -> None:
    """様式の定義と図面から、配布用のひな形を作ります。"""
    from xlsync.cli.commands.form_build import build_form

    raise typer.Exit(build_form(form, edition, out, only_check=only_check))


@form_app.command("check")
def form_check(form: FormName = FORM, edition: Year = EDITION) -> None:
    """様式の定義と図面に誤りがないか確かめます。"""
    from xlsync.cli.commands.form_check import check_form

    raise typer.Exit(check_form(form, edition))


@form_app.command("docs")
def form_docs(
    form: FormName = FORM,
    edition: Year = EDITION,
    out: Annotated[Path, typer.Option("--out", help="docs と schema を置くフォルダ。")] = HERE,
    only_check: Check = False,
) -> None:
    """様式の説明（docs/form.md など）とJSON Schemaを作ります。"""
    from xlsync.cli.commands.form_docs import write_docs

    raise typer.Exit(write_docs(form, edition, out, only_check=only_check))


@form_app.command("new")
def form_new(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="ファイル",
            help="公式様式のExcelファイル、または直し終えた「様式の定義」のファイル。",
            show_default=False,
        ),
    ],
    worksheets: Annotated[
        list[str] | None,
        typer.Option(
            "--sheet",
            help="様式のシートの名前。くり返すと、何枚かで1つの様式にします。",
            show_default="欄のいちばん多いシート",
        ),
    ] = None,
    edition: Annotated[
        int | None,
        typer.Option(
            "--edition", help="対象年度（西暦）。", show_default="様式の年度、なければ今年度"
        ),
    ] = None,
    out: Annotated[Path, typer.Option("--out", help="作るファイルを置くフォルダ。")] = HERE,
) -> None:
    """いまある公式様式から欄を読み取り、Excelで直せる一覧を作ります。直したファイルでもう一度実行すると、様式ができます。"""
    from xlsync.city.clock_and_user import today
    from xlsync.cli.commands.form_new import NewFormOptions, new_form

    day = today()
    year = day.year if day.month >= _FIRST_MONTH else day.year - 1
    raise typer.Exit(new_form(file, NewFormOptions(tuple(worksheets or ()), edition, out), year))


@form_app.command("try")
def form_try(
    form: Annotated[
        str,
        typer.Argument(
            metavar="フォルダ", help="直した様式の form.toml のあるフォルダ。", show_default=False
        ),
    ],
    edition: CityYear = None,
    examples: Annotated[int, typer.Option("--examples", min=0, help="例をいくつ示すか。")] = 3,
    sample: Annotated[
        int,
        typer.Option("--sample", min=0, help="書き換えを試すファイルの数（0 ならすべて）。"),
    ] = 0,
    city: CityFolder = HERE,
    as_json: AsJson = False,
) -> None:
    """直した様式を配る前に、いまあるすべてのシートとファイルの写しで試します。何も書き換えません。"""
    from xlsync.cli.commands.form_try import TryOptions, try_form

    options = TryOptions(edition, examples, sample, as_json)
    raise typer.Exit(try_form(city, form, options))

"""The typer commands. Each is one call into a module that is loaded only then: `xlsync --help` must come at once."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

app = typer.Typer(
    name="xlsync",
    help="予算事業別事務事業評価シートを、Excelのまま集めて確かめ、まとめます。",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
form_app = typer.Typer(help="様式を作り、確かめます。", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(form_app, name="form")

CityFolder = Annotated[
    Path,
    typer.Option(
        "--city",
        "-C",
        help="市のフォルダ（xlsync.toml のある場所）。",
        show_default="現在のフォルダ",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="結果をJSONで出します。")]
Notes = Annotated[bool, typer.Option("--notes", help="参考の指摘も表示します。")]
Paths = Annotated[
    list[Path], typer.Argument(help="ブック、フォルダ、またはJSONシート。", show_default=False)
]
Key = Annotated[
    str, typer.Argument(help="事業コード（01-02-01-08-14-01 など）。", show_default=False)
]
FormName = Annotated[
    str, typer.Option("--form", help="様式の名前、または form.toml のあるフォルダ。")
]
Year = Annotated[int, typer.Option("--edition", help="対象年度（西暦）。")]
Check = Annotated[bool, typer.Option("--check", help="書き換えず、最新かどうかだけを確かめます。")]

_HERE = Path()
_FORM = "jimu-jigyo-hyoka"
_EDITION = 2018


def _version(wanted: bool) -> None:
    if wanted:
        from xlsync import __version__

        typer.echo(f"xlsync {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="版を表示します。")
    ] = False,
) -> None:
    pass


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="作るフォルダ。", show_default=False)],
    city: Annotated[str, typer.Option("--name", help="市の名前。")] = "○○市",
    edition: Year = _EDITION,
    own_form: Annotated[
        bool, typer.Option("--own-form", help="編集できる様式の写しを form フォルダに置きます。")
    ] = False,
) -> None:
    """市のフォルダ（設定、保管庫、共有フォルダ）を作ります。"""
    from xlsync.cli.founding import found

    found(folder, city, edition, own_form=own_form)


@app.command("import")
def import_(
    paths: Paths,
    city: CityFolder = _HERE,
    as_json: AsJson = False,
    notes: Notes = False,
    clearing_meant: Annotated[
        bool, typer.Option("--clearing-meant", help="多くの欄が空欄になっていても受け取ります。")
    ] = False,
) -> None:
    """ブックやJSONシートを保管庫に受け取ります。"""
    from xlsync.cli.receiving import import_paths

    code = import_paths(city, paths, as_json=as_json, notes=notes, clearing_meant=clearing_meant)
    raise typer.Exit(code)


@app.command()
def check(
    paths: Paths,
    city: CityFolder = _HERE,
    as_json: AsJson = False,
    notes: Notes = False,
) -> None:
    """ブックを確かめるだけで、何も書き込みません。"""
    from xlsync.cli.receiving import check_paths

    raise typer.Exit(check_paths(city, paths, as_json=as_json, notes=notes))


@app.command()
def export(
    keys: Annotated[
        list[str] | None,
        typer.Argument(help="事業コード（01-02-01-08-14-01 など）。", show_default=False),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="すべての事業。")] = False,
    at: Annotated[
        datetime | None,
        typer.Option("--at", formats=["%Y-%m-%d"], help="この日の時点の内容（2026-05-31 など）。"),
    ] = None,
    out: Annotated[Path, typer.Option("--out", help="--at のときに置くフォルダ。")] = _HERE,
    city: CityFolder = _HERE,
) -> None:
    """配布用のブックを共有フォルダに作ります。すでにあるブックは書き換えません。"""
    from xlsync.cli.giving import export_keys, export_past

    if every == bool(keys):
        raise typer.BadParameter("事業コードか --all のどちらかを指定してください")
    if at is not None:
        raise typer.Exit(export_past(city, keys or [], at.date(), out, every=every))
    raise typer.Exit(export_keys(city, keys or [], every=every))


@app.command()
def summarize(
    department: Annotated[str, typer.Option("--department", help="この部だけを作ります。")] = "",
    city: CityFolder = _HERE,
) -> None:
    """部ごとの集計ブックと全庁の集計ブックを作ります。"""
    from xlsync.cli.giving import summarize_city

    raise typer.Exit(summarize_city(city, department))


@app.command()
def status(city: CityFolder = _HERE, as_json: AsJson = False) -> None:
    """どの事業がどこまで進んでいるかを表示します。"""
    from xlsync.cli.looking import show_status

    raise typer.Exit(show_status(city, as_json=as_json))


@app.command()
def audit(city: CityFolder = _HERE, as_json: AsJson = False) -> None:
    """保管庫をすべて読み、壊れたところがないか確かめます。何も書き換えません。"""
    from xlsync.cli.looking import show_audit

    raise typer.Exit(show_audit(city, as_json=as_json))


@app.command()
def history(key: Key, city: CityFolder = _HERE, as_json: AsJson = False) -> None:
    """だれが、いつ、どこを変えたかを表示します。"""
    from xlsync.cli.ledger import show_history

    raise typer.Exit(show_history(city, key, as_json=as_json))


@app.command()
def conflicts(city: CityFolder = _HERE, as_json: AsJson = False) -> None:
    """同じ欄を複数の人が変えて、まだ決まっていないものを表示します。"""
    from xlsync.cli.ledger import show_conflicts

    raise typer.Exit(show_conflicts(city, as_json=as_json))


@app.command()
def resolve(
    key: Key,
    ours: Annotated[
        list[str] | None, typer.Option("--ours", help="登録済みの内容を採る欄。")
    ] = None,
    theirs: Annotated[
        list[str] | None, typer.Option("--theirs", help="ブックの内容を採る欄。")
    ] = None,
    all_ours: Annotated[
        bool, typer.Option("--all-ours", help="すべて登録済みの内容を採ります。")
    ] = False,
    all_theirs: Annotated[
        bool, typer.Option("--all-theirs", help="すべてブックの内容を採ります。")
    ] = False,
    city: CityFolder = _HERE,
) -> None:
    """競合した欄について、どちらの内容を採るかを決めます。"""
    from xlsync.cli.ledger import settle

    if all_ours and all_theirs:
        raise typer.BadParameter("--all-ours と --all-theirs はどちらか一方だけ指定してください")
    side: Literal["ours", "theirs"] | None = (
        "ours" if all_ours else "theirs" if all_theirs else None
    )
    raise typer.Exit(settle(city, key, ours or [], theirs or [], side))


@app.command()
def revert(
    key: Key,
    to: Annotated[int, typer.Option("--to", help="戻したい版の番号。", show_default=False)],
    city: CityFolder = _HERE,
) -> None:
    """前の版の内容に戻します（戻したことも新しい版として残ります）。"""
    from xlsync.cli.ledger import take_back

    raise typer.Exit(take_back(city, key, to))


@app.command()
def diff(paths: Paths, city: CityFolder = _HERE, as_json: AsJson = False) -> None:
    """ブックと保管庫の違いを表示します。何も書き込みません。"""
    from xlsync.cli.ledger import show_differences

    raise typer.Exit(show_differences(city, paths, as_json=as_json))


@app.command()
def demo(folder: Annotated[Path, typer.Argument(help="空のフォルダ。")] = Path("demo")) -> None:
    """公表済みの5シートで、ひととおりの流れを試します。"""
    from xlsync.cli.demo import run_demo

    raise typer.Exit(run_demo(folder))


@form_app.command("build")
def form_build(
    form: FormName = _FORM,
    edition: Year = _EDITION,
    out: Annotated[Path, typer.Option("--out", help="作るファイル。")] = Path(
        "templates/sheet_template.xlsx"
    ),
    only_check: Check = False,
) -> None:
    """様式の定義と図面から、配布用のひな形を作ります。"""
    from xlsync.cli.forms import build

    raise typer.Exit(build(form, edition, out, only_check=only_check))


@form_app.command("check")
def form_check(form: FormName = _FORM, edition: Year = _EDITION) -> None:
    """様式の定義と図面に誤りがないか確かめます。"""
    from xlsync.cli.forms import check_form

    raise typer.Exit(check_form(form, edition))


@form_app.command("docs")
def form_docs(
    form: FormName = _FORM,
    edition: Year = _EDITION,
    out: Annotated[Path, typer.Option("--out", help="docs と schema を置くフォルダ。")] = _HERE,
    only_check: Check = False,
) -> None:
    """様式の説明（docs/form.md など）とJSON Schemaを作ります。"""
    from xlsync.cli.forms import docs

    raise typer.Exit(docs(form, edition, out, only_check=only_check))

"""The typer commands. Each is one call into a module that is loaded only then: `xlsync --help` must come at once."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from xlsync.cli.button_app import button_app
from xlsync.cli.form_app import form_app
from xlsync.cli.options import EDITION, HERE, AsJson, CityFolder, Key, Notes, Paths, Year

app = typer.Typer(
    name="xlsync",
    help="予算事業別事務事業評価シートを、Excelのまま集めて確かめ、まとめます。",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.add_typer(form_app, name="form")
app.add_typer(button_app)


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
    edition: Year = EDITION,
    own_form: Annotated[
        bool, typer.Option("--own-form", help="編集できる様式の写しを form フォルダに置きます。")
    ] = False,
) -> None:
    """市のフォルダ（設定、保管庫、共有フォルダ）を作ります。"""
    from xlsync.cli.commands.init import found

    found(folder, city, edition, own_form=own_form)


@app.command("import")
def import_(
    paths: Paths,
    city: CityFolder = HERE,
    as_json: AsJson = False,
    notes: Notes = False,
    clearing_meant: Annotated[
        bool, typer.Option("--clearing-meant", help="多くの欄が空欄になっていても受け取ります。")
    ] = False,
) -> None:
    """ブックやJSONシートを保管庫に受け取ります。"""
    from xlsync.cli.commands.import_ import import_paths

    code = import_paths(city, paths, as_json=as_json, notes=notes, clearing_meant=clearing_meant)
    raise typer.Exit(code)


@app.command()
def check(
    paths: Paths,
    city: CityFolder = HERE,
    as_json: AsJson = False,
    notes: Notes = False,
) -> None:
    """ブックを確かめるだけで、何も書き込みません。"""
    from xlsync.cli.commands.import_ import check_paths

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
    out: Annotated[Path, typer.Option("--out", help="--at のときに置くフォルダ。")] = HERE,
    city: CityFolder = HERE,
) -> None:
    """配布用のブックを共有フォルダに作ります。すでにあるブックは書き換えません。"""
    from xlsync.cli.commands.export import export_keys, export_past

    if every == bool(keys):
        raise typer.BadParameter("事業コードか --all のどちらかを指定してください")
    if at is not None:
        raise typer.Exit(export_past(city, keys or [], at.date(), out, every=every))
    raise typer.Exit(export_keys(city, keys or [], every=every))


@app.command()
def summarize(
    department: Annotated[str, typer.Option("--department", help="この部だけを作ります。")] = "",
    form: Annotated[
        Literal["xlsx", "csv", "json", "parquet"],
        typer.Option(
            "--format", help="xlsx は集計ブック、ほかは事業×年度区分の表（1行1件）を作ります。"
        ),
    ] = "xlsx",
    out: Annotated[
        Path | None,
        typer.Option("--out", help="置くフォルダ。", show_default="共有フォルダの集計"),
    ] = None,
    city: CityFolder = HERE,
) -> None:
    """部ごとの集計ブックと全庁の集計ブック、またはほかのソフトで使う表を作ります。"""
    from xlsync.cli.commands.summarize import summarize_city

    raise typer.Exit(summarize_city(city, department, form, out))


@app.command()
def watch(
    city: CityFolder = HERE,
    once: Annotated[
        bool, typer.Option("--once", help="いまあるものを受け取ったら終わります（cron などから）。")
    ] = False,
    health: Annotated[
        bool, typer.Option("--health", help="見張りが動いているかどうかだけを表示します。")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="--health の結果をJSONで出します。")
    ] = False,
) -> None:
    """共有フォルダを見張り、保存されたブックをすぐに受け取ります。"""
    from xlsync.cli.commands.watch import show_health, watch_city

    if once and health:
        raise typer.BadParameter("--once と --health はどちらか一方だけ指定してください")
    if as_json and not health:
        raise typer.BadParameter("--json は --health と一緒に指定してください")
    raise typer.Exit(show_health(city, as_json=as_json) if health else watch_city(city, once=once))


@app.command()
def status(city: CityFolder = HERE, as_json: AsJson = False) -> None:
    """どの事業がどこまで進んでいるかを表示します。"""
    from xlsync.cli.commands.status import show_status

    raise typer.Exit(show_status(city, as_json=as_json))


@app.command()
def audit(
    city: CityFolder = HERE,
    as_json: AsJson = False,
    rebuild: Annotated[
        bool,
        typer.Option(
            "--rebuild", help="版の記録から作り直せるものを直してから、もう一度確かめます。"
        ),
    ] = False,
) -> None:
    """保管庫をすべて読み、壊れたところがないか確かめます。--rebuild のほかは何も書き換えません。"""
    from xlsync.cli.commands.status import show_audit

    raise typer.Exit(show_audit(city, as_json=as_json, rebuilding=rebuild))


@app.command()
def history(key: Key, city: CityFolder = HERE, as_json: AsJson = False) -> None:
    """だれが、いつ、どこを変えたかを表示します。"""
    from xlsync.cli.commands.history import show_history

    raise typer.Exit(show_history(city, key, as_json=as_json))


@app.command()
def conflicts(city: CityFolder = HERE, as_json: AsJson = False) -> None:
    """同じ欄を複数の人が変えて、まだ決まっていないものを表示します。"""
    from xlsync.cli.commands.history import show_conflicts

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
    city: CityFolder = HERE,
) -> None:
    """競合した欄について、どちらの内容を採るかを決めます。"""
    from xlsync.cli.commands.history import settle

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
    city: CityFolder = HERE,
) -> None:
    """前の版の内容に戻します（戻したことも新しい版として残ります）。"""
    from xlsync.cli.commands.history import take_back

    raise typer.Exit(take_back(city, key, to))


@app.command()
def diff(paths: Paths, city: CityFolder = HERE, as_json: AsJson = False) -> None:
    """ブックと保管庫の違いを表示します。何も書き込みません。"""
    from xlsync.cli.commands.history import show_differences

    raise typer.Exit(show_differences(city, paths, as_json=as_json))


@app.command()
def demo(folder: Annotated[Path, typer.Argument(help="空のフォルダ。")] = Path("demo")) -> None:
    """公表済みの5シートで、ひととおりの流れを試します。"""
    from xlsync.cli.commands.demo import run_demo

    raise typer.Exit(run_demo(folder))

"""The typer commands: each calls a module of its own name, imported only then, so that `xlsync --help` is quick."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from xlsync.cli.command_groups import add_groups
from xlsync.cli.completion import (
    complete_department,
    complete_division,
    complete_key,
    complete_state,
)
from xlsync.cli.options import (
    EDITION,
    HERE,
    AsJson,
    CityFolder,
    CityYear,
    DryRun,
    ExitZero,
    Jobs,
    Notes,
    Paths,
    PresentUnits,
    Trial,
    Year,
    end,
)
from xlsync.cli.usage import JapaneseTyper

app = JapaneseTyper(
    name="xlsync",
    help="役所のExcelの様式を、Excelのまま集めて確かめ、まとめます。",
    no_args_is_help=True,
)
add_groups(app)


def _version(wanted: bool) -> None:
    if wanted:
        from xlsync.cli.version_lines import version_lines

        for line in version_lines():
            typer.echo(line)
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
    folder: Annotated[
        Path, typer.Argument(metavar="フォルダ", help="作るフォルダ。", show_default=False)
    ],
    city: Annotated[str, typer.Option("--name", help="市の名前。")] = "○○市",
    edition: Year = EDITION,
    own_form: Annotated[
        bool, typer.Option("--own-form", help="編集できる様式の写しを form フォルダに置きます。")
    ] = False,
    form: Annotated[
        Path | None,
        typer.Option(
            "--form",
            metavar="フォルダ",
            help="使う様式のフォルダ（form.toml と drawing.xlsx）。写しを市の form フォルダに置きます。",
            show_default=False,
        ),
    ] = None,
) -> None:
    """市のフォルダ（設定、登録データ、共有フォルダ）を作ります。"""
    from xlsync.cli.commands.init import create_city

    create_city(folder, city, edition, own_form=own_form, form=form)


@app.command("import")
def import_(
    paths: Paths,
    city: CityFolder = HERE,
    as_json: AsJson = False,
    notes: Notes = False,
    clearing_meant: Annotated[
        bool, typer.Option("--clearing-meant", help="多くの欄が空欄になっていても受け取ります。")
    ] = False,
    after_deadline: Annotated[
        bool, typer.Option("--after-deadline", help="受付を締め切ったあとでも受け取ります。")
    ] = False,
    review: Annotated[
        bool, typer.Option("--review", help="すべての変更を企画担当の確認待ちにします。")
    ] = False,
    exit_zero: ExitZero = False,
    dry_run: DryRun = False,
) -> None:
    """Excelファイルや、ほかのシステムのJSONを受け取って登録します。"""
    from xlsync.cli.commands.import_ import ImportOptions, import_paths, show_import

    if dry_run:
        end(show_import(city, paths, as_json=as_json, notes=notes), exit_zero=exit_zero)
    options = ImportOptions(as_json, notes, clearing_meant, after_deadline, review)
    end(import_paths(city, paths, options), exit_zero=exit_zero)


@app.command()
def check(
    paths: Paths,
    city: CityFolder = HERE,
    as_json: AsJson = False,
    notes: Notes = False,
    jobs: Jobs = 1,
    exit_zero: ExitZero = False,
) -> None:
    """Excelファイルを確かめるだけで、何も書き込みません。"""
    from xlsync.cli.commands.check import check_paths

    code = check_paths(city, paths, as_json=as_json, notes=notes, jobs=jobs)
    end(code, exit_zero=exit_zero)


def _refuse_together(
    at: datetime | None, edition: int | None, *, trial: bool, dry_run: bool
) -> None:
    if dry_run and (trial or at is not None):
        raise typer.BadParameter("--dry-run は --trial や --at と一緒に使えません")
    if trial and at is not None:
        raise typer.BadParameter("--trial と --at は一緒に使えません")
    if edition is not None and at is None:
        raise typer.BadParameter("--edition は --at と一緒に指定してください")


@app.command()
def export(
    keys: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[事業コード…]",
            help="事業コード（01-02-01-08-14-01 など）。",
            show_default=False,
            autocompletion=complete_key,
        ),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="すべての事業。")] = False,
    at: Annotated[
        datetime | None,
        typer.Option("--at", formats=["%Y-%m-%d"], help="この日の時点の内容（2026-05-31 など）。"),
    ] = None,
    edition: CityYear = None,
    trial: Trial = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="--at か --trial のときに置くフォルダ。", show_default=False),
    ] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    city: CityFolder = HERE,
) -> None:
    """配布用のExcelファイルを共有フォルダに作ります。すでにあるファイルには、ほかの人の変更を書き戻します。"""
    from xlsync.cli.commands.export import Day, export_day, export_keys, export_trial_workbooks

    if every == bool(keys):
        raise typer.BadParameter("事業コードか --all のどちらかを指定してください")
    _refuse_together(at, edition, trial=trial, dry_run=dry_run)
    if trial:
        end(export_trial_workbooks(city, keys or [], out, every=every, as_json=as_json))
    if at is not None:
        day = Day(at.date(), edition)
        end(export_day(city, keys or [], day, out or HERE, every=every, as_json=as_json))
    end(export_keys(city, keys or [], every=every, as_json=as_json, is_dry_run=dry_run))


SnapshotName = Annotated[
    str,
    typer.Option(
        "--snapshot", metavar="名前", help="`xlsync snapshot` で残した時点の集計を作ります。"
    ),
]


@app.command()
def summarize(
    department: Annotated[
        str,
        typer.Option(
            "--department", help="この部だけを作ります。", autocompletion=complete_department
        ),
    ] = "",
    form: Annotated[
        Literal["xlsx", "csv", "json", "parquet"],
        typer.Option("--format", help="xlsx は集計、ほかは事業×年度区分の表（1行1件）を作ります。"),
    ] = "xlsx",
    out: Annotated[
        Path | None,
        typer.Option("--out", help="置くフォルダ。", show_default="共有フォルダの集計"),
    ] = None,
    by_axis: Annotated[
        bool,
        typer.Option(
            "--by-axis",
            help="表を、1シートに1つの欄の表と、軸（年度区分など）ごとの表に分けます。すべての欄が1回ずつ入ります。",
        ),
    ] = False,
    edition: CityYear = None,
    present_units: PresentUnits = False,
    snapshot: SnapshotName = "",
    as_json: AsJson = False,
    city: CityFolder = HERE,
) -> None:
    """部ごとの集計と全庁の集計、またはほかのソフトで使う表を作ります。"""
    from xlsync.cli.commands.summarize import SummaryOptions, summarize_city

    if by_axis and form == "xlsx":
        raise typer.BadParameter(
            "--by-axis は --format csv・json・parquet と一緒に指定してください"
        )
    options = SummaryOptions(
        department, form, out, as_json, by_axis, edition, snapshot, present_units
    )
    end(summarize_city(city, options))


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
    """共有フォルダを見張り、保存されたExcelファイルをすぐに受け取ります。"""
    from xlsync.cli.commands.watch import show_health, watch_city

    if once and health:
        raise typer.BadParameter("--once と --health はどちらか一方だけ指定してください")
    if as_json and not health:
        raise typer.BadParameter("--json は --health と一緒に指定してください")
    end(show_health(city, as_json=as_json) if health else watch_city(city, once=once))


@app.command()
def status(
    department: Annotated[
        str, typer.Option("--department", help="この部だけ。", autocompletion=complete_department)
    ] = "",
    division: Annotated[
        str, typer.Option("--division", help="この課だけ。", autocompletion=complete_division)
    ] = "",
    state: Annotated[
        str,
        typer.Option(
            "--state",
            help="この状況だけ（未着手、入力中、提出済 など）。",
            autocompletion=complete_state,
        ),
    ] = "",
    edition: CityYear = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="会議用の一覧（Excel、A4横）を作ります。", show_default=False),
    ] = None,
    city: CityFolder = HERE,
    as_json: AsJson = False,
    exit_zero: ExitZero = False,
) -> None:
    """どの事業がどこまで進んでいるかを表示します。"""
    from xlsync.city.status_table import Filter
    from xlsync.cli.commands.status import show_status

    wanted = Filter(department, division, state)
    code = show_status(city, wanted, edition, as_json=as_json, out=out)
    end(code, exit_zero=exit_zero)


@app.command()
def demo(
    folder: Annotated[Path, typer.Argument(metavar="[フォルダ]", help="空のフォルダ。")] = Path(
        "demo"
    ),
) -> None:
    """公表済みの5シートで、ひととおりの流れを試します。"""
    from xlsync.cli.commands.demo import run_demo

    end(run_demo(folder))

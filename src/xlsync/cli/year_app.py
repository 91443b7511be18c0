"""The typer commands about the change of the fiscal year (年度更新)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from xlsync.cli.options import HERE, AsJson, CityFolder, DryRun, end
from xlsync.cli.usage import JapaneseTyper

year_app = JapaneseTyper()
_Trial = Annotated[
    Path | None,
    typer.Option(
        "--trial",
        metavar="フォルダ",
        help="年度更新を予行し、新しい年度のファイルを試し用に作るフォルダ（年度更新はしません）。",
        show_default=False,
    ),
]
_Day = Annotated[
    datetime | None,
    typer.Option(
        "--date",
        metavar="年-月-日",
        formats=["%Y-%m-%d"],
        help="いつの組織にするか。",
        show_default="今日",
    ),
]
_Out = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="ファイル",
        help="移すシートの一覧（Excel）を書くファイル。行き先を書き込んで、[一覧] に指定できます。",
        show_default=False,
    ),
]


@year_app.command()
def rollover(
    year: Annotated[
        int, typer.Argument(metavar="年度", help="新しい対象年度（西暦）。", show_default=False)
    ],
    is_agreed: Annotated[bool, typer.Option("--yes", help="尋ねずに年度更新します。")] = False,
    dry_run: DryRun = False,
    ledger: Annotated[
        Path | None,
        typer.Option(
            "--ledger",
            metavar="ファイル",
            help="年度更新の台帳（Excel）を書くファイル。--dry-run と一緒なら、確かめるための台帳です。",
            show_default="市のフォルダの「年度更新の台帳_○年度.xlsx」",
        ),
    ] = None,
    trial: _Trial = None,
    undoing: Annotated[
        bool, typer.Option("--undo", help="年度更新を取り消します（だれも入力していない間だけ）。")
    ] = False,
    city: CityFolder = HERE,
    as_json: AsJson = False,
) -> None:
    """前の年度のシートから、新しい年度のシートを作ります。何が起きるかを示してから尋ねます。"""
    from xlsync.cli.agreement import Agreement
    from xlsync.cli.commands.rollover import RolloverOptions, roll_over, undo

    if undoing and any((ledger, trial)):
        raise typer.BadParameter("--undo はほかの指定と一緒に使えません")
    if trial is not None and is_agreed:
        raise typer.BadParameter("--trial は --yes と一緒に使えません")
    agreement = Agreement(is_agreed, dry_run, as_json)
    if undoing:
        end(undo(city, year, agreement))
    end(roll_over(city, year, RolloverOptions(agreement, ledger, trial)))


@year_app.command()
def close(
    year: Annotated[
        int, typer.Argument(metavar="年度", help="締める年度（西暦）。", show_default=False)
    ],
    is_agreed: Annotated[bool, typer.Option("--yes", help="尋ねずに締めます。")] = False,
    protects: Annotated[
        bool,
        typer.Option(
            "--protect/--no-protect", help="ファイルを書き込めないようにします（パスワードなし）。"
        ),
    ] = True,
    dry_run: DryRun = False,
    undoing: Annotated[
        bool,
        typer.Option("--undo", help="締めたことを取り消します（書き込めるように戻します）。"),
    ] = False,
    city: CityFolder = HERE,
    as_json: AsJson = False,
) -> None:
    """終わった年度を締めます。その年度のファイルを書き込めないようにし、その年度のフォルダに移します。"""
    from xlsync.cli.agreement import Agreement
    from xlsync.cli.commands.close import close_edition, reopen_edition

    if undoing and not protects:
        raise typer.BadParameter("--undo は --no-protect と一緒に使えません")
    if undoing:
        end(reopen_edition(city, year, Agreement(is_agreed, dry_run, as_json)))
    end(close_edition(city, year, Agreement(is_agreed, dry_run, as_json), protects=protects))


@year_app.command()
def reorganize(
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="[一覧]",
            help="組織改編の一覧（Excel か CSV）。書かなければ、設定の組織の一覧を使います。",
            show_default=False,
        ),
    ] = None,
    day: _Day = None,
    is_agreed: Annotated[bool, typer.Option("--yes", help="尋ねずに移します。")] = False,
    dry_run: DryRun = False,
    out: _Out = None,
    undoing: Annotated[bool, typer.Option("--undo", help="最後の組織改編を取り消します。")] = False,
    city: CityFolder = HERE,
    as_json: AsJson = False,
) -> None:
    """組織改編に合わせて、シートの所属を変え、ファイルを新しい課のフォルダに移します。何が起きるかを示してから尋ねます。"""
    from xlsync.cli.agreement import Agreement
    from xlsync.cli.commands.reorganize import ReorganizeOptions, reorganize_city, undo

    if undoing and any((day, file, out)):
        raise typer.BadParameter("--undo は一覧やほかの指定と一緒に使えません")
    agreement = Agreement(is_agreed, dry_run, as_json)
    if undoing:
        end(undo(city, agreement))
    options = ReorganizeOptions(agreement, None if day is None else day.date(), out)
    end(reorganize_city(city, file, options))

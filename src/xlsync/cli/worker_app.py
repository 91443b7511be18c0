"""The typer commands about workers; each calls a function of one module, imported only then."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from xlsync.cli.options import HERE, AsJson, CityFolder, end
from xlsync.cli.usage import JapaneseTyper

worker_app = JapaneseTyper()


@worker_app.command("work")
def work(
    folders: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[市のフォルダ…]",
            help="仕事をする市のフォルダ（xlsync.toml のある場所）。同じデータベースのものに限ります。",
            show_default="現在のフォルダ",
        ),
    ] = None,
    dead_after: Annotated[
        float,
        typer.Option(
            "--dead-after",
            min=2,
            max=3600,
            help="ほかの処理係から便りがないとき、その仕事を引き継ぐまでの秒数。",
        ),
    ] = 30,
) -> None:
    """処理係として、見張りがデータベースに入れた保存を受け取り、提出状況・書き戻し・集計・公表を行います。何台で動かしてもかまいません。"""
    from xlsync.cli.commands.work import work_for

    end(work_for(folders or [HERE], dead_after=dead_after))


@worker_app.command("jobs")
def jobs(
    cancelled: Annotated[
        int | None,
        typer.Option(
            "--cancel",
            metavar="番号",
            help="処理係に頼んだ公表を取りやめます。",
            show_default=False,
        ),
    ] = None,
    as_json: AsJson = False,
    city: CityFolder = HERE,
) -> None:
    """処理係と、受け取りを待っている保存の数、頼んだ公表の進み具合を表示します。"""
    from xlsync.cli.commands.work import show_jobs

    end(show_jobs(city, cancelled_number=cancelled, as_json=as_json))

"""The typer commands of `xlsync store`; each calls a function of one module, imported only then."""

from __future__ import annotations

from typing import Annotated

import typer

from xlsync.cli.options import HERE, AsJson, CityFolder, end
from xlsync.cli.usage import JapaneseTyper

copy_app = JapaneseTyper(
    help="登録データを、フォルダとデータベース（PostgreSQL）の間で写します。",
    no_args_is_help=True,
)

_LOCATION = "登録データのフォルダ、または postgresql://利用者@サーバー/データベース#市の名前"


@copy_app.command("copy")
def copy(
    source: Annotated[str, typer.Argument(metavar="写すもと", help=_LOCATION)],
    target: Annotated[str, typer.Argument(metavar="写す先", help=_LOCATION)],
    as_json: AsJson = False,
    city: CityFolder = HERE,
) -> None:
    """登録データをすべて写し、1バイトも違わないことを確かめます。途中で止まったら、同じように実行すれば続きから写します。"""
    from xlsync.cli.commands.store_copying import copy_between

    end(copy_between(city, source, target, as_json=as_json))

"""The typer commands of `xlsync store`; each calls a function of one module, imported only then."""

from __future__ import annotations

from typing import Annotated

import typer

from xlsync.cli.options import HERE, AsJson, CityFolder, DryRun, end
from xlsync.cli.usage import JapaneseTyper

copy_app = JapaneseTyper(
    help="登録データを、フォルダとデータベース（PostgreSQL）の間で写し、データベースの市を管理します。",
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


Database = Annotated[
    str,
    typer.Argument(
        metavar="データベース",
        help="postgresql://表の持ち主@サーバー/データベース",
        show_default=False,
    ),
]
CityName = Annotated[
    str, typer.Argument(metavar="市の名前", help="# のあとに書く名前。", show_default=False)
]
Role = Annotated[
    str,
    typer.Argument(metavar="利用者", help="データベースの利用者（ロール）。", show_default=False),
]


@copy_app.command("cities")
def cities(database: Database, as_json: AsJson = False) -> None:
    """データベースにある市と、その大きさ、読み書きできる利用者を表示します。"""
    from xlsync.cli.commands.store_cities import list_cities

    end(list_cities(database, as_json=as_json))


@copy_app.command("grant")
def grant(
    database: Database,
    city: CityName,
    role: Role,
    megabytes: Annotated[
        int | None,
        typer.Option(
            "--megabytes",
            min=0,
            help="その市が使える大きさの上限（MB）。0で上限をなくします。",
            show_default="変えない",
        ),
    ] = None,
    dry_run: DryRun = False,
) -> None:
    """データベースの利用者1人に、1つの市だけを見せます。ほかの市は見えず、書けません。"""
    from xlsync.cli.commands import store_cities

    end(store_cities.grant(database, city, role, megabytes, is_dry_run=dry_run))


@copy_app.command("revoke")
def revoke(database: Database, city: CityName, role: Role, dry_run: DryRun = False) -> None:
    """データベースの利用者に、市を見せないようにします。登録データはそのままです。"""
    from xlsync.cli.commands import store_cities

    end(store_cities.revoke(database, city, role, is_dry_run=dry_run))

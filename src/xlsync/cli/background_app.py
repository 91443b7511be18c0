"""The typer commands of `xlsync service`; each calls a function of one module, imported only then."""

from __future__ import annotations

from typing import Annotated

import typer

from xlsync.cli.options import HERE, AsJson, CityFolder, DryRun, end
from xlsync.cli.usage import JapaneseTyper

background_app = JapaneseTyper(
    help="見張り・窓口・毎晩の控えを、ログオンしていなくても動くようにします（systemd、Windowsのタスク スケジューラ）。",
    no_args_is_help=True,
)

OfUser = Annotated[
    bool,
    typer.Option(
        "--user", help="管理者の権限を使わず、自分のものとして扱います（ログオン中に動きます）。"
    ),
]


@background_app.command("install")
def install(
    serve: Annotated[
        bool, typer.Option("--serve", help="xlsync serve（HTTPのボタン）も動かします。")
    ] = False,
    of_user: OfUser = False,
    account: Annotated[
        str,
        typer.Option(
            "--account",
            help="動かすアカウント。",
            show_default="Linux は登録データの持ち主、Windows は NETWORK SERVICE",
        ),
    ] = "",
    dry_run: DryRun = False,
    city: CityFolder = HERE,
) -> None:
    """入れて動かし始めます。設定に [backup] folder があれば、毎晩の控えも入れます。"""
    from xlsync.cli.commands import background_jobs

    options = background_jobs.BackgroundOptions(serve, of_user, account, dry_run)
    end(background_jobs.install(city, options))


@background_app.command("status")
def status(of_user: OfUser = False, city: CityFolder = HERE, as_json: AsJson = False) -> None:
    """入っているか、見張りが動いているかを表示します。"""
    from xlsync.cli.commands import background_jobs

    options = background_jobs.BackgroundOptions(of_user=of_user)
    end(background_jobs.show_state(city, options, as_json=as_json))


@background_app.command("uninstall")
def uninstall(of_user: OfUser = False, dry_run: DryRun = False, city: CityFolder = HERE) -> None:
    """止めて外します。登録データと設定には触れません。"""
    from xlsync.cli.commands import background_jobs

    options = background_jobs.BackgroundOptions(of_user=of_user, is_dry_run=dry_run)
    end(background_jobs.uninstall(city, options))

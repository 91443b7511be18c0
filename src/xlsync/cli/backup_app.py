"""The typer commands `backup`, `restore` and `audit`; each calls a module of its own name, imported only then."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final

import typer

from xlsync.cli.options import HERE, AsJson, CityFolder, DryRun, end
from xlsync.cli.usage import JapaneseGroup, JapaneseTyper

_CREATE: Final = "create"


class _BackupGroup(JapaneseGroup):
    """`xlsync backup FOLDER` makes a backup: the command that is meant where no other one is named."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the command before words that begin with no other one."""
        if not args or (args[0] not in self.commands and args[0] != "--help"):
            args = [_CREATE, *args]
        return super().parse_args(ctx, args)


backup_app = JapaneseTyper(
    group=_BackupGroup,
    help="登録データと設定の控えをとります。`xlsync backup フォルダ` だけでとれます。",
)
store_app = JapaneseTyper()

BackupPath = Annotated[
    Path | None,
    typer.Argument(
        metavar="[控えのフォルダ]",
        help="控えを置くフォルダ（別のディスクや、ほかのパソコン）。",
        show_default="設定の [backup] folder",
    ),
]

SnapshotName = Annotated[
    str,
    typer.Option(
        "--snapshot",
        help="いつの控えか（`xlsync backup list` の名前、または 2026-11-30 のような日付）。",
        show_default="いちばん新しい控え",
    ),
]
NewShared = Annotated[
    str,
    typer.Option(
        "--shared",
        help="共有フォルダの場所（もとのパソコンと違うとき）。設定の [folders] shared を書き換えます。",
    ),
]
Replacing = Annotated[
    bool,
    typer.Option(
        "--replace",
        help="すでにある市のフォルダの内容と入れ替えます。いまの内容は、そのフォルダの中に名前を変えて残します。",
    ),
]


@backup_app.command(_CREATE)
def backup(
    folder: BackupPath = None,
    shared: Annotated[
        bool | None,
        typer.Option(
            "--shared/--no-shared",
            help="共有フォルダ（職員のファイル）も入れます。",
            show_default="設定の [backup] shared",
        ),
    ] = None,
    verify: Annotated[
        bool,
        typer.Option("--verify", help="前にとった中身も読んで確かめ、壊れていれば書き直します。"),
    ] = False,
    keep_all: Annotated[bool, typer.Option("--keep-all", help="古い控えを消しません。")] = False,
    city: CityFolder = HERE,
    as_json: AsJson = False,
) -> None:
    """控えを1回分とり、古くなったものを設定の決まり（[backup]）で間引きます。見張りは動かしたままで構いません。"""
    from xlsync.cli.commands.backup import BackupOptions, make_backup

    options = BackupOptions(shared, verify, keep_all, as_json)
    end(make_backup(city, folder, options))


@backup_app.command("list")
def backup_list(
    folder: BackupPath = None, city: CityFolder = HERE, as_json: AsJson = False
) -> None:
    """とってある控えを並べます。"""
    from xlsync.cli.commands.backup_list import list_backups

    end(list_backups(city, folder, as_json=as_json))


@backup_app.command("verify")
def backup_verify(
    folder: BackupPath = None,
    restoring: Annotated[
        bool,
        typer.Option(
            "--restore", help="いちばん新しい控えを仮の場所に戻し、登録データとしても確かめます。"
        ),
    ] = False,
    city: CityFolder = HERE,
    as_json: AsJson = False,
) -> None:
    """控えをすべて読み、戻せるかどうかを確かめます。何も書き換えません。"""
    from xlsync.cli.commands.backup_verify import verify_backups

    end(verify_backups(city, folder, restoring=restoring, as_json=as_json))


@store_app.command()
def restore(
    folder: Annotated[
        Path,
        typer.Argument(metavar="控えのフォルダ", help="控えをとったフォルダ。", show_default=False),
    ],
    to: Annotated[
        Path,
        typer.Argument(
            metavar="戻す先", help="市のフォルダにする、新しいか空のフォルダ。", show_default=False
        ),
    ],
    snapshot: SnapshotName = "",
    shared: NewShared = "",
    replacing: Replacing = False,
    partly: Annotated[
        bool, typer.Option("--partly", help="控えの一部が壊れていても、残りを戻します。")
    ] = False,
    is_agreed: Annotated[bool, typer.Option("--yes", help="尋ねずに入れ替えます。")] = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """控えから、市のフォルダ（設定、様式、一覧、登録データ）を戻します。パソコンを替えるときにも使います。"""
    from xlsync.cli.agreement import Agreement
    from xlsync.cli.commands.restore import RestoreOptions, restore_city

    agreement = Agreement(is_agreed, dry_run, as_json)
    end(restore_city(folder, to, RestoreOptions(snapshot, shared, replacing, partly, agreement)))


@store_app.command()
def audit(
    city: CityFolder = HERE,
    as_json: AsJson = False,
    rebuild: Annotated[
        bool,
        typer.Option(
            "--rebuild", help="版の記録から作り直せるものを直してから、もう一度確かめます。"
        ),
    ] = False,
    anchor: Annotated[
        list[str] | None,
        typer.Option(
            "--anchor", help="紙に控えた通番と照合番号（12:1a2b-3c4d-…）。いくつでも指定できます。"
        ),
    ] = None,
) -> None:
    """登録データをすべて読み、壊れたところがないか確かめます。--rebuild のほかは何も書き換えません。"""
    from xlsync.cli.commands.audit import show_audit
    from xlsync.store.paper_anchors import anchors_in

    anchors = anchors_in(anchor or ())
    if anchors is None:
        raise typer.BadParameter(
            "--anchor は `xlsync seals` の表示のとおり、通番:照合番号 で指定してください"
        )
    end(show_audit(city, anchors, as_json=as_json, rebuilding=rebuild))

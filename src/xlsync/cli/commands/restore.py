"""`xlsync restore`: a city's folder from a backup, onto this or another computer."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import starmap
from pathlib import Path
from typing import Final

from xlsync.backup.backup_folder import BackupFolder
from xlsync.backup.restoration import (
    SHARED_COPY,
    Restored,
    RestoreOrder,
    begun_snapshot,
    is_vacant,
    refuse_files_in_share,
    refuse_full_disk,
    remove_unfinished,
    restore,
)
from xlsync.backup.snapshot import KeptFile
from xlsync.city.backup_run import absolute, megabytes
from xlsync.city.backup_settings import shared_text_of
from xlsync.city.clock_and_user import user
from xlsync.city.restore_order import restore_order, store_damages
from xlsync.city.settings import find_settings
from xlsync.city.settings_file import SETTINGS_FILE
from xlsync.cli import ATTENTION, FAILED
from xlsync.cli.agreement import ASK, Agreement
from xlsync.cli.console import complain, minute_of, progress, put_json, say
from xlsync.errors import BackupError, SettingsError, XlsyncError
from xlsync.inbox.watcher_lock import is_lock_held

_SHOWN: Final = 20
_LIVING: Final = (
    "市のフォルダがすでにあります（{what}）。新しいフォルダを指定するか、"
    "いまの内容を残したまま入れ替えるときは --replace を付けてください"
)
_AWAY: Final = (
    "（いまは開けません。場所が変わったときは、設定の [folders] shared を直してください）"
)
_OTHER_USER: Final = (
    "  控えは「{user}」のアカウントでとったものです。"
    "見張りを動かすアカウントで読み書きできるか、`xlsync doctor` で確かめてください"
)
_OF_DATABASE: Final = (
    "  登録データはデータベースにありましたが、フォルダ（store）に戻しました。データベースに置くときは、"
    "見張りを始める前に `xlsync store copy store データベース` で写し、設定の [folders] store を直してください"
)
_OTHER_HOST: Final = (
    "  もとのパソコン（{host}）の見張りは止めてください。1つの共有フォルダを見張れるのは1台だけです"
)
_OCCUPIED: Final = "ほかのファイルがあります。新しいか空のフォルダを指定してください"


@dataclass(frozen=True, slots=True)
class RestoreOptions:
    """What the command's options say."""

    snapshot_words: str = ""
    new_shared: str = ""
    replaces: bool = False
    partly: bool = False
    agreement: Agreement = ASK


def restore_city(folder: Path, to: Path, options: RestoreOptions) -> int:
    """Restore a city's folder, check its store, and say what to do next; return the exit code."""
    backups, to = BackupFolder(absolute(folder)), absolute(to)
    backups.check()
    if to.resolve().is_relative_to(backups.folder.resolve()):
        reason = "控えのフォルダの中には戻せません。ほかのフォルダを指定してください"
        raise BackupError(reason, str(to))
    with backups.locked():
        order = restore_order(backups, options.snapshot_words, options.new_shared)
        if (to / order.shared_path).exists():  # the files of staff stay where they are
            order = replace(order, shared_path=SHARED_COPY)
        order = replace(order, living_shares=_living_shares(to, order))
        code = _refusal(order, to, options)
        if code is not None:
            return code
        if not begun_snapshot(to):
            refuse_full_disk(order.snapshot, to)
        done = restore(order, backups.objects, to, _show_progress, partly=options.partly)
    damages = store_damages(to, complain)
    if options.agreement.as_json:
        _put(order, to, done, damages)
    else:
        _say_done(order, to, done, damages)
    faults = [*starmap("{}：{}".format, done.faults), *damages]
    for line in faults[:_SHOWN]:
        complain(line)
    return ATTENTION if faults else 0


def _refusal(order: RestoreOrder, to: Path, options: RestoreOptions) -> int | None:
    """Say what would be done; return the exit code where it is not to be done, else None."""
    agreement = options.agreement
    remove_unfinished(to)
    living = _living(to, order, replaces=options.replaces)
    if not agreement.as_json:
        _say_order(order, to, living)
    if agreement.is_dry_run:
        return 0
    if not living or agreement.is_reached("入れ替えますか"):
        return None
    complain("入れ替えていません。入れ替えるときは --yes を付けてください")
    return FAILED


def _living(to: Path, order: RestoreOrder, *, replaces: bool) -> str:
    """Return in words what city is in a folder already, "" where none is; BackupError where it must not be replaced."""
    if is_vacant(to) or begun_snapshot(to):
        return ""
    if not ((to / SETTINGS_FILE).exists() or (to / order.store_path).exists()):
        raise BackupError(_OCCUPIED, str(to))
    what, store = _city_in_words(to, order)
    if not replaces:
        raise BackupError(_LIVING.format(what=what), str(to))
    if is_lock_held(store):
        reason = "見張り（xlsync watch）が動いています。止めてから、もう一度実行してください"
        raise BackupError(reason, str(to))
    refuse_files_in_share(order, to)
    return what


def _living_shares(to: Path, order: RestoreOrder) -> tuple[str, ...]:
    """Return the paths below the folder of the shares that its settings name, and those that are restored."""
    named = [shared_text_of(order.settings_bytes, order.name)]
    with contextlib.suppress(OSError, SettingsError):  # no settings, or damaged ones
        settings = to / SETTINGS_FILE
        named.append(shared_text_of(settings.read_bytes(), str(settings)))
    root = to.resolve()
    paths = {(root / name).resolve() for name in named}
    inside = (path for path in paths if path.is_relative_to(root) and path.is_dir())
    return tuple(sorted(path.relative_to(root).as_posix() for path in inside))


def _city_in_words(to: Path, order: RestoreOrder) -> tuple[str, Path]:
    try:
        city = find_settings(to)
        sheets = sum(len(city.store.keys(year)) for year in city.store.editions())
    except XlsyncError as fault:
        return f"開けません：{fault.reason}", to / order.store_path
    return f"{city.name}、シート {sheets}件", city.store.folder


def _show_progress(files: Sequence[KeptFile]) -> Iterable[KeptFile]:
    return progress(files, "戻しています", at_least=200)


def _say_order(order: RestoreOrder, to: Path, living: str) -> None:
    snapshot, origin = order.snapshot, order.snapshot.backup_origin
    when = minute_of(snapshot.when)
    size = megabytes(snapshot.byte_count)
    say(f"控え　：{order.name}（{when}、{origin.city_name}、{origin.host} の {origin.city_path}）")
    say(f"　　　　シート {snapshot.sheet_count}件、ファイル {len(snapshot.kept_files)}件（{size}）")
    say(f"戻す先：{to}")
    if living:
        say(f"　　　　いまの内容（{living}）は、このフォルダの中に名前を変えて残します")


def _say_done(order: RestoreOrder, to: Path, done: Restored, damages: list[str]) -> None:
    say("戻しました。")
    if done.aside is not None:
        say(f"  前の内容　　：{done.aside}")
    if order.snapshot.has_shared:
        say(f"  控えた共有フォルダの内容：{to / order.shared_path}")
    shared = shared_text_of(order.settings_bytes, order.name)
    say(f"  共有フォルダ：{shared}{'' if (to / shared).is_dir() else _AWAY}")
    say(f"  登録データ　：{f'異常 {len(damages)}件' if damages else '異常はありません'}")
    if order.was_in_database:
        say(_OF_DATABASE)
    origin = order.snapshot.backup_origin
    if origin.user != user():
        say(_OTHER_USER.format(user=origin.user))
    if origin.host != socket.gethostname():
        say(_OTHER_HOST.format(host=origin.host))
    say(f"次は、{to} で `xlsync doctor` を実行し、`xlsync watch` を始めてください。")


def _put(order: RestoreOrder, to: Path, done: Restored, damages: list[str]) -> None:
    missing = [{"path": path, "reason": reason} for path, reason in done.faults]
    put_json(
        {
            "snapshot": order.name,
            "folder": str(to),
            "files": len(order.snapshot.kept_files) - len(missing),
            "missing": missing,
            "aside": None if done.aside is None else str(done.aside),
            "damages": damages,
        }
    )

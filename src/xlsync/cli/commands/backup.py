"""`xlsync backup`: a snapshot of a city, and the old ones thinned out."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from xlsync.backup.backup_folder import BackupFolder
from xlsync.backup.retention import expired
from xlsync.backup.snapshot import Origin
from xlsync.backup.snapshot_taking import (
    BackupRun,
    NewSnapshot,
    Sources,
    refuse_bad_folder,
    take_snapshot,
)
from xlsync.city.backup_settings import BackupTerms, backup_terms, outside_files
from xlsync.city.clock_and_user import now, user
from xlsync.cli import ATTENTION
from xlsync.cli.console import complain, progress, put_json, say
from xlsync.disk import closed_to_others
from xlsync.errors import SettingsError
from xlsync.version import VERSION

_SHOWN: Final = 10
"""Names of files that are listed; further ones are counted."""
_ABANDONED: Final = 600.0
"""Seconds after which an unfinished file belongs to nobody."""
_NO_FOLDER: Final = "控えを置くフォルダを指定するか、設定に [backup] folder を書いてください"


@dataclass(frozen=True, slots=True)
class BackupOptions:
    """What the command's options say; `with_shared` is None where the settings decide."""

    with_shared: bool | None = None
    rereads: bool = False
    keeps_all: bool = False
    as_json: bool = False


def backup_folder(city: Path, folder: Path | None) -> BackupFolder:
    """Return the folder of backups that is named, or that the city's settings name; SettingsError where neither does."""
    if folder is not None:
        return BackupFolder(absolute(folder))
    named = backup_terms(city).backup_folder
    if named is None:
        raise SettingsError(_NO_FOLDER)
    return BackupFolder(named)


def make_backup(city: Path, folder: Path | None, options: BackupOptions) -> int:
    """Make a backup, thin out the old ones and say what was done; return the exit code."""
    terms = backup_terms(city, with_shared=options.with_shared)
    backups = backup_folder(city, folder)
    refuse_bad_folder(terms.backup_source, backups.folder.resolve())
    with closed_to_others():  # keys and texts that only one account reads are among the contents
        return _make_closed(terms, backups, options, outside_files(city))


def _make_closed(
    terms: BackupTerms, backups: BackupFolder, options: BackupOptions, outside: list[str]
) -> int:
    backups.prepare()
    with backups.locked():
        backups.remove_leftovers(time.time() - _ABANDONED)
        run = BackupRun(_show_progress, complain, options.rereads)
        done = take_snapshot(
            terms.backup_source, backups, _origin(terms), now(to="milliseconds"), run
        )
        is_sound = not (done.lost_paths or done.snapshot.unread)
        # A clock that was set back dates the new one before the others.
        removed = [name for name in expired(backups.names(), terms.retention) if name != done.name]
        if options.keeps_all or not is_sound:
            removed = []
        backups.delete(removed)
        freed = backups.remove_unused() if is_sound else 0
        count = len(backups.names())
    if options.as_json:
        put_json(_document(done, removed, count, outside))
    else:
        _say(done, count, len(removed), freed)
    _complain(done, outside)
    return 0 if is_sound and not outside else ATTENTION


def _show_progress(files: Sources) -> Iterable[tuple[str, Path]]:
    return progress(files, "控えをとっています", at_least=200)


def _origin(terms: BackupTerms) -> Origin:
    folder = str(terms.backup_source.city_folder)
    return Origin(terms.city_name, folder, socket.gethostname(), user(), VERSION)


def _say(done: NewSnapshot, count: int, removed: int, freed: int) -> None:
    snapshot = done.snapshot
    say(f"控えをとりました：{done.name}")
    say(
        f"  シート {snapshot.sheet_count}件、ファイル {len(snapshot.kept_files)}件"
        f"（{megabytes(snapshot.byte_count)}）、新しく写したもの {done.new_objects}件（{megabytes(done.new_bytes)}）"
    )
    thinned = f"。古いもの {removed}回分を消しました（{megabytes(freed)}）" if removed else ""
    say(f"  控えは {count}回分あります{thinned}")


def _complain(done: NewSnapshot, outside: list[str]) -> None:
    if done.lost_paths:
        complain(
            f"前の控えにあった記録 {len(done.lost_paths)}件が、なくなっているか変わっています。"
            "`xlsync audit` で確かめてください。古い控えは消していません"
        )
    if done.snapshot.unread:
        complain(
            f"読めないため、控えに入っていないファイルがあります（{len(done.snapshot.unread)}件）。"
            "アクセス権と、だれかが保存中でないかを確かめ、もう一度とってください。古い控えは消していません"
        )
    for path in (*done.lost_paths, *done.snapshot.unread)[:_SHOWN]:
        complain(f"  {path}")
    for path in outside:
        complain(
            f"{path}：市のフォルダの外にあるので、控えに入っていません。市のフォルダに移し、設定を書き換えてください"
        )


def _document(
    done: NewSnapshot, removed: list[str], count: int, outside: list[str]
) -> dict[str, Any]:
    return {
        "snapshot": done.name,
        "when": done.snapshot.when,
        "sheets": done.snapshot.sheet_count,
        "files": len(done.snapshot.kept_files),
        "bytes": done.snapshot.byte_count,
        "new_files": done.new_objects,
        "new_bytes": done.new_bytes,
        "lost": list(done.lost_paths),
        "unread": list(done.snapshot.unread),
        "outside": outside,
        "removed": removed,
        "snapshots": count,
    }


def megabytes(count: int) -> str:
    """Return a number of bytes as people read it."""
    return f"{count / 2**20:.1f} MB"


def absolute(path: Path) -> Path:
    """Return a path from the root, without `..`, for messages and comparing."""
    return Path(os.path.abspath(path))  # noqa: PTH100 - Path.absolute keeps `..`, Path.resolve follows links

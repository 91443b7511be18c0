"""A backup of a city: a snapshot into the folder of backups, and the old ones thinned out by the settings."""

from __future__ import annotations

import os
import socket
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from xlsync.backup.backup_folder import BackupFolder
from xlsync.backup.retention import expired
from xlsync.backup.snapshot import Origin
from xlsync.backup.snapshot_taking import (
    BackupRun,
    NewSnapshot,
    refuse_bad_folder,
    take_snapshot,
)
from xlsync.city.backup_settings import BackupTerms, backup_terms
from xlsync.city.clock_and_user import now, user
from xlsync.disk import closed_to_others
from xlsync.errors import SettingsError
from xlsync.version import VERSION

_ABANDONED: Final = 600.0
"""Seconds after which an unfinished file belongs to nobody."""
_NO_FOLDER: Final = "控えを置くフォルダを指定するか、設定に [backup] folder を書いてください"


@dataclass(frozen=True, slots=True)
class BackupDone:
    """What a backup came to: the new snapshot, the names of those thinned out, the bytes freed, and how many there are."""

    new_snapshot: NewSnapshot
    removed_names: tuple[str, ...]
    freed_bytes: int
    snapshot_count: int

    @property
    def is_sound(self) -> bool:
        """Whether nothing is lost and everything could be read."""
        return not (self.new_snapshot.lost_paths or self.new_snapshot.snapshot.unread)


def backup_folder(city: Path, folder: Path | None) -> BackupFolder:
    """Return the folder of backups that is named, or that the city's settings name; SettingsError where neither does."""
    if folder is not None:
        return BackupFolder(absolute(folder))
    named = backup_terms(city).backup_folder
    if named is None:
        raise SettingsError(_NO_FOLDER)
    return BackupFolder(named)


def run_backup(
    terms: BackupTerms, backups: BackupFolder, run: BackupRun, *, keeps_all: bool = False
) -> BackupDone:
    """Take a snapshot, thin out the old ones where it is sound, and return what was done."""
    refuse_bad_folder(terms.backup_source, backups.folder.resolve())
    with closed_to_others():  # keys and texts that only one account reads are among the contents
        backups.prepare()
        with backups.locked():
            return _run_locked(terms, backups, run, keeps_all=keeps_all)


def _run_locked(
    terms: BackupTerms, backups: BackupFolder, run: BackupRun, *, keeps_all: bool
) -> BackupDone:
    backups.remove_leftovers(time.time() - _ABANDONED)
    done = take_snapshot(terms.backup_source, backups, _origin(terms), now(to="milliseconds"), run)
    is_sound = not (done.lost_paths or done.snapshot.unread)
    # A clock that was set back dates the new one before the others.
    removed = [name for name in expired(backups.names(), terms.retention) if name != done.name]
    if keeps_all or not is_sound:
        removed = []
    backups.delete(removed)
    freed = backups.remove_unused() if is_sound else 0
    return BackupDone(done, tuple(removed), freed, len(backups.names()))


def _origin(terms: BackupTerms) -> Origin:
    folder = str(terms.backup_source.city_folder)
    return Origin(terms.city_name, folder, socket.gethostname(), user(), VERSION)


def absolute(path: Path) -> Path:
    """Return a path from the root, without `..`, for messages and comparing."""
    return Path(os.path.abspath(path))  # noqa: PTH100 - Path.absolute keeps `..`, Path.resolve follows links


def megabytes(count: int) -> str:
    """Return a number of bytes as people read it."""
    return f"{count / 2**20:.1f} MB"


__all__ = ["BackupDone", "absolute", "backup_folder", "megabytes", "run_backup"]

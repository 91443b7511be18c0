"""Which files a backup takes: the city's folder, what belongs to the store, and the shared folder where that is wanted.

A store in a database is files, too: its rows.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from xlsync.backup.snapshot import CITY, SHARED, STORE
from xlsync.disk import is_temporary
from xlsync.store.migration import STORE_FILE
from xlsync.store.own_paths import KEPT
from xlsync.store.postgres_files import PostgresFiles
from xlsync.store.store_path import FilesPath, StorePath

_OF_STORE: Final = re.compile(
    rf"{re.escape(STORE_FILE)}|inbox\.json|backup-[0-9]+-[0-9]+|" + "|".join(map(re.escape, KEPT))
)
"""What a store begins anew by itself is left out: heartbeat, logs, locks, temporary files."""
_IGNORED: Final = re.compile(
    r"~\$.*|\.~lock\..*#|Thumbs\.db|desktop\.ini|\.DS_Store", re.IGNORECASE
)
_BUTTONS: Final = ".xlsync"
"""The folder in the share through which the buttons in Excel speak."""


@dataclass(frozen=True, slots=True)
class BackupSource:
    """The folders of a city. `further_stores` are those of its further forms: what lies within the city's folder is taken.

    `databases` are the stores in a database, the city's own first, each with what its paths begin with in a snapshot; the
    folders of these stores are on this computer, and begun anew.
    """

    city_folder: Path
    store_folder: Path
    share_root: Path
    has_shared: bool = False
    further_stores: tuple[Path, ...] = ()
    databases: tuple[tuple[str, FilesPath], ...] = ()

    @property
    def store_root(self) -> StorePath:
        """Where the files of the city's own store are."""
        return self.databases[0][1] if self.databases else self.store_folder

    @property
    def stores(self) -> tuple[Path, ...]:
        """All stores, the city's own first."""
        return self.store_folder, *self.further_stores


@dataclass(frozen=True, slots=True)
class DatabaseFile:
    """A file of a store in a database, and by which number a change of it shows."""

    file: FilesPath
    number: int
    byte_count: int


SourceFile = Path | DatabaseFile


def store_files(source: BackupSource) -> Iterator[tuple[str, SourceFile]]:
    """Yield the path in a snapshot and the file of everything that belongs to the stores, in order."""
    for prefix, root in source.databases:
        yield from _rows_of(root, prefix)
    if source.databases:
        return
    yield from _files_of(source.store_folder, source.store_folder, STORE)
    for store in source.further_stores:
        if store.is_relative_to(source.city_folder):
            yield from _files_of(store, source.city_folder, CITY)


def _rows_of(root: FilesPath, prefix: str) -> Iterator[tuple[str, DatabaseFile]]:
    backend = root.backend
    if isinstance(backend, PostgresFiles):
        for name, status in backend.every_file():
            if _OF_STORE.fullmatch(name.partition("/")[0]):
                yield f"{prefix}{name}", DatabaseFile(root / name, status.st_ino, status.st_size)


def is_visible_file(file: Path) -> bool:
    """Return whether there is a file, False also where we may not look."""
    try:
        return stat.S_ISREG(file.stat().st_mode)
    except OSError:
        return False


def _files_of(store: Path, root: Path, prefix: str) -> Iterator[tuple[str, Path]]:
    """Yield the files of a store; the store itself where it cannot be listed, none where there is none."""
    try:
        with os.scandir(store) as entries:
            names = sorted(entry.name for entry in entries if _OF_STORE.fullmatch(entry.name))
    except FileNotFoundError:
        return
    except OSError:
        yield f"{prefix}{store.relative_to(root).as_posix()}", store
        return
    for name in names:
        path = store / name
        if path.is_dir():
            yield from _below(path, root, prefix)
        else:
            yield f"{prefix}{path.relative_to(root).as_posix()}", path


def city_files(source: BackupSource) -> Iterator[tuple[str, Path]]:
    """Yield those of the city's folder: settings, form, lists and whatever else the office keeps there."""
    apart = {*source.stores, source.share_root}
    yield from _below(source.city_folder, source.city_folder, CITY, frozenset(apart))


def shared_files(source: BackupSource) -> Iterator[tuple[str, Path]]:
    """Yield those of the shared folder where it is wanted; links are left out."""
    if source.has_shared:
        for path, file in _below(source.share_root, source.share_root, SHARED):
            if not file.is_symlink():
                yield path, file


def _below(
    folder: Path, root: Path, prefix: str, apart: frozenset[Path] = frozenset()
) -> Iterator[tuple[str, Path]]:
    """Yield the files below a folder, and every folder that cannot be listed: nobody can copy it, and it is named for that."""
    unlisted: list[OSError] = []
    for parent, folders, files in os.walk(folder, onerror=unlisted.append):
        here = Path(parent)
        folders[:] = sorted(name for name in folders if _is_wanted(here / name, apart))
        for name in sorted(files):
            file = here / name
            if not (is_temporary(name) or name.endswith(".lock") or _IGNORED.fullmatch(name)):
                yield f"{prefix}{file.relative_to(root).as_posix()}", file
    for fault in unlisted:
        if not isinstance(fault, FileNotFoundError):  # it is gone meanwhile
            below = Path(fault.filename)
            yield f"{prefix}{below.relative_to(root).as_posix()}", below


def _is_wanted(folder: Path, apart: frozenset[Path]) -> bool:
    """False for the folders that are taken by themselves, an environment of Python, and what is half written."""
    is_environment = is_visible_file(folder / "pyvenv.cfg")
    name = folder.name
    return not (folder in apart or is_environment or name == _BUTTONS or name.endswith(".part"))

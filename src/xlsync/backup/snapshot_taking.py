"""Take a snapshot while the watcher goes on writing.

Everything is copied first, while others write. Then the stores of all forms are held for the moment it takes to look at every
file again and copy what has changed since: so the snapshot is the city as it was at one moment. It is written last: a backup
that was killed has left contents that the next one finds and uses.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import os
import re
import stat
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from xlsync.backup.backup_folder import BackupFolder
from xlsync.backup.backup_sources import (
    BackupSource,
    DatabaseFile,
    SourceFile,
    city_files,
    is_visible_file,
    shared_files,
    store_files,
)
from xlsync.backup.snapshot import SHARED, STORES, KeptFile, Origin, Snapshot
from xlsync.errors import BackupError, XlsyncError
from xlsync.shared_folder import SharedFolder
from xlsync.store.lock import holding
from xlsync.store.migration import STORE_FILE
from xlsync.store.own_paths import KEPT, REWRITTEN
from xlsync.store.store_files import seal_file
from xlsync.store.store_path import Notify, StorePath

_PRIVATE: Final = 0o600
"""The permissions with which a file of a database is restored."""
_ATTEMPTS: Final = 3
"""How often a file is read that somebody saves at that moment."""
_ONCE: Final = "|".join(re.escape(name) for name in KEPT if name not in REWRITTEN)
_WRITTEN_ONCE: Final = re.compile(rf"{STORES}(?:{_ONCE})/")

Signature = tuple[int, int, int, int]
Sources = list[tuple[str, SourceFile]]
Progress = Callable[[Sources], Iterable[tuple[str, SourceFile]]]
"""Yields files one by one, and shows how far it is."""


@dataclass(frozen=True, slots=True)
class NewSnapshot:
    """A snapshot that was taken: its name, and how much of it was new.

    `lost_paths` are files of the snapshot before it that are never changed or deleted, and yet are gone or others: then the
    store was damaged in between.
    """

    name: str
    snapshot: Snapshot
    new_objects: int
    new_bytes: int
    lost_paths: tuple[str, ...]


def refuse_bad_folder(source: BackupSource, folder: Path) -> None:
    """Raise BackupError where a backup folder would lie within what it is to save."""
    parts = (
        *(("登録データ", store) for store in source.stores),
        ("共有フォルダ", source.share_root),
        ("市のフォルダ", source.city_folder),
    )
    for words, part in parts:
        if folder.is_relative_to(part):
            reason = f"{words}（{part}）の中には控えを置けません。別のディスクか、ほかのパソコンのフォルダを指定してください"
            raise BackupError(reason, str(folder))


def take_snapshot(
    source: BackupSource, backups: BackupFolder, origin: Origin, when: str, run: BackupRun
) -> NewSnapshot:
    """Take a snapshot of a city and return what came of it.

    Raises:
        BackupError: There is no store, or the folder holds backups of another one.
        StoreBusy: Another program has been writing into the store for too long.
        StoreError: The backup folder cannot be written.

    """
    root = source.store_root
    if not (root / STORE_FILE).is_file():
        reason = "登録データがありません。控えから戻すときは `xlsync restore` を使ってください"
        raise BackupError(reason, str(root))
    before = _newest_readable(backups)
    if before is not None:
        _refuse_another_store(before, _first_seal(root), backups.folder)
    moment = round(dt.datetime.fromisoformat(when).timestamp() * 1e9)
    copier = _Copier(backups, SharedFolder(source.share_root), run.sound_objects(backups), moment)
    shared = [*shared_files(source)]
    for path, file in run.progress([*city_files(source), *store_files(source), *shared]):
        copier.copy(path, file)
    with contextlib.ExitStack() as holds:
        for store in _stores_of(source):
            holds.enter_context(holding(store, notify=run.notify))
        held = [*city_files(source), *store_files(source)]
        for path, file in held:
            copier.copy(path, file)
        first_seal = _first_seal(root)
    kept, unread = copier.kept_files([path for path, _ in (*held, *shared)])
    snapshot = Snapshot(when, origin, first_seal, kept, unread)
    name = backups.save(snapshot)
    return NewSnapshot(
        name, snapshot, copier.new_objects, copier.new_bytes, _lost(before, snapshot)
    )


def _stores_of(source: BackupSource) -> list[StorePath]:
    """Return the stores that are there, to be held; one in a database is held by a transaction."""
    if source.databases:
        return [root for _, root in source.databases]
    return [store for store in source.stores if is_visible_file(store / STORE_FILE)]


@dataclass(frozen=True, slots=True)
class BackupRun:
    """How a backup is made: who shows its progress, who is told of waiting, and whether what is there already is read again."""

    progress: Progress
    notify: Notify
    rereads: bool = False

    def sound_objects(self, backups: BackupFolder) -> dict[str, int]:
        """Return the size of every content that need not be written again, by its hash."""
        sizes = backups.objects.byte_counts()
        return {
            digest: size
            for digest, size in sizes.items()
            if not self.rereads or backups.objects.is_sound(digest)
        }


@dataclass
class _Copier:
    """Copies files into a backup folder, and what it has copied. `moment` dates what has no time of its own."""

    backups: BackupFolder
    share_reader: SharedFolder
    objects: dict[str, int]
    moment: int
    new_objects: int = 0
    new_bytes: int = 0
    _copied: dict[str, tuple[Signature, KeptFile]] = field(default_factory=dict)

    def kept_files(self, paths: list[str]) -> tuple[tuple[KeptFile, ...], tuple[str, ...]]:
        """Return what was copied for some paths, and those of which nothing could be read, both in order."""
        kept = (self._copied[path][1] for path in sorted(paths) if path in self._copied)
        return tuple(kept), tuple(sorted(set(paths) - self._copied.keys()))

    def copy(self, path: str, file: SourceFile) -> None:
        """Copy a file that has changed since it was last copied; what cannot be read is left out."""
        if isinstance(file, DatabaseFile):
            self._copy_row(path, file)
        else:
            self._copy_file(path, file)

    def _copy_row(self, path: str, row: DatabaseFile) -> None:
        signature = (row.byte_count, row.number, row.number, row.number)
        if path in self._copied and self._copied[path][0] == signature:
            return
        try:
            data = row.file.read_bytes()
        except FileNotFoundError:  # deleted since it was listed
            self._copied.pop(path, None)
            return
        kept = KeptFile(path, self._write(data), len(data), self.moment, _PRIVATE)
        self._copied[path] = (signature, kept)

    def _copy_file(self, path: str, file: Path) -> None:
        for _ in range(_ATTEMPTS):
            try:
                status = file.stat()
                if self._is_copied(path, status) or not stat.S_ISREG(status.st_mode):
                    return
                data = self._read(path, file)
                if data is None or _signature(file.stat()) != _signature(status):
                    continue  # somebody saves it just now
            except OSError:
                self._copied.pop(path, None)
                return
            permissions = stat.S_IMODE(status.st_mode)
            kept = KeptFile(path, self._write(data), len(data), status.st_mtime_ns, permissions)
            self._copied[path] = (_signature(status), kept)
            return

    def _is_copied(self, path: str, status: os.stat_result) -> bool:
        return path in self._copied and self._copied[path][0] == _signature(status)

    def _read(self, path: str, file: Path) -> bytes | None:
        return self.share_reader.read(file) if path.startswith(SHARED) else file.read_bytes()

    def _write(self, data: bytes) -> str:
        digest = hashlib.sha256(data).hexdigest()
        if self.objects.get(digest) != len(data):
            self.backups.objects.write(digest, data)
            self.objects[digest] = len(data)
            self.new_objects += 1
            self.new_bytes += len(data)
        return digest


def _signature(status: os.stat_result) -> Signature:
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino


def _newest_readable(backups: BackupFolder) -> Snapshot | None:
    for name in reversed(backups.names()):
        try:
            return backups.load(name)
        except XlsyncError:
            continue  # `backup verify` names it
    return None


def _refuse_another_store(before: Snapshot, first_seal: str, folder: Path) -> None:
    if before.first_seal in {"", first_seal}:
        return
    origin = before.backup_origin
    reason = (
        f"別の登録データ（{origin.city_name}、{origin.host} の {origin.city_path}）の控えが入っています。"
        "ほかのフォルダを指定してください"
    )
    raise BackupError(reason, str(folder))


def _first_seal(store: StorePath) -> str:
    """Return the hash of the first line of the list of seals: no two stores have the same."""
    try:
        line = seal_file(store, 1).read_bytes().split(b"\n", 1)[0]
    except OSError:
        return ""
    return hashlib.sha256(line).hexdigest()


def _lost(before: Snapshot | None, snapshot: Snapshot) -> tuple[str, ...]:
    kept = snapshot.by_path
    return tuple(
        each.path
        for each in (before.kept_files if before is not None else ())
        if _WRITTEN_ONCE.match(each.path)
        and (each.path not in kept or kept[each.path].digest != each.digest)
    )

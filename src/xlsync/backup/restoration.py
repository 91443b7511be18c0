"""Restore a snapshot into a folder: written aside and complete before anything of what is there is moved.

    <folder>/.xlsync-restore.part/new/       the files as they will be
    <folder>/.xlsync-restore.part/ready      that all of them are there: from here on only forwards
    <folder>/.xlsync-restore.part/old/       what was there, moved aside and never deleted
    <folder>/戻す前の内容-<when>/              its name in the end, where anything was

The settings are moved last: until then the folder is no city. A process killed before `ready` has changed nothing; after it,
the next restoration of the same snapshot goes on.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from xlsync.backup.object_files import ObjectFiles
from xlsync.backup.snapshot import CITY, SHARED, STORE, KeptFile, Snapshot
from xlsync.disk import (
    closed_to_others,
    create_once,
    flush_folder,
    is_temporary,
    name_folder,
    remove_unchanged_since,
    reported_at,
)
from xlsync.errors import BackupError
from xlsync.store.migration import STORE_FILE

ASIDE: Final = "戻す前の内容"
SHARED_COPY: Final = "共有フォルダの控え"
_WORK: Final = ".xlsync-restore.part"
_READY: Final = "ready"
_SHARE_IN_WAY: Final = (
    "共有フォルダを含むフォルダは入れ替えられません。新しいフォルダに戻してください"
)
_MARGIN: Final = 64 * 2**20
"""Bytes that stay free on the disk."""

Progress = Callable[[Sequence[KeptFile]], Iterable[KeptFile]]
"""Yields files one by one, and shows how far it is."""


@dataclass(frozen=True, slots=True)
class RestoreOrder:
    """What is restored: a snapshot under its name, and where store and share go below the folder.

    `settings_file` is the name of the settings in the city's folder, and `settings_bytes` what will stand in them.
    `living_shares` are the shared folders that are below the folder already: they stay where they are. `was_in_database`: the
    store was in a database, and becomes a folder.
    """

    name: str
    snapshot: Snapshot
    settings_file: str
    settings_bytes: bytes
    store_path: str = "store"
    shared_path: str = SHARED_COPY
    living_shares: tuple[str, ...] = ()
    was_in_database: bool = False

    def target_of(self, path: str) -> str:
        """Return where a file of the snapshot goes."""
        for prefix, target in ((CITY, ""), (STORE, self.store_path), (SHARED, self.shared_path)):
            if path.startswith(prefix):
                relative = PurePosixPath(target, path.removeprefix(prefix))
                if ".." not in relative.parts and not relative.is_absolute():
                    return str(relative)
        raise BackupError("控えの一覧に、使えない名前のファイルがあります", path)


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored: files that could not be, with their reasons, and where the former content is, if there was any."""

    faults: tuple[tuple[str, str], ...]
    aside: Path | None


def begun_snapshot(folder: Path) -> str:
    """Return the snapshot whose restoration was cut off after everything had been written aside, "" where none was."""
    try:
        return (folder / _WORK / _READY).read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except OSError as fault:
        reason = f"フォルダを読めません（{fault.strerror}）。読み書きの権限を確かめてください"
        raise BackupError(reason, str(folder)) from fault


def remove_unfinished(folder: Path) -> None:
    """Delete what a restoration wrote aside that was cut off before anything was moved, or has been finished since."""
    work = folder / _WORK
    if work.exists() and not begun_snapshot(folder):
        with reported_at(work):
            shutil.rmtree(work)


def is_vacant(folder: Path) -> bool:
    """True for a folder that is missing or empty, but for what a killed restoration left there."""
    try:
        return all(entry.name == _WORK or is_temporary(entry.name) for entry in folder.iterdir())
    except FileNotFoundError:
        return True
    except NotADirectoryError as fault:
        raise BackupError("フォルダではありません", str(folder)) from fault
    except OSError as fault:
        reason = f"フォルダを読めません（{fault.strerror}）。読み書きの権限を確かめてください"
        raise BackupError(reason, str(folder)) from fault


def refuse_full_disk(snapshot: Snapshot, folder: Path) -> None:
    """Raise BackupError where the disk of a folder has no room for a snapshot."""
    there = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(there).free
    if free < snapshot.byte_count + _MARGIN:
        wanted = (snapshot.byte_count + _MARGIN) / 2**20
        reason = f"空き容量が足りません（要るもの {wanted:.0f} MB、空き {free / 2**20:.0f} MB）"
        raise BackupError(reason, str(folder))


def refuse_files_in_share(order: RestoreOrder, folder: Path) -> None:
    """Raise BackupError where files would go into a shared folder that is there, or the store lies around it."""
    targets = [PurePosixPath(order.target_of(kept.path)) for kept in order.snapshot.kept_files]
    for share in order.living_shares:
        if PurePosixPath(share).is_relative_to(order.store_path) or any(
            target.is_relative_to(share) for target in targets
        ):
            raise BackupError(_SHARE_IN_WAY, str(folder / share))


def restore(
    order: RestoreOrder, objects: ObjectFiles, folder: Path, progress: Progress, *, partly: bool
) -> Restored:
    """Restore into a folder; what is in the way there is moved aside.

    Args:
        order: What is restored.
        objects: The contents.
        folder: The folder that becomes the city's.
        progress: Shows how far it is.
        partly: Restore also where some contents are missing or damaged.

    Raises:
        BackupError: A content is missing or damaged, and not `partly`.
        StoreError: The folder cannot be written.

    """
    work = folder / _WORK
    faults: tuple[tuple[str, str], ...] = ()
    begun = begun_snapshot(folder)
    if begun not in {"", order.name}:
        reason = (
            f"前に始めた復元が途中です。先に --snapshot {begun} を付けて実行し、終わらせてください"
        )
        raise BackupError(reason, str(folder))
    if not begun:
        remove_unfinished(folder)
        with reported_at(folder):
            folder.mkdir(parents=True, exist_ok=True)
        with closed_to_others() as umask:
            faults = _write_aside(order, objects, work / "new", progress, partly=partly)
        _open_folders(work / "new", work / "new" / order.store_path, 0o777 & ~umask)
        for parent, _, _ in os.walk(work):
            remove_unchanged_since(Path(parent), float("inf"))
        create_once(work / _READY, order.name.encode())
    aside = folder / f"{ASIDE}-{order.name[:15]}"
    return Restored(faults, _exchange(work, folder, aside, order))


def _write_aside(
    order: RestoreOrder, objects: ObjectFiles, new: Path, progress: Progress, *, partly: bool
) -> tuple[tuple[str, str], ...]:
    faults: list[tuple[str, str]] = []
    for kept in progress(order.snapshot.kept_files):
        try:
            data = objects.read(kept.digest)
        except BackupError as fault:
            if not partly:
                reason = (
                    f"「{kept.path}」を戻せません（{fault.reason}）。ほかの回の控え（--snapshot）を使うか、"
                    "戻せるものだけでよければ --partly を付けてください"
                )
                raise BackupError(reason, fault.where) from fault
            faults.append((kept.path, fault.reason))
            continue
        file = new / order.target_of(kept.path)
        is_settings = kept.path == f"{CITY}{order.settings_file}"
        create_once(file, order.settings_bytes if is_settings else data)
        with reported_at(file):
            file.chmod(kept.permissions)
            os.utime(file, ns=(kept.modified_ns, kept.modified_ns))
    return tuple(faults)


def _open_folders(new: Path, store: Path, mode: int) -> None:
    """Set the rights of new folders; the store, and those of further forms, stay closed to other accounts."""
    for parent, folders, _ in os.walk(new):
        here = Path(parent)
        below = ((name, here / name) for name in folders)
        folders[:] = [
            name for name, path in below if path != store and not (path / STORE_FILE).is_file()
        ]
        with reported_at(here):
            here.chmod(mode)


def _exchange(work: Path, folder: Path, aside: Path, order: RestoreOrder) -> Path | None:
    """Move what is in the way aside and the new files where they belong, one of them last; return where the old ones are."""
    new, old = work / "new", work / "old"
    with reported_at(folder):
        old.mkdir(exist_ok=True)
        _exchange_below("", (new, folder, old), order)
        kept = _vacant(aside) if _names(old) else None
        if kept is not None:
            name_folder(old, kept)
        for emptied in (new, old):
            if emptied.exists():
                emptied.rmdir()
        # Only now: without this file the folder is deleted by the next restoration.
        (work / _READY).unlink()
        remove_unchanged_since(work, float("inf"))  # of a process killed while it wrote `ready`
        work.rmdir()
        flush_folder(folder)
    return kept


def _exchange_below(path: str, roots: tuple[Path, Path, Path], order: RestoreOrder) -> None:
    """Exchange what is new below a path; a folder around a living share is not moved, but what is new within it."""
    new, folder, old = (root / path for root in roots)
    last = order.settings_file
    for name in sorted(_names(new), key=lambda name: (name == last, name)):
        below = f"{path}{name}"
        if any(share.startswith(f"{below}/") for share in order.living_shares):
            _exchange_below(f"{below}/", roots, order)
            (new / name).rmdir()
            continue
        if (folder / name).exists():
            old.mkdir(parents=True, exist_ok=True)
            name_folder(folder / name, _vacant(old / name))
        name_folder(new / name, folder / name)


def _names(folder: Path) -> list[str]:
    return [entry.name for entry in folder.iterdir()] if folder.exists() else []


def _vacant(path: Path) -> Path:
    """Return a path that does not exist yet: this one, or the same with a number."""
    number, candidate = 1, path
    while candidate.exists():
        number += 1
        candidate = path.with_name(f"{path.name}-{number}")
    return candidate

"""Records of write-backs under way, by which the next start puts right what a killed program has left half done."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from xlsync import atomic_rename
from xlsync.disk import write_all
from xlsync.open_folder import OpenFolder, open_folder, temporary_name
from xlsync.shared_folder import SharedFolder, Temporary, is_unlocked, lock

_SUFFIX: Final = ".json"
_LARGEST: Final = 2**16
_MOST_NAMES: Final = 1000
_KEPT_NAME: Final = "{stem}（書き戻しと重なった保存{number}）{suffix}"
_NAME_BYTES: Final = 255


@dataclass(frozen=True, slots=True)
class WriteBackRecord:
    """Files of a write-back as absolute paths, and the SHA-256 of what was read and of what is written.

    `aside` is where the old workbook is moved on file systems that cannot exchange two files.
    """

    file: str
    temporary: str
    aside: str
    read: str
    written: str


@contextlib.contextmanager
def write_back_record(
    scratch: Path | None, file: Path, temporary: Temporary, contents: tuple[bytes, bytes]
) -> Iterator[str]:
    """Keep a record while a workbook is replaced; yield the name for moving the old one aside.

    The record stays where the temporary file must stay.
    """
    aside = temporary_name()
    if scratch is None:
        yield aside
        return
    record = WriteBackRecord(
        str(file),
        str(temporary.open_folder.folder_path / temporary.name),
        str(file.with_name(aside)),
        *(hashlib.sha256(data).hexdigest() for data in contents),
    )
    scratch.mkdir(mode=0o700, exist_ok=True)
    with open_folder(scratch) as folder:
        name = f"{temporary.name}{_SUFFIX}"
        handle = folder.create(name)
        try:
            lock(handle)
            write_all(handle, json.dumps(asdict(record), ensure_ascii=True).encode())
            os.fsync(handle)
            folder.flush()
            yield aside
        finally:
            if not temporary.keep:
                folder.unlink(name)
            os.close(handle)


def keep_beside(source: OpenFolder, name: str, folder: OpenFolder, file_name: str) -> str:
    """Rename a save that has no source any more to a free name beside its file, where it is taken in as a copy."""
    for number in range(1, _MOST_NAMES):
        kept = _kept_name(file_name, number)
        try:
            atomic_rename.rename_to_free_name(source.name(name), folder.name(kept))
        except FileExistsError:
            continue
        folder.flush()
        return kept
    raise FileExistsError(file_name)


def _kept_name(file_name: str, number: int) -> str:
    """Return the name for a kept save, not longer than any file system takes."""
    stem, _, ending = file_name.rpartition(".")
    while True:
        name = _KEPT_NAME.format(stem=stem, number=number, suffix=f".{ending}")
        if len(os.fsencode(name)) <= _NAME_BYTES or not stem:
            return name
        stem = stem[:-1]


def recover(shared: SharedFolder) -> list[str]:
    """Finish or undo the write-backs of killed programs; return the paths of the workbooks concerned."""
    files: list[str] = []
    if shared.scratch is None:
        return files
    with contextlib.suppress(FileNotFoundError), open_folder(shared.scratch) as scratch:
        for name in scratch.names():
            if name.endswith(_SUFFIX):
                files += _recover_record(shared, scratch, name)
    return files


def _recover_record(shared: SharedFolder, scratch: OpenFolder, name: str) -> list[str]:
    """Put right what a record of a killed program is about, and delete the record; return the workbook's path."""
    try:
        with scratch.open(name) as source:
            if not is_unlocked(source.fileno()):
                return []
            record = WriteBackRecord(**json.loads(source.read(_LARGEST)))
    except FileNotFoundError:
        return []
    except (ValueError, TypeError):
        scratch.unlink(
            name
        )  # killed before the record was complete, and so before anything was replaced
        return []
    with contextlib.suppress(FileNotFoundError):
        _recover_files(shared, record)
    scratch.unlink(name)
    return [record.file]


def _recover_files(shared: SharedFolder, record: WriteBackRecord) -> None:
    file, temporary, aside = Path(record.file), Path(record.temporary), Path(record.aside)
    with open_folder(file.parent, shared.root) as folder:
        _restore_moved(folder, aside.name, file.name, record)
        root = shared.root if temporary.parent == file.parent else None
        with open_folder(temporary.parent, root) as source:
            _restore_exchanged(source, temporary.name, folder, file.name, record)


def _restore_moved(folder: OpenFolder, aside: str, name: str, record: WriteBackRecord) -> None:
    """Rename the old workbook to its own name, unless a newer one has that."""
    moved = _digest(folder, aside)
    if not moved:
        return
    try:
        atomic_rename.rename_to_free_name(folder.name(aside), folder.name(name))
    except FileExistsError:
        if moved == record.read:
            folder.unlink(aside)
        else:
            keep_beside(folder, aside, folder, name)
    folder.flush()


def _restore_exchanged(
    source: OpenFolder, temporary: str, folder: OpenFolder, name: str, record: WriteBackRecord
) -> None:
    """Put a newer save back that the exchange took away; delete what is received or was never in source."""
    out = _digest(source, temporary)
    if out and out not in {record.read, record.written}:
        if _digest(folder, name) == record.written:
            atomic_rename.exchange(source.name(temporary), folder.name(name))
            folder.flush()
        if _digest(source, temporary) != record.written:
            keep_beside(source, temporary, folder, name)
    source.unlink(temporary)


def _digest(folder: OpenFolder, name: str) -> str:
    """Return the SHA-256 of a file, "" where there is none that can be read."""
    try:
        with folder.open(name) as file:
            return hashlib.sha256(file.read()).hexdigest()
    except OSError:
        return ""

"""Files created whole or not at all: written beside their place, flushed to the disk, then named in one step."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from xlsync.errors import StoreError

TEMPORARY = ".part"
"""The ending of files not yet named; whatever bears it may be deleted at any time."""

_NO_LINKS = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK}
_PASSING = {5, 32, 33, 1175}
"""Windows: access denied, sharing violation, lock violation, unable to move the replacement."""

_PAUSES = (0.05, 0.1, 0.2, 0.35, 0.8, 1.0)


def create_once(file: Path, data: bytes) -> bool:
    """Create a file durably; False, and nothing changed, where it exists already."""
    with _beside(file, data) as temporary:
        try:
            _name_once(temporary, file)
        except FileExistsError:
            return False
    _flush_folder(file.parent)
    return True


def _name_once(temporary: Path, file: Path) -> None:
    """Give a file its final name; FileExistsError where something bears it already."""
    if sys.platform == "win32":
        temporary.rename(file)  # refuses to replace on Windows, unlike elsewhere
        return
    try:
        os.link(temporary, file)
    except OSError as fault:
        if fault.errno not in _NO_LINKS:
            raise
        # A share without hard links (SMB, exFAT): take the name first, then fill it in one step.
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
        temporary.replace(file)


def replace_whole(file: Path, data: bytes) -> None:
    """Write a file durably in one step, replacing what was there."""
    with _beside(file, data) as temporary:
        temporary.replace(file)
    _flush_folder(file.parent)


def replace_in_place(file: Path, data: bytes, wait: Callable[[float], None]) -> None:
    """Replace a file that people own by new bytes in one step; its permissions stay.

    On Windows a virus scanner or indexer may hold the file for a moment: then it is tried again, for 2.5 seconds in all,
    by `wait` (seconds). StoreError where it cannot be replaced; the old file is whole then.
    """
    with _beside(file, data) as temporary:
        shutil.copymode(file, temporary)
        for pause in (*_PAUSES, None):
            try:
                temporary.replace(file)
                break
            except OSError as fault:
                if pause is None or getattr(fault, "winerror", None) not in _PASSING:
                    raise
                wait(pause)
    _flush_folder(file.parent)


def remove(file: Path) -> None:
    """Delete a file of ours that is derived or remembered elsewhere; nothing happens where it is gone."""
    with _failing_at(file):
        file.unlink(missing_ok=True)
        _flush_folder(file.parent)


@contextlib.contextmanager
def _failing_at(file: Path) -> Iterator[None]:
    """Turn the system's refusal into a StoreError that names the file and the reason."""
    try:
        yield
    except OSError as fault:
        reason = fault.strerror or "入出力エラー"
        message = f"書き込めません（{reason}）。空き容量と書き込み権限を確かめてください"
        raise StoreError(message, str(file)) from fault


@contextlib.contextmanager
def _beside(file: Path, data: bytes) -> Iterator[Path]:
    """Give a flushed temporary file in the same folder, gone afterwards."""
    with _failing_at(file):
        _make_folder(file.parent)
        temporary = file.with_name(f".{file.name}.{os.getpid()}{TEMPORARY}")
        try:
            with temporary.open("wb") as target:
                target.write(data)
                target.flush()
                os.fsync(target.fileno())
            yield temporary
        finally:
            temporary.unlink(missing_ok=True)


def _make_folder(folder: Path) -> None:
    """Make a folder and those above it, each flushed into the folder that holds it."""
    if not folder.is_dir():
        _make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        _flush_folder(folder.parent)


def _flush_folder(folder: Path) -> None:
    if sys.platform == "win32":
        return  # Windows has no such call; its file systems journal names
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

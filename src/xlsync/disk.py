"""Files created whole or not at all: written under a temporary name, flushed to the disk, then renamed in one step.

For folders that only we can write into, as the store; `shared_folder` writes where others can. Functions that wait take
`wait` as an argument, by default `time.sleep`: only Windows makes them wait, while a virus scanner has a file open.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from xlsync.errors import StoreError, XlsyncError
from xlsync.open_folder import temporary_name

TEMPORARY = ".part"
"""The ending of files that are not complete yet."""
_TEMPORARY_NAME = re.compile(r"\.xlsync-[0-9a-f]{16}\.part|\..+\.[0-9]+(-[0-9]+)?\.part", re.DOTALL)
"""Ours, and those of earlier versions."""

Wait = Callable[[float], None]
"""Waits some seconds: `time.sleep`, or a test's own."""
SLEEP: Wait = time.sleep

_NO_LINKS = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK}
_TRANSIENT = {5, 32, 33, 1175}
"""Windows: access denied, sharing violation, lock violation, unable to move the replacement."""

_IN_USE = {32, 33}
_UNWRITABLE = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG}
_PAUSES = (0.05, 0.1, 0.2, 0.35, 0.8, 1.0)


def is_disk_unwritable(error: XlsyncError) -> bool:
    """True where an error says that the whole disk takes nothing more: full, over its quota, or read-only."""
    return isinstance(error.__cause__, OSError) and error.__cause__.errno in _UNWRITABLE


def is_file_in_use(error: XlsyncError) -> bool:
    """True where an error says that another program has the file open, as Excel on Windows has a workbook."""
    return getattr(error.__cause__, "winerror", None) in _IN_USE


def is_temporary(name: str) -> bool:
    """True for the name of a temporary file of ours: left by a killed program, unless one is writing it just now."""
    return _TEMPORARY_NAME.fullmatch(name) is not None


def remove_unchanged_since(folder: Path, moment: float) -> None:
    """Delete the temporary files of ours in a folder that nobody has written since a moment (seconds since 1970)."""
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if is_temporary(entry.name):
                with contextlib.suppress(OSError):
                    if entry.stat(follow_symlinks=False).st_mtime < moment:
                        Path(entry.path).unlink()


@contextlib.contextmanager
def closed_to_others() -> Iterator[int]:
    """Make files and folders within the block such that no other account reads them; yield the umask from before.

    One that is closed only afterwards was open for a moment.
    """
    before = os.umask(0o077)
    try:
        yield before
    finally:
        os.umask(before)


def create_once(file: Path, data: bytes, wait: Wait = time.sleep) -> bool:
    """Create a file durably; False, and nothing changed, where it exists already."""
    with _beside(file, data) as temporary:
        try:
            patiently(lambda: rename_once(temporary, file), wait)
            created = True
        except FileExistsError:
            created = False
    # Also where it existed: whoever made it may have been killed before its name was safe.
    with reported_at(file):
        _flush_folder(file.parent)
    return created


def rename_once(temporary: Path, file: Path) -> None:
    """Rename a complete file; FileExistsError where the name exists already."""
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


def replace_whole(file: Path, data: bytes, wait: Wait = time.sleep) -> None:
    """Write a file durably in one step, replacing what was there."""
    with _beside(file, data) as temporary:
        patiently(lambda: temporary.replace(file), wait)
        _flush_folder(file.parent)


def remove(file: Path, wait: Wait = time.sleep) -> None:
    """Delete a file that is derived or kept elsewhere too; nothing happens where it is gone."""
    with reported_at(file):
        patiently(lambda: file.unlink(missing_ok=True), wait)
        _flush_folder(file.parent)


def name_folder(temporary: Path, folder: Path, wait: Wait = time.sleep) -> None:
    """Rename a folder whose files are flushed."""
    with reported_at(folder):
        patiently(lambda: temporary.rename(folder), wait)
        _flush_folder(folder.parent)


def flush_folder(folder: Path) -> None:
    """Flush a folder's names to the disk; StoreError where that fails."""
    with reported_at(folder):
        _flush_folder(folder)


def patiently(call: Callable[[], object], wait: Wait = time.sleep) -> None:
    """Call, and again for 2.5 seconds while a virus scanner or indexer has the file open on Windows."""
    for pause in (*_PAUSES, None):
        try:
            call()
        except OSError as fault:
            if pause is None or getattr(fault, "winerror", None) not in _TRANSIENT:
                raise
            wait(pause)
        else:
            return


@contextlib.contextmanager
def reported_at(file: Path) -> Iterator[None]:
    """Turn an OSError into a StoreError that names the file and the reason."""
    try:
        yield
    except OSError as fault:
        reason = fault.strerror or "入出力エラー"
        message = f"書き込めません（{reason}）。空き容量と書き込み権限を確かめてください"
        raise StoreError(message, str(file)) from fault


@contextlib.contextmanager
def _beside(file: Path, data: bytes) -> Iterator[Path]:
    """Yield a flushed temporary file in the same folder; it is deleted afterwards where it was not renamed."""
    with reported_at(file):
        _make_folder(file.parent)
        temporary = file.with_name(temporary_name())
        try:
            write_flushed(temporary, data)
            yield temporary
        finally:
            # Where it cannot be deleted it stays: that is no reason to call a renamed file failed.
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)


def write_unflushed(file: Path, data: bytes) -> None:
    """Create a file that is flushed later with many others (`os.sync`); StoreError where it cannot be written."""
    with reported_at(file):
        file.parent.mkdir(parents=True, exist_ok=True)
        _write(file, data, is_flushed=False)


def write_flushed(file: Path, data: bytes) -> None:
    """Create a file and flush its bytes; OSError where that fails or it exists."""
    _write(file, data, is_flushed=True)


def _write(file: Path, data: bytes, *, is_flushed: bool) -> None:
    binary = getattr(os, "O_BINARY", 0)  # without it Windows writes line feeds as two characters
    no_link = getattr(os, "O_NOFOLLOW", 0)
    handle = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY | binary | no_link, 0o666)
    try:
        write_all(handle, data)
        if is_flushed:
            os.fsync(handle)
    finally:
        os.close(handle)


def write_all(handle: int, data: bytes) -> None:
    """Write bytes to a descriptor, however many calls it takes."""
    left = memoryview(data)
    while left:
        left = left[os.write(handle, left) :]


def _make_folder(folder: Path) -> None:
    """Make a folder and its parents, each flushed into its parent before anything is put into it."""
    if not is_filled(folder):
        if not folder.is_dir():
            _make_folder(folder.parent)
            folder.mkdir(exist_ok=True)
        _flush_folder(folder.parent)


def is_filled(folder: Path) -> bool:
    """True for a folder that holds anything: so its name was flushed.

    An empty one may be left by a program killed between making and flushing it.
    """
    try:
        with os.scandir(folder) as entries:
            return next(entries, None) is not None
    except FileNotFoundError:
        return False


def _flush_folder(folder: Path) -> None:
    if sys.platform == "win32":
        return  # Windows has no such call; its file systems journal names
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

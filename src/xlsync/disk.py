"""Files created whole or not at all: written beside their place, flushed to the disk, then named in one step.

What waits takes `wait` as an argument. Its default is the one sleep below the doorstep: writers deep in the house would
otherwise all hand it down for a rarity of Windows, and one that forgot to would lose a race with a virus scanner.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import stat
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from xlsync.errors import StoreError

TEMPORARY = ".part"
"""The ending of files not yet named; whatever bears it may be deleted at any time."""

Wait = Callable[[float], None]
"""Lets some seconds pass: `time.sleep`, or a test's own."""

_NO_LINKS = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK}
_PASSING = {5, 32, 33, 1175}
"""Windows: access denied, sharing violation, lock violation, unable to move the replacement."""

_PAUSES = (0.05, 0.1, 0.2, 0.35, 0.8, 1.0)


def create_once(file: Path, data: bytes, wait: Wait = time.sleep) -> bool:
    """Create a file durably; False, and nothing changed, where it exists already."""
    with _beside(file, data) as temporary:
        try:
            _patiently(lambda: _name_once(temporary, file), wait)
            created = True
        except FileExistsError:
            created = False
    # Also where it existed: whoever made it may have been killed before its name was safe.
    with _failing_at(file):
        _flush_folder(file.parent)
    return created


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


def replace_whole(file: Path, data: bytes, wait: Wait = time.sleep) -> None:
    """Write a file durably in one step, replacing what was there."""
    with _beside(file, data) as temporary:
        _patiently(lambda: temporary.replace(file), wait)
        _flush_folder(file.parent)


def replace_in_place(
    file: Path, data: bytes, wait: Wait = time.sleep, *, only_if: Callable[[], bool] = lambda: True
) -> bool:
    """Replace a file that people own by new bytes in one step; its permissions and its owner stay.

    `only_if` is asked when the new bytes are on the disk and nothing but the step is left: where it says no, nothing is
    replaced, and False is given. StoreError where the file cannot be replaced; the old file is whole then.
    """
    with _beside(file, data) as temporary:
        _own_as(file, temporary)
        shutil.copymode(file, temporary)
        if not only_if():
            return False
        _patiently(lambda: temporary.replace(file), wait)
        _flush_folder(file.parent)
    return True


def _own_as(file: Path, temporary: Path) -> None:
    """Give a new file the owner of an old one; PermissionError where those who could write the old one could not any more."""
    if sys.platform == "win32":
        return  # a new file takes its rights from the folder there, and moving it within keeps them
    old, new = file.stat(), temporary.stat()
    if (old.st_uid, old.st_gid) == (new.st_uid, new.st_gid):
        return
    try:
        os.chown(temporary, old.st_uid, old.st_gid)
    except PermissionError:
        by_group = old.st_gid == new.st_gid and old.st_mode & stat.S_IWGRP
        if not (by_group or old.st_mode & stat.S_IWOTH):
            raise


def remove(file: Path, wait: Wait = time.sleep) -> None:
    """Delete a file of ours that is derived or remembered elsewhere; nothing happens where it is gone."""
    with _failing_at(file):
        _patiently(lambda: file.unlink(missing_ok=True), wait)
        _flush_folder(file.parent)


def name_folder(temporary: Path, folder: Path, wait: Wait = time.sleep) -> None:
    """Give a folder, whose files are flushed, its final name beside the one it has."""
    with _failing_at(folder):
        _patiently(lambda: temporary.rename(folder), wait)
        _flush_folder(folder.parent)


def name_whole(ready: Path, file: Path, wait: Wait = time.sleep) -> None:
    """Give a file, which is flushed, another name beside the one it has, replacing what was there."""
    with _failing_at(file):
        _patiently(lambda: ready.replace(file), wait)
        _flush_folder(file.parent)


def flush_folder(folder: Path) -> None:
    """Make sure that the names in a folder outlast a power cut; StoreError where that fails."""
    with _failing_at(folder):
        _flush_folder(folder)


def _patiently(call: Callable[[], object], wait: Wait) -> None:
    """Call until a virus scanner or indexer, that holds a file for a moment on Windows, lets go: for 2.5 seconds in all."""
    for pause in (*_PAUSES, None):
        try:
            call()
        except OSError as fault:
            if pause is None or getattr(fault, "winerror", None) not in _PASSING:
                raise
            wait(pause)
        else:
            return


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
        # Two threads of one program may write the same file: the watcher and its desk a summary.
        writer = f"{os.getpid()}-{threading.get_native_id()}"
        temporary = file.with_name(f".{file.name}.{writer}{TEMPORARY}")
        try:
            _write_flushed(temporary, data)
            yield temporary
        finally:
            # Where it cannot be deleted it stays behind: that is no reason to call a named file failed.
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)


def _write_flushed(file: Path, data: bytes) -> None:
    binary = getattr(os, "O_BINARY", 0)  # without it Windows writes line feeds as two signs
    handle = os.open(file, os.O_CREAT | os.O_TRUNC | os.O_WRONLY | binary, 0o666)
    try:
        left = memoryview(data)
        while left:
            left = left[os.write(handle, left) :]
        os.fsync(handle)
    finally:
        os.close(handle)


def _make_folder(folder: Path) -> None:
    """Make a folder and those above it, each flushed into the folder that holds it before anything is put into it.

    So one that holds something is safe; an empty one may be left by a program killed between making and flushing it.
    """
    if folder.is_dir():
        with os.scandir(folder) as entries:
            if next(entries, None) is not None:
                return
    else:
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

"""A file's bytes, taken at one go while nobody writes it, and without standing in the way of the program that will.

Excel saves by renaming a new file over the book: on Windows that fails while somebody holds the book without leave to
delete. So it is opened with that leave, read at once and closed.
"""

from __future__ import annotations

import hashlib
import os
import stat
import sys
from pathlib import Path
from typing import BinaryIO, Final

from xlsync.errors import HostileWorkbook
from xlsync.inbox.intake.stability import Look
from xlsync.ooxml import limits

_MEGABYTE: Final = 2**20
_NO_TRAP: Final = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
"""Since it was looked at, the file may have become a link or a pipe that nobody writes to."""


def look_of(status: os.stat_result) -> Look:
    """Give how a file looks."""
    return Look(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)


def digest_of(data: bytes) -> str:
    """Give what stands for a file's contents."""
    return hashlib.sha256(data).hexdigest()


def read_as_seen(file: Path, look: Look, most: int = limits.FILE_BYTES) -> bytes | None:
    """Give a file's bytes, None where it does not look so any more, before or after the reading.

    HostileWorkbook where it has more than `most` bytes; OSError where it cannot be read.
    """
    try:
        with _opened(file) as source:
            status = os.fstat(source.fileno())
            if not stat.S_ISREG(status.st_mode) or look_of(status) != look:
                return None
            if status.st_size > most:
                size = f"{status.st_size / _MEGABYTE:.0f} MB"
                raise HostileWorkbook(
                    f"大きすぎます（{size}）。評価シートのファイルか確かめてください"
                )
            data = source.read(most + 1)
            same = look_of(os.fstat(source.fileno())) == look == look_of(file.lstat())
    except FileNotFoundError:
        return None
    return data if same and len(data) == look.size else None


if sys.platform == "win32":  # pragma: no cover - the tests run elsewhere

    def _opened(file: Path) -> BinaryIO:
        import ctypes
        import msvcrt
        from ctypes import wintypes

        create = ctypes.WinDLL("kernel32", use_last_error=True).CreateFileW
        create.restype = wintypes.HANDLE
        create.argtypes = (
            wintypes.LPCWSTR, wintypes.DWORD, wintypes.DWORD, wintypes.LPVOID,
            wintypes.DWORD, wintypes.DWORD, wintypes.HANDLE,
        )  # fmt: skip
        read, share_all, existing, sequential = 0x8000_0000, 1 | 2 | 4, 3, 0x0800_0000
        handle = create(str(file), read, share_all, None, existing, sequential, None)
        if handle == wintypes.HANDLE(-1).value:
            code = ctypes.get_last_error()
            raise OSError(None, ctypes.FormatError(code), str(file), code)
        return os.fdopen(msvcrt.open_osfhandle(handle, os.O_RDONLY), "rb")

else:

    def _opened(file: Path) -> BinaryIO:
        return os.fdopen(os.open(file, os.O_RDONLY | os.O_CLOEXEC | _NO_TRAP), "rb")

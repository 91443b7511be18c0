"""Reading a whole file while nobody writes it, and without blocking the program that will.

Excel saves by renaming a new file over the workbook, which fails on Windows while a reader has it open without
FILE_SHARE_DELETE. So the file is opened with that flag, read at once and closed.
"""

from __future__ import annotations

import hashlib
import os
import stat
import sys
from pathlib import Path
from typing import BinaryIO, Final

from xlsync.errors import HostileWorkbook
from xlsync.inbox.intake.stability import FileSignature
from xlsync.ooxml import limits

_MEGABYTE: Final = 2**20
_SAFE_OPEN: Final = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
"""Since the scan the file may have become a link, or a pipe that nobody writes to."""


def signature_of(status: os.stat_result) -> FileSignature:
    """Return the signature of a file from its status."""
    return FileSignature(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)


def digest_of(data: bytes) -> str:
    """Return the SHA-256 of a file's contents."""
    return hashlib.sha256(data).hexdigest()


def read_unchanged(
    file: Path, signature: FileSignature, most: int = limits.FILE_BYTES
) -> bytes | None:
    """Return a file's bytes, None where its signature differs before or after reading.

    HostileWorkbook where it has more than `most` bytes; OSError where it cannot be read.
    """
    try:
        with _opened(file) as source:
            status = os.fstat(source.fileno())
            if not stat.S_ISREG(status.st_mode) or signature_of(status) != signature:
                return None
            if status.st_size > most:
                size = f"{status.st_size / _MEGABYTE:.0f} MB"
                raise HostileWorkbook(
                    f"大きすぎます（{size}）。評価シートのファイルか確かめてください"
                )
            data = source.read(most + 1)
            same = (
                signature_of(os.fstat(source.fileno())) == signature == signature_of(file.lstat())
            )
    except FileNotFoundError:
        return None
    return data if same and len(data) == signature.size else None


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
        return os.fdopen(os.open(file, os.O_RDONLY | os.O_CLOEXEC | _SAFE_OPEN), "rb")

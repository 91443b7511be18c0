"""Renaming that destroys no file: exchange the names of two files, or rename only where the new name is free.

A name is given with the descriptor of the folder it stands in, or as a whole path with None (Windows has no such descriptors).
"""

from __future__ import annotations

import ctypes
import errno
import os
import sys
from pathlib import Path
from typing import Any, Final

Name = tuple[str, int | None]

UNSUPPORTED: Final = frozenset({errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP})
"""Errors by which a file system says that it has no such operation."""
_NO_LINKS: Final = UNSUPPORTED | {errno.EPERM, errno.EMLINK}
_NO_REPLACE: Final = 1
_EXCHANGE: Final = 2


def exchange(first: Name, second: Name) -> None:
    """Exchange the names of two files in one step.

    Raises FileNotFoundError where one does not exist, OSError with an `errno` of `UNSUPPORTED` where the system cannot.
    """
    if sys.platform == "win32":
        _replace_file(Path(first[0]), Path(second[0]))
    else:
        _renameat2(first, second, _EXCHANGE)


def rename_to_free_name(source: Name, target: Name) -> None:
    """Rename a file; FileExistsError, and nothing changed, where the target exists."""
    if sys.platform == "win32":
        os.rename(source[0], target[0])  # noqa: PTH104 - refuses to replace on Windows
        return
    try:
        _renameat2(source, target, _NO_REPLACE)
    except OSError as fault:
        if fault.errno not in UNSUPPORTED:
            raise
        _link_to_free_name(source, target)


def _link_to_free_name(source: Name, target: Name) -> None:
    try:
        os.link(source[0], target[0], src_dir_fd=source[1], dst_dir_fd=target[1])
    except OSError as fault:
        if fault.errno not in _NO_LINKS:
            raise
        _fill_free_name(source, target)
        return
    os.unlink(source[0], dir_fd=source[1])


def _fill_free_name(source: Name, target: Name) -> None:
    """Rename where there are no hard links either (exFAT): take the name with an empty file, then replace that."""
    os.close(os.open(target[0], os.O_CREAT | os.O_EXCL | os.O_WRONLY, dir_fd=target[1]))
    try:
        os.replace(source[0], target[0], src_dir_fd=source[1], dst_dir_fd=target[1])
    except OSError:
        os.unlink(target[0], dir_fd=target[1])
        raise


def _library() -> Any:
    try:
        function = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError, TypeError):
        return None  # another Unix, or a C library of before 2018
    function.argtypes = (
        ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint,
    )  # fmt: skip
    return function


_FUNCTION: Final = None if sys.platform == "win32" else _library()
_CURRENT_FOLDER: Final = -100
"""AT_FDCWD."""


def _renameat2(source: Name, target: Name, flags: int) -> None:
    if _FUNCTION is None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    folders = [_CURRENT_FOLDER if fd is None else fd for _, fd in (source, target)]
    old, new = os.fsencode(source[0]), os.fsencode(target[0])
    if _FUNCTION(folders[0], old, folders[1], new, flags) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code), source[0], None, target[0])


def _replace_file(replacement: Path, replaced: Path) -> None:
    """Exchange by ReplaceFile of Windows, which puts the replaced file under a third name; that is then taken away."""
    if sys.platform == "win32":  # pragma: no cover - the tests run elsewhere
        backup = replacement.with_name(f"{replacement.name}.old")
        replace = ctypes.WinDLL("kernel32", use_last_error=True).ReplaceFileW
        if not replace(str(replaced), str(replacement), str(backup), 0, None, None):
            code = ctypes.get_last_error()
            raise OSError(None, ctypes.FormatError(code), str(replaced), code)
        backup.rename(replacement)

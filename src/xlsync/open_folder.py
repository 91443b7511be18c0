"""Folders opened without following links, so that nobody can swap a component of a path while a file in it is written."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from xlsync.atomic_rename import Name

_BINARY: Final = getattr(os, "O_BINARY", 0)
_NO_FOLLOW: Final = getattr(os, "O_NOFOLLOW", 0)
_READ: Final = os.O_RDONLY | _BINARY | _NO_FOLLOW | getattr(os, "O_NONBLOCK", 0)
_CREATE: Final = os.O_CREAT | os.O_EXCL | os.O_RDWR | _BINARY | _NO_FOLLOW
_FOLDER: Final = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0)
_LINK: Final = "途中のフォルダがリンクになっています"
_JUNCTION: Final = 0x400
"""Attribute of links and junctions on Windows."""


@dataclass(frozen=True, slots=True)
class OpenFolder:
    """An open folder. `fd` is its descriptor, None on Windows, where names are used with the path instead."""

    folder_path: Path
    fd: int | None

    def name(self, name: str) -> Name:
        """Return a name in the folder as `atomic_rename` takes it."""
        return (name if self.fd is not None else str(self.folder_path / name)), self.fd

    def names(self) -> list[str]:
        """Return the names of everything in the folder."""
        return os.listdir(self.folder_path if self.fd is None else self.fd)  # noqa: PTH208 - by descriptor

    def status(self, name: str) -> os.stat_result:
        """Return the status of what bears a name; a link's own status."""
        path, fd = self.name(name)
        return os.stat(path, dir_fd=fd, follow_symlinks=False)

    def create(self, name: str, mode: int = 0o600) -> int:
        """Create a file and return its descriptor; FileExistsError where anything bears the name, even a broken link."""
        path, fd = self.name(name)
        return os.open(path, _CREATE, mode, dir_fd=fd)

    def open(self, name: str) -> BinaryIO:
        """Open a regular file for reading; OSError for a link, a pipe or a folder."""
        if self.fd is None:
            return _open_shared(self.folder_path / name)
        handle = os.open(name, _READ, dir_fd=self.fd)
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            raise OSError(errno.EINVAL, "ファイルではありません", str(self.folder_path / name))
        return os.fdopen(handle, "rb")

    def unlink(self, name: str) -> None:
        """Delete a file; nothing happens where it is gone."""
        path, fd = self.name(name)
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path, dir_fd=fd)

    def replace(self, name: str, target: OpenFolder, target_name: str) -> None:
        """Rename a file, replacing what bears the target name. OSError with EXDEV on another volume."""
        path, fd = self.name(name)
        target_path, target_fd = target.name(target_name)
        os.replace(path, target_path, src_dir_fd=fd, dst_dir_fd=target_fd)

    def flush(self) -> None:
        """Flush the folder's names to the disk."""
        if self.fd is not None:
            os.fsync(self.fd)

    @property
    def mode(self) -> int:
        """The folder's permission bits."""
        status = self.folder_path.lstat() if self.fd is None else os.fstat(self.fd)
        return stat.S_IMODE(status.st_mode)

    def make(self, name: str, mode: int | None = None) -> None:
        """Make a folder with some permissions, by default those of this one; nothing happens where it exists."""
        path, fd = self.name(name)
        try:
            os.mkdir(path, dir_fd=fd)
        except FileExistsError:
            return
        if fd is not None:
            handle = os.open(path, _FOLDER | _NO_FOLLOW, dir_fd=fd)
            try:
                os.fchmod(handle, self.mode if mode is None else mode)
            finally:
                os.close(handle)
            self.flush()


@contextlib.contextmanager
def open_folder(
    folder: Path, root: Path | None = None, *, create: bool = False
) -> Iterator[OpenFolder]:
    """Open a folder. `root` is trusted; no component below it may be a link, and `create` makes those that are missing.

    Raises OSError where a component is a link or cannot be opened.
    """
    top = folder if root is None else root
    if not folder.is_relative_to(top) or ".." in folder.relative_to(top).parts:
        raise OSError(errno.EINVAL, "共有フォルダの外を指しています", str(folder))
    steps = folder.relative_to(top).parts
    opened = OpenFolder(top, _open(top))
    try:
        for step in steps:
            if create:
                opened.make(step)
            below = _open_below(opened, step)
            _close(opened)
            opened = below
        yield opened
    finally:
        _close(opened)


def _open(folder: Path) -> int | None:
    if sys.platform == "win32":
        os.listdir(folder)  # noqa: PTH208 - raises what opening it would raise
        return None
    return os.open(folder, _FOLDER)


def _open_below(folder: OpenFolder, step: str) -> OpenFolder:
    path = folder.folder_path / step
    if folder.fd is None:
        status = path.lstat()
        if getattr(status, "st_file_attributes", 0) & _JUNCTION or stat.S_ISLNK(status.st_mode):
            raise OSError(errno.ELOOP, _LINK, str(path))
        return OpenFolder(path, None)
    try:
        return OpenFolder(path, os.open(step, _FOLDER | _NO_FOLLOW, dir_fd=folder.fd))
    except OSError:
        if stat.S_ISLNK(folder.status(step).st_mode):
            raise OSError(errno.ELOOP, _LINK, str(path)) from None
        raise


def _close(folder: OpenFolder) -> None:
    if folder.fd is not None:
        os.close(folder.fd)


if sys.platform == "win32":  # pragma: no cover - the tests run elsewhere

    def _open_shared(file: Path) -> BinaryIO:
        """Open a file so that other programs can still rename and delete it: Excel saves by renaming."""
        import ctypes
        import msvcrt
        from ctypes import wintypes

        create = ctypes.WinDLL("kernel32", use_last_error=True).CreateFileW
        create.restype = wintypes.HANDLE
        create.argtypes = (
            wintypes.LPCWSTR, wintypes.DWORD, wintypes.DWORD, wintypes.LPVOID,
            wintypes.DWORD, wintypes.DWORD, wintypes.HANDLE,
        )  # fmt: skip
        read, share_all, existing = 0x8000_0000, 1 | 2 | 4, 3
        flags = 0x0800_0000 | 0x0020_0000  # sequential, and a link itself instead of its target
        handle = create(str(file), read, share_all, None, existing, flags, None)
        if handle == wintypes.HANDLE(-1).value:
            code = ctypes.get_last_error()
            raise OSError(None, ctypes.FormatError(code), str(file), code)
        return os.fdopen(msvcrt.open_osfhandle(handle, os.O_RDONLY), "rb")

else:

    def _open_shared(file: Path) -> BinaryIO:
        return file.open("rb")


def temporary_name() -> str:
    """Return a random name for a file that is not complete yet; `disk.is_temporary` recognizes it."""
    return f".xlsync-{secrets.token_hex(8)}.part"

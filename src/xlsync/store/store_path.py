"""A file or folder of a store, wherever the store is: a path on the disk, or a name in other files.

`StorePath` is `pathlib.Path` itself where a store is a folder, so that nothing stands between it and the disk. Other stores
(files that wait to be flushed together, a database) implement `Files`, and `FilesPath` gives them the reading half of
`pathlib.Path`. What changes a store goes through the functions here, which take either; they flush as `disk` does.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Protocol

from xlsync import disk
from xlsync.errors import StoreError

Notify = Callable[[str], None]
"""Takes a Japanese sentence for the person at the screen."""


class FileStatus(Protocol):
    """By what a change of a file shows; `os.stat_result` is one."""

    @property
    def st_ino(self) -> int:
        """A number that is another after every replacement."""

    @property
    def st_size(self) -> int:
        """Its length in bytes."""

    @property
    def st_mtime(self) -> float:
        """When its contents changed, in seconds."""

    @property
    def st_mtime_ns(self) -> int:
        """When its contents changed, in nanoseconds."""

    @property
    def st_ctime_ns(self) -> int:
        """When anything about it changed, in nanoseconds."""


class Files(Protocol):
    """The files of a store that is no folder on the disk: names with "/" between, "" for the root.

    Reading raises FileNotFoundError and NotADirectoryError as the disk does, and StoreError where the store itself fails.
    Writing is durable when it returns, unless a file is only noted to be flushed with others.
    """

    @property
    def address(self) -> str:
        """What people know the store by."""

    def read(self, name: str) -> bytes:
        """Return the bytes of a file."""

    def names(self, name: str) -> list[str]:
        """Return the names in a folder, unordered."""

    def is_folder(self, name: str) -> bool:
        """Whether there is a folder of a name: one that holds anything."""

    def status(self, name: str) -> FileStatus:
        """Return the status of a file or folder."""

    def statuses(self, name: str) -> list[tuple[str, FileStatus]]:
        """Return the names in a folder, each with its status."""

    def create_once(self, name: str, data: bytes) -> bool:
        """Create a file; False, and nothing changed, where it exists already."""

    def replace_whole(self, name: str, data: bytes) -> None:
        """Write a file, replacing what was there."""

    def remove(self, name: str) -> None:
        """Delete a file; nothing happens where there is none."""

    def remove_folder(self, name: str) -> None:
        """Delete a folder with all that is in it."""

    def name_folder(self, temporary: str, name: str) -> None:
        """Rename a folder."""

    def flush(self, name: str) -> None:
        """Make sure that the names in a folder last."""

    def batch(self, clock: Callable[[], float]) -> AbstractContextManager[None]:
        """Make what is written within safe together, at the end at the latest; StoreError where that fails."""

    def holding(self, patience: float, notify: Notify) -> AbstractContextManager[None]:
        """Keep other writers out; StoreBusy where another one keeps us out for longer than `patience` seconds."""


@dataclass(frozen=True, slots=True)
class FilesPath:
    """A name in the files of a store, with the half of `pathlib.Path` that reads."""

    backend: Files
    name_below: str = ""

    def __truediv__(self, name: str) -> FilesPath:
        """Return what lies below this folder."""
        return FilesPath(self.backend, f"{self.name_below}/{name}" if self.name_below else name)

    def __str__(self) -> str:
        """Return how people are told of it."""
        return (
            f"{self.backend.address}/{self.name_below}" if self.name_below else self.backend.address
        )

    def __lt__(self, other: FilesPath) -> bool:
        """Sort by name."""
        return self.name_below < other.name_below

    @property
    def name(self) -> str:
        """The last part of the name."""
        return self.name_below.rpartition("/")[2]

    @property
    def stem(self) -> str:
        """The last part without its ending."""
        return PurePosixPath(self.name_below).stem

    @property
    def suffix(self) -> str:
        """The ending with its dot."""
        return PurePosixPath(self.name_below).suffix

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts of the name."""
        return PurePosixPath(self.name_below).parts

    @property
    def parent(self) -> FilesPath:
        """The folder above."""
        return FilesPath(self.backend, self.name_below.rpartition("/")[0])

    def with_name(self, name: str) -> FilesPath:
        """Return another name in the same folder."""
        return self.parent / name

    def read_bytes(self) -> bytes:
        """Return the bytes of a file."""
        return self.backend.read(self.name_below)

    def read_text(self, encoding: str | None = None) -> str:
        """Return the text of a file."""
        return self.read_bytes().decode(encoding or "utf-8")

    def stat(self) -> FileStatus:
        """Return the status of a file or folder."""
        return self.backend.status(self.name_below)

    def is_dir(self) -> bool:
        """Whether it is a folder."""
        return self.backend.is_folder(self.name_below)

    def is_file(self) -> bool:
        """Whether it is a file."""
        return self.exists() and not self.is_dir()

    def exists(self) -> bool:
        """Whether there is anything of this name."""
        try:
            self.backend.status(self.name_below)
        except (FileNotFoundError, NotADirectoryError):
            return False
        return True


StorePath = Path | FilesPath


def create_once(file: StorePath, data: bytes) -> bool:
    """Create a file durably; False, and nothing changed, where it exists already."""
    if isinstance(file, Path):
        return disk.create_once(file, data)
    return file.backend.create_once(file.name_below, data)


def replace_whole(file: StorePath, data: bytes) -> None:
    """Write a file durably in one step, replacing what was there."""
    if isinstance(file, Path):
        disk.replace_whole(file, data)
    else:
        file.backend.replace_whole(file.name_below, data)


def remove(file: StorePath) -> None:
    """Delete a file that is derived or kept elsewhere too; nothing happens where it is gone."""
    if isinstance(file, Path):
        disk.remove(file)
    else:
        file.backend.remove(file.name_below)


def remove_folder(folder: StorePath) -> None:
    """Delete a folder of ours that was never complete, with all that is in it."""
    if isinstance(folder, Path):
        shutil.rmtree(folder)
    else:
        folder.backend.remove_folder(folder.name_below)


def name_folder(temporary: StorePath, folder: StorePath) -> None:
    """Rename a folder whose files are flushed, to another name beside it."""
    if isinstance(temporary, Path):
        disk.name_folder(temporary, temporary.with_name(folder.name))
    else:
        temporary.backend.name_folder(
            temporary.name_below, temporary.with_name(folder.name).name_below
        )


def flush_folder(folder: StorePath) -> None:
    """Flush a folder's names; StoreError where that fails."""
    if isinstance(folder, Path):
        disk.flush_folder(folder)
    else:
        folder.backend.flush(folder.name_below)


def names_in(folder: StorePath) -> list[str]:
    """Return the names in a folder, unordered; none where it is missing or no folder."""
    try:
        if isinstance(folder, Path):
            return os.listdir(folder)  # noqa: PTH208 - names alone: no Path is made for each of thousands
        return folder.backend.names(folder.name_below)
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as fault:
        raise StoreError(f"登録データを読めません（{fault.strerror}）", str(folder)) from fault


def statuses_in(root: StorePath, name: str) -> list[tuple[str, FileStatus]]:
    """Return the names in the folder of a name below a root, unordered, each with its status; OSError as `os.scandir`."""
    if isinstance(root, Path):
        with os.scandir(f"{root}/{name}") as entries:
            return [(entry.name, entry.stat()) for entry in entries]
    return root.backend.statuses((root / name).name_below)


def status_of(root: StorePath, name: str) -> FileStatus:
    """Return the status of what has a name below a root; OSError where there is nothing."""
    if isinstance(root, Path):
        return os.stat(f"{root}/{name}")  # noqa: PTH116 - no Path is made for each of thousands
    return (root / name).stat()


def entries_below(folder: StorePath) -> Iterator[StorePath]:
    """Yield all files and folders below a folder, without those in folders that cannot be listed."""
    if isinstance(folder, Path):
        for parent, folders, files in os.walk(folder):
            yield from (Path(parent, name) for name in (*folders, *files))
        return
    for name in names_in(folder):
        entry = folder / name
        yield entry
        if entry.is_dir():
            yield from entries_below(entry)


def name_below(file: StorePath, folder: StorePath) -> str:
    """Return the name of a file below a folder, with "/" between."""
    if isinstance(file, Path) and isinstance(folder, Path):
        return file.relative_to(folder).as_posix()
    return str(file)[len(str(folder)) :].removeprefix("/")


__all__ = [
    "FileStatus",
    "Files",
    "FilesPath",
    "Notify",
    "StorePath",
    "create_once",
    "entries_below",
    "flush_folder",
    "name_below",
    "name_folder",
    "names_in",
    "remove",
    "remove_folder",
    "replace_whole",
    "status_of",
    "statuses_in",
]

"""Replacing a staff workbook so that no save is lost, whatever people do to the file at the same time.

The new workbook and the old one exchange their names in one step, and what came out is compared with what was read. A newer
save that came out is put back. Where it cannot be put back it is kept beside the file under a name of its own.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from xlsync import atomic_rename
from xlsync.disk import SLEEP, Wait, patiently, reported_at
from xlsync.file_locks import WriteGuard, write_guard
from xlsync.inbox.followup.write_back_record import keep_beside, write_back_record
from xlsync.open_folder import OpenFolder, open_folder
from xlsync.owner_file import opened_in
from xlsync.shared_folder import SharedFolder, Temporary

Outcome = Literal["written", "changed", "open"]
"""Replaced; it no longer holds what was read; somebody has it open. In the last two the newest save stands in its place."""

Identity = tuple[int, int]
"""Device and inode number."""
_MOST_EXCHANGES: Final = 1000


def replace_unchanged(
    shared: SharedFolder, file: Path, read: bytes, written: bytes, wait: Wait = SLEEP
) -> Outcome:
    """Replace a workbook that still holds what was read; owner, permissions and extended attributes stay.

    Raises StoreError where it cannot be replaced; the old workbook stands in its place then.
    """
    with reported_at(file), open_folder(file.parent, shared.root) as folder:
        try:
            return _Replacement(shared, folder, file, read, written, wait).run()
        except OSError as fault:
            if fault.errno != errno.EXDEV or shared.scratch is None:
                raise
            # Our own folder is on another volume after all.
            beside = SharedFolder(shared.root, shared.scratch, beside=True)
            return _Replacement(beside, folder, file, read, written, wait).run()


@dataclass(frozen=True, slots=True)
class _Replacement:
    """One replacement of `file` in the `open_folder` that holds it: the bytes read from it and those to be written."""

    shared_folder: SharedFolder
    open_folder: OpenFolder
    file: Path
    old_data: bytes
    new_data: bytes
    pause: Wait

    def run(self) -> Outcome:
        """Write the new workbook under a temporary name, and replace the old one unless somebody is using it."""
        with contextlib.ExitStack() as stack:
            try:
                source = stack.enter_context(self._source())
            except FileNotFoundError:
                return "changed"
            prepare = lambda handle: _copy_rights(source, handle)  # noqa: E731
            temporary = stack.enter_context(
                self.shared_folder.temporary(self.open_folder, self.new_data, prepare)
            )
            record = write_back_record(
                self.shared_folder.scratch, self.file, temporary, (self.old_data, self.new_data)
            )
            aside = stack.enter_context(record)
            # From here on a program that opens the old workbook for writing waits: for as short a time as can be.
            guard = stack.enter_context(write_guard(source))
            if guard.in_use or opened_in(self.open_folder, self.file.name):
                return "open"
            if self._bytes(self.open_folder, self.file.name) != self.old_data:
                return "changed"
            if guard.is_wanted():
                return "open"
            return self._replace(temporary, guard, aside)

    @contextlib.contextmanager
    def _source(self) -> Iterator[int]:
        """Open the old workbook; yield its descriptor, -1 on Windows, where an open file could not be replaced."""
        if sys.platform == "win32":
            yield -1
            return
        with self.open_folder.open(self.file.name) as source:
            yield source.fileno()

    def _replace(self, temporary: Temporary, guard: WriteGuard, aside: str) -> Outcome:
        written = _identity(temporary.open_folder, temporary.name)
        temporary.keep = True
        try:
            self._exchange(temporary)
        except OSError as fault:
            temporary.keep = False
            if isinstance(fault, FileNotFoundError):
                return "changed"
            if fault.errno in atomic_rename.UNSUPPORTED:
                return self._replace_by_moving(temporary, guard, aside)
            raise
        same = self._bytes(temporary.open_folder, temporary.name) == self.old_data
        if same and not self._is_in_use(temporary, guard):
            temporary.keep = False
            self.open_folder.flush()
            return "written"
        self._put_back(temporary, written)
        return "open" if same else "changed"

    def _exchange(self, temporary: Temporary) -> None:
        names = temporary.open_folder.name(temporary.name), self.open_folder.name(self.file.name)
        patiently(lambda: atomic_rename.exchange(*names), self.pause)

    def _is_in_use(self, temporary: Temporary, guard: WriteGuard | None = None) -> bool:
        """True where a process is writing what came out of an exchange, or has begun to open it for writing."""
        if guard is not None and guard.has_lease and guard.is_wanted():
            return True
        if sys.platform == "win32":
            return False
        with contextlib.suppress(OSError), temporary.open_folder.open(temporary.name) as source:
            if guard is not None and guard.has_lease and _same_file(source.fileno(), guard.fd):
                return False  # a second lease of ours would see our own
            with write_guard(source.fileno()) as second:
                return second.in_use or second.is_wanted()
        return False

    def _put_back(self, temporary: Temporary, written: Identity) -> None:
        """Exchange until the newest save has the file's name, and what came out last is superseded by it."""
        placed = written
        for _ in range(_MOST_EXCHANGES):
            newest = _identity(temporary.open_folder, temporary.name)
            try:
                self._exchange(temporary)
            except FileNotFoundError:
                break  # deleted or moved meanwhile
            is_superseded = _identity(temporary.open_folder, temporary.name) == placed
            if is_superseded and placed == written:  # else somebody has written into our file
                is_superseded = self._bytes(temporary.open_folder, temporary.name) == self.new_data
            if is_superseded and not self._is_in_use(temporary):
                temporary.keep = False
                return
            if is_superseded:
                break
            placed = newest
        keep_beside(temporary.open_folder, temporary.name, self.open_folder, self.file.name)
        temporary.keep = False

    def _replace_by_moving(self, temporary: Temporary, guard: WriteGuard, aside: str) -> Outcome:
        """Replace on a file system that cannot exchange: move the old file aside, look at it, then rename the new one.

        For a moment no file has the name. A save that comes in then stays, and the new workbook is dropped.
        """
        file = self.open_folder.name(self.file.name)
        try:
            # By a plain rename: a hard link and a deletion would delete what is saved between them.
            patiently(
                lambda: self.open_folder.replace(self.file.name, self.open_folder, aside),
                self.pause,
            )
        except FileNotFoundError:
            return "changed"
        try:
            if self._bytes(self.open_folder, aside) == self.old_data and not guard.is_wanted():
                new = temporary.open_folder.name(temporary.name)
                patiently(lambda: atomic_rename.rename_to_free_name(new, file), self.pause)
                self.open_folder.unlink(aside)
                self.open_folder.flush()
                return "written"
        except FileExistsError:
            pass  # saved at this moment
        except OSError:
            self._restore_moved(aside)
            raise
        self._restore_moved(aside)
        return "changed"

    def _restore_moved(self, aside: str) -> None:
        """Rename the old workbook to its own name where that is free; else delete it where it was received, or keep it."""
        try:
            names = self.open_folder.name(aside), self.open_folder.name(self.file.name)
            patiently(lambda: atomic_rename.rename_to_free_name(*names), self.pause)
        except FileExistsError:
            if self._bytes(self.open_folder, aside) == self.old_data:
                self.open_folder.unlink(aside)
            else:
                keep_beside(self.open_folder, aside, self.open_folder, self.file.name)
        self.open_folder.flush()

    @staticmethod
    def _bytes(folder: OpenFolder, name: str) -> bytes | None:
        """Return what a file holds, None where it is no file, or cannot be read: then it counts as changed."""
        try:
            with folder.open(name) as source:
                return source.read()
        except OSError:
            return None


def _identity(folder: OpenFolder, name: str) -> Identity:
    status = folder.status(name)
    return status.st_dev, status.st_ino


def _same_file(first: int, second: int) -> bool:
    return os.path.samestat(os.fstat(first), os.fstat(second))


def _copy_rights(source: int, handle: int) -> None:
    """Copy the old workbook's owner, permissions and extended attributes to the new one.

    Raises PermissionError where those who could write the old one could not write the new one.
    """
    if sys.platform == "win32":
        return  # ReplaceFile keeps them
    old, new = os.fstat(source), os.fstat(handle)
    if (old.st_uid, old.st_gid) != (new.st_uid, new.st_gid):
        try:
            os.fchown(handle, old.st_uid, old.st_gid)
        except PermissionError:
            by_group = old.st_gid == new.st_gid and old.st_mode & stat.S_IWGRP
            if not (by_group or old.st_mode & stat.S_IWOTH):
                raise
    os.fchmod(handle, stat.S_IMODE(old.st_mode))
    if sys.platform == "linux":
        for name in os.listxattr(source):
            with contextlib.suppress(OSError):  # one that only root may set
                os.setxattr(handle, name, os.getxattr(source, name))

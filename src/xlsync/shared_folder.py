"""Files of ours in a folder that others can write into: no link is followed, and no temporary file has a guessable name."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from xlsync.disk import SLEEP, Wait, patiently, reported_at, write_all
from xlsync.open_folder import OpenFolder, open_folder, temporary_name

_DEFAULT_ACL: Final = "system.posix_acl_default"
_READ_WRITE: Final = 0o666
_WRITE_BY_OTHERS: Final = 0o022

Prepare = Callable[[int], None]
"""Sets the owner and permissions of a temporary file, given its descriptor."""


@dataclass
class Temporary:
    """A flushed temporary file. With `keep` it is not deleted at the end, because it may hold somebody's work."""

    open_folder: OpenFolder
    name: str
    keep: bool = False


@dataclass(frozen=True, slots=True)
class SharedFolder:
    """A folder that others can write into. `root` is trusted, nothing below it is.

    `scratch` is a folder that only we can write into. Temporary files are made there where it is on the same volume, so that
    none is left among people's files when the program is killed; with `beside` they are made beside their files all the same.
    """

    root: Path
    scratch: Path | None = None
    beside: bool = False

    def read(self, file: Path) -> bytes | None:
        """Return the bytes of a regular file, None where there is none or it cannot be read."""
        try:
            with open_folder(file.parent, self.root) as folder, folder.open(file.name) as source:
                return source.read()
        except OSError:
            return None

    def replace_whole(self, file: Path, data: bytes, wait: Wait = SLEEP) -> None:
        """Write a file durably in one step, replacing what was there; missing folders are made.

        It keeps the permissions of the file it replaces; a new file gets those of its folder. Raises StoreError.
        """
        with reported_at(file), self._folder_for(file) as folder:
            prepare = lambda handle: _set_rights(handle, folder, file.name)  # noqa: E731
            try:
                with self.temporary(folder, data, prepare) as temporary:
                    held, name = temporary.open_folder, temporary.name
                    patiently(lambda: held.replace(name, folder, file.name), wait)
            except OSError as fault:
                if fault.errno != errno.EXDEV or self.scratch is None:
                    raise
                SharedFolder(self.root).replace_whole(file, data, wait)
            folder.flush()

    def write_if_changed(self, file: Path, data: bytes) -> bool:
        """Write a file in one step; False, and nothing touched, where it holds these bytes already."""
        if self.read(file) == data:
            return False
        self.replace_whole(file, data)
        return True

    @contextlib.contextmanager
    def _folder_for(self, file: Path) -> Iterator[OpenFolder]:
        self.root.mkdir(parents=True, exist_ok=True)
        with open_folder(file.parent, self.root, create=True) as folder:
            yield folder

    @contextlib.contextmanager
    def temporary(self, folder: OpenFolder, data: bytes, prepare: Prepare) -> Iterator[Temporary]:
        """Yield a flushed temporary file that can be renamed into a folder; it is deleted afterwards."""
        with self._temporary_folder(folder) as maker, contextlib.ExitStack() as stack:
            temporary = Temporary(maker, temporary_name())
            handle = maker.create(temporary.name)
            stack.callback(_delete, temporary)
            try:
                lock(handle)
                write_all(handle, data)
                prepare(handle)
                os.fsync(handle)
                if sys.platform != "win32":  # where an open file cannot be renamed
                    # Held for reading only: a descriptor for writing would look like somebody who is writing the file.
                    lock(stack.enter_context(maker.open(temporary.name)).fileno())
            finally:
                os.close(handle)
            yield temporary

    @contextlib.contextmanager
    def _temporary_folder(self, folder: OpenFolder) -> Iterator[OpenFolder]:
        """Yield our own folder where files can be renamed from it into the other, else that folder itself."""
        with contextlib.ExitStack() as stack:
            scratch = None
            if self.scratch is not None and not self.beside and sys.platform != "win32":
                with contextlib.suppress(OSError):
                    self.scratch.mkdir(mode=0o700, exist_ok=True)
                    scratch = stack.enter_context(open_folder(self.scratch))
            yield scratch if scratch is not None and _can_rename(scratch, folder) else folder


def _delete(temporary: Temporary) -> None:
    if not temporary.keep:
        with contextlib.suppress(OSError):
            temporary.open_folder.unlink(temporary.name)


def scratch_folder(store: Path) -> Path:
    """Return the folder for temporary files in a store's folder."""
    return store / "temporary"


def remove_leftovers(scratch: Path) -> list[str]:
    """Delete the temporary files in a scratch folder whose writer was killed; return their names.

    A living writer holds a lock on its file. Names that a record says something about are left for `recovery`.
    """
    removed: list[str] = []
    with contextlib.suppress(OSError), open_folder(scratch) as folder:
        names = set(folder.names())
        for name in sorted(names):
            if (
                name.endswith(".part")
                and f"{name}.json" not in names
                and _is_abandoned(folder, name)
            ):
                folder.unlink(name)
                removed.append(name)
    return removed


def _is_abandoned(folder: OpenFolder, name: str) -> bool:
    try:
        with folder.open(name) as source:
            return is_unlocked(source.fileno())
    except OSError:
        return False


def is_unlocked(handle: int) -> bool:
    """True where no process holds the lock that a writer sets on its temporary file; False where that cannot be known."""
    if sys.platform == "win32":
        return False
    import fcntl

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def lock(handle: int) -> None:
    """Set the lock by which others see that the writer of a temporary file is alive."""
    if sys.platform != "win32":
        import fcntl

        with contextlib.suppress(OSError):  # no locks on this file system
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)


def _set_rights(handle: int, folder: OpenFolder, name: str) -> None:
    """Set a new file's permissions to those of the file it replaces, else to those of its folder."""
    if sys.platform == "win32" or folder.fd is None:
        return  # files take their permissions from the folder there
    parent = os.fstat(folder.fd)
    mode, group = parent.st_mode & _READ_WRITE, parent.st_gid
    with contextlib.suppress(FileNotFoundError):
        status = folder.status(name)
        if stat.S_ISREG(status.st_mode):
            mode, group = stat.S_IMODE(status.st_mode), status.st_gid
    with contextlib.suppress(PermissionError):
        if group != os.fstat(handle).st_gid and parent.st_mode & stat.S_ISGID:
            os.fchown(handle, -1, group)
    os.fchmod(handle, mode | stat.S_IRUSR | stat.S_IWUSR)


def _can_rename(scratch: OpenFolder, folder: OpenFolder) -> bool:
    """True where a file made in a scratch folder can be renamed into a folder and has the same rights as one made there."""
    if sys.platform == "win32" or scratch.fd is None or folder.fd is None:
        return False  # on Windows a renamed file keeps the rights of the folder it was made in
    status = os.fstat(scratch.fd)
    if status.st_mode & _WRITE_BY_OTHERS or status.st_uid != os.geteuid():
        return False
    if status.st_dev != os.fstat(folder.fd).st_dev or _mount(scratch.fd) != _mount(folder.fd):
        return False
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            return not os.getxattr(folder.fd, _DEFAULT_ACL)
    return True


def _mount(handle: int) -> str:
    """Return the number of the mount that an open file is on, "" where the system does not tell."""
    try:
        lines = Path(f"/proc/self/fdinfo/{handle}").read_text(encoding="ascii").splitlines()
    except OSError:
        return ""
    return next((line for line in lines if line.startswith("mnt_id")), "")

"""Whether another process is writing a file, as far as the system tells: open descriptors (leases) and locks."""

from __future__ import annotations

import contextlib
import errno
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass
class WriteGuard:
    """What the system says of a file's writers. `in_use`: another process has it open for writing or holds a lock on it.

    With a lease (Linux, for the file's owner) a process that wants to write it afterwards waits, and `is_wanted` tells so.
    """

    fd: int
    in_use: bool = False
    has_lease: bool = False

    def is_wanted(self) -> bool:
        """True where a process has begun to open the file for writing since the guard was set."""
        if sys.platform != "linux" or not self.has_lease:
            return False
        import fcntl

        return fcntl.fcntl(self.fd, fcntl.F_GETLEASE) != fcntl.F_RDLCK


@contextlib.contextmanager
def write_guard(fd: int) -> Iterator[WriteGuard]:
    """Guard a file that is open for reading, until the end of the block."""
    guard = WriteGuard(fd)
    if sys.platform == "win32":
        yield guard  # Windows refuses to replace a file that others have open without sharing it
        return
    _look_for_locks(guard)
    if sys.platform == "linux":
        _set_lease(guard)
    try:
        yield guard
    finally:
        if sys.platform == "linux" and guard.has_lease:
            import fcntl

            fcntl.fcntl(fd, fcntl.F_SETLEASE, fcntl.F_UNLCK)


def _look_for_locks(guard: WriteGuard) -> None:
    """Try shared locks of both kinds: a writer's exclusive lock refuses them. Samba and LibreOffice set such locks."""
    if sys.platform == "win32":
        return
    import fcntl

    for lock in (fcntl.flock, fcntl.lockf):
        try:
            lock(guard.fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
            lock(guard.fd, fcntl.LOCK_UN)
        except OSError as fault:  # others: this file system has no locks
            guard.in_use |= fault.errno in {errno.EAGAIN, errno.EACCES, errno.EWOULDBLOCK}


def _set_lease(guard: WriteGuard) -> None:
    if sys.platform != "linux":
        return
    import fcntl

    try:
        # The default signal of a lease ends the process; this one is ignored by default.
        fcntl.fcntl(guard.fd, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(guard.fd, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        guard.has_lease = True
    except OSError as fault:  # others: not our file, or a file system without leases
        guard.in_use |= fault.errno == errno.EAGAIN

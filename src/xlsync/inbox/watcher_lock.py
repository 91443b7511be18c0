"""The lock that the watcher of a store holds while it runs. The system releases it when the process dies, however it dies."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from xlsync.errors import StoreBusy, StoreError

_FILE: Final = "watch.lock"
_PATIENCE: Final = 2.0
"""Seconds to wait for the lock: whoever only asks whether it is held takes it for a moment."""


@contextlib.contextmanager
def only_watcher(folder: Path) -> Iterator[None]:
    """Hold the watcher's lock on a store; StoreBusy where another process has it, StoreError where it cannot be set."""
    lock = FileLock(folder / _FILE)
    try:
        lock.acquire(timeout=_PATIENCE)
    except Timeout as fault:
        raise StoreBusy(
            "ほかの xlsync watch がこの登録データを見ています。1つだけ動かしてください", str(folder)
        ) from fault
    except OSError as fault:
        raise StoreError(f"書き込めません（{fault.strerror or fault}）", str(folder)) from fault
    try:
        yield
    finally:
        lock.release()


def is_lock_held(folder: Path) -> bool | None:
    """True where a process holds the watcher's lock on a store; None where we may not know."""
    file = folder / _FILE
    try:
        if not file.exists():
            return False
        with FileLock(file, timeout=0):
            return False
    except Timeout:
        return True
    except OSError:  # monitoring by a user who may not write here
        return None

"""One writer at a time: a lock of the system's, which a dead program cannot keep."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from xlsync.errors import StoreBusy, StoreError

PATIENCE: Final = 30.0
"""Seconds to wait for another program."""
QUIET: Final = 1.0
"""Seconds of waiting about which nothing is said."""
_LOOK: Final = 0.01
"""Seconds between looks whether the lock is free; a receive holds it for about as long."""

Told = Callable[[str], None]
"""Takes a Japanese sentence for the person at the screen."""


def silent(_sentence: str) -> None:
    """Say nothing."""


@contextlib.contextmanager
def holding(folder: Path, patience: float = PATIENCE, told: Told = silent) -> Iterator[None]:
    """Hold a store for writing; StoreBusy when another program holds it for longer than `patience` seconds.

    After a second of waiting `told` hears about it.
    """
    lock = FileLock(folder / ".lock")
    try:
        _acquire(lock, patience, told)
    except Timeout as fault:
        reason = (
            "ほかのプログラムが保管庫に書き込み中です。しばらくしてからもう一度実行してください"
        )
        raise StoreBusy(reason, str(folder)) from fault
    except OSError as fault:
        reason = (
            f"保管庫に書き込めません（{fault.strerror}）。空き容量と書き込み権限を確かめてください"
        )
        raise StoreError(reason, str(folder)) from fault
    try:
        yield
    except OSError as fault:
        reason = f"保管庫を読み書きできません（{fault.strerror or fault}）"
        raise StoreError(reason, str(fault.filename or folder)) from fault
    finally:
        lock.release()


def _acquire(lock: FileLock, patience: float, told: Told) -> None:
    try:
        lock.acquire(timeout=min(patience, QUIET), poll_interval=_LOOK)
    except Timeout:
        if patience <= QUIET:
            raise
        told("ほかのプログラムが書き込み中です。待っています…")
        lock.acquire(timeout=patience - QUIET, poll_interval=_LOOK)

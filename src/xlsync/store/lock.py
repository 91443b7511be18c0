"""One writer at a time: a file lock of the operating system, which ends with the process that holds it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from xlsync.errors import StoreBusy, StoreError
from xlsync.store.store_path import Notify, StorePath

if TYPE_CHECKING:
    from filelock import FileLock

PATIENCE: Final = 30.0
"""Seconds to wait for another process."""
QUIET: Final = 1.0
"""Seconds of waiting before the person at the screen is told."""
POLL_SECONDS: Final = 0.01
"""Seconds between attempts; a receive holds the lock for about as long."""


def silent(_sentence: str) -> None:
    """Discard a sentence: the default where nobody watches."""


@contextlib.contextmanager
def holding(
    folder: StorePath, patience: float = PATIENCE, notify: Notify = silent
) -> Iterator[None]:
    """Hold the lock of a store's folder.

    Args:
        folder: The store's folder.
        patience: Seconds to wait for another process.
        notify: Called once with a Japanese sentence when the wait exceeds a second.

    Raises:
        StoreBusy: Another process held the lock for longer than `patience`.
        StoreError: The file system refused the lock, or anything done while it was held.

    """
    held = (
        _holding_file(folder, patience, notify)
        if isinstance(folder, Path)
        else folder.backend.holding(patience, notify)
    )
    with held:
        try:
            yield
        except OSError as fault:
            reason = f"登録データを読み書きできません（{fault.strerror or fault}）"
            raise StoreError(reason, str(fault.filename or folder)) from fault


@contextlib.contextmanager
def _holding_file(folder: Path, patience: float, notify: Notify) -> Iterator[None]:
    from filelock import FileLock, Timeout  # here, so that commands that only read start sooner

    lock = FileLock(folder / ".lock")
    try:
        _acquire(lock, patience, notify)
    except Timeout as fault:
        reason = (
            "ほかのプログラムが登録データに書き込み中です。しばらくしてからもう一度実行してください"
        )
        raise StoreBusy(reason, str(folder)) from fault
    except OSError as fault:
        reason = f"登録データに書き込めません（{fault.strerror}）。空き容量と書き込み権限を確かめてください"
        raise StoreError(reason, str(folder)) from fault
    try:
        yield
    finally:
        lock.release()


def _acquire(lock: FileLock, patience: float, notify: Notify) -> None:
    from filelock import Timeout

    try:
        lock.acquire(timeout=min(patience, QUIET), poll_interval=POLL_SECONDS)
    except Timeout:
        if patience <= QUIET:
            raise
        notify("ほかのプログラムが書き込み中です。待っています…")
        lock.acquire(timeout=patience - QUIET, poll_interval=POLL_SECONDS)

"""A store for a batch of receipts, such as a folder of workbooks or one pass of the watcher: they are flushed together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from xlsync.errors import StoreError
from xlsync.flushing import THREADS
from xlsync.store.group_commit import GroupCommit
from xlsync.store.store_path import FilesPath

if TYPE_CHECKING:
    from xlsync.store.store import Store


@contextmanager
def store_batch(
    store: Store, clock: Callable[[], float], threads: int = THREADS
) -> Iterator[Store]:
    """Yield a store of which what is written is flushed with many other files; nobody may be told of it before the end.

    It holds the store's lock for some two seconds at a time.

    Args:
        store: The store.
        clock: Tells seconds, from any moment on.
        threads: How many flushes wait at one time.

    Raises:
        StoreError: Some of it could not be written: then none of the batch may be told of.

    """
    if not isinstance(store.files, Path):
        with store.files.backend.batch(clock):
            yield store
        return
    group = GroupCommit(store.files, clock, threads)
    try:
        yield store.over(FilesPath(group))
    except BaseException:
        with suppress(StoreError):
            group.commit()
        raise
    group.commit()


__all__ = ["store_batch"]

"""Checking many files by several processes at once; what they tell comes in the order of the files."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from xlsync.city.file_checks import check_files
from xlsync.city.settings import read_settings

if TYPE_CHECKING:
    from types import FrameType

    from xlsync.city.city_paths import InputFile
    from xlsync.city.settings import CitySettings
    from xlsync.exchange.receipt import Receipt

_FILES_AT_ONCE: Final = 8
"""Files that a process checks before it tells of them."""
Parts = Sequence[Sequence["InputFile"]]


def check_with_processes(
    city: CitySettings | None,
    files: Sequence[InputFile],
    jobs: int,
    shown: Callable[[Parts], Iterable[Sequence[InputFile]]] = iter,
) -> Iterator[list[Receipt]]:
    """Check files in so many processes and write nothing; outside a city (None) by the newest shipped form.

    `shown` goes through the parts of the work as they are done, such as a progress bar.

    Yields:
        The receipts of some files after the other, in the order of the files, as `check_files` returns them.

    """
    folder = None if city is None else city.folder
    parts = [files[at : at + _FILES_AT_ONCE] for at in range(0, len(files), _FILES_AT_ONCE)]
    pool = ProcessPoolExecutor(jobs, initializer=_leave_signals_to_the_parent)
    try:
        with _ctrl_c_waits():
            receipts = pool.map(_check_part, [folder] * len(parts), parts)
        for _ in shown(parts):
            yield next(receipts)
    finally:
        # Once, and not by `with`: a second call takes back that what is left is cancelled.
        pool.shutdown(cancel_futures=True)


@contextmanager
def _ctrl_c_waits() -> Iterator[None]:
    """Let Ctrl+C wait for the end of the block: a pool that is interrupted while it starts cannot be ended."""
    heard_by = signal.getsignal(signal.SIGINT)
    if not callable(heard_by) or threading.current_thread() is not threading.main_thread():
        yield
        return
    pressed: list[tuple[int, FrameType | None]] = []
    signal.signal(signal.SIGINT, lambda number, frame: pressed.append((number, frame)))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, heard_by)
    if pressed:
        heard_by(*pressed[0])


def _leave_signals_to_the_parent() -> None:
    """Ctrl+C ends the parent, which ends this process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _check_part(folder: Path | None, files: Sequence[InputFile]) -> list[Receipt]:
    return check_files(_city_of_process(folder), files)


@lru_cache(maxsize=1)
def _city_of_process(folder: Path | None) -> CitySettings | None:
    """Return the city, read once in each process."""
    return None if folder is None else read_settings(folder)


__all__ = ["check_with_processes"]

"""Long lists written row by row: where there is no room for the rows, that is said in a sentence."""

from __future__ import annotations

import datetime as dt
import gc
import resource
import signal
import warnings
from collections.abc import Iterator

import pytest

from xlsync.errors import StoreError
from xlsync.workbook.streamed_list import Column, StreamedPage, streamed_workbook

DAY = dt.date(2026, 4, 1)


def page(rows: int) -> StreamedPage:
    values: list[list[str | int | None]] = [["鍵", "あ" * 200, number] for number in range(rows)]
    columns = [Column("番号", 10), Column("内容", 40), Column("行", 6)]
    return StreamedPage("一覧", "一覧", columns, values)


@pytest.fixture
def small_files() -> Iterator[None]:
    """Let no file of this process grow beyond 64 KB, as on a full disk."""
    former = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (65_536, former[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, former)
    signal.signal(signal.SIGXFSZ, handler)
    with warnings.catch_warnings():  # XlsxWriter leaves the file that it could not write open
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@pytest.mark.usefixtures("small_files")
def test_a_list_without_room_for_its_rows_is_told_in_a_sentence() -> None:
    assert streamed_workbook([page(3)], DAY).startswith(b"PK")
    with pytest.raises(StoreError, match=r"一時ファイルを書き込めません（.+）。空き容量"):
        streamed_workbook([page(20_000)], DAY)

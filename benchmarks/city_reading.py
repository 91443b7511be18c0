"""A thousand workbooks, one after another and in two processes."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from benchmarks.clock import race, table
from benchmarks.reading import by_calamine, by_expat, by_xlsync
from xlsync.workbook.reading.form_reader import read

MANY = 1_000
_AT_ONCE = 50


def city_reading(data: bytes, rounds: int) -> str:
    """Return the table of reading a thousand workbooks."""
    tools: dict[str, Callable[[bytes], object]] = {
        "one expat pass over each form's worksheet (limit)": by_expat,
        "xlsync: the cells of the form's worksheet": by_xlsync,
        "xlsync read (names, kinds, findings)": read,
        "python-calamine, every worksheet": by_calamine,
    }
    limit = next(iter(tools))
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        rivals: dict[str, Callable[[], object]] = {
            name: _one_process(tool, data) for name, tool in tools.items()
        }
        rivals |= {
            f"{name}, two processes": _two_processes(pool, tool, data)
            for name, tool in tools.items()
            if name != limit
        }
        return table(f"Read {MANY:,} workbooks", race(rivals, limit, rounds), "limit")


def _one_process(tool: Callable[[bytes], object], data: bytes) -> Callable[[], object]:
    def run() -> None:
        for _ in range(MANY):
            tool(data)

    return run


def _two_processes(
    pool: ProcessPoolExecutor, tool: Callable[[bytes], object], data: bytes
) -> Callable[[], object]:
    return lambda: list(pool.map(_read_some, [tool] * (MANY // _AT_ONCE), [data] * MANY))


def _read_some(tool: Callable[[bytes], object], data: bytes) -> int:
    """Read the workbook some times; what was read stays in the process that read it."""
    for _ in range(_AT_ONCE):
        tool(data)
    return _AT_ONCE

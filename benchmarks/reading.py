"""Reading one filled official workbook, against one expat pass over its worksheet's bytes (the limit).

Cold: each program once in every round, the processor's caches full of the others' work, and xlsync remembering no part
of an earlier workbook. Warm: the same workbook many times in a row, as the second to the thousandth of one form.
"""

from __future__ import annotations

import gc
import importlib.util
import zipfile
from collections.abc import Callable, Iterable
from io import BytesIO
from itertools import chain
from typing import Any
from xml.parsers import expat

import openpyxl
import python_calamine

from benchmarks.clock import race, table
from benchmarks.cold_caches import caches, clear
from xlsync.ooxml import read_cells
from xlsync.ooxml.read.reader import open_workbook
from xlsync.workbook.reading.form_reader import read

_AT_ONCE = 20


def reading(data: bytes, rounds: int, title: str = "one filled official workbook") -> str:
    """Return the tables of reading one workbook: for the first time, and again and again."""
    package = zipfile.ZipFile(BytesIO(data))
    worksheet = package.read("xl/worksheets/sheet1.xml")
    parts = [name for name in package.namelist() if name.startswith("xl/worksheets/sheet")]
    every = [package.read(name) for name in parts]
    own: dict[str, Callable[[], object]] = {
        "one expat pass over the form's worksheet (limit)": lambda: _expat(worksheet),
        "xlsync: the cells of the form's worksheet": lambda: by_xlsync(data),
        "xlsync read (names, kinds, findings)": lambda: read(data),
        "one expat pass over every worksheet": lambda: _expat(*every),
        "xlsync read_cells, every worksheet": lambda: read_cells(data),
        "python-calamine, every worksheet": lambda: by_calamine(data),
    }
    others: dict[str, Callable[[], object]] = {
        "pandas on python-calamine": lambda: by_pandas(data, "calamine"),
        "pandas on openpyxl": lambda: by_pandas(data, "openpyxl"),
        "openpyxl read-only": lambda: by_openpyxl_read_only(data),
        "openpyxl load_workbook": lambda: openpyxl.load_workbook(BytesIO(data)),
    }
    if importlib.util.find_spec("pandas") is None:
        others = {name: run for name, run in others.items() if "pandas" not in name}
    limit = next(iter(own))
    read(data)  # loads the form, which is no part of a workbook
    known = caches()

    def afresh() -> None:
        gc.collect()
        clear(known)

    cold = race({**own, **others}, limit, rounds, before=afresh)
    warm = race(own, limit, rounds, at_once=_AT_ONCE)
    return "\n".join(
        (
            table(f"Read {title}, the first of its form in turn with the others", cold, "limit"),
            table(f"Read {title}, {_AT_ONCE} in a row", warm, "limit"),
        )
    )


def _expat(*worksheets: bytes) -> None:
    for worksheet in worksheets:
        expat.ParserCreate().Parse(worksheet, True)  # noqa: FBT003 - expat takes it by place only


def by_xlsync(data: bytes) -> object:
    """Read the cells of the form's worksheet alone, which is the first."""
    book = open_workbook(data)
    return book.cells(book.worksheets[0])


def by_expat(data: bytes) -> None:
    """Pass over the bytes of the form's worksheet once."""
    _expat(zipfile.ZipFile(BytesIO(data)).read("xl/worksheets/sheet1.xml"))


def by_calamine(data: bytes) -> object:
    """Read every worksheet's values with python-calamine."""
    book = python_calamine.CalamineWorkbook.from_filelike(BytesIO(data))
    return [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]


def by_openpyxl_read_only(data: bytes) -> object:
    """Read every worksheet's values with openpyxl in its read-only way."""
    book = openpyxl.load_workbook(BytesIO(data), read_only=True)
    rows = chain.from_iterable(worksheet.iter_rows() for worksheet in book)
    return [_values(row) for row in rows]


def _values(row: Iterable[Any]) -> list[object]:
    return [cell.value for cell in row]


def by_pandas(data: bytes, engine: str) -> object:
    """Read every worksheet into a frame with pandas."""
    pandas = importlib.import_module("pandas")
    return pandas.read_excel(BytesIO(data), sheet_name=None, header=None, engine=engine)

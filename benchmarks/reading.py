"""Reading one filled official workbook, against one expat pass over its worksheet's bytes (the limit)."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from io import BytesIO
from xml.parsers import expat

import openpyxl
import python_calamine

from benchmarks.clock import race, table
from xlsync.workbook import read_cells
from xlsync.workbook.form_reader import read


def reading(data: bytes, rounds: int, title: str = "one filled official workbook") -> str:
    """Give the table of reading one workbook."""
    worksheet = zipfile.ZipFile(BytesIO(data)).read("xl/worksheets/sheet1.xml")
    rivals: dict[str, Callable[[], object]] = {
        "one expat pass over the worksheet's bytes (limit)": lambda: _expat(worksheet),
        "xlsync read_cells": lambda: read_cells(data),
        "xlsync read (names, kinds, findings)": lambda: read(data),
        "python-calamine": lambda: by_calamine(data),
        "openpyxl read-only": lambda: by_openpyxl_read_only(data),
        "openpyxl load_workbook": lambda: openpyxl.load_workbook(BytesIO(data)),
    }
    limit = next(iter(rivals))
    return table(f"Read {title}", race(rivals, limit, rounds), "limit")


def _expat(worksheet: bytes) -> None:
    expat.ParserCreate().Parse(worksheet, True)  # noqa: FBT003 - expat takes it by place only


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
    return [[cell.value for cell in row] for worksheet in book for row in worksheet.iter_rows()]

"""Over workbooks made by other programs: we read what two others read, and write without harming anything."""

from __future__ import annotations

import io
import math
import random
import re
import warnings
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from unittest import mock

import openpyxl
import pytest
from openpyxl.worksheet.merge import MergedCellRange
from python_calamine import CalamineError, CalamineWorkbook

from tests.ooxml.areas import Area, areas_of_formulas, is_within
from xlsync.errors import UnwritableWorkbook, WorkbookError
from xlsync.ooxml import patch_cells
from xlsync.ooxml.a1 import split_reference
from xlsync.ooxml.opc.package import Package
from xlsync.ooxml.patch.cell_xml import Scalar
from xlsync.ooxml.read.reader import Cell, CellError, Workbook, open_workbook

Values = dict[tuple[int, int], object]

# A grid of this many cells is what calamine makes of one stray cell.
GRID = 500_000


def opened(data: bytes) -> Workbook | None:
    """The workbook, or None where it is refused: then in one sentence, and for writing too."""
    try:
        return open_workbook(data)
    except WorkbookError:
        with pytest.raises(WorkbookError, match=r"。$"):
            patch_cells(data, {("Sheet1", "A1"): "x"})
        return None


REFUSED = {
    "MinamiyamaKotaro+xlsxparser__d1d26c__missing_relations.xlsx",
    "dotnet+Open-XML-SDK__8ec81f__ProjectStatusReport_TP10094814.xltx",
}
"""A worksheet without a part, and a template of a trial version of Excel 2007: nobody else reads it either."""


def test_the_reader_says_what_other_readers_say(corpus_file: Path) -> None:
    """Every worksheet of every workbook, but for one that is refused; `alike` explains each difference allowed."""
    data = corpus_file.read_bytes()
    book = opened(data)
    assert (book is None) == (corpus_file.name in REFUSED)
    if book is None:
        return
    calamine, tables = by_calamine(data), by_openpyxl(data)
    for title in book.worksheets:
        ours: Values = {split_reference(at): c.value for at, c in book.cells(title).items()}
        theirs = calamine_values(calamine, title, ours)
        if theirs is not None:
            assert unlike(ours, theirs) == [], f"calamine, {title}"
        assert theirs is not None or title in tables, f"no other program reads {title}"
        if title in tables:
            # openpyxl puts the target of a hyperlink where the cell itself is blank.
            theirs = {at: v for at, v in tables[title].items() if ours.get(at) is not None}
            assert unlike(ours, theirs) == [], f"openpyxl, {title}"


def by_calamine(data: bytes) -> CalamineWorkbook | None:
    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(data))
    except CalamineError:
        return None


def by_openpyxl(data: bytes) -> Mapping[str, Values]:
    """Each worksheet's values; nothing where openpyxl cannot read the file."""
    # The borders of merged ranges, which take a third of its time, are nothing to values.
    unformatted = mock.patch.object(MergedCellRange, "format", return_value=None)
    with warnings.catch_warnings(), unformatted:
        warnings.simplefilter("ignore")
        try:
            book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
        except Exception:  # noqa: BLE001 - it raises whatever its parsers happen to raise
            return {}
    return {
        # Walking over its rows would make a cell wherever there is none.
        sheet.title: {at: cell.value for at, cell in sheet._cells.items()}  # noqa: SLF001
        for sheet in book.worksheets
    }


def calamine_values(book: CalamineWorkbook | None, title: str, ours: Values) -> Values | None:
    rows, columns = (max((at[i] for at in ours), default=0) for i in (0, 1))
    if book is None or rows * columns > GRID:
        return None
    try:
        grid = book.get_sheet_by_name(title).to_python(skip_empty_area=False)
    except CalamineError:
        return None
    return {
        (r, c): value
        for r, line in enumerate(grid, start=1)
        for c, value in enumerate(line, start=1)
        if value != ""
    }


def unlike(ours: Values, theirs: Values) -> list[tuple[tuple[int, int], object, object]]:
    """The cells that differ in a way we cannot explain."""
    return [
        (at, ours.get(at), theirs.get(at))
        for at in sorted(ours.keys() | theirs.keys())
        if not alike(ours.get(at), theirs.get(at))
    ]


def alike(ours: object, theirs: object) -> bool:
    """True for equal values, and for the differences that are theirs."""
    if isinstance(ours, CellError) or ours in ("", None):
        # calamine drops errors, and openpyxl keeps a blank that the file does not ask to preserve.
        return theirs in ("", None, ours) or (ours == "" and not squeezed(theirs))
    if isinstance(ours, str):
        return squeezed(ours) == squeezed(theirs or "")
    if isinstance(ours, bool) or isinstance(theirs, bool):
        return ours is theirs
    if isinstance(ours, int | float):
        # A serial number that is no date: they show the moment before 1900 that it would be.
        if isinstance(theirs, date | time | timedelta):
            return ours <= 0 or int(ours) == 60
        return isinstance(theirs, int | float) and math.isclose(ours, theirs, rel_tol=1e-15)
    if isinstance(theirs, int | float) and isinstance(ours, date | time):
        return True  # openpyxl knows neither A/P nor the formats built into Japanese Excel
    if isinstance(theirs, str):
        return theirs.endswith("Z")
    return abs(seconds(ours) - seconds(theirs)) < 0.002


def squeezed(text: object) -> str:
    """The text as calamine trims it and without what openpyxl leaves encoded."""
    decoded = re.sub("_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), str(text))
    return decoded.strip().replace("\r\n", "\n")


def seconds(value: object) -> float:
    """Seconds since some fixed moment, the same for a date and its midnight."""
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, time):
        return value.hour * 3600 + value.minute * 60 + value.second + value.microsecond / 1e6
    assert isinstance(value, date)
    moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)  # noqa: DTZ001
    return (moment - datetime(1899, 12, 31)).total_seconds()  # noqa: DTZ001


def test_a_patch_changes_what_it_is_told_and_nothing_else(corpus_file: Path) -> None:
    data = corpus_file.read_bytes()
    book = opened(data)
    if book is None:
        return
    for title in book.worksheets:
        before = book.cells(title)
        changes = some_changes(title, before)
        try:
            out = patch_cells(data, changes)
        except UnwritableWorkbook as error:
            assert error.reason.endswith("ください。")  # noqa: PT017 - signed, shared, a heading …
            continue
        part = next(entry.part for entry in book._part.worksheets if entry.title == title)  # noqa: SLF001
        areas = areas_of_formulas(Package.open(data).part(part).decode(errors="replace"))
        after = open_workbook(out).cells(title)
        assert other_cells_changed(before, after, changes, areas) == []
        assert members_changed(data, out) <= 2
        judged_by_others(data, out, title, changes)


def some_changes(title: str, cells: Mapping[str, Cell]) -> dict[tuple[str, str], Scalar]:
    """Five constants of the worksheet and two cells it has not, each with something new."""
    chance = random.Random(title)  # noqa: S311 - the same cells each time
    constants = [at for at, cell in cells.items() if cell.formula is None]
    chosen = chance.sample(constants, min(5, len(constants)))
    values: list[Scalar] = ["新しい\n文 & <字>", 12.5, 70_000, True, None]
    changes: dict[tuple[str, str], Scalar] = {
        (title, at): value for at, value in zip(chosen, values, strict=False)
    }
    return changes | {(title, "CZ3"): "追加", (title, "B2001"): -1.25}


def other_cells_changed(
    before: Mapping[str, Cell],
    after: Mapping[str, Cell],
    changes: Mapping[tuple[str, str], Scalar],
    areas: Sequence[Area],
) -> list[str]:
    wanted = {at: value for (_, at), value in changes.items()}
    wrong = [
        at
        for at in before.keys() | after.keys()
        if at not in wanted
        and before.get(at) != after.get(at)
        and not only_stale(before, after, at)
        and not (after.get(at) is None and is_within(at, areas))
    ]
    for at, value in wanted.items():
        cell = after.get(at)
        found = None if cell is None else cell.value
        # In a cell shown as a date a number is a date.
        if found != value and not (
            isinstance(found, date | time | timedelta) and value in (12.5, 70_000)
        ):
            wrong.append(at)
    return wrong


def only_stale(before: Mapping[str, Cell], after: Mapping[str, Cell], at: str) -> bool:
    """True for a formula that is the same and has lost its stored result."""
    was, now = before.get(at), after.get(at)
    return was is not None and was.formula is not None and now == Cell(None, was.formula)


def members_changed(before: bytes, after: bytes) -> int:
    """How many members differ; asserts that all others are the same packed bytes in the same order."""
    with zipfile.ZipFile(io.BytesIO(before)) as old, zipfile.ZipFile(io.BytesIO(after)) as new:
        assert new.testzip() is None
        assert old.namelist() == new.namelist()
        changed = 0
        for was, now in zip(old.infolist(), new.infolist(), strict=True):
            if (was.CRC, was.file_size) != (now.CRC, now.file_size):
                changed += 1
                assert was.date_time == now.date_time
                continue
            length = now.header_offset - was.header_offset
            end = was.header_offset + was.compress_size + 30
            assert (
                before[was.header_offset : end] == after[was.header_offset + length : end + length]
            )
    Package.open(after).verify()
    return changed


def judged_by_others(
    before: bytes, after: bytes, title: str, changes: Mapping[tuple[str, str], Scalar]
) -> None:
    """Assert that those of the other readers that could read the old file read the new values."""
    wanted: Values = {split_reference(at): value for (_, at), value in changes.items()}
    calamine = by_calamine(after)
    assert (calamine is None) == (by_calamine(before) is None)
    found = calamine_values(calamine, title, wanted)
    tables = by_openpyxl(after)
    for theirs in (found or {}, tables.get(title, {})):
        for at, value in wanted.items() if theirs else ():
            shown = theirs.get(at)
            as_date = isinstance(shown, date | time | timedelta) and value in (12.5, 70_000, -1.25)
            a_link = value is None and isinstance(shown, str)  # openpyxl's: see above
            assert alike(value, shown) or as_date or a_link, (at, value, shown)

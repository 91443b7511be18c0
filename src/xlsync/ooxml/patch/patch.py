"""Some cells of a workbook changed, and every other byte of every other part as it was."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from itertools import islice
from types import MappingProxyType
from typing import Literal, cast, overload

from xlsync.errors import DamagedWorkbook, UnwritableWorkbook
from xlsync.ooxml.a1 import Position, split_reference
from xlsync.ooxml.opc.workbook_part import SheetEntry
from xlsync.ooxml.patch.cached_values import WrittenSheet, looks_elsewhere, without_stale
from xlsync.ooxml.patch.calc_chain import without_cells
from xlsync.ooxml.patch.cell_equality import Strings
from xlsync.ooxml.patch.cell_xml import Formula, Scalar
from xlsync.ooxml.patch.package_editor import PackageEdit
from xlsync.ooxml.patch.table_parts import name_definitions, refuse_table_headings
from xlsync.ooxml.patch.workbook_part_editor import with_full_calculation
from xlsync.ooxml.patch.worksheet_patcher import Cached, Change, PatchedSheet, patch_sheet
from xlsync.ooxml.read.shared_strings import shared_strings
from xlsync.ooxml.source import Source, bytes_of
from xlsync.ooxml.xml.encoding import decoded, refuse_broken
from xlsync.ooxml.xml.prefixes import with_one_prefix

__all__ = ["Formula", "patch_cells", "put_cells"]

Address = tuple[str, str]
ByAddress = Mapping[Address, Scalar | Formula]
ByWorksheet = Mapping[str, Mapping[str, Scalar | Formula]]
Stale = Literal["drop", "keep", "none"]

_FORMULA = re.compile(r"<(?:[\w.-]+:)?f[\s/>]")
# Found far more quickly, because every match begins with the same letters.
_PLAIN_FORMULA = re.compile(r"<f[\s/>]")
_FORMULA_CELL = re.compile(
    r"""<(?:[\w.-]+:)?c\s[^<>]*?\br\s*=\s*["']([A-Z]+[0-9]+)["'][^<>]*>\s*<(?:[\w.-]+:)?f[\s/>]"""
)
_NONE: Mapping[Address, Scalar] = MappingProxyType({})


@overload
def patch_cells(
    source: Source,
    changes: ByAddress,
    *,
    overwrite_formulas: bool = False,
    cached: Mapping[Address, Scalar] = _NONE,
    stale: Stale = "drop",
) -> bytes: ...


@overload
def patch_cells(
    source: Source,
    changes: ByWorksheet,
    *,
    overwrite_formulas: bool = False,
    cached: Mapping[Address, Scalar] = _NONE,
    stale: Stale = "drop",
) -> bytes: ...


def patch_cells(
    source: Source,
    changes: ByAddress | ByWorksheet,
    *,
    overwrite_formulas: bool = False,
    cached: Mapping[Address, Scalar] = _NONE,
    stale: Stale = "drop",
) -> bytes:
    """Return the workbook with some cells changed; every other part keeps its very bytes.

    A cell that reads as its new value stays as written. In the worksheet parts only the touched cells and rows differ.
    Where a cell has a formula that is given no new result, Excel is asked to calculate everything when it opens the file.

    Args:
        source: A path, a workbook's bytes, or a file opened in binary mode.
        changes: {worksheet: {address: value}} as `read_cells` returns it, or {(worksheet, address): value}. A value is
            a str, int, float, Decimal, bool, a Formula, or None, which clears the cell and keeps its style.
        overwrite_formulas: Replace formulas by values, which is refused otherwise.
        cached: Other cached results for formula cells, whose formulas stay.
        stale: What becomes of cached results in the changed worksheets that may no longer be true: "drop" removes them,
            "keep" leaves them until Excel calculates, "none" says that every one is right as it is or as given here.

    Raises:
        UnwritableWorkbook: A signed or shared workbook; or, with worksheet and cell, a formula cell (unless
            `overwrite_formulas`, or the change is a Formula), a cell hidden in a merged area, a table heading, a text
            above 32,767 characters, a number that Excel does not have.
        WorkbookError: As `read_cells`.

    Example:
        >>> data = patch_cells("sheet.xlsx", {"評価シート": {"A1": "見本"}})
        >>> read_cells(data)["評価シート"]["A1"]
        '見本'

    """
    edit = PackageEdit(bytes_of(source))
    put_cells(
        edit, _flat(changes), overwrite_formulas=overwrite_formulas, cached=cached, stale=stale
    )
    return edit.finished()


def _flat(changes: ByAddress | ByWorksheet) -> dict[Address, Scalar | Formula]:
    """Return the changes by (worksheet, address), whichever of the two shapes they have."""
    flat: dict[Address, Scalar | Formula] = {}
    for where, value in changes.items():
        if isinstance(where, tuple):
            flat[where] = cast("Scalar | Formula", value)
        else:
            cells = cast("Mapping[str, Scalar | Formula]", value)
            flat |= {(where, address): cell for address, cell in cells.items()}
    return flat


def put_cells(
    edit: PackageEdit,
    changes: Mapping[Address, Scalar | Formula],
    *,
    overwrite_formulas: bool = False,
    cached: Mapping[Address, Scalar] = _NONE,
    stale: Stale = "drop",
) -> None:
    """Put the changes into the package that is being edited, as `patch_cells` does."""
    written: dict[str, WrittenSheet] = {}
    strings = cache(lambda: _strings(edit))
    for entry, cells in _by_worksheet(edit, changes, cached):
        sheet = _patched(edit, entry, cells, strings, overwrite_formulas=overwrite_formulas)
        if sheet is not None:
            written[entry.part] = sheet
    texts = [sheet.text for sheet in written.values()]
    if stale != "none" and changes and written and _has_other_formulas(edit, written):
        if stale == "drop":
            texts = _without_stale(edit, written)
        part = edit.workbook.part
        edit.put(part, with_full_calculation(edit.text(part)))
    for part, text in zip(written, texts, strict=True):
        edit.put(part, text)


def _patched(
    edit: PackageEdit,
    entry: SheetEntry,
    cells: Mapping[Position, Change],
    strings: Strings,
    *,
    overwrite_formulas: bool,
) -> WrittenSheet | None:
    """Return the worksheet with its cells changed, None where its part stays as it is."""
    refuse_table_headings(edit, entry, cells)
    # Where a tag is left open, the position of a cell is a guess, and its neighbour might be lost.
    refuse_broken(edit.part(entry.part), entry.title)
    text = with_one_prefix(decoded(edit.part(entry.part), entry.title))
    patched = patch_sheet(
        entry.title, text, cells, overwrite_formulas=overwrite_formulas, strings=strings
    )
    _remove_from_calc_chain(edit, entry, patched)
    if patched.text == text:
        return None
    given = (at for at, change in cells.items() if isinstance(change, Cached | Formula))
    return WrittenSheet(entry.title, patched.text, patched.changed, frozenset(given))


def _strings(edit: PackageEdit) -> list[str]:
    """The shared strings, for comparing a cell with what it is to be."""
    part = edit.workbook.target(edit, "sharedStrings")
    return [] if part is None else shared_strings(edit.part(part), part)


def _without_stale(edit: PackageEdit, written: Mapping[str, WrittenSheet]) -> list[str]:
    """Return the texts of the worksheets written without results that may be untrue; other worksheets keep theirs."""

    def calculates(title: str) -> bool:
        entry = edit.workbook.worksheet(title)
        if entry is None or entry.part not in edit:
            return True
        return looks_elsewhere(entry.title, edit.text(entry.part))

    def definition(name: str) -> str | None:
        return definitions().get(name.casefold())

    definitions = cache(lambda: name_definitions(edit, edit.workbook))
    return without_stale(list(written.values()), cache(calculates), definition)


def _by_worksheet(
    edit: PackageEdit, changes: Mapping[Address, Change], cached: Mapping[Address, Scalar]
) -> list[tuple[SheetEntry, dict[Position, Change]]]:
    """The changes of each worksheet, by (row, column)."""
    by_part: dict[str, tuple[SheetEntry, dict[Position, Change]]] = {}
    results = {address: Cached(value) for address, value in cached.items()}
    for (title, reference), change in [*results.items(), *changes.items()]:
        entry = edit.workbook.worksheet(title)
        if entry is None:
            raise UnwritableWorkbook("シートが見つかりません。シート名を確かめてください。", title)
        cells = by_part.setdefault(entry.part, (entry, {}))[1]
        cells[_position(title, reference)] = change
    return list(by_part.values())


def _position(title: str, reference: str) -> Position:
    try:
        return split_reference(reference)
    except DamagedWorkbook:
        raise UnwritableWorkbook(
            "セル番地が正しくありません。B12のように指定してください。", f"{title}!{reference}"
        ) from None


def _remove_from_calc_chain(edit: PackageEdit, entry: SheetEntry, patched: PatchedSheet) -> None:
    """Remove the cells that lost their formula from the calculation chain, if the book has one."""
    part = edit.workbook.target(edit, "calcChain")
    if part is None or not patched.lost_formulas:
        return
    text = without_cells(edit.text(part), entry.sheet_id, patched.lost_formulas)
    if text is None:
        edit.remove(part)
    else:
        edit.put(part, text)


def _has_other_formulas(edit: PackageEdit, written: Mapping[str, WrittenSheet]) -> bool:
    """True when some formula of the book has a cached result that was not written now."""
    parts = [entry.part for entry in edit.workbook.worksheets if entry.part in edit]
    for part in parts:
        sheet = written.get(part)
        given = frozenset() if sheet is None else sheet.with_new_result
        if _has_other_formula(edit.text(part) if sheet is None else sheet.text, given):
            return True
    return False


def _has_other_formula(text: str, given: frozenset[Position]) -> bool:
    """True when some cell of a worksheet part other than those `given` a new result has a formula.

    Beyond the cells there are formulas too, of data validations and charts in cells; they have no cached results.
    """
    start, stop = text.find("sheetData"), text.rfind("sheetData")
    if _has_more(_PLAIN_FORMULA, text, start, stop, len(given)):
        return True
    if text.find(":f", start, stop) >= 0 and _has_more(_FORMULA, text, start, stop, len(given)):
        return True
    return not given.issuperset(map(split_reference, _FORMULA_CELL.findall(text, start, stop)))


def _has_more(pattern: re.Pattern[str], text: str, start: int, stop: int, count: int) -> bool:
    """True when the pattern matches more often than so many times between the two positions."""
    return sum(1 for _ in islice(pattern.finditer(text, start, stop), count + 1)) > count

"""Some cells of a workbook changed, and every other byte of every other part as it was."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

from xlsync.errors import DamagedWorkbook, UnwritableWorkbook
from xlsync.workbook.calc_chain import without_cells
from xlsync.workbook.cell_xml import Formula, Scalar
from xlsync.workbook.package_edit import PackageEdit
from xlsync.workbook.part_text import parsed, refuse_broken
from xlsync.workbook.references import column_letters, split_range, split_reference
from xlsync.workbook.relationships import related
from xlsync.workbook.sheet_patch import Cached, Change, PatchedSheet, Spot, patch_sheet
from xlsync.workbook.workbook_edit import with_full_calculation
from xlsync.workbook.workbook_part import SheetEntry

__all__ = ["Formula", "patch_cells"]

Address = tuple[str, str]

_FORMULA = re.compile(r"<(?:[\w.-]+:)?f[\s/>]")
_FORMULA_CELL = re.compile(
    r"""<(?:[\w.-]+:)?c\s[^<>]*?\br\s*=\s*["']([A-Z]+[0-9]+)["'][^<>]*>\s*<(?:[\w.-]+:)?f[\s/>]"""
)
_NONE: Mapping[Address, Scalar] = MappingProxyType({})


def patch_cells(
    data: bytes,
    changes: Mapping[Address, str | int | float | Decimal | bool | Formula | None],
    *,
    overwrite_formulas: bool = False,
    cached: Mapping[Address, Scalar] = _NONE,
) -> bytes:
    """The workbook with the changes at (worksheet title, cell reference), and nothing else changed.

    None clears a cell and keeps its style. `cached` gives formula cells another cached result and leaves their
    formulas.
    All other parts keep their very bytes; in the worksheet parts only the touched cells and rows differ.
    Where a formula that is not ours may depend on a change, Excel is asked to calculate everything when it
    opens the file.

    Raises UnwritableWorkbook, naming worksheet and cell, for formula cells unless `overwrite_formulas` or the
    change is a Formula, for cells hidden in a merged area, table headers, texts above 32,767 characters and
    numbers Excel has not; and for signed and shared books. Other WorkbookErrors as `read_cells`.
    """
    edit = PackageEdit(data)
    wanted = _by_worksheet(edit, changes, cached)
    touched = False
    for entry, spots in wanted:
        _refuse_table_headers(edit, entry, spots)
        text = edit.text(entry.part)
        # Where a tag is left open, the place of a cell is a guess, and its neighbour might be lost.
        refuse_broken(text, entry.title)
        patched = patch_sheet(entry.title, text, spots, overwrite_formulas=overwrite_formulas)
        edit.put(entry.part, patched.text)
        touched |= patched.text != text
        _forget_formulas(edit, entry, patched)
    if changes and touched and _has_foreign_formulas(edit, wanted):
        part = edit.workbook.part
        edit.put(part, with_full_calculation(edit.text(part)))
    return edit.finished()


def _by_worksheet(
    edit: PackageEdit, changes: Mapping[Address, Change], cached: Mapping[Address, Scalar]
) -> list[tuple[SheetEntry, dict[Spot, Change]]]:
    """The changes of each worksheet, by (row, column)."""
    found: dict[str, tuple[SheetEntry, dict[Spot, Change]]] = {}
    results = {address: Cached(value) for address, value in cached.items()}
    for (title, reference), change in [*results.items(), *changes.items()]:
        entry = edit.workbook.worksheet(title)
        if entry is None:
            raise UnwritableWorkbook("シートが見つかりません。シート名を確かめてください。", title)
        spots = found.setdefault(entry.part, (entry, {}))[1]
        spots[_spot(title, reference)] = change
    return list(found.values())


def _spot(title: str, reference: str) -> Spot:
    try:
        return split_reference(reference)
    except DamagedWorkbook:
        raise UnwritableWorkbook(
            "セル番地が正しくありません。B12のように指定してください。", f"{title}!{reference}"
        ) from None


def _refuse_table_headers(
    edit: PackageEdit, entry: SheetEntry, spots: Mapping[Spot, Change]
) -> None:
    """Raise for a cell that is a table's heading: the table's part repeats it, and Excel wants both equal."""
    for part in related(edit.package, entry.part, "table"):
        table = parsed(edit.package.part(part), part)
        if table.get("headerRowCount") == "0":
            continue
        top, left, _, right = split_range(table.get("ref", ""))
        for row, column in spots:
            if row == top and left <= column <= right:
                where = f"{entry.title}!{column_letters(column)}{row}"
                raise UnwritableWorkbook(
                    "テーブルの見出しのため書き込めません。Excelで直接入力してください。", where
                )


def _forget_formulas(edit: PackageEdit, entry: SheetEntry, patched: PatchedSheet) -> None:
    """Take the cells that lost their formula out of the calculation chain, if the book has one."""
    part = edit.workbook.target(edit.package, "calcChain")
    if part is None or not patched.lost_formulas:
        return
    text = without_cells(edit.text(part), entry.sheet_id, patched.lost_formulas)
    if text is None:
        edit.remove(part)
    else:
        edit.put(part, text)


def _has_foreign_formulas(
    edit: PackageEdit, wanted: list[tuple[SheetEntry, dict[Spot, Change]]]
) -> bool:
    """True when some formula of the book has a cached result that we did not write."""
    ours = {
        entry.part: {spot for spot, change in spots.items() if isinstance(change, Cached | Formula)}
        for entry, spots in wanted
    }
    for entry in edit.workbook.worksheets:
        if entry.part not in edit.package:
            continue
        text = edit.text(entry.part)
        own = ours.get(entry.part, set())
        formulas = len(_FORMULA.findall(text))
        if formulas > len(own):
            return True
        if formulas and {split_reference(cell) for cell in _FORMULA_CELL.findall(text)} - own:
            return True
    return False

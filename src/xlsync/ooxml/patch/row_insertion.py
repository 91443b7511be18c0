"""Rows inserted into a worksheet, as Excel would: what lies below moves down, and what refers to it follows.

The rows get the formats, the height and the merged areas of the row that they are put behind. Cells keep their values and
their cached results. Every part that neither holds nor names a row that moves keeps its very bytes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from xlsync.errors import UnwritableWorkbook
from xlsync.ooxml import limits
from xlsync.ooxml.a1 import Area, column_letters, range_text
from xlsync.ooxml.opc.relationships import related
from xlsync.ooxml.patch.cell_index import SheetGrid
from xlsync.ooxml.patch.comment_moves import comments_of, move_comments
from xlsync.ooxml.patch.kept_parts import refuse_pivot_tables
from xlsync.ooxml.patch.package_editor import PackageEdit
from xlsync.ooxml.patch.row_references import with_formulas_shifted, with_rules_shifted
from xlsync.ooxml.patch.worksheet_replacement import worksheet_entry
from xlsync.ooxml.row_shift import RowShift
from xlsync.ooxml.xml.encoding import refuse_broken
from xlsync.ooxml.xml.prefixes import with_one_prefix
from xlsync.ooxml.xml.splice import (
    Edit,
    Element,
    attributes,
    spliced,
    with_attribute,
    without_attribute,
)

_SHARED: Final = re.compile(
    r"""<(?:[\w.-]+:)?f\s[^<>]*\bt\s*=\s*["'](?:shared|array|dataTable)["']"""
)
_ANCHOR_ROW: Final = re.compile(r"(<(?:\w+:)?row\s*>)([0-9]{1,7})(?=</(?:\w+:)?row\s*>)")
_SHAPE: Final = re.compile(r"<(\w+:)?shape\s[^<>]*(?<!/)>.*?</\1shape\s*>", re.DOTALL)
_NOTE: Final = re.compile(r"""\sObjectType\s*=\s*["']Note["']""")
_VML_ANCHOR: Final = re.compile(r"(<(?:\w+:)?Anchor\s*>)([^<]*)(?=<)")
_VML_ROWS: Final = (2, 6)
_VML_NUMBERS: Final = 8
_REF: Final = re.compile(r"""(\sref\s*=\s*["'])([A-Z0-9:$]+)(?=["'])""")


def insert_rows(edit: PackageEdit, title: str, counts: Mapping[int, int]) -> RowShift:
    """Insert rows into a worksheet, so many behind each row of some numbers; return where everything is afterwards.

    Raises:
        UnwritableWorkbook: There is no such worksheet, it has no room for so many rows, a pivot table stands on it, or it has
            formulas over several cells, of which nobody could tell what they come to afterwards.

    """
    entry = worksheet_entry(edit, title)
    refuse_broken(edit.part(entry.part), title)
    refuse_pivot_tables(edit, entry)
    text = with_one_prefix(edit.text(entry.part))
    grid = SheetGrid.of(title, text)
    shift = RowShift(entry.title, counts)
    _refuse_what_cannot_move(grid, shift)
    merges = list(grid.merges())
    for part in related(edit, entry.part, "drawing"):
        edit.put(part, _ANCHOR_ROW.sub(lambda m: _anchor(m, shift), edit.text(part)))
    for part in related(edit, entry.part, "vmlDrawing"):
        edit.put(part, _SHAPE.sub(lambda m: _vml_shape(m[0], shift), edit.text(part)))
    for part in related(edit, entry.part, "table"):
        edit.put(part, _REF.sub(lambda m: m[1] + shift.area(m[2]), edit.text(part)))
    text = spliced(text, _row_edits(grid, shift))
    text = _ANCHOR_ROW.sub(lambda m: _anchor(m, shift), with_rules_shifted(text, shift))
    edit.put(entry.part, _with_merges(text, merges, shift))
    _move_comments(edit, entry.part, shift)
    with_formulas_shifted(edit, entry.part, shift)
    chain = edit.workbook.target(edit, "calcChain")
    if chain is not None:
        edit.remove(chain)  # Excel makes it anew
    return shift


def _refuse_what_cannot_move(grid: SheetGrid, shift: RowShift) -> None:
    data = grid.sheet_data
    last = max((number for number, _ in grid.rows()), default=1)
    if shift.row(last) > limits.MAX_ROW:
        raise UnwritableWorkbook("シートに、これ以上の行がありません。", grid.title)
    if _SHARED.search(grid.masked, data.inner, data.inner_end) is not None:
        raise UnwritableWorkbook(
            "複数のセルにまたがる数式があるため、行を足せません。Excelで行を足してください。",
            grid.title,
        )


def _row_edits(grid: SheetGrid, shift: RowShift) -> list[Edit]:
    """Return the edits that number the rows and their cells anew, and put rows in."""
    edits: list[Edit] = []
    for number, row in grid.rows():
        moved = shift.row(number)
        if moved != number:
            edits += _renumbered(grid, number, row, moved)
        count = shift.counts.get(number, 0)
        if count:
            copies = (_blank_copy(grid, number, row, moved + at) for at in range(1, count + 1))
            edits.append((row.end, row.end, "".join(copies)))
    return edits


def _renumbered(grid: SheetGrid, number: int, row: Element, moved: int) -> list[Edit]:
    tag = grid.text[row.start : row.inner]
    edits: list[Edit] = [(row.start, row.inner, with_attribute(tag, "r", str(moved)))]
    for column, start in grid.cells(number, row):
        cell = grid.cell_at(start)
        if "r" in attributes(cell.attributes):
            at = f"{column_letters(column)}{moved}"
            cell_tag = with_attribute(grid.text[cell.start : cell.inner], "r", at)
            edits.append((cell.start, cell.inner, cell_tag))
    return edits


def _blank_copy(grid: SheetGrid, number: int, row: Element, to: int) -> str:
    """Return a row like another one, with its formats and without its values."""
    cells = []
    for column, start in grid.cells(number, row):
        style = attributes(grid.cell_at(start).attributes).get("s")
        if style is not None:
            cells.append(f'<{grid.prefix}c r="{column_letters(column)}{to}" s="{style}"/>')
    tag = with_attribute(grid.text[row.start : row.inner], "r", str(to))
    tag = without_attribute(tag.rstrip(">").rstrip("/") + ">", "spans")
    return f"{tag}{''.join(cells)}</{row.name}>"


def _with_merges(text: str, merges: list[Area], shift: RowShift) -> str:
    """Return the worksheet's text with the merged areas of rows that were copied in the copies, too."""
    copied = [
        range_text(shift.row(top) + at, left, shift.row(top) + at, right)
        for top, left, bottom, right in merges
        if top == bottom
        for at in range(1, shift.counts.get(top, 0) + 1)
    ]
    if not copied:
        return text
    match = re.search(r"<((?:[\w.-]+:)?)mergeCells\b[^<>]*>", text)
    if match is None:
        return text
    prefix, end = match[1], text.index(f"</{match[1]}mergeCells", match.end())
    added = "".join(f'<{prefix}mergeCell ref="{area}"/>' for area in copied)
    count = str(len(merges) + len(copied))
    tag = with_attribute(match[0], "count", count) if "count" in match[0] else match[0]
    return text[: match.start()] + tag + text[match.end() : end] + added + text[end:]


def _anchor(match: re.Match[str], shift: RowShift) -> str:
    """Return the row of an anchor, which counts from 0."""
    return f"{match[1]}{shift.row(int(match[2]) + 1) - 1}"


def _vml_shape(text: str, shift: RowShift) -> str:
    """Return a shape of an old drawing where it is afterwards; a comment's goes with the comment."""
    if _NOTE.search(text) is not None:
        return text
    return _VML_ANCHOR.sub(lambda anchor: anchor[1] + _vml_anchor(anchor[2], shift), text, count=1)


def _vml_anchor(written: str, shift: RowShift) -> str:
    numbers = [number.strip() for number in written.split(",")]
    if len(numbers) != _VML_NUMBERS or not all(number.isdigit() for number in numbers):
        return written
    for at in _VML_ROWS:
        numbers[at] = str(shift.row(int(numbers[at]) + 1) - 1)
    return ", ".join(numbers)


def _move_comments(edit: PackageEdit, worksheet_part: str, shift: RowShift) -> None:
    targets = {at: shift.area(at) for at in comments_of(edit, worksheet_part)}
    if any(old != new for old, new in targets.items()):
        move_comments(edit, worksheet_part, targets, ())

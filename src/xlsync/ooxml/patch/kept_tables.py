"""The tables of a worksheet's old page, on its new page where all their cells went along (ECMA-376 part 1, 18.5)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from xlsync.errors import UnwritableWorkbook
from xlsync.ooxml.a1 import Area, Position, range_text, split_range, split_reference
from xlsync.ooxml.opc.relationships import relationships
from xlsync.ooxml.opc.workbook_part import SheetEntry
from xlsync.ooxml.patch.cell_index import SheetGrid
from xlsync.ooxml.patch.kept_cells import NotKept
from xlsync.ooxml.patch.links_out import RELATIONSHIP_ID
from xlsync.ooxml.patch.package_editor import PackageEdit
from xlsync.ooxml.patch.worksheet_children import Children, reprefixed
from xlsync.ooxml.xml.encoding import parsed_text, plain
from xlsync.ooxml.xml.splice import spliced

_REFERENCE: Final = re.compile(
    r"""(<(?:[\w.-]+:)?(?:table|autoFilter|sortState|sortCondition)\s[^<>]*?\sref=["'])([^"']*)"""
)


def shifted(reference: str, old: str, new: str) -> str:
    """Return the reference moved as far as it is from the cell `old` to the cell `new`."""
    rows, columns = (
        after - before
        for before, after in zip(split_reference(old), split_reference(new), strict=True)
    )
    top, left, bottom, right = split_range(reference)
    return range_text(top + rows, left + columns, bottom + rows, right + columns)


def with_kept_tables(
    edit: PackageEdit,
    entry: SheetEntry,
    old: Children,
    page: Children,
    kept: Mapping[str, str],
) -> tuple[str, list[NotKept]]:
    """Return the page with the tables whose cells all went along (old address → new address) side by side, and the others."""
    targets = {relation.id: relation.target for relation in relationships(edit, entry.part)}
    not_kept: list[NotKept] = []
    elements: list[str] = []
    for _, written in old.within("tableParts"):
        identity = RELATIONSHIP_ID.search(written)
        part = None if identity is None else targets.get(identity[1])
        if part is None or part not in edit:
            continue
        table = parsed_text(plain(edit.text(part)), part)
        reference, name = table.get("ref", ""), table.get("displayName", "")
        target = _target(old, page, reference, kept)
        if target is None:
            _refuse_named(edit, entry, name)
            not_kept.append(NotKept("table", name))
            continue
        elements.append(reprefixed(written, old.root_element.prefix, page.root_element.prefix))
        edit.put(part, _moved(edit.text(part), reference, target))
    if not elements:
        return page.text, not_kept
    name = f"{page.root_element.prefix}tableParts"
    content = f'<{name} count="{len(elements)}">{"".join(elements)}</{name}>'
    return spliced(page.text, [page.insertion("tableParts", content)]), not_kept


def _target(
    old_page: Children, page: Children, reference: str, kept: Mapping[str, str]
) -> str | None:
    """Return the table's new reference, None unless all it holds went along and nothing else is there."""
    first = reference.partition(":")[0]
    if first not in kept:
        return None
    target = shifted(reference, first, kept[first])
    area, new_area = split_range(reference), split_range(target)
    rows, columns = new_area[0] - area[0], new_area[1] - area[1]
    filled = _filled(SheetGrid.of("", old_page.text, sound=True), area)
    page_grid = SheetGrid.of("", page.text, sound=True)
    expected = {(row + rows, column + columns) for row, column in filled}
    went = {split_reference(old): split_reference(new) for old, new in kept.items()}
    if {went.get(position) for position in filled} != expected:
        return None
    if _filled(page_grid, new_area) != expected or any(
        _overlap(new_area, merged) for merged in page_grid.merges()
    ):
        return None
    return target


def _filled(grid: SheetGrid, area: Area) -> set[Position]:
    """The cells of an area that have contents."""
    top, left, bottom, right = area
    filled = set()
    for row, element in grid.rows():
        cells = grid.cells(row, element) if top <= row <= bottom else ()
        for column, start in cells:
            cell = grid.cell_at(start)
            if left <= column <= right and grid.text[cell.inner : cell.inner_end].strip():
                filled.add((row, column))
    return filled


def _overlap(area: Area, other: Area) -> bool:
    top, left, bottom, right = area
    return top <= other[2] and other[0] <= bottom and left <= other[3] and other[1] <= right


def _refuse_named(edit: PackageEdit, entry: SheetEntry, name: str) -> None:
    """Raise for a table that stays behind and that some formula names: Excel would call the book damaged."""
    parts = [edit.workbook.part, *(sheet.part for sheet in edit.workbook.worksheets)]
    texts = (edit.text(part) for part in parts if part in edit and part != entry.part)
    if any(f"{name}[".casefold() in text.casefold() for text in texts):
        raise UnwritableWorkbook(
            f"数式で使われているテーブル「{name}」を新しい様式に残せません。別のシートへ移してください。",
            entry.title,
        )


def _moved(text: str, old: str, new: str) -> str:
    """Return the text of a table's part with the table, its filter and its sorting moved."""
    first, target = old.partition(":")[0], new.partition(":")[0]
    return _REFERENCE.sub(lambda match: match[1] + shifted(match[2], first, target), text)

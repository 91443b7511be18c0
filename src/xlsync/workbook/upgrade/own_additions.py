"""What somebody put on a form's page beside its fields, and whether the page of another version has room for it there.

Everything that is no field, no label and no formula of the form is somebody's own: a note at the margin, a figure worked out
beside the table. It stays in its cell where the new page has nothing there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Final, NamedTuple

from xlsync.kinds import as_typed
from xlsync.ooxml.a1 import Position, is_within, split_reference
from xlsync.ooxml.formula_references import formula_references
from xlsync.workbook.reading.page_layout import PagePlan, folded

if TYPE_CHECKING:
    from xlsync.ooxml.read.reader import Cell, Workbook

_OCCUPIED: Final = "新しい様式では、この場所に別の欄があります"
_TYPED_OVER: Final = "この場所には、様式の計算式が入ります"
_REFERS: Final = "{page}のセルを使う計算式です。セルの場所が変わったため、計算結果だけを残します"
_REFERS_FROM_ELSEWHERE: Final = (
    "この計算式が指す{page}のセルの場所が変わりました。指す先を確かめてください"
)


class Displaced(NamedTuple):
    """Something of the old page that the new one has no place for: where it was, what it says, and why (Japanese)."""

    where: str
    content: str
    reason: str

    def on_page(self, title: str) -> Displaced:
        """Return it with the title of its worksheet, for a workbook with several pages."""
        return self._replace(where=f"{title} {self.where}")


def displaced_title(version: int) -> str:
    """Return the title of the worksheet for an upgrade to a version."""
    return f"第{version}版に移せなかった内容"


@dataclass(frozen=True, slots=True)
class OwnAdditions:
    """What somebody added to a page: the addresses of the cells that stay, and what has no place."""

    kept: tuple[str, ...]
    displaced: tuple[Displaced, ...]


def own_additions(
    workbook: Workbook, worksheet: str, fields: Mapping[str, str], old: PagePlan, new: PagePlan
) -> OwnAdditions:
    """Return what somebody added to a form's page.

    Args:
        workbook: The workbook.
        worksheet: The title of the page in it.
        fields: The address on it of each field of its own version, by path.
        old: The plan of the version the page was drawn by.
        new: The plan of the version it is to have.

    """
    is_same_layout = old.field_boxes == new.field_boxes
    kept: list[str] = []
    displaced: list[Displaced] = []
    for address, cell in _added_cells(workbook, worksheet, set(fields.values()), old):
        content = _content(cell)
        if _is_occupied(address, new):
            displaced.append(Displaced(address, content, _OCCUPIED))
        elif not is_same_layout and _refers_to_page(cell, worksheet):
            reason = _REFERS.format(page=worksheet)
            displaced.append(Displaced(address, f"{content} → {as_typed(cell.value)}", reason))
        else:
            kept.append(address)
    return OwnAdditions(tuple(kept), tuple(displaced))


def own_cells(
    cells: Mapping[str, Cell], old: Mapping[str, Cell | None], new: Collection[str]
) -> OwnAdditions:
    """Return what somebody typed on a worksheet without fields, of which `old` and `new` are the form's own cells."""
    kept: list[str] = []
    displaced = list(_typed_over(cells, old))
    for address, cell in cells.items():
        if address in old or _is_blank(cell):
            continue
        if address in new:
            displaced.append(Displaced(address, _content(cell), _OCCUPIED))
        else:
            kept.append(address)
    return OwnAdditions(tuple(kept), tuple(displaced))


def _typed_over(cells: Mapping[str, Cell], old: Mapping[str, Cell | None]) -> Iterator[Displaced]:
    """Yield what was typed over the form's formulas; nothing where most of them are gone, which a program did."""
    formulas = {address for address, cell in old.items() if cell is not None and cell.formula}
    values = [address for address in formulas & cells.keys() if cells[address].formula is None]
    if 2 * len(values) < len(formulas):
        for address in sorted(values, key=split_reference):
            if not _is_blank(cells[address]):
                yield Displaced(address, _content(cells[address]), _TYPED_OVER)


def foreign_references(
    workbook: Workbook, page: str, pages: Collection[str], moved: Collection[str]
) -> Iterator[Displaced]:
    """Yield the formulas of other worksheets than `pages` that name one of the cells of a page that have `moved`."""
    cells = {split_reference(address) for address in moved}
    for title in workbook.worksheets:
        if title in pages:
            continue
        for address, cell in workbook.cells(title).items():
            if cell.formula is not None and _names_any(cell.formula, page, cells):
                reason = _REFERS_FROM_ELSEWHERE.format(page=page)
                yield Displaced(f"{title} {address}", f"={cell.formula}", reason)


def _added_cells(
    workbook: Workbook, worksheet: str, fields: Collection[str], plan: PagePlan
) -> Iterator[tuple[str, Cell]]:
    labels = {label.text for label in plan.labels}
    for address, cell in workbook.cells(worksheet).items():
        if _is_blank(cell) or address in fields:
            continue
        if not isinstance(cell.value, str) or folded(cell.value) not in labels:
            yield address, cell


def _is_blank(cell: Cell) -> bool:
    return cell.formula is None and cell.value in {None, ""}


def _content(cell: Cell) -> str:
    """Return what somebody typed into a cell."""
    return as_typed(cell.value) if cell.formula is None else f"={cell.formula}"


def _is_occupied(address: str, plan: PagePlan) -> bool:
    position = split_reference(address)
    return position in plan.holders or any(is_within(position, box) for box in plan.merges)


def _refers_to_page(cell: Cell, worksheet: str) -> bool:
    if cell.formula is None:
        return False
    references = formula_references(cell.formula)
    titles = {title for title, _ in references.areas}
    return not references.is_complete or bool(titles & {None, worksheet})


def _names_any(formula: str, page: str, cells: Collection[Position]) -> bool:
    areas = (area for title, area in formula_references(formula).areas if title == page)
    return any(is_within(cell, area) for area, cell in product(areas, cells))


__all__ = [
    "Displaced",
    "OwnAdditions",
    "displaced_title",
    "foreign_references",
    "own_additions",
    "own_cells",
]

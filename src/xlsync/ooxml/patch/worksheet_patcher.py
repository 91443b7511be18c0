"""A worksheet part with some cells changed: only the touched `<c>` and `<row>` spans differ."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from xlsync.errors import DamagedWorkbook, UnwritableWorkbook
from xlsync.ooxml.a1 import (
    column_letters,
    range_text,
    split_range,
    whole_number,
)
from xlsync.ooxml.patch.cell_equality import Strings, holds
from xlsync.ooxml.patch.cell_index import Block, SheetGrid, row_style
from xlsync.ooxml.patch.cell_xml import Formula, Scalar, cached_cell_text, cell_text
from xlsync.ooxml.patch.shared_formulas import passed_on
from xlsync.ooxml.xml.splice import (
    Edit,
    Element,
    attributes,
    inserted,
    spliced,
    unsafe,
    with_attribute,
)

Spot = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Cached:
    """Another cached result for a formula cell that stays."""

    value: Scalar


Change = Scalar | Formula | Cached
Cells = Mapping[int, Change]


@dataclass(frozen=True, slots=True)
class PatchedSheet:
    """The new text of the part, and the addresses that held a formula before and no longer do."""

    text: str
    lost_formulas: tuple[str, ...]
    changed: frozenset[Spot]


def patch_sheet(
    title: str,
    text: str,
    changes: Mapping[Spot, Change],
    *,
    overwrite_formulas: bool,
    strings: Strings = list,
) -> PatchedSheet:
    """The worksheet part with the changes at their (row, column); UnwritableWorkbook names a cell that must stay.

    A cell that reads as its new value stays as written; `strings` gives the shared strings to compare with.
    """
    patch = _Patch(SheetGrid.of(title, text), overwrite_formulas, strings)
    patch.refuse_hidden(changes)
    by_row: dict[int, dict[int, Change]] = {}
    for (row, column), change in sorted(changes.items(), key=lambda item: item[0]):
        by_row.setdefault(row, {})[column] = change
    edits = [*patch.row_edits(by_row)]
    edits += patch.heirs()
    changed = frozenset(changes.keys() - patch.kept)
    edits += patch.dimension_edits([spot for spot in changed if changes[spot] is not None])
    patch.refuse_strays(changes)
    return PatchedSheet(spliced(text, edits), tuple(patch.lost_formulas), changed)


class _Patch:
    """The edits of one worksheet part, and what they make of its formulas."""

    def __init__(self, grid: SheetGrid, overwrite_formulas: bool, strings: Strings) -> None:  # noqa: FBT001
        self._grid = grid
        self._overwrite = overwrite_formulas
        self._strings = strings
        self._masters: list[Spot] = []
        self._touched: list[Spot] = []
        self.kept: set[Spot] = set()
        self._blocks = list(grid.array_blocks())
        self._stated = 0
        self.lost_formulas: list[str] = []

    def refuse_hidden(self, changes: Mapping[Spot, Change]) -> None:
        """Raise for a cell that a merged area hides: a value there would never be seen."""
        spots = sorted(changes)
        first, last = spots[0][0], spots[-1][0]
        for top, left, bottom, right in self._grid.merges():
            if bottom < first or top > last:
                continue
            for row, column in spots[bisect_left(spots, (top, left)) :]:
                if row > bottom:
                    break
                if left <= column <= right and (row, column) != (top, left):
                    raise self._refusal(
                        row,
                        column,
                        "結合セルの左上ではありません。左上のセルに書き込んでください。",
                    )

    def heirs(self) -> list[Edit]:
        """The edits that pass shared formulas on from masters overwritten to the first follower left."""
        if not self._masters:
            return []
        edits = passed_on(self._grid, set(self._touched))
        if edits is None:
            raise self._refusal(
                *self._masters[0], "他のセルが共有する数式です。Excelで入力し直してください。"
            )
        return edits

    def refuse_strays(self, changes: Mapping[Spot, Change]) -> None:
        """Raise when a cell to change stands in other places too: a reader might take its value from there."""
        wanted = {f"{column_letters(column)}{row}" for row, column in changes}
        self._grid.refuse_strays(wanted, self._stated)

    def row_edits(self, wanted: Mapping[int, Cells]) -> Iterator[Edit]:
        """The edits of rows that exist, and the insertion of those that do not, each before the next greater."""
        rows = list(self._grid.rows())
        found = {number: element for number, element in rows if number in wanted}
        if sum(number in wanted for number, _ in rows) != len(found):
            raise unsafe(self._grid.title)
        new: dict[int, str] = {}
        for number, cells in wanted.items():
            if number in found:
                yield from self._row(number, found[number], cells)
            elif text := self._cells_text(number, "", cells):
                place = next((row.start for other, row in rows if other > number), None)
                at = self._grid.data.inner_end if place is None else place
                tag = f"{self._grid.prefix}row"
                new[at] = new.get(at, "") + f'<{tag} r="{number}">{text}</{tag}>'
        for at, text in new.items():
            yield inserted(self._grid.text, self._grid.data, at, text)

    def _row(self, number: int, row: Element, changes: Cells) -> Iterator[Edit]:
        """The edits of one row that exists."""
        known = self._grid.places(number, row, changes)
        cells: list[Spot] = []
        if len(known) < len(changes):
            cells = self._grid.cells(number, row)
            known = dict(cells)
            if len(known) != len(cells):
                raise unsafe(self._grid.title)
        absent: dict[int, dict[int, Change]] = {}
        for column, change in changes.items():
            if column in known:
                cell = self._grid.cell_at(known[column])
                self._stated += "r" in attributes(cell.attributes)
                yield (cell.start, cell.end, self._changed(number, column, cell, change))
            else:
                end = self._grid.cell_at(cells[-1][1]).end if cells else row.inner
                at = next((start for other, start in cells if other > column), end)
                absent.setdefault(at, {})[column] = change
        inner = {at: self._cells_text(number, row_style(row), new) for at, new in absent.items()}
        written = [
            column
            for column in changes
            if changes[column] is not None and (number, column) not in self.kept
        ]
        tag = self._row_tag(row, written)
        if row.empty and any(inner.values()):
            content = "".join(inner.values())
            yield (row.start, row.end, f"{tag[:-2].rstrip()}>{content}</{row.name}>")
            return
        yield (row.start, row.inner, tag)
        yield from ((at, at, text) for at, text in inner.items())

    def _row_tag(self, row: Element, written: list[int]) -> str:
        """The row's start tag, its `spans` widened to the columns written."""
        tag = self._grid.text[row.start : row.inner]
        spans = attributes(row.attributes).get("spans", "").replace(":", " ").split()
        bounds = [bound for text in spans if (bound := whole_number(text)) is not None]
        if not spans or not written or len(bounds) < len(spans):
            return tag
        if min(bounds) <= min(written) and max(written) <= max(bounds):
            return tag
        widened = f"{min(bounds + written)}:{max(bounds + written)}"
        return with_attribute(tag, "spans", widened)

    def _cells_text(self, row: int, style: str, changes: Cells) -> str:
        """New cells side by side, in the style their row or column gives; nothing for those to be cleared."""
        texts = []
        for column, change in changes.items():
            self._refuse_change(row, column, None, change)
            if change is None:
                continue
            index = style or self._grid.column_style(column)
            written = f' r="{column_letters(column)}{row}"' + (f' s="{index}"' if index else "")
            texts.append(self._cell_text(row, column, written, change, ""))
        return "".join(texts)

    def _changed(self, row: int, column: int, cell: Element, change: Change) -> str:
        """The element of a cell that exists, with the change in it."""
        grid = self._grid
        formula = grid.formula(cell)
        self._refuse_change(row, column, formula, change)
        if formula is None and not isinstance(change, Formula | Cached):
            written = grid.text[cell.start : cell.end]
            if holds(written, change, self._strings):
                self.kept.add((row, column))
                return written
        self._touched.append((row, column))
        rest = grid.extension(cell)
        if isinstance(change, Cached) and formula is not None:
            kept = grid.text[formula.start : formula.end]
            return cached_cell_text(grid.prefix, cell.attributes, kept, change.value, rest)
        if formula is not None and not isinstance(change, Formula):
            self.lost_formulas.append(f"{column_letters(column)}{row}")
        return self._cell_text(row, column, cell.attributes, change, rest)

    def _cell_text(self, row: int, column: int, written: str, change: Change, rest: str) -> str:
        """The cell's element; a value Excel cannot hold is refused with the cell's address."""
        if isinstance(change, Cached):
            raise self._refusal(row, column, "数式がないため、計算結果だけを書き込めません。")
        try:
            return cell_text(self._grid.prefix, written, change, rest)
        except UnwritableWorkbook as error:
            raise self._refusal(row, column, error.reason) from None

    def _refuse_change(
        self, row: int, column: int, formula: Element | None, change: Change
    ) -> None:
        """Raise where the change would destroy a formula that it must not, or cannot, replace."""
        if isinstance(change, Cached):
            return
        if any(_inside(row, column, block) for block in self._blocks):
            raise self._refusal(
                row, column, "配列数式の範囲です。Excelで数式を消してからやり直してください。"
            )
        if formula is None:
            return
        if not (self._overwrite or isinstance(change, Formula)):
            raise self._refusal(
                row, column, "数式が入っているため上書きできません。数式を値に直してください。"
            )
        named = attributes(formula.attributes)
        if named.get("t") == "shared" and ":" in named.get("ref", ""):
            if not self._overwrite:
                raise self._refusal(
                    row, column, "他のセルが共有する数式です。Excelで入力し直してください。"
                )
            self._masters.append((row, column))

    def dimension_edits(self, written: list[Spot]) -> Iterator[Edit]:
        """The edit that widens `<dimension>` to the cells written, if it is too small for them."""
        element = self._grid.dimension()
        if element is None or not written:
            return
        stated = attributes(element.attributes).get("ref", "")
        try:
            top, left, bottom, right = split_range(stated)
        except DamagedWorkbook:
            return
        rows, columns = [row for row, _ in written], [column for _, column in written]
        widened = range_text(
            min(top, *rows), min(left, *columns), max(bottom, *rows), max(right, *columns)
        )
        if widened != range_text(top, left, bottom, right):
            tag = self._grid.text[element.start : element.inner]
            yield (element.start, element.inner, with_attribute(tag, "ref", widened))

    def _refusal(self, row: int, column: int, reason: str) -> UnwritableWorkbook:
        where = f"{self._grid.title}!{column_letters(column)}{row}"
        return UnwritableWorkbook(reason, where)


def _inside(row: int, column: int, block: Block) -> bool:
    top, left, bottom, right = block
    return top <= row <= bottom and left <= column <= right

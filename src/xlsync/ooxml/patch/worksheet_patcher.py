"""A worksheet part with some cells changed: only the touched `<c>` and `<row>` spans differ."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from xlsync.errors import DamagedWorkbook, UnwritableWorkbook
from xlsync.ooxml.a1 import (
    Area,
    Position,
    column_letters,
    range_text,
    split_range,
    whole_number,
)
from xlsync.ooxml.patch.cell_equality import Strings, holds
from xlsync.ooxml.patch.cell_index import SheetGrid, row_style
from xlsync.ooxml.patch.cell_xml import Formula, Scalar, cached_cell_text, cell_text
from xlsync.ooxml.patch.shared_formulas import new_master_edits
from xlsync.ooxml.xml.splice import (
    Edit,
    Element,
    attributes,
    inserted,
    spliced,
    unsafe,
    with_attribute,
)


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
    changed: frozenset[Position]


def patch_sheet(
    title: str,
    text: str,
    changes: Mapping[Position, Change],
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
    edits += patch.master_edits()
    changed = frozenset(changes.keys() - patch.kept)
    edits += patch.dimension_edits([at for at in changed if changes[at] is not None])
    patch.refuse_repeated_addresses(changes)
    return PatchedSheet(spliced(text, edits), tuple(patch.lost_formulas), changed)


class _Patch:
    """The edits of one worksheet part, and what they make of its formulas."""

    def __init__(self, grid: SheetGrid, overwrite_formulas: bool, strings: Strings) -> None:  # noqa: FBT001
        self._grid = grid
        self._overwrite = overwrite_formulas
        self._strings = strings
        self._changed_masters: list[Position] = []
        self._rewritten: list[Position] = []
        self.kept: set[Position] = set()
        self._array_areas = list(grid.array_areas())
        self._stated = 0
        self.lost_formulas: list[str] = []

    def refuse_hidden(self, changes: Mapping[Position, Change]) -> None:
        """Raise for a cell that a merged area hides: a value there would never be seen."""
        cells = sorted(changes)
        first, last = cells[0][0], cells[-1][0]
        for top, left, bottom, right in self._grid.merges():
            if bottom < first or top > last:
                continue
            for row, column in cells[bisect_left(cells, (top, left)) :]:
                if row > bottom:
                    break
                if left <= column <= right and (row, column) != (top, left):
                    raise self._refusal(
                        row,
                        column,
                        "結合セルの左上ではありません。左上のセルに書き込んでください。",
                    )

    def master_edits(self) -> list[Edit]:
        """The edits that give shared formulas whose masters were overwritten other masters."""
        if not self._changed_masters:
            return []
        edits = new_master_edits(self._grid, set(self._rewritten))
        if edits is None:
            raise self._refusal(
                *self._changed_masters[0],
                "他のセルが共有する数式です。Excelで入力し直してください。",
            )
        return edits

    def refuse_repeated_addresses(self, changes: Mapping[Position, Change]) -> None:
        """Raise when a cell to change is written twice: a reader might take its value from the other element."""
        wanted = {f"{column_letters(column)}{row}" for row, column in changes}
        self._grid.refuse_repeated_addresses(wanted, self._stated)

    def row_edits(self, wanted: Mapping[int, Cells]) -> Iterator[Edit]:
        """The edits of rows that exist, and the insertion of those that do not, each before the next greater."""
        rows = list(self._grid.rows())
        existing = self._existing_rows(rows, wanted)
        starts = [(number, row.start) for number, row in rows]
        new: dict[int, str] = {}
        for number, cells in wanted.items():
            if number in existing:
                yield from self._row(number, existing[number], cells)
            elif text := self._cells_text(number, "", cells):
                at = _start_of_next(starts, number, self._grid.sheet_data.inner_end)
                tag = f"{self._grid.prefix}row"
                new[at] = new.get(at, "") + f'<{tag} r="{number}">{text}</{tag}>'
        for at, text in new.items():
            yield inserted(self._grid.text, self._grid.sheet_data, at, text)

    def _existing_rows(
        self, rows: list[tuple[int, Element]], wanted: Collection[int]
    ) -> dict[int, Element]:
        """The rows wanted that exist, by their numbers."""
        stated = [(number, element) for number, element in rows if number in wanted]
        existing = dict(stated)
        if len(existing) < len(stated):
            raise unsafe(self._grid.title)
        return existing

    def _row(self, number: int, row: Element, changes: Cells) -> Iterator[Edit]:
        """The edits of one row that exists."""
        starts, cells = self._cell_starts(number, row, changes)
        absent: dict[int, dict[int, Change]] = {}
        for column, change in changes.items():
            if column in starts:
                cell = self._grid.cell_at(starts[column])
                self._stated += "r" in attributes(cell.attributes)
                yield (cell.start, cell.end, self._changed(number, column, cell, change))
            else:
                end = self._grid.cell_at(cells[-1][1]).end if cells else row.inner
                at = _start_of_next(cells, column, end)
                absent.setdefault(at, {})[column] = change
        style = row_style(row) if absent else ""
        new = {at: self._cells_text(number, style, inside) for at, inside in absent.items()}
        tag = self._row_tag(row, self._written_columns(number, changes))
        if row.empty and any(new.values()):
            content = "".join(new.values())
            yield (row.start, row.end, f"{tag[:-2].rstrip()}>{content}</{row.name}>")
            return
        yield (row.start, row.inner, tag)
        yield from ((at, at, text) for at, text in new.items())

    def _cell_starts(
        self, number: int, row: Element, changes: Cells
    ) -> tuple[dict[int, int], list[tuple[int, int]]]:
        """Where cells start by column, those to change among them; and all of them in file order, if one is absent."""
        starts = self._grid.cell_starts(number, row, changes)
        if len(starts) == len(changes):
            return starts, []
        cells = self._grid.cells(number, row)
        if len(dict(cells)) != len(cells):
            raise unsafe(self._grid.title)
        return dict(cells), cells

    def _written_columns(self, row: int, changes: Cells) -> list[int]:
        given = [column for column, change in changes.items() if change is not None]
        return [column for column in given if (row, column) not in self.kept]

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
        self._rewritten.append((row, column))
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
        if any(_inside(row, column, area) for area in self._array_areas):
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
            self._changed_masters.append((row, column))

    def dimension_edits(self, written: list[Position]) -> Iterator[Edit]:
        """The edit that widens `<dimension>` to the cells written, if it is too small for them."""
        element = self._grid.dimension()
        if element is None or not written:
            return
        stated = attributes(element.attributes).get("ref", "")
        try:
            top, left, bottom, right = split_range(stated)
        except DamagedWorkbook:
            return
        rows, columns = zip(*written, strict=True)
        widened = range_text(
            min(top, *rows), min(left, *columns), max(bottom, *rows), max(right, *columns)
        )
        if widened != range_text(top, left, bottom, right):
            tag = self._grid.text[element.start : element.inner]
            yield (element.start, element.inner, with_attribute(tag, "ref", widened))

    def _refusal(self, row: int, column: int, reason: str) -> UnwritableWorkbook:
        where = f"{self._grid.title}!{column_letters(column)}{row}"
        return UnwritableWorkbook(reason, where)


def _inside(row: int, column: int, area: Area) -> bool:
    top, left, bottom, right = area
    return top <= row <= bottom and left <= column <= right


def _start_of_next(starts: list[tuple[int, int]], number: int, end: int) -> int:
    """Return where the first of the rows or cells with a greater number starts, `end` if there is none."""
    return next((start for other, start in starts if other > number), end)

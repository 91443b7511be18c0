"""Conflicts → the worksheet 入力の重なり: the cells, links and tabs that must change for it to show them, and nothing else.

What stands where, and how a choice is read, is `conflict_reading`'s part.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from typing import Final

from xlsync.errors import UnwritableWorkbook
from xlsync.ooxml import limits
from xlsync.ooxml.patch.hyperlinks import put_links
from xlsync.ooxml.patch.package_editor import PackageEdit
from xlsync.ooxml.patch.patch import put_cells
from xlsync.ooxml.patch.properties import put_sheet_state
from xlsync.ooxml.read.reader import Cell, Workbook
from xlsync.workbook.reading.conflict_choices import SHOWN, ConflictRow, Page, pages_of, rows_of

_LONGEST: Final = limits.MAX_TEXT - 100
_CUT: Final = "…（長いため、ここまでを示しています）"
_SURPLUS: Final = 0x10000


@dataclass(frozen=True, slots=True)
class PageChange:
    """What makes the worksheets 入力の重なり of a workbook show certain rows: cells, links by worksheet, tabs shown or hidden.

    `left_out` counts the rows there is no room for; they have their turn when others are resolved.
    """

    cell_texts: Mapping[tuple[str, str], str | None]
    links: Mapping[str, Mapping[str, str | None]]
    visible: Mapping[str, bool]
    left_out: int = 0


def conflict_cells(workbook: Workbook, rows: Sequence[ConflictRow]) -> PageChange | None:
    """Return the changes that make the workbook show exactly these rows; None where it has no worksheet for them.

    A choice made for a conflict that is still the same goes along with its row; the others are cleared.
    """
    pages = pages_of(workbook)
    if not pages:
        return None
    typed = {
        row.mark: page.text("choice", number) for page in pages for number, row in rows_of(page)
    }
    room = len(pages[0].rows)
    cells: dict[tuple[str, str], str | None] = {}
    links: dict[str, dict[str, str | None]] = {}
    for page in pages:
        shown = tuple(map(_cut, rows[:room])) if page is pages[0] else ()
        cells |= _changed(page, shown, typed, len(rows))
        links[page.title] = _links(page, shown)
    visible = {page.title: page is pages[0] and bool(rows) for page in pages}
    return PageChange(cells, links, visible, max(0, len(rows) - room))


def put_conflicts(edit: PackageEdit, rows: Sequence[ConflictRow]) -> bool:
    """Make the workbook that is being edited show exactly these rows; False where it has no worksheet for them.

    The worksheet is shown while there are conflicts. One that somebody left on top stays there, saying that none are left.
    """
    change = conflict_cells(Workbook(edit.package), rows)
    if change is None:
        return False
    if change.cell_texts:
        book, text = edit.workbook.part, edit.text(edit.workbook.part)
        # Formulas there are somebody's attempts in the column of choices; what is locked holds none.
        put_cells(edit, change.cell_texts, overwrite_formulas=True, stale="keep")
        # Nothing is reckoned from this worksheet, so Excel need not calculate, nor ask on closing whether to save.
        edit.put(book, text)
    for title, links in change.links.items():
        put_links(edit, title, links)
    for title, visible in change.visible.items():
        if visible:
            put_sheet_state(edit, title, "visible")
            continue
        with suppress(UnwritableWorkbook):  # it is on top, or the only one: then it stays in sight
            put_sheet_state(edit, title, "hidden")
    return True


def _changed(
    page: Page, rows: Sequence[ConflictRow], typed: Mapping[str, str], total: int
) -> dict[tuple[str, str], str | None]:
    """Return the cells of a page that differ from these rows and from the count of all conflicts."""
    wanted = {page.count: _count(page, rows, total)}
    for index, number in enumerate(page.rows):
        row = rows[index] if index < len(rows) else None
        texts = _texts(row, typed.get(row.mark, "")) if row is not None else {}
        wanted |= {f"{page.column_letters[shown]}{number}": texts.get(shown, "") for shown in SHOWN}
    return {
        (page.title, address): text or None
        for address, text in wanted.items()
        if text != _text_in(page.cells.get(address))
    }


def _text_in(cell: Cell | None) -> str | None:
    """Return the text of a cell, "" for a blank one, None for anything else."""
    if cell is None:
        return ""
    return cell.value if cell.formula is None and isinstance(cell.value, str) else None


def _count(page: Page, rows: Sequence[ConflictRow], total: int) -> str:
    if total > len(rows) > 0:
        return f"まだ決まっていない入力の重なり {total}件（このシートに示しているのは{len(rows)}件です）"
    if rows:
        return f"まだ決まっていない入力の重なり {total}件"
    return "まだ決まっていない入力の重なりはありません。" if page.count in page.cells else ""


def _texts(row: ConflictRow, choice: str) -> dict[str, str]:
    """Map each column to the text of the row in it."""
    texts = {shown: getattr(row, shown) for shown in SHOWN if shown != "choice"}
    return {**texts, "choice": choice}


def _links(page: Page, rows: Sequence[ConflictRow]) -> dict[str, str | None]:
    column = page.column_letters["title"]
    led = {
        f"{column}{number}": row.link or None for number, row in zip(page.rows, rows, strict=False)
    }
    return {**dict.fromkeys((f"{column}{number}" for number in page.rows), None), **led}


def _cut(row: ConflictRow) -> ConflictRow:
    """Return the row with its texts cut to what a cell can hold; its mark still stands for the whole texts."""
    long = {
        column.name: text[: _LONGEST // 2] + _CUT
        for column in fields(row)
        if _length(text := getattr(row, column.name)) > _LONGEST
    }
    return replace(row, **long) if long else row


def _length(text: str) -> int:
    """The length of a text as Excel counts it, in UTF-16 units."""
    return len(text) + sum(ord(character) >= _SURPLUS for character in text)

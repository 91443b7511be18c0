"""What each worksheet of an official workbook is for: the form, an example filled in, a copy by formulas, lists, notes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openpyxl.cell.cell import Cell, MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

DEFINITION: Final = "様式の定義"
"""The worksheet of guesses."""
FORM, EXAMPLE, COPY, LIST, NOTES = "様式", "記入例", "写し", "一覧", "説明"
_TITLES: Final = (
    (EXAMPLE, re.compile(r"記入例|記載例|見本|サンプル|例示|★.*例")),
    (COPY, re.compile(r"写し|（写）|\(写\)|控え|（控）")),
    (LIST, re.compile(r"プルダウン|リスト|選択肢|マスタ|list|parameters|technical", re.IGNORECASE)),
    (
        NOTES,
        re.compile(
            r"説明|要領|手引|注意|留意|目次|はじめに|introduction|licen[cs]e|contents|readme|faq|translation",
            re.IGNORECASE,
        ),
    ),
)
_FIRST_ROWS: Final = 300
_MOSTLY: Final = 0.5
"""Of a copy's cells that are no formulas: more formulas than that read another worksheet."""


@dataclass(frozen=True, slots=True)
class OfficialPage:
    """A worksheet with what it is for, and what showed it."""

    title: str
    purpose: str
    why: str = ""


def page_of(page: Worksheet) -> OfficialPage:
    """Return a worksheet with what it is for."""
    title = page.title
    if page.sheet_state != "visible":
        return OfficialPage(title, LIST, "非表示のシート")
    if title == DEFINITION:
        return OfficialPage(title, NOTES, "欄の一覧")
    named = next((role for role, pattern in _TITLES if pattern.search(title)), "")
    if named:
        return OfficialPage(title, named, "シート名から")
    return _page_by_cells(page)


def _page_by_cells(page: Worksheet) -> OfficialPage:
    """Return a worksheet with what its cells say it is for."""
    cells = list(_filled(page))
    if not cells:
        return OfficialPage(page.title, NOTES, "空のシート")
    linked = sum(cell.data_type == "f" and "!" in str(cell.value) for cell in cells)
    if linked > _MOSTLY * (len(cells) - linked) and not has_unlocked(page):
        return OfficialPage(page.title, COPY, "ほかのシートを写す計算式のシート")
    return OfficialPage(page.title, FORM)


def _filled(page: Worksheet) -> Iterator[Cell | MergedCell]:
    for row in page.iter_rows(max_row=_FIRST_ROWS):
        yield from (cell for cell in row if cell.value is not None)


def has_unlocked(page: Worksheet) -> bool:
    """Whether a protected worksheet has cells to be filled in."""
    cells = (cell for row in page.iter_rows(max_row=_FIRST_ROWS) for cell in row)
    return bool(page.protection.sheet) and any(cell.protection.locked is False for cell in cells)

"""Cells of an official form as the office writes them: B5 on its first worksheet, 別紙!B5 on a further one."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Final

from xlsync.kinds.characters import half_width
from xlsync.workbook.official.page_grid import area_of

if TYPE_CHECKING:
    from xlsync.workbook.official.page_grid import Area

_SEPARATOR: Final = "／"
_ADDRESS: Final = re.compile(r"[A-Z]{1,3}[1-9][0-9]{0,6}(?::[A-Z]{1,3}[1-9][0-9]{0,6})?")


def titled_cell(title: str, address: str) -> str:
    """Return a cell of a further worksheet as the office writes it; of the first one, "", its address.

    >>> titled_cell("別紙", "B5"), titled_cell("", "B5")
    ('別紙!B5', 'B5')
    """
    return f"{title}!{address}" if title else address


def split_cell(cell: str) -> tuple[str, str]:
    """Return the title of a cell's worksheet, "" for the first one, and its address.

    >>> split_cell("別紙!B5"), split_cell("'別紙'!$B$5"), split_cell("B5")
    (('別紙', 'B5'), ('別紙', '$B$5'), ('', 'B5'))
    """
    title, _, address = cell.replace("！", "!").rpartition("!")
    return title.strip().strip("'"), address.strip()


def plain_cell(text: str, first: str) -> str:
    """Return a cell as it is written plainly, without the title of the form's first worksheet.

    >>> plain_cell("別紙!$b$5", "様式"), plain_cell("様式!Ｂ５", "様式")
    ('別紙!B5', 'B5')
    """
    title, address = split_cell(text)
    plain = half_width(address).replace("$", "").upper()
    return titled_cell("" if title == first else title, plain)


def areas_in(text: str) -> tuple[Area, ...]:
    """Return the areas that 計算 names (D9:D28、E5+E6, =SUM(D9:D28)), () where it names none."""
    plain = re.sub(r"[\s$]|^=|SUM\(|\)", "", half_width(text).upper())
    parts = [part for part in re.split(r"[+,、;]", plain) if part]
    if not parts or not all(_ADDRESS.fullmatch(part) for part in parts):
        return ()
    return tuple(area_of(part) for part in parts)


def titles_text(titles: Sequence[str]) -> str:
    """Return the titles of a form's worksheets as they stand in one cell."""
    return ("\n" if any(_SEPARATOR in title for title in titles) else _SEPARATOR).join(titles)


def titles_in(text: str, known: Collection[str]) -> tuple[str, ...]:
    """Return the titles that a cell names: one that a worksheet has as it stands, else several, a line each or parted by ／.

    >>> titles_in("評価票／別紙", ["評価票", "別紙"]), titles_in("甲／乙", ["甲／乙"])
    (('評価票', '別紙'), ('甲／乙',))
    """
    if text in known:
        return (text,)
    titles = (title.strip() for title in text.split("\n" if "\n" in text else _SEPARATOR))
    return tuple(dict.fromkeys(title for title in titles if title)) or (text,)


__all__ = ["areas_in", "plain_cell", "split_cell", "titled_cell", "titles_in", "titles_text"]

"""A title for a worksheet that is added to somebody's workbook."""

from __future__ import annotations

from itertools import chain, count
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from xlsync.ooxml.read.reader import Workbook

_STEM: Final = 24
"""Characters of a title that leave room for a number behind it."""


def free_title(workbook: Workbook, title: str) -> str:
    """Return a title that no worksheet of a workbook has: this one, else with a number behind it."""
    known = {title_there.casefold() for title_there in workbook.worksheets}
    numbered = (f"{title[:_STEM]} ({number})" for number in count(2))
    return next(name for name in chain((title,), numbered) if name.casefold() not in known)


__all__ = ["free_title"]

"""What staff type into a cell in which they answer, on the worksheets beside the form: compared, and struck through."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xlsync.ooxml.read.reader import Workbook


def folded_answer(typed: str) -> str:
    """Return an answer as typed for comparison: one width, without spaces."""
    return "".join(unicodedata.normalize("NFKC", typed).split())


def is_struck_answer(workbook: Workbook, worksheet: str, address: str) -> bool:
    """Whether anything that stands in a cell is struck through: then it says nothing that could be followed."""
    return workbook.formatting(worksheet, address)[address].has_struck_text


def struck_words(typed: str) -> str:
    """Return what a cell says, for a message that tells why it is not followed."""
    return f"{typed}（取り消し線あり）"


__all__ = ["folded_answer", "is_struck_answer", "struck_words"]

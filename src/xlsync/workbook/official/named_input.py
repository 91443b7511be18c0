"""An input of an official form with the words that stand around it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xlsync.workbook.official.input_area import InputArea


@dataclass(frozen=True, slots=True)
class Named:
    """An input with its words: its label, the group further out, and the heading above it where it stands in a table.

    Where a table has rows that repeat, the heading is the number of its row.
    """

    input: InputArea
    label: str
    group: str = ""
    heading: str = ""

    @property
    def is_sure(self) -> bool:
        """Whether the area and its label are both likely right."""
        return self.input.is_sure and bool(self.label)

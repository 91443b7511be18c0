"""What the worksheets of a sheet hold, as its fields are read from them: cells, formatting, what is displayed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from xlsync.ooxml.titled_references import reference_to, split_title
from xlsync.workbook.reading.conditional_display import Display, display_of

if TYPE_CHECKING:
    from xlsync.ooxml.read.cell_formatting import CellFormatting, SheetFormatting
    from xlsync.ooxml.read.conditional_formats import ConditionalFormat
    from xlsync.ooxml.read.reader import Cell, Workbook

_TITLE: Final = re.compile(r"(?:'(?P<quoted>(?:[^']|'')+)'|(?<![\w\].'])(?P<bare>[^\W\d][\w.]*))!")
"""The title in front of a reference to another worksheet."""


@dataclass(frozen=True, slots=True)
class WorksheetContent:
    """What a worksheet holds: its cells, what formatting says of them, and whether its formulas wait for a calculation."""

    cells: Mapping[str, Cell]
    formatting: SheetFormatting
    has_stale_results: bool = False
    conditional_formats: tuple[ConditionalFormat, ...] = ()

    def display(self, address: str) -> Display:
        """Return how a cell is formatted, by itself and by conditional formats."""
        own, rules = self.formatting[address], self.conditional_formats
        return display_of(address, self.cells, own, rules) if rules else Display(own, own)


@dataclass(frozen=True, slots=True)
class SheetContent:
    """What the worksheets of a sheet hold, by title; references are understood as on the worksheet `here`.

    `alike` are the titles of the worksheets that formulas of the sheet may name: its own, and copies of these.
    """

    here: str
    by_title: Mapping[str, WorksheetContent]
    alike: frozenset[str]

    @property
    def has_stale_results(self) -> bool:
        """Whether the formulas wait for a calculation."""
        return self.by_title[self.here].has_stale_results

    def cell(self, reference: str) -> Cell | None:
        """Return a cell, None where nothing is in it."""
        title, address = split_title(reference, self.here)
        return self.by_title[title].cells.get(address)

    def formatting(self, reference: str) -> CellFormatting:
        """Return the formatting of a cell itself."""
        title, address = split_title(reference, self.here)
        return self.by_title[title].formatting[address]

    def number_format(self, reference: str) -> str:
        """Return the number format of a cell."""
        title, address = split_title(reference, self.here)
        return self.by_title[title].formatting.number_format(address)

    def display(self, reference: str) -> Display:
        """Return how a cell is formatted, by itself and by conditional formats."""
        title, address = split_title(reference, self.here)
        return self.by_title[title].display(address)

    def without_titles(self, formula: str) -> str:
        """Return a formula whose references to the sheet's own worksheets are without their titles."""
        if not self.alike:
            return formula
        return _TITLE.sub(self._without_own_title, formula)

    def _without_own_title(self, title: re.Match[str]) -> str:
        written = title["bare"] or title["quoted"].replace("''", "'")
        return "" if written in self.alike else title[0]


def content_of(
    workbook: Workbook, titles: tuple[str, ...], alike: frozenset[str] = frozenset()
) -> SheetContent:
    """Return what the worksheets of a sheet hold, the first of them the one by which references are understood.

    `alike` are the worksheets of the workbook with the stamp of these, where the form has several worksheets.
    """
    worksheets = {
        title: WorksheetContent(
            workbook.cells(title),
            workbook.formatting(title),
            workbook.has_stale_results,
            workbook.conditional_formats(title),
        )
        for title in titles
    }
    return SheetContent(titles[0], worksheets, alike)


def cells_of(workbook: Workbook, titles: tuple[str, ...]) -> Mapping[str, Cell]:
    """Return the cells of a sheet's worksheets, as a formula on the first of them refers to them."""
    first, *others = titles
    if not others:
        return workbook.cells(first)
    return {
        reference_to(title, address, first): cell
        for title in titles
        for address, cell in workbook.cells(title).items()
    }


__all__ = ["SheetContent", "WorksheetContent", "cells_of", "content_of"]

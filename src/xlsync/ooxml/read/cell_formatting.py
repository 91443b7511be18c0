"""What formatting says of the cells of a worksheet: number format, strike-through, runs of rich text, merged areas."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import NamedTuple

from xlsync.ooxml.read.cell_fonts import CellFont
from xlsync.ooxml.read.cell_styles import CellStyles
from xlsync.ooxml.read.grid import Grid
from xlsync.ooxml.read.text_runs import TextRun, inline_string_runs
from xlsync.ooxml.read.worksheet_fast import RawCell
from xlsync.ooxml.xml.encoding import decoded, plain

Runs = Mapping[str, tuple[TextRun, ...]]


class CellFormatting(NamedTuple):
    """What formatting says of one cell.

    `number_format` is the code, `General` where the cell has none. `runs` are the pieces of a rich text in order, none
    for a number or a plain text; together they are the cell's text. `is_struck` is True when all that the cell shows is
    struck through: by the cell's font, or in every one of its runs.
    """

    number_format: str
    is_struck: bool
    runs: tuple[TextRun, ...]

    @property
    def has_struck_text(self) -> bool:
        """True when any of what the cell shows is struck through."""
        return self.is_struck or any(run.is_struck for run in self.runs)


class SheetFormatting:
    """The formatting of the filled cells of one worksheet, each looked up when asked for.

    Get it from `Workbook.formatting`. An address whose cell is not in the file counts as a blank one in style 0.

    What is left of a text in cell B3 of which some is struck through:
    `"".join(run.text for run in formatting["B3"].runs if not run.is_struck)`.
    """

    def __init__(
        self,
        cells: Iterable[RawCell],
        styles: CellStyles | None,
        shared_runs: Callable[[], Runs],
        part: tuple[bytes, str],
    ) -> None:
        self._cells = {cell[0]: cell for cell in cells}
        self._styles = styles
        self._read_shared, self._part = shared_runs, part

    def __getitem__(self, address: str) -> CellFormatting:
        """What formatting says of the cell; addresses as in `Workbook.cells`."""
        runs = self.runs(address)
        written = [run for run in runs if run.text.strip()]
        struck = all(run.is_struck for run in written) if written else self._font_struck(address)
        return CellFormatting(self.number_format(address), struck, runs)

    def number_format(self, address: str) -> str:
        """The cell's number format code, `General` where it has none."""
        return (
            "General" if self._styles is None else self._styles.number_format(self._style(address))
        )

    def font(self, address: str) -> CellFont:
        """The cell's font: of the whole cell, whatever runs of its text have of their own."""
        return CellFont() if self._styles is None else self._styles.font(self._style(address))

    def run_fonts(self, address: str) -> list[tuple[str, CellFont]]:
        """The pieces of the cell's rich text, each with the font it is shown in; none for a number or a plain text."""
        own = self.font(address)
        return [
            (run.text, CellFont(run.font.face or own.face, run.font.size or own.size, own.shrinks))
            for run in self.runs(address)
        ]

    @cached_property
    def grid(self) -> Grid:
        """How wide the worksheet's columns are, and how high its rows."""
        data, title = self._part
        return Grid(plain(decoded(data, title)))

    def runs(self, address: str) -> tuple[TextRun, ...]:
        """The runs of the cell's rich text, `is_struck` settled for each; none for a number or a plain text."""
        cell = self._cells.get(address)
        if cell is None or cell[2] not in ("s", "inlineStr") or cell[3] is None:
            return ()
        if cell[2] == "s":
            runs = self._shared_runs.get(cell[3].strip().lstrip("0") or "0", ())
        else:
            runs = self._inline_runs.get(address, ())
        if not any(run.is_struck is None for run in runs):
            return runs
        struck = self._font_struck(address)
        return tuple(
            run._replace(is_struck=struck) if run.is_struck is None else run for run in runs
        )

    def _style(self, address: str) -> str:
        cell = self._cells.get(address)
        return "" if cell is None else cell[1]

    def _font_struck(self, address: str) -> bool:
        return self._styles is not None and self._styles.is_struck(self._style(address))

    @cached_property
    def _shared_runs(self) -> Runs:
        return self._read_shared()

    @cached_property
    def _inline_runs(self) -> Runs:
        return inline_string_runs(*self._part)

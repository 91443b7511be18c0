"""A workbook open in Excel, as `carry_out` needs it, over xlwings (COM). Nothing is saved, closed or quit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlsync.addin.client.carrying_out import Refused
from xlsync.addin.client.live_cells import Pen, fill_of, value_of
from xlsync.addin.client.live_lists import show_list
from xlsync.workbook.stamp import STAMP_NAME

if TYPE_CHECKING:
    from xlsync.addin.client.excel_engine import Engine
    from xlsync.addin.protocol.changes import Row, Typed


@dataclass(frozen=True)
class LiveBook:
    """An xlwings Book; `locate_file` says where a file lies that an answer names."""

    engine: Engine
    book: Any
    locate_file: Callable[[str], Path]

    def has_worksheet(self, worksheet: str) -> bool:
        """True where the workbook has a worksheet of just that name."""
        return worksheet in {str(sheet.name) for sheet in self.book.sheets}

    def value(self, worksheet: str, cell: str) -> Typed:
        """Return the value of a cell."""
        return value_of(self._cell(worksheet, cell))

    def has_formula(self, worksheet: str, cell: str) -> bool:
        """True where a formula stands in the cell."""
        return bool(self._cell(worksheet, cell).api.HasFormula)

    def write(self, worksheet: str, cell: str, value: Typed) -> None:
        """Write a value as it is; Refused where Excel does not let it stand there."""
        if not self._pen.write(self._cell(worksheet, cell), value):
            raise Refused

    def fill(self, worksheet: str, cell: str) -> str | None:
        """Return a cell's solid fill as RRGGBB, None for no fill; Refused for a pattern."""
        try:
            return fill_of(self._cell(worksheet, cell))
        except ValueError as fault:
            raise Refused from fault

    def set_fill(self, worksheet: str, cell: str, colour: str | None) -> None:
        """Fill a cell; Refused where formats are protected."""
        if not self._pen.paint(self._cell(worksheet, cell), colour):
            raise Refused

    def note(self, worksheet: str, cell: str) -> str | None:
        """Return a cell's note, None for none, "" for a threaded comment, which must not be touched."""
        target = self._cell(worksheet, cell)
        if self._has_thread(target):
            return ""
        return str(target.note.text) if target.note is not None else None

    def notes(self, worksheet: str) -> list[tuple[str, str]]:
        """Return every note of a worksheet as (cell, text)."""
        return [
            (str(note.location.api.Address).replace("$", ""), str(note.text))
            for note in list(self.book.sheets[worksheet].notes)
        ]

    def set_note(self, worksheet: str, cell: str, text: str | None) -> None:
        """Hang a note on a cell, or take it off; Refused where objects are protected."""
        target = self._cell(worksheet, cell)
        if target.note is not None and not self._pen.tried(target.note.delete):
            raise Refused
        if text is not None and not self._pen.tried(self._hang, target, text):
            raise Refused

    def _hang(self, target: Any, text: str) -> None:
        note = target.add_note(text)
        with suppress(self.engine.com_error):  # only how large its box is
            note.api.Shape.TextFrame.AutoSize = True

    def put_stamp(self, worksheet: str, text: str) -> None:
        """Let the worksheet's hidden name of the stamp say so; Refused where Excel does not let it."""
        names = self.book.sheets[worksheet].api.Names
        if not self._pen.tried(names.Add, STAMP_NAME, f'="{text}"', False):  # noqa: FBT003 - Visible
            raise Refused

    def select(self, worksheet: str, cell: str) -> None:
        """Show a cell, where its worksheet can be shown."""
        sheet = self.book.sheets[worksheet]
        self.book.api.Activate()
        if self._pen.tried(sheet.api.Activate):  # xlwings' own would also pull windows to the front
            self._pen.tried(sheet.range(cell).select)

    def show_list(self, title: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        """Show a list in a new unsaved workbook."""
        show_list(self.book, title, columns, rows)

    def open(self, name: str) -> None:
        """Open a file that an answer names, read-only; Refused where there is none, or another of its name is open."""
        try:
            if not self._pen.tried(self._open, self.locate_file(name)):
                raise Refused
        except (OSError, ValueError) as fault:
            raise Refused from fault

    def _open(self, file: Path) -> None:
        if file.suffix.lower() == ".html":
            self.book.api.FollowHyperlink(str(file))
        else:
            shown = self.book.app.books.open(file, update_links=False, read_only=True)
            shown.api.Activate()  # it may have been open before

    @property
    def _pen(self) -> Pen:
        return Pen(self.engine)

    def _cell(self, worksheet: str, cell: str) -> Any:
        return self.book.sheets[worksheet].range(cell)

    def _has_thread(self, target: Any) -> bool:
        """True where people talk about the cell; an Excel that knows no threads says that there is no such thing."""
        with suppress(self.engine.com_error, AttributeError):
            return target.api.CommentThreaded is not None
        return False

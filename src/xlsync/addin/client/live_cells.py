"""The cells of a workbook open in Excel: what they hold, written typed, filled; xlwings' Ranges in, plain values out.

Excel reads what is put into a cell as if it were typed: `0120` would become 120 and `4-5-6` a date. So text is put under the
number format "@", which is given back at once, and whatever was put is read again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from xlsync.addin.client.carrying_out import is_same

if TYPE_CHECKING:
    from xlsync.addin.client.excel_engine import Engine
    from xlsync.addin.protocol.changes import Typed

_TEXT: Final = "@"
_GENERAL: Final = "General"
_NO_PATTERN: Final = -4142
_SOLID: Final = 1
_ERRORS: Final = {
    -2146826281: "#DIV/0!",
    -2146826246: "#N/A",
    -2146826259: "#NAME?",
    -2146826288: "#NULL!",
    -2146826252: "#NUM!",
    -2146826265: "#REF!",
    -2146826273: "#VALUE!",
}


def value_of(cell: Any) -> Typed:
    """Return the value of a cell: a date as its number, an error as its text, a blank or empty text as None."""
    held = cell.api.Value2
    if isinstance(held, int) and not isinstance(held, bool):
        return _ERRORS.get(held, held)
    if held is None or held == "":
        return None
    return held if isinstance(held, bool | float) else str(held)


@dataclass(frozen=True)
class Pen:
    """Writes into cells; what Excel refuses (error 1004) comes back as False, all other errors as they are."""

    engine: Engine

    def write(self, cell: Any, value: Typed) -> bool:
        """Put a value; True where it stands in the cell then. Else what was there stands there again, if Excel lets it."""
        before = value_of(cell)
        if self._put(cell, value) and is_same(value_of(cell), value):
            return True
        if not is_same(value_of(cell), before):
            self._put(cell, before)
        return False

    def paint(self, cell: Any, colour: str | None) -> bool:
        """Fill a cell with RRGGBB, or with nothing; all of it where it is merged."""
        rgb = None if colour is None else tuple(bytes.fromhex(colour))
        return self.tried(setattr, cell.merge_area, "color", rgb)

    def tried(self, act: Any, *arguments: Any) -> bool:
        """Do something; False where Excel refuses it."""
        try:
            act(*arguments)
        except self.engine.com_error as fault:
            if not self.engine.is_refusal(fault):
                raise
            return False
        return True

    def _put(self, cell: Any, value: Typed) -> bool:
        if value is None or value == "":
            return self.tried(cell.merge_area.clear_contents)
        former = str(cell.number_format)
        wanted = _format_for(value, former)
        is_changed = wanted != former and self.tried(setattr, cell, "number_format", wanted)
        try:
            if isinstance(value, str):
                return self._put_text(cell, value, is_text_format=is_changed or wanted == former)
            sent = value if isinstance(value, bool) else float(value)
            return self.tried(setattr, cell.api, "Value2", sent)
        finally:
            if is_changed:
                cell.number_format = former

    def _put_text(self, cell: Any, text: str, *, is_text_format: bool) -> bool:
        """Put a text; with the apostrophe that people type where the format is protected or was not enough."""
        if is_text_format:
            is_put = self.tried(setattr, cell.api, "Value2", text)
            if not is_put or is_same(value_of(cell), text):
                return is_put
        return self.tried(setattr, cell.api, "Value2", f"'{text}")


def _format_for(value: Typed, former: str) -> str:
    if isinstance(value, str):
        return _TEXT
    return _GENERAL if former == _TEXT else former


def fill_of(cell: Any) -> str | None:
    """Return a cell's solid fill as RRGGBB, None for no fill; ValueError for a pattern, which could not be restored."""
    pattern = cell.api.Interior.Pattern
    if pattern == _NO_PATTERN:
        return None
    if pattern != _SOLID:
        raise ValueError(pattern)
    return "".join(f"{part:02X}" for part in cell.color)

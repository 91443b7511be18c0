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
    """Give what a cell holds; dates as numbers, an error as its text, nothing and "" alike as None."""
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

    def tried(self, act: Any, *said: Any) -> bool:
        """Do something; False where Excel refuses it."""
        try:
            act(*said)
        except self.engine.com_error as fault:
            if not self.engine.is_refusal(fault):
                raise
            return False
        return True

    def _put(self, cell: Any, value: Typed) -> bool:
        if value is None or value == "":
            return self.tried(cell.merge_area.clear_contents)
        former = str(cell.number_format)
        is_text = isinstance(value, str)
        wanted = _TEXT if is_text else _GENERAL if former == _TEXT else former
        formatted = wanted != former and self.tried(setattr, cell, "number_format", wanted)
        sent = value if isinstance(value, str | bool) else float(value)
        # Where formats are protected, the apostrophe that people type says that text follows.
        sign = "'" if is_text and wanted != former and not formatted else ""
        try:
            done = self.tried(setattr, cell.api, "Value2", f"{sign}{sent}" if sign else sent)
            if done and is_text and not sign and not is_same(value_of(cell), value):
                done = self.tried(setattr, cell.api, "Value2", f"'{sent}")
        finally:
            if formatted:
                cell.number_format = former
        return done


def fill_of(cell: Any) -> str | None:
    """Give a cell's plain fill as RRGGBB, None for no fill; ValueError for a pattern, which nobody could give back."""
    pattern = cell.api.Interior.Pattern
    if pattern == _NO_PATTERN:
        return None
    if pattern != _SOLID:
        raise ValueError(pattern)
    return "".join(f"{part:02X}" for part in cell.color)

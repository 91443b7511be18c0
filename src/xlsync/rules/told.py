"""What a sentence tells of the values: the same text from Python and from Excel."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Protocol

from xlsync.finding import QUOTE_LENGTH, brief
from xlsync.kinds import Amount, Kind, Quantity, Unreadable, as_typed
from xlsync.rules.term import Given, Places, Term, Unread, number, quoted, rounded

_NOT_FOR_THIS_CELL: Final = "この欄に入れられる内容ではありません"


class Told(Protocol):
    """A piece of a sentence."""

    def text(self, given: Given, /) -> str:
        """Give it over a sheet."""

    def formula(self, places: Places, /) -> str:
        """Give the Excel formula of the same text."""


@dataclass(frozen=True, slots=True)
class Words:
    """A text that is always the same."""

    of: str

    def text(self, _given: Given) -> str:
        """Give it."""
        return self.of

    def formula(self, _places: Places) -> str:
        """Give it."""
        return quoted(self.of)


@dataclass(frozen=True, slots=True)
class Number:
    """A number with separators, its decimals and its unit; `signed` shows + too."""

    of: Term
    unit: str = ""
    decimals: int = 0
    signed: bool = False

    def text(self, given: Given) -> str:
        """Give it."""
        value = rounded(Decimal(number(self.of.value(given))), self.decimals) + 0
        return f"{value:{'+' if self.signed and value else ''},}{self.unit}"

    def formula(self, places: Places) -> str:
        """Give it."""
        plain = "#,##0" + ("." + "0" * self.decimals if self.decimals else "")
        form = f"+{plain};-{plain};{plain}" if self.signed else plain
        value = self.of.formula(places)
        unit = f"&{quoted(self.unit)}" if self.unit else ""
        return f'TEXT({value},"{form}"){unit}'


@dataclass(frozen=True, slots=True)
class Quote:
    """A text in one line, cut where it is long."""

    of: Term

    def text(self, given: Given) -> str:
        """Give it."""
        value = self.of.value(given)
        return brief("" if value is None or isinstance(value, Unread) else plain(value))

    def formula(self, places: Places) -> str:
        """Give it."""
        return _cut(self.of.formula(places))


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed into a cell that could not be read."""

    path: str

    def text(self, given: Given) -> str:
        """Give it."""
        return brief(given.sheet.unreadable.get(self.path, ""))

    def formula(self, places: Places) -> str:
        """Give it; an error value has no text."""
        return f'IFERROR({_cut(places.raw[self.path])},"エラー値")'


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a text cannot be read; Excel does not know it so exactly."""

    path: str
    kind: Kind

    def text(self, given: Given) -> str:
        """Give it."""
        if given.as_excel:
            return _NOT_FOR_THIS_CELL
        read = self.kind.parse(given.sheet.unreadable.get(self.path, ""))
        return read.reason if isinstance(read, Unreadable) else "エラー値または計算式です"

    def formula(self, _places: Places) -> str:
        """Give what can be said without reading as the store does."""
        return quoted(_NOT_FOR_THIS_CELL)


def plain(value: object) -> str:
    """Give a value's text as it stands in the cell."""
    if isinstance(value, Quantity):
        return str(Amount().show(value))
    return as_typed(value) if isinstance(value, int | Decimal) else str(value)


def _cut(cell: str) -> str:
    line = f'SUBSTITUTE({cell},CHAR(10)," ")'
    return f'IF(LEN({cell})>{QUOTE_LENGTH},LEFT({line},{QUOTE_LENGTH - 1})&"…",{line})'

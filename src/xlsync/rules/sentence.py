"""The pieces of a finding's sentence: each gives the same text in Python and in Excel."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Protocol

from xlsync.finding import QUOTE_LENGTH, brief
from xlsync.kinds import Amount, Kind, Quantity, Unreadable, as_typed
from xlsync.rules.term import Addresses, Given, Term, Unread, number, quoted, rounded

_NOT_FOR_THIS_CELL: Final = "この欄に入れられる内容ではありません"


class Piece(Protocol):
    """A piece of a sentence."""

    def text(self, given: Given, /) -> str:
        """Return its text over a sheet."""

    def formula(self, addresses: Addresses, /) -> str:
        """Return the Excel formula of the same text."""


@dataclass(frozen=True, slots=True)
class Words:
    """A text that is always the same."""

    of: str

    def text(self, _given: Given) -> str:
        return self.of

    def formula(self, _addresses: Addresses) -> str:
        return quoted(self.of)


@dataclass(frozen=True, slots=True)
class Number:
    """A number with separators, its decimals and its unit; `signed` shows + too."""

    of: Term
    unit: str = ""
    decimals: int = 0
    signed: bool = False

    def text(self, given: Given) -> str:
        value = rounded(Decimal(number(self.of.value(given))), self.decimals) + 0
        return f"{value:{'+' if self.signed and value else ''},}{self.unit}"

    def formula(self, addresses: Addresses) -> str:
        plain = "#,##0" + ("." + "0" * self.decimals if self.decimals else "")
        form = f"+{plain};-{plain};{plain}" if self.signed else plain
        value = self.of.formula(addresses)
        unit = f"&{quoted(self.unit)}" if self.unit else ""
        return f'TEXT({value},"{form}"){unit}'


@dataclass(frozen=True, slots=True)
class Quote:
    """A text in one line, cut where it is long."""

    of: Term

    def text(self, given: Given) -> str:
        value = self.of.value(given)
        return brief("" if value is None or isinstance(value, Unread) else plain(value))

    def formula(self, addresses: Addresses) -> str:
        return _cut(self.of.formula(addresses))


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed into a cell that could not be read."""

    path: str

    def text(self, given: Given) -> str:
        return brief(given.sheet.unreadable.get(self.path, ""))

    def formula(self, addresses: Addresses) -> str:
        # An error value has no text.
        return f'IFERROR({_cut(addresses.raw[self.path])},"エラー値")'


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a text cannot be read; Excel does not know it so exactly."""

    path: str
    kind: Kind

    def text(self, given: Given) -> str:
        if given.as_excel:
            return _NOT_FOR_THIS_CELL
        read = self.kind.parse(given.sheet.unreadable.get(self.path, ""))
        return read.reason if isinstance(read, Unreadable) else "エラー値または計算式です"

    def formula(self, _addresses: Addresses) -> str:
        return quoted(_NOT_FOR_THIS_CELL)


def plain(value: object) -> str:
    """Return a value's text as it stands in the cell."""
    if isinstance(value, Quantity):
        return str(Amount().show(value))
    return as_typed(value) if isinstance(value, int | Decimal) else str(value)


def _cut(cell: str) -> str:
    line = f'SUBSTITUTE({cell},CHAR(10)," ")'
    return f'IF(LEN({cell})>{QUOTE_LENGTH},LEFT({line},{QUOTE_LENGTH - 1})&"…",{line})'

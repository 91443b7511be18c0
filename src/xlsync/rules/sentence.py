"""The pieces of a finding's sentence: each gives the same text in Python and in Excel."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Protocol

from xlsync.finding import QUOTE_LENGTH, brief
from xlsync.kinds import Amount, Kind, Quantity, Unreadable, as_typed
from xlsync.kinds.excel.formula_text import quoted
from xlsync.kinds.invisible import without_picture_parts
from xlsync.rules.term import Addresses, Given, Term, Unread, number, rounded

_NOT_FOR_THIS_CELL: Final = "この欄に入れられる内容ではありません"
_LONG_NUMBER: Final = 10**15
NOT_WHOLE: Final = "整数ではありません"
TOO_LARGE: Final = "数が大きすぎます"
"""Two reasons of the kinds that Excel finds too."""


class Piece(Protocol):
    """A piece of a sentence."""

    def text(self, given: Given, /) -> str:
        """Return its text over a sheet."""

    def formula(self, addresses: Addresses, /) -> str:
        """Return the Excel formula of the same text."""


@dataclass(frozen=True, slots=True)
class Words:
    """A text that is always the same."""

    constant: str

    def text(self, _given: Given) -> str:
        return self.constant

    def formula(self, _addresses: Addresses) -> str:
        return quoted(self.constant)


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
        return brief(without_picture_parts(given.sheet.unreadable.get(self.path, "")))

    def formula(self, addresses: Addresses) -> str:
        # An error value has no text, and programs write great numbers as texts in different ways.
        raw = addresses.raw[self.path]
        number_ = f'IF(ABS({raw})<{_LONG_NUMBER},LEFT({raw},{QUOTE_LENGTH}),LEFT(TEXT({raw},"0"),{QUOTE_LENGTH}))'
        seen = f"IF(ISTEXT({raw}),{addresses.at(self.path, 'seen')},{raw})"
        return f'IFERROR(IF(ISNUMBER({raw}),{number_},{_cut(seen)}),"エラー値")'


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a text cannot be read: of a number exactly, of other texts only that they do not belong here."""

    path: str
    kind: Kind

    def text(self, given: Given) -> str:
        read = self.kind.parse(given.sheet.unreadable.get(self.path, ""))
        reason = read.reason if isinstance(read, Unreadable) else "エラー値または計算式です"
        return _NOT_FOR_THIS_CELL if given.as_excel and reason not in self._known() else reason

    def formula(self, addresses: Addresses) -> str:
        other = quoted(_NOT_FOR_THIS_CELL)
        if not self._known():
            return other
        raw, digits = addresses.raw[self.path], addresses.at(self.path, "digits")
        of_text = f"IF(LEN({digits})=0,{other},{self._of_number(f'VALUE({digits})')})"
        return f"IF(ISNUMBER({raw}),{self._of_number(raw)},{of_text})"

    def _of_number(self, number_: str) -> str:
        if NOT_WHOLE not in self._known():
            return quoted(TOO_LARGE)
        return f"IF({number_}=ROUND({number_},0),{quoted(TOO_LARGE)},{quoted(NOT_WHOLE)})"

    def _known(self) -> tuple[str, ...]:
        """The reasons that Excel can tell apart: a number, but not one of this kind."""
        if not self.kind.is_amount or self.kind.kept_decimals():
            return ()
        return (NOT_WHOLE, TOO_LARGE) if self.kind.kept_decimals() == 0 else (TOO_LARGE,)


@dataclass(frozen=True, slots=True)
class Where:
    """Pieces that are said where a condition holds, and other words where it does not."""

    holds: Term
    pieces: tuple[Piece, ...]
    other_words: str = ""

    def text(self, given: Given) -> str:
        if not self.holds.value(given):
            return self.other_words
        return "".join(piece.text(given) for piece in self.pieces)

    def formula(self, addresses: Addresses) -> str:
        text = "&".join(piece.formula(addresses) for piece in self.pieces)
        return f"IF({self.holds.formula(addresses)},{text},{quoted(self.other_words)})"


def plain(value: object) -> str:
    """Return a value's text as it stands in the cell."""
    if isinstance(value, Quantity):
        return str(Amount().show(value))
    return as_typed(value) if isinstance(value, int | Decimal) else str(value)


def _cut(cell: str) -> str:
    line = f'SUBSTITUTE({cell},CHAR(10)," ")'
    return f'IF(LEN({cell})>{QUOTE_LENGTH},LEFT({line},{QUOTE_LENGTH - 1})&"…",LEFT({line},{QUOTE_LENGTH}))'

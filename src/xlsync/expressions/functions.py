"""The functions over values: choices, rounding, lengths of texts, and what days say."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from xlsync.excel_text import excel_length
from xlsync.expressions.nodes import (
    FALSE,
    NOISE,
    Cells,
    Constant,
    Known,
    Node,
    NodeType,
    TextAt,
    Values,
    number,
    rounded,
)
from xlsync.expressions.truths import Truth

_CENTURIES: Final = 400
"""Years after which the calendar begins again."""
_LAST_YEAR: Final = 9600
DAY: Final = 100
"""Days as digits: 20250401."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of two values, by a condition; not known where the condition is neither true nor false."""

    decided_by: Truth
    then: Node
    otherwise: Node

    @property
    def value_type(self) -> NodeType:
        return self.then.value_type

    def is_known(self, values: Values) -> bool:
        if self.decided_by.holds(values):
            return self.then.is_known(values)
        return self.decided_by.fails(values) and self.otherwise.is_known(values)

    def value(self, values: Values) -> Known:
        chosen = self.then if self.decided_by.holds(values) else self.otherwise
        return chosen.value(values)

    def known_formula(self, cells: Cells) -> str:
        fails, other = self.decided_by.fails_formula(cells), self.otherwise.known_formula(cells)
        then = self.then.known_formula(cells)
        return f"IF({self.decided_by.holds_formula(cells)},{then},IF({fails},{other},{FALSE}))"

    def formula(self, cells: Cells) -> str:
        then, otherwise = self.then.formula(cells), self.otherwise.formula(cells)
        return f"IF({self.decided_by.holds_formula(cells)},{then},{otherwise})"


@dataclass(frozen=True, slots=True)
class Rounded:
    """A number rounded to some decimals, halves away from zero, and without the noise of binary arithmetic before that."""

    of_node: Node
    decimals: int = 0
    value_type: NodeType = "number"

    def is_known(self, values: Values) -> bool:
        return self.of_node.is_known(values)

    def value(self, values: Values) -> Known:
        plain = rounded(self.of_node.value(values), self.decimals + NOISE)
        return rounded(plain, self.decimals)

    def known_formula(self, cells: Cells) -> str:
        return self.of_node.known_formula(cells)

    def formula(self, cells: Cells) -> str:
        return (
            f"ROUND(ROUND({self.of_node.formula(cells)},{self.decimals + NOISE}),{self.decimals})"
        )


@dataclass(frozen=True, slots=True)
class Absolute:
    """A number without its sign."""

    of_node: Node
    value_type: NodeType = "number"

    def is_known(self, values: Values) -> bool:
        return self.of_node.is_known(values)

    def value(self, values: Values) -> Known:
        return abs(number(self.of_node, values))

    def known_formula(self, cells: Cells) -> str:
        return self.of_node.known_formula(cells)

    def formula(self, cells: Cells) -> str:
        return f"ABS({self.of_node.formula(cells)})"


@dataclass(frozen=True, slots=True)
class OrZero:
    """A number, 0 where there is none."""

    of_node: Node
    value_type: NodeType = "number"

    def is_known(self, _values: Values) -> bool:
        return True

    def value(self, values: Values) -> Known:
        return number(self.of_node, values) if self.of_node.is_known(values) else Decimal(0)

    def known_formula(self, _cells: Cells) -> str:
        return "TRUE()"

    def formula(self, cells: Cells) -> str:
        return f"IF({self.of_node.known_formula(cells)},{self.of_node.formula(cells)},0)"


@dataclass(frozen=True, slots=True)
class Length:
    """How many characters a text has, as Excel counts them; 0 of a blank one."""

    text_node: TextAt
    value_type: NodeType = "number"

    def is_known(self, _values: Values) -> bool:
        return True

    def value(self, values: Values) -> Known:
        text = str(self.text_node.value(values)) if self.text_node.is_known(values) else ""
        return Decimal(excel_length(text))

    def known_formula(self, _cells: Cells) -> str:
        return "TRUE()"

    def formula(self, cells: Cells) -> str:
        return f"IF({self.text_node.known_formula(cells)},LEN({self.text_node.formula(cells)}),0)"


@dataclass(frozen=True, slots=True)
class PartOfDay:
    """The year, month, day or fiscal year of a day; days are digits (20250401)."""

    part_of_day: Literal["year", "month", "day", "fiscal-year"]
    of_node: Node
    value_type: NodeType = "number"

    def is_known(self, values: Values) -> bool:
        return self.of_node.is_known(values)

    def value(self, values: Values) -> Known:
        year, month, day = _ymd(int(number(self.of_node, values)))
        fiscal = year if month > 3 else year - 1  # noqa: PLR2004 (April)
        return Decimal(
            {"year": year, "month": month, "day": day, "fiscal-year": fiscal}[self.part_of_day]
        )

    def known_formula(self, cells: Cells) -> str:
        return self.of_node.known_formula(cells)

    def formula(self, cells: Cells) -> str:
        digits = self.of_node.formula(cells)
        year, month = f"INT({digits}/10000)", f"MOD(INT({digits}/100),100)"
        if self.part_of_day == "fiscal-year":
            return f"({year}-IF({month}>3,0,1))"
        return {"year": year, "month": month, "day": f"MOD({digits},100)"}[self.part_of_day]


@dataclass(frozen=True, slots=True)
class DaysBetween:
    """How many days the second of two days is after the first; not known of years beyond 9599."""

    first_day_node: TextAt | Constant
    second_day_node: TextAt | Constant
    value_type: NodeType = "number"

    def is_known(self, values: Values) -> bool:
        return all(
            day.is_known(values) and number(day, values) < _LAST_YEAR * DAY**2
            for day in (self.first_day_node, self.second_day_node)
        )

    def value(self, values: Values) -> Known:
        first, second = (
            _date(int(number(day, values))) for day in (self.first_day_node, self.second_day_node)
        )
        return Decimal((second - first).days)

    def known_formula(self, cells: Cells) -> str:
        known = ",".join(
            day.known_formula(cells) for day in (self.first_day_node, self.second_day_node)
        )
        days = [
            day for day in (self.first_day_node, self.second_day_node) if isinstance(day, TextAt)
        ]
        years = (f"VALUE(LEFT({cells(day.path, 'value')},4))<{_LAST_YEAR}" for day in days)
        return f"IF(AND({known}),AND({','.join(years) or 'TRUE()'}),{FALSE})"

    def formula(self, cells: Cells) -> str:
        return f"({_count_formula(self.second_day_node, cells)}-{_count_formula(self.first_day_node, cells)})"


def _count_formula(day: TextAt | Constant, cells: Cells) -> str:
    """Return the formula of Excel's count of a day 400 years later: Excel counts none before 1900."""
    if isinstance(day, Constant):
        year, month, number_ = _ymd(int(Decimal(day.known)))
        return f"DATE({year + _CENTURIES},{month},{number_})"
    cell = cells(day.path, "value")
    year_of_cell = f"VALUE(LEFT({cell},4))+{_CENTURIES}"
    return f"DATE({year_of_cell},VALUE(MID({cell},6,2)),VALUE(RIGHT({cell},2)))"


def _ymd(digits: int) -> tuple[int, int, int]:
    return digits // DAY**2, digits // DAY % DAY, digits % DAY


def _date(digits: int) -> dt.date:
    return dt.date(*_ymd(digits))


__all__ = ["Absolute", "Choice", "DaysBetween", "Length", "OrZero", "PartOfDay", "Rounded"]

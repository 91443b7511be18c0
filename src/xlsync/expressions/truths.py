"""Conditions: each says when it holds for sure, and when its opposite does. Where a value is not known, neither holds.

So "A or B" holds where A does, whatever B; and "not" turns the two round. All formulas are true or false, and never fail.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from xlsync.expressions.nodes import (
    FALSE,
    NOISE,
    Cells,
    Node,
    TextAt,
    Values,
    filled_formula,
    is_filled,
    number,
    rounded,
)
from xlsync.kinds.excel.formula_text import UNREAD_MARK, quoted


class Truth(Protocol):
    """A condition over the values of a sheet."""

    def holds(self, values: Values, /) -> bool:
        """Whether it holds for sure."""

    def fails(self, values: Values, /) -> bool:
        """Whether its opposite holds for sure."""

    def holds_formula(self, cells: Cells, /) -> str:
        """Return the formula of whether it holds."""

    def fails_formula(self, cells: Cells, /) -> str:
        """Return the formula of whether its opposite does."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two values of one type compared: texts for being the same, all others in size, too."""

    operator: str
    left_node: Node
    right_node: Node

    def _both(self, values: Values) -> bool:
        return self.left_node.is_known(values) and self.right_node.is_known(values)

    def _is_so(self, values: Values) -> bool:
        if self.left_node.value_type == "text":
            is_same = self.left_node.value(values) == self.right_node.value(values)
            return is_same == (self.operator == "=")
        difference = rounded(
            number(self.left_node, values) - number(self.right_node, values), NOISE
        )
        outcomes = {
            "=": difference == 0,
            "<>": difference != 0,
            "<": difference < 0,
            "<=": difference <= 0,
            ">": difference > 0,
            ">=": difference >= 0,
        }
        return outcomes[self.operator]

    def holds(self, values: Values) -> bool:
        return self._both(values) and self._is_so(values)

    def fails(self, values: Values) -> bool:
        return self._both(values) and not self._is_so(values)

    def _both_formula(self, cells: Cells) -> str:
        return f"AND({self.left_node.known_formula(cells)},{self.right_node.known_formula(cells)})"

    def _is_so_formula(self, cells: Cells) -> str:
        left, right = self.left_node.formula(cells), self.right_node.formula(cells)
        if self.left_node.value_type == "text":
            same = f"EXACT({left},{right})"
            return same if self.operator == "=" else f"NOT({same})"
        return f"ROUND({left}-{right},{NOISE}){self.operator}0"

    def holds_formula(self, cells: Cells) -> str:
        return f"IF({self._both_formula(cells)},{self._is_so_formula(cells)},{FALSE})"

    def fails_formula(self, cells: Cells) -> str:
        return f"IF({self._both_formula(cells)},NOT({self._is_so_formula(cells)}),{FALSE})"


@dataclass(frozen=True, slots=True)
class Both:
    """Two conditions that both hold."""

    first_truth: Truth
    second_truth: Truth

    def holds(self, values: Values) -> bool:
        return self.first_truth.holds(values) and self.second_truth.holds(values)

    def fails(self, values: Values) -> bool:
        return self.first_truth.fails(values) or self.second_truth.fails(values)

    def holds_formula(self, cells: Cells) -> str:
        return (
            f"AND({self.first_truth.holds_formula(cells)},{self.second_truth.holds_formula(cells)})"
        )

    def fails_formula(self, cells: Cells) -> str:
        return (
            f"OR({self.first_truth.fails_formula(cells)},{self.second_truth.fails_formula(cells)})"
        )


@dataclass(frozen=True, slots=True)
class Opposite:
    """A condition turned round."""

    negated_truth: Truth

    def holds(self, values: Values) -> bool:
        return self.negated_truth.fails(values)

    def fails(self, values: Values) -> bool:
        return self.negated_truth.holds(values)

    def holds_formula(self, cells: Cells) -> str:
        return self.negated_truth.fails_formula(cells)

    def fails_formula(self, cells: Cells) -> str:
        return self.negated_truth.holds_formula(cells)


def either(left: Truth, right: Truth) -> Truth:
    """Return the condition that one of two holds."""
    return Opposite(Both(Opposite(left), Opposite(right)))


@dataclass(frozen=True, slots=True)
class Nothing:
    """No value that can be read stands in a field."""

    path: str

    def holds(self, values: Values) -> bool:
        return values.get(self.path) is None

    def fails(self, values: Values) -> bool:
        return not self.holds(values)

    def holds_formula(self, cells: Cells) -> str:
        cell = cells(self.path, "value")
        return f"OR(LEN({cell})=0,EXACT({cell},{quoted(UNREAD_MARK)}))"

    def fails_formula(self, cells: Cells) -> str:
        return f"NOT({self.holds_formula(cells)})"


@dataclass(frozen=True, slots=True)
class Filled:
    """A field is filled: neither blank nor "-", and readable."""

    path: str

    def holds(self, values: Values) -> bool:
        return is_filled(values.get(self.path))

    def fails(self, values: Values) -> bool:
        return not self.holds(values)

    def holds_formula(self, cells: Cells) -> str:
        return filled_formula(cells(self.path, "value"))

    def fails_formula(self, cells: Cells) -> str:
        return f"NOT({self.holds_formula(cells)})"


@dataclass(frozen=True, slots=True)
class Contains:
    """A text has another text in it."""

    searched_text: TextAt
    sought: str

    def holds(self, values: Values) -> bool:
        return self.searched_text.is_known(values) and self.sought in str(
            self.searched_text.value(values)
        )

    def fails(self, values: Values) -> bool:
        return self.searched_text.is_known(values) and not self.holds(values)

    def _has_formula(self, cells: Cells) -> str:
        return f"ISNUMBER(FIND({quoted(self.sought)},{self.searched_text.formula(cells)}))"

    def holds_formula(self, cells: Cells) -> str:
        return f"IF({self.searched_text.known_formula(cells)},{self._has_formula(cells)},{FALSE})"

    def fails_formula(self, cells: Cells) -> str:
        return (
            f"IF({self.searched_text.known_formula(cells)},NOT({self._has_formula(cells)}),{FALSE})"
        )


__all__ = ["Both", "Comparison", "Contains", "Filled", "Nothing", "Opposite", "Truth", "either"]

"""What an expression is built of: values that may be unknown. Each node says in both engines whether it is known, and what.

Blank, "-", a text in a cell of numbers and a division by zero are all "not known": what is computed from them is not known
either, and no condition over them holds, nor its opposite. Neither engine ever fails: `value` and `formula` count only
where `is_known` says so.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Final, Literal, Protocol, TypeAlias

from xlsync.kinds import Quantity, Value
from xlsync.kinds.excel.formula_text import UNREAD_MARK, quoted
from xlsync.kinds.invisible import without_picture_parts

NodeType = Literal["number", "text", "day", "month", "time", "truth"]
Known: TypeAlias = Decimal | str
Values: TypeAlias = Mapping[str, Value]
Cells: TypeAlias = Callable[[str, str], str]
"""Path and helper column → the address of the cell."""
NOISE: Final = 6
"""Decimals in which two numbers differ at least: what binary arithmetic cannot keep apart is equal."""
_EXACT: Final = Context(prec=400)
FALSE: Final = "FALSE()"
_OPERATIONS: Final[Mapping[str, Callable[[Decimal, Decimal], Decimal]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}


class Node(Protocol):
    """A value of a type, that may be unknown."""

    @property
    def value_type(self) -> NodeType:
        """What its value is."""

    def is_known(self, values: Values, /) -> bool:
        """Whether it has a value."""

    def value(self, values: Values, /) -> Known:
        """Return its value where it is known."""

    def known_formula(self, cells: Cells, /) -> str:
        """Return the formula of whether it has a value; it never fails."""

    def formula(self, cells: Cells, /) -> str:
        """Return the formula of its value, which may fail where that is not known."""


@dataclass(frozen=True, slots=True)
class Constant:
    """A number or text of the expression."""

    known: Known
    value_type: NodeType = "number"

    def is_known(self, _values: Values) -> bool:
        return True

    def value(self, _values: Values) -> Known:
        return self.known

    def known_formula(self, _cells: Cells) -> str:
        return "TRUE()"

    def formula(self, _cells: Cells) -> str:
        return quoted(self.known) if isinstance(self.known, str) else f"{self.known:f}"


@dataclass(frozen=True, slots=True)
class NumberAt:
    """The number of a field; of a quantity the number in it."""

    path: str
    is_quantity: bool = False
    value_type: NodeType = "number"

    def is_known(self, values: Values) -> bool:
        return _number(values.get(self.path)) is not None

    def value(self, values: Values) -> Known:
        return _number(values.get(self.path)) or Decimal(0)

    def known_formula(self, cells: Cells) -> str:
        return f"ISNUMBER({self.formula(cells)})"

    def formula(self, cells: Cells) -> str:
        return cells(self.path, "number" if self.is_quantity else "value")


def _number(value: Value) -> Decimal | None:
    number = value.number if isinstance(value, Quantity) else value
    return Decimal(number) if isinstance(number, int | Decimal) else None


@dataclass(frozen=True, slots=True)
class TextAt:
    """The text of a field, "-" included; of a day, a month or a time its digits as a number, which can be compared."""

    path: str
    value_type: NodeType = "text"

    def is_known(self, values: Values) -> bool:
        value = values.get(self.path)
        return value is not None and (self.value_type == "text" or value != "-")

    def value(self, values: Values) -> Known:
        text = without_picture_parts(str(values.get(self.path)))
        return text if self.value_type == "text" else Decimal(_digits(text))

    def known_formula(self, cells: Cells) -> str:
        cell = cells(self.path, "value")
        read = f"LEN({cell})>0,NOT(EXACT({cell},{quoted(UNREAD_MARK)}))"
        dash = "" if self.value_type == "text" else f',NOT(EXACT({cell},"-"))'
        return f"AND({read}{dash})"

    def formula(self, cells: Cells) -> str:
        cell = cells(self.path, "value")
        separator = ":" if self.value_type == "time" else "-"
        digits = f'VALUE(SUBSTITUTE({cell},"{separator}",""))'
        return cell if self.value_type == "text" else digits


def _digits(text: str) -> str:
    return text.replace("-", "").replace(":", "")


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """Two numbers added, subtracted, multiplied or divided; a division by zero is not known."""

    operator: str
    left_node: Node
    right_node: Node
    value_type: NodeType = "number"

    def is_known(self, values: Values) -> bool:
        both = self.left_node.is_known(values) and self.right_node.is_known(values)
        return both and (self.operator != "/" or rounded(self.right_node.value(values), NOISE) != 0)

    def value(self, values: Values) -> Known:
        left, right = number(self.left_node, values), number(self.right_node, values)
        return _OPERATIONS[self.operator](left, right)

    def known_formula(self, cells: Cells) -> str:
        both = f"AND({self.left_node.known_formula(cells)},{self.right_node.known_formula(cells)})"
        if self.operator != "/":
            return both
        return f"IF({both},ROUND({self.right_node.formula(cells)},{NOISE})<>0,{FALSE})"

    def formula(self, cells: Cells) -> str:
        return f"({self.left_node.formula(cells)}{self.operator}{self.right_node.formula(cells)})"


@dataclass(frozen=True, slots=True)
class Over:
    """The sum, least, greatest or mean of those of some numbers that are there; not known where none is."""

    function: Literal["SUM", "MIN", "MAX", "AVERAGE"]
    number_nodes: tuple[NumberAt, ...]
    value_type: NodeType = "number"

    def _there(self, values: Values) -> list[Decimal]:
        there = (each for each in self.number_nodes if each.is_known(values))
        return [number(each, values) for each in there]

    def is_known(self, values: Values) -> bool:
        return bool(self._there(values))

    def value(self, values: Values) -> Known:
        there = self._there(values)
        total = sum(there, Decimal(0))
        outcomes = {"MIN": min(there), "MAX": max(there), "SUM": total}
        return outcomes.get(self.function, total / len(there))

    def known_formula(self, cells: Cells) -> str:
        return f"COUNT({self._listed(cells)})>0"

    def formula(self, cells: Cells) -> str:
        return f"{self.function}({self._listed(cells)})"

    def _listed(self, cells: Cells) -> str:
        return ",".join(each.formula(cells) for each in self.number_nodes)


@dataclass(frozen=True, slots=True)
class FilledCount:
    """How many of some fields are filled: neither blank nor "-", and readable.

    Those of `number_paths` are filled where their helper cell holds a number: one call of COUNT, however many they are.
    """

    paths: tuple[str, ...]
    number_paths: frozenset[str] = frozenset()
    value_type: NodeType = "number"

    def is_known(self, _values: Values) -> bool:
        return True

    def value(self, values: Values) -> Known:
        return Decimal(sum(is_filled(values.get(path)) for path in self.paths))

    def known_formula(self, _cells: Cells) -> str:
        return "TRUE()"

    def formula(self, cells: Cells) -> str:
        numbers = ",".join(cells(p, "value") for p in self.paths if p in self.number_paths)
        others = (cells(path, "value") for path in self.paths if path not in self.number_paths)
        each = [f"IF({filled_formula(cell)},1,0)" for cell in others]
        return f"({'+'.join([f'COUNT({numbers})', *each] if numbers else each)})"


def is_filled(value: Value) -> bool:
    """Whether a value is there, and says something."""
    return value is not None and value != "-"


def filled_formula(cell: str) -> str:
    """Return the formula of the same for a value's cell."""
    return f'AND(LEN({cell})>0,NOT(EXACT({cell},"-")),NOT(EXACT({cell},{quoted(UNREAD_MARK)})))'


def number(node: Node, values: Values) -> Decimal:
    """Return the value of a node that is a number, or is compared as one."""
    value = node.value(values)
    return value if isinstance(value, Decimal) else Decimal(0)


def rounded(value: Known, decimals: int) -> Decimal:
    """Return a number rounded as Excel rounds it: halves away from zero."""
    if not isinstance(value, Decimal):
        return Decimal(0)
    return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, _EXACT)


__all__ = [
    "FALSE",
    "NOISE",
    "Arithmetic",
    "Cells",
    "Constant",
    "FilledCount",
    "Known",
    "Node",
    "NodeType",
    "NumberAt",
    "Over",
    "TextAt",
    "Values",
    "filled_formula",
    "is_filled",
    "number",
    "rounded",
]

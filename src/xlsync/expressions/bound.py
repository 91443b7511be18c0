"""An expression for one field of an edition: every name is the paths of fields, and types are checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from xlsync.expressions.functions import Rounded
from xlsync.expressions.grammar import Call, ExpressionError, Literal, Name, Syntax
from xlsync.expressions.meaning import Meaning

if TYPE_CHECKING:
    from xlsync.expressions.nodes import Cells, Node, Values
    from xlsync.expressions.truths import Truth


@dataclass(frozen=True, slots=True)
class Result:
    """What a computed field can hold: decimals, bounds, whether its numbers are whole ones."""

    result_decimals: int
    lowest: int
    highest: int
    is_whole: bool


@dataclass(frozen=True)
class BoundExpression:
    """An expression with its names looked up; `truth` of a condition, `node` of a value."""

    syntax: Syntax = field(repr=False)
    paths_by_name: tuple[tuple[Name, tuple[str, ...]], ...]
    node_types: tuple[tuple[str, str], ...] = field(repr=False)
    text: str = ""

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths of the fields it looks at, each once."""
        return tuple(dict.fromkeys(path for _, paths in self.paths_by_name for path in paths))

    @property
    def is_ratio(self) -> bool:
        """Whether it divides by what a field says: of several sheets together it is no sum of theirs."""
        return _divides(self.syntax)

    @property
    def truth(self) -> Truth:
        """The condition; ExpressionError where it is a value."""
        return _truth(self)

    @property
    def node(self) -> Node:
        """The value; ExpressionError where it is a condition."""
        return _node(self)

    def computed(self, values: Values, result: Result) -> int | Decimal | None:
        """Return its number as a field holds it, None where it is not known or beyond what the field can hold."""
        node = Rounded(self.node, result.result_decimals)
        if not node.is_known(values):
            return None
        value = node.value(values)
        if not isinstance(value, Decimal) or not result.lowest <= value <= result.highest:
            return None
        return int(value) if result.is_whole else value.normalize() + 0

    def computed_formula(self, cells: Cells, result: Result, otherwise: str, per: int = 1) -> str:
        """Return the formula of the same, `otherwise` where there is none; in the cell stands a number `per` times less."""
        node = Rounded(self.node, result.result_decimals)
        value = node.formula(cells)
        is_even = result.lowest == -result.highest
        within = f"ABS({value})<={result.highest}"
        if not is_even:
            within = f"AND({value}>={result.lowest},{value}<={result.highest})"
        inner = f"IF({within},{value}{f'/{per}' if per != 1 else ''},{otherwise})"
        return f"IF({node.known_formula(cells)},{inner},{otherwise})"


def _divides(syntax: Syntax) -> bool:
    if not isinstance(syntax, Call):
        return False
    is_division = syntax.function == "/" and not isinstance(syntax.call_arguments[1], Literal)
    return is_division or any(map(_divides, syntax.call_arguments))


def _meaning(bound: BoundExpression) -> Meaning:
    names: Mapping[Name, tuple[str, ...]] = dict(bound.paths_by_name)
    return Meaning(names, dict(bound.node_types))


@lru_cache(maxsize=2048)
def _truth(bound: BoundExpression) -> Truth:
    return _meaning(bound).truth(bound.syntax)


@lru_cache(maxsize=2048)
def _node(bound: BoundExpression) -> Node:
    node = _meaning(bound).node(bound.syntax)
    if node.value_type != "number":
        raise ExpressionError("計算の結果が数になっていません")
    return node


__all__ = ["BoundExpression", "Result"]

"""What would make a formula fail in Excel though other programs compute it: arrays out of place, texts grown too long.

Arrays: before dynamic arrays, a function that expects one value takes one cell of a range (implicit intersection), and IF
computes a single value even within SUMPRODUCT. Texts: no intermediate result may be longer than a cell, or it is #VALUE!.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from xlsync.excel_text import CELL_LIMIT, excel_length
from xlsync.workbook.checks.formula_tree import Node, tree_of

_RANGES: Final[Mapping[str, frozenset[int]]] = {
    "INDEX": frozenset({0}),
    "MATCH": frozenset({1}),
    "SMALL": frozenset({0}),
    "N": frozenset({0}),
    "ROW": frozenset({0}),
    "ROWS": frozenset({0}),
    "COLUMN": frozenset({0}),
    "COLUMNS": frozenset({0}),
    "ISFORMULA": frozenset({0}),
    "FORMULATEXT": frozenset({0}),
    "COUNTIF": frozenset({0}),
    "COUNTIFS": frozenset(range(0, 254, 2)),
    "SUMIF": frozenset({0, 2}),
    "SUMIFS": frozenset({0, *range(1, 254, 2)}),
    "AVERAGEIFS": frozenset({0, *range(1, 254, 2)}),
    "SUBTOTAL": frozenset(range(1, 254)),
    "VLOOKUP": frozenset({1}),
}
"""Which arguments of a function may be ranges."""
_AGGREGATES: Final = frozenset({"SUM", "COUNT", "COUNTA", "MIN", "MAX", "AND", "OR", "AVERAGE"})
"""Functions all of whose arguments may be ranges, and that give one value."""
_ARRAY_FUNCTIONS: Final = frozenset({"SUMPRODUCT", "MMULT"})
"""Functions that compute their arguments as arrays by themselves."""
_ONE_VALUE: Final = _AGGREGATES | {"SUMPRODUCT"}
_NUMBER_EACH_CELL: Final = frozenset({"ROW", "COLUMN"})
"""Functions that take a range and come to one number for each of its cells."""
_NEED_ARRAY_ENTRY: Final = frozenset({"IF", "IFERROR", "IFNA", "CHOOSE"})
"""Functions that compute one value unless the whole formula is entered as an array formula."""


@lru_cache(maxsize=4096)  # the versions of a form have most formulas in common
def array_fault(formula: str) -> str:
    """Return the part of a formula that takes several values where Excel takes one; "" where there is none.

    >>> (
    ...     array_fault("SUMPRODUCT(LEN(A1:A9))"),
    ...     array_fault("LEN(A1:A9)"),
    ...     array_fault("SUMPRODUCT(IF(A1:A9=1,1,0))"),
    ... )
    ('', 'LEN', 'IF')
    """
    tree, faults = tree_of(formula), list[str]()
    is_many = _is_many(tree, faults, in_array=False)
    return next(iter(faults), tree.text if is_many else "")


def _is_many(node: Node, faults: list[str], *, in_array: bool) -> bool:
    """Return whether a part of a formula comes to several values; note the functions that take them where they take one."""
    if not node.children:
        return _is_area(node)
    inside = in_array or node.text in _ARRAY_FUNCTIONS
    several = _of_several_values(node, faults, in_array=inside)
    computed = [index for index in several if not _takes_range(node, index)]
    if computed and (not inside or node.text in _NEED_ARRAY_ENTRY):
        faults.append(node.text)
    passed_on = several if node.text in _NUMBER_EACH_CELL else computed
    return bool(passed_on) and node.text not in _ONE_VALUE


def _of_several_values(node: Node, faults: list[str], *, in_array: bool) -> list[int]:
    """Return which arguments of a function, or operands of an operator, come to several values."""
    parts = enumerate(node.children)
    return [index for index, part in parts if _is_many(part, faults, in_array=in_array)]


def _is_area(node: Node) -> bool:
    return node.is_range or node.node_type == "array"


def _takes_range(node: Node, index: int) -> bool:
    """Whether a function takes several cells as they stand for one of its arguments."""
    is_taken = node.text in _AGGREGATES or index in _RANGES.get(node.text, ())
    return is_taken and _is_area(node.children[index])


_SHORT: Final = 40
"""Characters of a number, a truth value or an address as a text, at most."""
_UNBOUNDED: Final = 10 * CELL_LIMIT
_SAME_LENGTH: Final = frozenset({"TRIM", "LOWER", "UPPER"})
_CHOOSING: Final = {"IF": (1, 2), "IFERROR": (0, 1), "HYPERLINK": (1,), "INDEX": (0,)}
"""Functions that come to one of these arguments."""
_LENGTHENING: Final = re.compile(r"&|(?:SUBSTITUTE|REPT|ASC)\(", re.IGNORECASE)
"""What alone makes a text longer than its parts, none of which is longer than a cell."""


class TextLengths:
    """The longest text that each part of a worksheet's formulas can come to.

    `formulas` and `fixed` are the worksheet's formulas and other cells by address; every other cell may be full.
    """

    def __init__(self, formulas: Mapping[str, str], fixed: Mapping[str, str | int]) -> None:
        self._formulas = formulas
        self._lengths = {at: excel_length(str(value)) for at, value in fixed.items()}
        self._open: set[str] = set()
        self._measured: dict[int, tuple[Node, int]] = {}

    def too_long(self, formula: str) -> str:
        """Return the function or operator whose result may be too long for Excel; "" where none is."""
        if not _LENGTHENING.search(formula):
            return ""
        self._measured.clear()
        for node in tree_of(formula).walk():
            if node.node_type in {"call", "operator"} and self._of(node) > CELL_LIMIT:
                return node.text
        return ""

    def _of(self, node: Node) -> int:
        """Measure each node of a formula once; its id is its own as long as the node is kept beside it."""
        if id(node) not in self._measured:
            self._measured[id(node)] = node, self._measure(node)
        return self._measured[id(node)][1]

    def _measure(self, node: Node) -> int:
        match node.node_type:
            case "text":
                return excel_length(node.text) - 2
            case "reference":
                return CELL_LIMIT if node.is_range else self._of_cell(node.text.replace("$", ""))
            case "name":
                return CELL_LIMIT
            case "operator" if node.text == "&":
                return sum(map(self._of, node.children))
            case "call":
                return self._of_call(node)
            case _:
                return _SHORT

    def _of_cell(self, address: str) -> int:
        if address not in self._lengths:
            formula = self._formulas.get(address)
            if formula is None or address in self._open:
                return CELL_LIMIT
            self._open.add(address)
            self._lengths[address] = min(self._of(tree_of(formula)), CELL_LIMIT)
            self._open.remove(address)
        return self._lengths[address]

    def _of_call(self, node: Node) -> int:
        name, parts = node.text, node.children
        if name in _CHOOSING:
            return max(self._of(parts[index]) for index in _CHOOSING[name] if index < len(parts))
        if name in _SAME_LENGTH:
            return self._of(parts[0])
        if name == "CHAR":
            return 1
        if name == "ASC":
            return 2 * self._of(parts[0])  # ガ becomes ｶﾞ
        if name in {"LEFT", "RIGHT", "MID"}:
            return min(self._of(parts[0]), _whole(parts[-1], CELL_LIMIT))
        if name == "REPT":
            return self._of(parts[0]) * _whole(parts[1], _UNBOUNDED)
        return self._of_substitute(parts) if name == "SUBSTITUTE" else _SHORT

    def _of_substitute(self, parts: tuple[Node, ...]) -> int:
        text, new = self._of(parts[0]), self._of(parts[2])
        if new <= 1:
            return text
        return text + new if len(parts) > len(("text", "old", "new")) else text * new


def _whole(node: Node, otherwise: int) -> int:
    return int(node.text) if node.node_type == "number" and node.text.isdigit() else otherwise

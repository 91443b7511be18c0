"""What conditional formats make of a cell: struck through, or shown in another number format, surely or perhaps.

A condition is decided where it asks for the cell's own value, or compares one cell with a constant. Any other may hold or
not: what is read then does not follow it, and is said to be uncertain.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from itertools import compress
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from xlsync.kinds import as_typed
from xlsync.kinds.value import as_decimal
from xlsync.ooxml.a1 import Position, column_letters, split_reference
from xlsync.ooxml.read.number_formats import DateKind, kind_of_format

if TYPE_CHECKING:
    from xlsync.ooxml.read.cell_formatting import CellFormatting
    from xlsync.ooxml.read.conditional_formats import ConditionalFormat
    from xlsync.ooxml.read.reader import Cell, CellValue

Operand: TypeAlias = Decimal | str
_CONSTANT: Final = re.compile(
    r'\s*(?:(?P<number>[-+]?[0-9]+(?:\.[0-9]+)?)|"(?P<text>(?:[^"]|"")*)")\s*'
)
_TRUTH: Final = re.compile(r"\s*(?P<word>TRUE|FALSE)\s*(?:\(\s*\))?\s*", re.IGNORECASE)
_REFERENCE: Final = (
    r"(?P<fixed_column>\$?)(?P<column>[A-Z]{1,3})(?P<fixed_row>\$?)(?P<row>[0-9]{1,7})"
)
_COMPARISON: Final = re.compile(
    rf"\s*{_REFERENCE}\s*(?P<operator><=|>=|<>|=|<|>)(?P<constant>.*)", re.DOTALL
)
_WILDCARDS: Final = frozenset("*?~")
_OPERATORS: Final[Mapping[str, str]] = {
    "equal": "=",
    "notEqual": "<>",
    "greaterThan": ">",
    "greaterThanOrEqual": ">=",
    "lessThan": "<",
    "lessThanOrEqual": "<=",
}
_HOLDS_FOR: Final[Mapping[str, Callable[[int], bool]]] = {
    "=": lambda order: order == 0,
    "<>": lambda order: order != 0,
    ">": lambda order: order > 0,
    ">=": lambda order: order >= 0,
    "<": lambda order: order < 0,
    "<=": lambda order: order <= 0,
}
"""What a comparison makes of the order of its sides: below, at or above 0."""
_TEXT_CONDITIONS: Final[Mapping[str, Callable[[str, str], bool]]] = {
    "containsText": lambda shown, text: text in shown,
    "notContainsText": lambda shown, text: text not in shown,
    "beginsWith": lambda shown, text: shown.startswith(text),
    "endsWith": lambda shown, text: shown.endswith(text),
}


class Display(NamedTuple):
    """How a cell is formatted if unknown conditions do not hold, and if they do; mostly both are the same.

    `is_followed` is False where a conditional format shows a number as a date or a date as a number, which is read as it is.
    """

    certain: CellFormatting
    possible: CellFormatting
    is_followed: bool = True


def display_of(
    address: str,
    cells: Mapping[str, Cell],
    formatting: CellFormatting,
    rules: tuple[ConditionalFormat, ...],
) -> Display:
    """Return a cell's formatting with what conditional formats add; the first rule that holds prevails."""
    position = split_reference(address)
    covering = [rule for rule in rules if rule.covers(position)]
    conditions = [_holds(rule, position, cells) for rule in covering]
    least = [holds is True for holds in conditions]
    most = [holds is not False for holds in conditions]
    both = [_changed(formatting, covering, hold) for hold in (least, most)]
    value, before = _value(cells, position), formatting.number_format
    is_followed = all(_is_followed(value, before, changed.number_format) for changed in both)
    if not is_followed:
        both = [changed._replace(number_format=before) for changed in both]
    return Display(both[0], both[1], is_followed)


def _changed(
    formatting: CellFormatting, rules: list[ConditionalFormat], conditions: list[bool]
) -> CellFormatting:
    """Return a formatting with what the rules whose conditions hold change of it."""
    strike, number_format = None, None
    for rule in compress(rules, conditions):
        strike = rule.strike if strike is None else strike
        number_format = rule.number_format if number_format is None else number_format
        if rule.stops_others:
            break
    return formatting._replace(
        is_struck=formatting.is_struck if strike is None else strike,
        number_format=formatting.number_format if number_format is None else number_format,
    )


def _is_followed(value: CellValue, before: str, after: str) -> bool:
    """Whether a conditional format's code leaves a number a number and a date a date."""
    if value is None or isinstance(value, bool | str):
        return True
    is_moment = [kind_of_format(code) is not DateKind.NONE for code in (before, after)]
    return is_moment[0] is is_moment[1]


def _holds(rule: ConditionalFormat, position: Position, cells: Mapping[str, Cell]) -> bool | None:
    """Return whether a rule's condition holds for a cell; None where nobody can know here."""
    value = _value(cells, position)
    match rule.rule_type:
        case "expression":
            return _formula_holds(rule, position, cells)
        case "dataBar" | "iconSet":
            return True
        case "cellIs":
            return _cell_is(rule, value)
        case "containsBlanks" | "notContainsBlanks":
            return (not _text(value).strip(" ")) is (rule.rule_type == "containsBlanks")
        case "containsErrors" | "notContainsErrors":
            # A cell with an error has no value to be read otherwise.
            return rule.rule_type == "notContainsErrors"
        case "containsText" | "notContainsText" | "beginsWith" | "endsWith":
            text = rule.text.casefold()
            if not text or _WILDCARDS & set(text):
                return None
            return _TEXT_CONDITIONS[rule.rule_type](_text(value).casefold(), text)
        case _:
            return None


def _cell_is(rule: ConditionalFormat, value: CellValue) -> bool | None:
    constants = [_constant(formula) for formula in rule.operands]
    if rule.operator in {"between", "notBetween"}:
        bounds = [
            _compares(value, operator, constant)
            for operator, constant in zip((">=", "<="), constants, strict=False)
        ]
        is_known = len(bounds) == len(("least", "most")) and None not in bounds
        return all(bounds) is (rule.operator == "between") if is_known else None
    operator = _OPERATORS.get(rule.operator, "")
    return _compares(value, operator, constants[0]) if constants else None


def _formula_holds(
    rule: ConditionalFormat, position: Position, cells: Mapping[str, Cell]
) -> bool | None:
    formula = rule.operands[0] if rule.operands else ""
    if (truth := _TRUTH.fullmatch(formula)) is not None:
        return truth["word"].upper() == "TRUE"
    constant = _constant(formula)
    if constant is not None:
        return None if isinstance(constant, str) else constant != 0
    match = _COMPARISON.fullmatch(formula)
    if match is None:
        return None
    value = _value(cells, _moved(match, rule.first_cell, position))
    return _compares(value, match["operator"], _constant(match["constant"]))


def _moved(match: re.Match[str], origin: Position, position: Position) -> Position:
    """Return which cell a reference means that was written for the cell `origin`, seen from another one."""
    row, column = split_reference(match["column"] + match["row"])
    down = 0 if match["fixed_row"] else position[0] - origin[0]
    across = 0 if match["fixed_column"] else position[1] - origin[1]
    return row + down, column + across


def _value(cells: Mapping[str, Cell], position: Position) -> CellValue:
    row, column = position
    if row < 1 or column < 1:
        return None
    cell = cells.get(f"{column_letters(column)}{row}")
    return None if cell is None else cell.value


def _constant(formula: str) -> Operand | None:
    match = _CONSTANT.fullmatch(formula)
    if match is None:
        return None
    if match["number"] is not None:
        return as_decimal(Decimal(match["number"]))
    return match["text"].replace('""', '"')


def _compares(value: CellValue, operator: str, constant: Operand | None) -> bool | None:
    """Return whether a cell's value is so to a constant; None for what is no constant, and for the order of texts."""
    if (
        operator not in _HOLDS_FOR
        or isinstance(value, bool)
        or not isinstance(value, int | float | str | None)
    ):
        return None
    if isinstance(constant, str) and isinstance(value, str | None):
        is_same = (value or "").casefold() == constant.casefold()
        return is_same is (operator == "=") if operator in {"=", "<>"} else None
    if constant is None:
        return None
    return _HOLDS_FOR[operator](_order(value, constant))


def _order(value: float | str | None, constant: Operand) -> int:
    """Return how a value stands to a constant: below (-1), at (0) or above it (1); numbers come before texts in Excel."""
    if isinstance(value, str):
        return 1
    if isinstance(constant, str):
        return -1
    number = as_decimal(value or 0)
    return (number > constant) - (number < constant)


def _text(value: CellValue) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return as_typed(value)


__all__ = ["Display", "display_of"]

"""Syntax → nodes: names looked up, types checked, each function by its English or Japanese name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

from xlsync.expressions.functions import (
    Absolute,
    Choice,
    DaysBetween,
    Length,
    OrZero,
    PartOfDay,
    Rounded,
)
from xlsync.expressions.grammar import Call, ExpressionError, Literal, Name, Syntax
from xlsync.expressions.nodes import (
    Arithmetic,
    Constant,
    FilledCount,
    Node,
    NodeType,
    NumberAt,
    Over,
    TextAt,
)
from xlsync.expressions.table_columns import COLUMN, Function, RowCount, over_column, refuse_several
from xlsync.expressions.truths import (
    Both,
    Comparison,
    Contains,
    Filled,
    Nothing,
    Opposite,
    Truth,
    either,
)

FUNCTIONS: Final[Mapping[str, str]] = {
    "if": "if", "もし": "if",
    "sum": "sum", "合計": "sum", "min": "min", "最小": "min", "max": "max", "最大": "max", "avg": "avg", "平均": "avg",
    "count": "count", "個数": "count",
    "round": "round", "四捨五入": "round", "abs": "abs", "絶対値": "abs", "or_zero": "or_zero", "空欄は0": "or_zero",
    "len": "len", "字数": "len", "contains": "contains", "含む": "contains",
    "blank": "blank", "空欄": "blank", "filled": "filled", "入力あり": "filled",
    "days": "days", "日数": "days", "date": "date", "日付": "date",
    "year": "year", "年": "year", "month": "month", "月": "month", "day": "day", "日": "day",
    "fiscal_year": "fiscal-year", "年度": "fiscal-year",
}  # fmt: skip
"""What may be called, and the function it is."""
_OVER: Final[Mapping[str, Function]] = {"sum": "SUM", "min": "MIN", "max": "MAX", "avg": "AVERAGE"}
_TYPE_WORDS: Final = {
    "number": "数",
    "text": "文字",
    "day": "日付",
    "month": "年月",
    "time": "時刻",
    "truth": "条件",
}
MARK_OF_YES: Final = "○"
_CONDITIONS: Final = frozenset({"and", "or", "not", "=", "<>", "<", "<=", ">", ">="})
FieldTypes = Mapping[str, str]
"""Path → the type of the field's value: a `NodeType`, "quantity" or "flag"; a table's column has COLUMN before it."""


class Meaning:
    """What the syntax of an expression means, with the paths that its names stand for and their types."""

    def __init__(self, names: Mapping[Name, tuple[str, ...]], types: FieldTypes) -> None:
        self._names, self._types = names, types

    def truth(self, syntax: Syntax) -> Truth:
        """Return the condition that an expression is."""
        if isinstance(syntax, Name):
            return self._flag(syntax)
        if isinstance(syntax, Call):
            truth = self._truth_of(syntax)
            if truth is not None:
                return truth
        raise ExpressionError("条件ではなく値になっています。= や > で比べてください")

    def _truth_of(self, call: Call) -> Truth | None:
        arguments, name = call.call_arguments, FUNCTIONS.get(call.function, call.function)
        match name:
            case "and":
                return Both(self.truth(arguments[0]), self.truth(arguments[1]))
            case "or":
                return either(self.truth(arguments[0]), self.truth(arguments[1]))
            case "not":
                return Opposite(self.truth(arguments[0]))
            case "blank" | "filled":
                path = self._one_path(call)
                return Nothing(path) if name == "blank" else Filled(path)
            case "contains":
                return self._contains(call)
            case "=" | "<>" | "<" | "<=" | ">" | ">=":
                return self._comparison(name, self.node(arguments[0]), self.node(arguments[1]))
            case _:
                return None

    def _flag(self, name: Name) -> Truth:
        path = self._path(name)
        if self._types[path] != "flag":
            raise ExpressionError(
                f"「{name.name_words}」は条件ではありません。= や > で比べてください"
            )
        return Comparison("=", TextAt(path), Constant(MARK_OF_YES, "text"))

    def _comparison(self, operator: str, left: Node, right: Node) -> Truth:
        if left.value_type != right.value_type:
            words = "と".join(_TYPE_WORDS[node.value_type] for node in (left, right))
            raise ExpressionError(f"{words}は比べられません")
        if left.value_type == "text" and operator not in {"=", "<>"}:
            raise ExpressionError("文字の大小は比べられません（= か <> を使ってください）")
        return Comparison(operator, left, right)

    def _contains(self, call: Call) -> Truth:
        self._expect(call, 2)
        text, part = self.node(call.call_arguments[0]), call.call_arguments[1]
        if (
            not isinstance(text, TextAt)
            or text.value_type != "text"
            or not isinstance(part, Literal)
        ):
            raise ExpressionError(f'{call.function}(文字の欄, "文字") と書いてください')
        return Contains(text, str(part.constant_written))

    def node(self, syntax: Syntax) -> Node:
        """Return the value that an expression is."""
        if isinstance(syntax, Literal):
            is_text = isinstance(syntax.constant_written, str)
            return Constant(syntax.constant_written, "text" if is_text else "number")
        if isinstance(syntax, Name):
            return self._at(self._path(syntax))
        if syntax.function in {"+", "-", "*", "/"}:
            return self._arithmetic(syntax)
        name = FUNCTIONS.get(syntax.function)
        if name is None or name not in _MAKERS:
            is_condition = name is not None or syntax.function in _CONDITIONS
            reason = (
                "は条件です。ここには値を書いてください"
                if is_condition
                else "という関数はありません"
            )
            raise ExpressionError(f"「{syntax.function}」{reason}")
        return _MAKERS[name](self, syntax)

    def _at(self, path: str) -> Node:
        kind = self._types[path]
        if kind in {"number", "quantity"}:
            return NumberAt(path, is_quantity=kind == "quantity")
        types: dict[str, NodeType] = {"day": "day", "month": "month", "time": "time"}
        return TextAt(path, types.get(kind, "text"))

    def _arithmetic(self, call: Call) -> Node:
        left, right = (self.node(argument) for argument in call.call_arguments)
        if call.function == "-" and left.value_type == right.value_type == "day":
            return _days_between(right, left)
        for node in (left, right):
            if node.value_type != "number":
                raise ExpressionError(
                    f"{_TYPE_WORDS[node.value_type]}は「{call.function}」で計算できません"
                )
        if call.function == "/" and right == Constant(Decimal(0)):
            raise ExpressionError("0で割っています")
        return Arithmetic(call.function, left, right)

    def _over(self, call: Call) -> Node:
        columns = self._columns(call)
        if columns:
            return over_column(call.function, columns, self._types, _OVER[FUNCTIONS[call.function]])
        numbers = [self._at(path) for path in self._paths(call)]
        wrong = next((node for node in numbers if not isinstance(node, NumberAt)), None)
        if wrong is not None:
            raise ExpressionError(f"{call.function} には数の欄だけを並べてください")
        there = tuple(node for node in numbers if isinstance(node, NumberAt))
        return Over(_OVER[FUNCTIONS[call.function]], there)  # type: ignore[arg-type]  # one of the four

    def _columns(self, call: Call) -> tuple[str, ...]:
        """Return the columns of the table, or the one column, that a function is over; none where it is over fields."""
        paths = self._paths(call)
        if not any(self._types[path].startswith(COLUMN) for path in paths):
            return ()
        refuse_several(call)
        return paths

    def _count(self, call: Call) -> Node:
        columns = self._columns(call)
        if columns:
            if len(columns) > 1:
                return RowCount(columns)
            return over_column(call.function, columns, self._types, "COUNT")
        paths = self._paths(call)
        return FilledCount(paths, frozenset(p for p in paths if self._types[p] == "number"))

    def _choice(self, call: Call) -> Node:
        self._expect(call, 3)
        then, otherwise = self.node(call.call_arguments[1]), self.node(call.call_arguments[2])
        if then.value_type != otherwise.value_type:
            raise ExpressionError(f"{call.function} の2つの値の種類が違います")
        return Choice(self.truth(call.call_arguments[0]), then, otherwise)

    def _rounded(self, call: Call) -> Node:
        decimals = call.call_arguments[1] if len(call.call_arguments) == 2 else Literal(Decimal(0))  # noqa: PLR2004
        if not isinstance(decimals, Literal) or str(decimals.constant_written) not in "0123456":
            raise ExpressionError(f"{call.function} のけた数は 0 から 6 の数で書いてください")
        return Rounded(self._number(call, call.call_arguments[0]), int(decimals.constant_written))

    def _absolute(self, call: Call) -> Node:
        self._expect(call, 1)
        return Absolute(self._number(call, call.call_arguments[0]))

    def _or_zero(self, call: Call) -> Node:
        self._expect(call, 1)
        return OrZero(self._number(call, call.call_arguments[0]))

    def _length(self, call: Call) -> Node:
        path = self._one_path(call)
        node = self._at(path)
        if not isinstance(node, TextAt) or node.value_type != "text":
            raise ExpressionError(f"{call.function} は文字の欄に使います")
        return Length(node)

    def _days(self, call: Call) -> Node:
        self._expect(call, 2)
        first, second = (self._typed(call, argument, "day") for argument in call.call_arguments)
        return _days_between(first, second)

    def _date(self, call: Call) -> Node:
        numbers = [
            each.constant_written for each in call.call_arguments if isinstance(each, Literal)
        ]
        try:
            day = dt.date(*(int(each) for each in numbers))
        except (ValueError, TypeError) as fault:
            raise ExpressionError(f"{call.function}(2025,4,1) のように書いてください") from fault
        return Constant(Decimal(f"{day:%Y%m%d}"), "day")

    def _part_of_day(self, call: Call) -> Node:
        self._expect(call, 1)
        part = FUNCTIONS[call.function]
        return PartOfDay(part, self._typed(call, call.call_arguments[0], "day"))  # type: ignore[arg-type]  # one of the four

    def _number(self, call: Call, syntax: Syntax) -> Node:
        return self._typed(call, syntax, "number")

    def _typed(self, call: Call, syntax: Syntax, wanted: NodeType) -> Node:
        node = self.node(syntax)
        if node.value_type != wanted:
            raise ExpressionError(f"{call.function} には{_TYPE_WORDS[wanted]}を書いてください")
        return node

    def _paths(self, call: Call) -> tuple[str, ...]:
        names = [argument for argument in call.call_arguments if isinstance(argument, Name)]
        if len(names) < len(call.call_arguments):
            raise ExpressionError(f"{call.function} には欄だけを並べてください")
        paths = dict.fromkeys(path for name in names for path in self._names[name])
        return tuple(paths)

    def _one_path(self, call: Call) -> str:
        self._expect(call, 1)
        [argument] = call.call_arguments
        if not isinstance(argument, Name):
            raise ExpressionError(f"{call.function} には欄を1つ書いてください")
        return self._path(argument)

    def _path(self, name: Name) -> str:
        paths = self._names[name]
        if any(self._types[path].startswith(COLUMN) for path in paths):
            reason = "は表の列です。sum や count の中に書いてください"
            raise ExpressionError(f"「{name.name_words}」{reason}")
        if len(paths) != 1:
            reason = "の欄がいくつもあります。sum や count の中に書いてください"
            raise ExpressionError(f"「{name.name_words}」{reason}")
        return paths[0]

    @staticmethod
    def _expect(call: Call, count: int) -> None:
        if len(call.call_arguments) != count:
            raise ExpressionError(f"{call.function} には {count} つ書いてください")

    MAKERS: Final = {
        "sum": _over, "min": _over, "max": _over, "avg": _over, "count": _count, "if": _choice, "round": _rounded,
        "abs": _absolute, "or_zero": _or_zero, "len": _length, "days": _days, "date": _date,
        "year": _part_of_day, "month": _part_of_day, "day": _part_of_day, "fiscal-year": _part_of_day,
    }  # fmt: skip


def _days_between(first: Node, second: Node) -> Node:
    if not isinstance(first, TextAt | Constant) or not isinstance(second, TextAt | Constant):
        raise ExpressionError("日数には、日付の欄か date(2025,4,1) を書いてください")
    return DaysBetween(first, second)


_MAKERS: Final[Mapping[str, Callable[[Meaning, Call], Node]]] = Meaning.MAKERS

__all__ = ["FUNCTIONS", "FieldTypes", "Meaning"]

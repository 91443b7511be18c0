"""Values over the rows of a table: of all its rows in Python, of the range of a column on the page in Excel.

Rows have no helper cells, so a formula reads the page: a number typed as text is not in it, and has a finding of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final, Literal

from xlsync.expressions.grammar import Call, ExpressionError
from xlsync.expressions.nodes import Cells, Known, NodeType, Values

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from xlsync.kinds import Value

ROWS: Final = "rows"
"""What a formula asks for beside helper columns: the range of a table's column on the page."""
COLUMN: Final = "column:"
"""Before the type of a field that is a table's column: `column:number/1440`, where the number in a cell is 1440 times less."""
_LOOKED_AT: Final = 99
"""Characters of each cell in which a row is looked for: all of a row together must not be longer than a text of Excel."""
Function = Literal["SUM", "MIN", "MAX", "AVERAGE", "COUNT"]


@dataclass(frozen=True, slots=True)
class OverColumn:
    """The sum, least, greatest, mean or count of the numbers in a column; none but the count is known where there are none.

    The number in a cell is `cell_divisor` times less than the value: a duration is a part of a day on the page.
    """

    column_function: Function
    path: str
    cell_divisor: int = 1
    value_type: NodeType = "number"

    def is_known(self, values: Values) -> bool:
        return self.column_function == "COUNT" or bool(_numbers(values, self.path))

    def value(self, values: Values) -> Known:
        numbers = _numbers(values, self.path)
        if self.column_function == "COUNT":
            return Decimal(len(numbers))
        total = sum(numbers, Decimal(0))
        outcomes = {"MIN": min(numbers), "MAX": max(numbers), "SUM": total}
        return outcomes.get(self.column_function, total / len(numbers))

    def known_formula(self, cells: Cells) -> str:
        return "TRUE()" if self.column_function == "COUNT" else f"COUNT({cells(self.path, ROWS)})>0"

    def formula(self, cells: Cells) -> str:
        # An error in a cell has a finding of its own, and no formula of ours shows one.
        plain = f"IFERROR({self.column_function}({cells(self.path, ROWS)}),0)"
        times = (
            ""
            if self.column_function == "COUNT" or self.cell_divisor == 1
            else f"*{self.cell_divisor}"
        )
        return f"({plain}{times})" if times else plain


@dataclass(frozen=True, slots=True)
class RowCount:
    """How many rows of a table say anything; `paths` are those of its columns."""

    paths: tuple[str, ...]
    value_type: NodeType = "number"

    def is_known(self, _values: Values) -> bool:
        return True

    def value(self, values: Values) -> Known:
        rows = values.get(self.paths[0].partition(".")[0])
        return Decimal(len(rows) if isinstance(rows, tuple) else 0)

    def known_formula(self, _cells: Cells) -> str:
        return "TRUE()"

    def formula(self, cells: Cells) -> str:
        ranges = [cells(path, ROWS) for path in self.paths]
        # The ranges reach from the heading to the row below the table, which are no rows of it.
        heading = _lengths([f"INDEX({area},1)" for area in ranges])
        below = _lengths([f"INDEX({area},ROWS({area}))" for area in ranges])
        beside = f"-IF({heading}>0,1,0)-IF({below}>0,1,0)"
        return f"IFERROR(SUMPRODUCT(({_lengths(ranges)}>0)*1){beside},0)"


def _lengths(areas: Sequence[str]) -> str:
    """Return the formula of how long what stands in some areas side by side is, without spaces around it."""
    beginnings = "&".join(f"LEFT({area},{_LOOKED_AT})" for area in areas)
    return f'LEN(TRIM(SUBSTITUTE({beginnings},"　"," ")))'


def refuse_several(call: Call) -> None:
    """Raise ExpressionError where a function over a table's column has other arguments beside it."""
    if len(call.call_arguments) > 1:
        raise ExpressionError(f"{call.function} には、表の列を1つだけ書いてください")


def over_column(
    name: str, columns: Sequence[str], types: Mapping[str, str], function: Function
) -> OverColumn:
    """Return a function over a column of numbers; ExpressionError, by the function's name, where it is none."""
    kind, _, divisor = types[columns[0]].removeprefix(COLUMN).partition("/")
    if len(columns) > 1 or kind != "number":
        raise ExpressionError(f"{name} には、表の中の数の列を書いてください")
    return OverColumn(function, columns[0], int(divisor))


def _numbers(values: Values, path: str) -> list[Decimal]:
    return [Decimal(v) for v in _column(values, path) if isinstance(v, int | Decimal)]


def _column(values: Values, path: str) -> Iterator[Value]:
    """Yield the values of a column, row by row."""
    table, _, word = path.partition(".")
    rows = values.get(table)
    for row_id in rows if isinstance(rows, tuple) else ():
        yield values.get(f"{table}.{row_id}.{word}")


__all__ = ["COLUMN", "ROWS", "OverColumn", "RowCount", "over_column", "refuse_several"]

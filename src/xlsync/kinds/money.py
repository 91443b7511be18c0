"""Money in one unit (千円, the unit of the city's budget papers, 円, 百万円), whole or with the decimals that the form says."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from xlsync.kinds.excel.number_cells import number_formulas, number_texts
from xlsync.kinds.in_unit import NumberKind, parse_in_unit
from xlsync.kinds.kind import Example, KindOptions, Spoken
from xlsync.kinds.value import (
    Json,
    Parsed,
    Typed,
    Unreadable,
    Value,
    as_typed,
    json_number,
    or_blank,
    refuse_json,
)

if TYPE_CHECKING:
    from xlsync.kinds.excel.cell_formulas import HelperCells, Scalar
    from xlsync.kinds.kind import TableType

LARGEST_MONEY: Final = 10**12
"""千円: a thousand times the budget of the largest city; beyond it is a slip of the hand, and of JSON's exact range."""
MOST_DECIMALS: Final = 4


@dataclass(frozen=True, slots=True)
class Money(NumberKind):
    """An amount in units (千円, the unit of budget papers), typed with or without it: 23,387千円 = 23387.

    Without `decimals` it is whole; with them a value keeps at most so many.
    """

    unit: str
    decimals: int = 0

    name = "money"
    office_word = "金額"
    english = "whole number"
    about = "金額。単位は 円・千円・百万円 など、様式が決めたもの1つです。ふつうは整数、decimals を書くと小数も受け取ります。"
    example_options = KindOptions(unit="千円")
    options = frozenset({"unit", "decimals"})
    needed = frozenset({"unit"})
    is_amount = True
    is_figure = True
    is_rule_amount = True
    expression_type = "number"
    has_latin_input = True
    examples = (
        Example("２３，３８７", "23,387千円"),
        Example("23,387千円", "23,387千円"),
        Example("△１２０", "-120千円"),
        Example("12.5", "整数ではありません", is_refused=True),
        Example(
            "23,387,000円", "単位が「千円」ではないか、数のほかに文字があります", is_refused=True
        ),
    )

    @classmethod
    def of(cls, options: KindOptions) -> Money:
        """Return amounts in the entry's unit, with its decimals."""
        decimals = options.decimals or 0
        if decimals > MOST_DECIMALS:
            raise ValueError(f"金額の decimals は {MOST_DECIMALS} までです")
        return cls(options.unit, decimals)

    @property
    def expected(self) -> str:
        """What belongs into such a field, as a request."""
        if self.decimals:
            return f"{self.unit}単位の金額を入力してください（小数は{self.decimals}けたまで。ないときは0）"
        return f"{self.unit}単位の整数を入力してください（ないときは0）"

    def parse_filled(self, typed: Typed) -> Parsed | Unreadable:
        """Read an amount; another unit, or more decimals than the form has, is not guessed at."""
        if type(typed) is int and not self.decimals and -LARGEST_MONEY <= typed <= LARGEST_MONEY:
            return Parsed(typed)
        read = parse_in_unit(typed, self.unit)
        if isinstance(read, Unreadable):
            return read
        number = read.number
        if not self._has_its_decimals(number):
            reason = (
                f"小数が{self.decimals}けたを超えています"
                if self.decimals
                else "整数ではありません"
            )
            return Unreadable(as_typed(typed), reason)
        if abs(number) > LARGEST_MONEY:
            return Unreadable(as_typed(typed), "数が大きすぎます")
        return Parsed(self._kept(number), isinstance(typed, str), read.marks)

    def _has_its_decimals(self, number: Decimal) -> bool:
        scaled = number.scaleb(self.decimals)
        return scaled == scaled.to_integral_value()

    def _kept(self, number: Decimal) -> int | Decimal:
        return number if self.decimals else int(number)

    def in_english(self) -> str:
        """Return what docs/form.md calls it."""
        return f"amount with {self.decimals} decimals" if self.decimals else self.english

    def table_type(self) -> TableType:
        """Return that a table holds numbers, whole ones where the form has no decimals."""
        return "number" if self.decimals else "integer"

    def spoken(self) -> Spoken:
        """Return that sentences tell amounts with their unit."""
        return Spoken(self.unit, self.decimals)

    def kept_decimals(self) -> int:
        """Return the decimals that amounts have."""
        return self.decimals

    def computed_limits(self) -> tuple[int, int, int, bool]:
        """Return what can be computed."""
        return (self.decimals, -LARGEST_MONEY, LARGEST_MONEY, not self.decimals)

    def number_format(self) -> str:
        """Return the format with separators, decimals and unit, so that the value stays a number."""
        decimals = "." + "0" * self.decimals if self.decimals else ""
        return f'#,##0{decimals}"{self.unit}"'

    def filled_from_json(self, document: Json) -> Value:
        """Take such a number, "-" or null."""
        expected = f"小数{self.decimals}けたまでの数" if self.decimals else "整数"
        number = json_number(document, expected, LARGEST_MONEY)
        if not self._has_its_decimals(number):
            raise refuse_json(document, expected)
        return self._kept(number)

    def json_schema(self) -> dict[str, Json]:
        """Accept such a number, "-" or null."""
        limits = {"minimum": -LARGEST_MONEY, "maximum": LARGEST_MONEY}
        return or_blank({"type": "number" if self.decimals else "integer", **limits})

    def helper_formulas(self, cells: HelperCells) -> dict[str, str]:
        """Return the formulas by which Excel reads an amount."""
        return number_formulas(cells, self.unit, LARGEST_MONEY, decimals=self.decimals)

    def helper_results(self, value: Value, seen: str) -> dict[str, Scalar]:
        """Return what the formulas of its texts come to."""
        del value
        return number_texts(seen, self.unit)


__all__ = ["LARGEST_MONEY", "Money"]

"""Numbers with decimals in one unit: persons (従事割合) and hours (時間外勤務)."""

from __future__ import annotations

import datetime as dt
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
    as_decimal,
    as_typed,
    json_number,
    or_blank,
)

if TYPE_CHECKING:
    from xlsync.kinds.excel.cell_formulas import HelperCells, Scalar
    from xlsync.kinds.kind import TableType

HOURS: Final = "時間"
"""The unit in which a duration can be told."""
MOST_DECIMALS: Final = 6
"""Excel's checks take what is nearer for noise."""
LARGEST_MEASURE: Final = 10**9
"""Persons or hours; beyond it is a slip of the hand."""


@dataclass(frozen=True, slots=True)
class Measure(NumberKind):
    """A decimal number in one unit: 2.50人 = 2.5. `decimals` is how many the page shows; more are kept."""

    unit: str
    decimals: int = 2

    name = "measure"
    office_word = "数"
    english = "decimal number"
    about = (
        "単位のある数（人、件、時間、㎡など）。単位のつづり（㎡・m2・平米）と全角半角の違いは問いません。"
        "表示する小数のけたは decimals で決めます（書かないと2けた）。"
    )
    example_options = KindOptions(unit="㎡")
    options = frozenset({"unit", "decimals"})
    needed = frozenset({"unit"})
    is_amount = True
    is_figure = True
    is_count = True
    is_rule_amount = True
    expression_type = "number"
    has_latin_input = True
    examples = (
        Example("１，２００．５", "1,200.5㎡"),
        Example("1200.5 m2", "1,200.5㎡"),
        Example("1200.5平米", "1,200.5㎡"),
        Example("約1200", "数ではありません", is_refused=True),
        Example("1200件", "単位が「㎡」ではないか、数のほかに文字があります", is_refused=True),
    )

    @classmethod
    def of(cls, options: KindOptions) -> Measure:
        """Return numbers in the entry's unit, shown with its decimals."""
        decimals = 2 if options.decimals is None else options.decimals
        if decimals > MOST_DECIMALS:
            raise ValueError(f"数の decimals は {MOST_DECIMALS} までです")
        return cls(options.unit, decimals)

    @property
    def expected(self) -> str:
        """What belongs into such a field, as a request."""
        example = f"{Decimal('2.5'):.{self.decimals}f}"
        return f"{self.unit}の数を入力してください（例：{example}。ないときは0）"

    def parse_filled(self, typed: Typed) -> Parsed | Unreadable:
        """Read a number with or without its unit."""
        read = parse_in_unit(self._in_hours(typed), self.unit)
        if isinstance(read, Unreadable):
            return read
        number = as_decimal(read.number)
        if abs(number) > LARGEST_MEASURE:
            return Unreadable(as_typed(typed), "数が大きすぎます")
        return Parsed(number, not isinstance(typed, int | float | Decimal), read.marks)

    def _in_hours(self, typed: Typed) -> Typed:
        """Return a duration or a time of day in hours, where that is the unit: 1499:15 is 1499.25時間."""
        if self.unit != HOURS or not isinstance(typed, dt.time | dt.timedelta):
            return typed
        if isinstance(typed, dt.time):
            typed = dt.timedelta(hours=typed.hour, minutes=typed.minute, seconds=typed.second)
        return Decimal(round(typed.total_seconds())) / 3600

    def filled_from_json(self, document: Json) -> Value:
        """Take a number, "-" or null."""
        return json_number(document, "数", LARGEST_MEASURE)

    def json_schema(self) -> dict[str, Json]:
        """Accept a number, "-" or null."""
        limits = {"minimum": -LARGEST_MEASURE, "maximum": LARGEST_MEASURE}
        return or_blank({"type": "number", **limits})

    def table_type(self) -> TableType:
        """Return that a table holds numbers."""
        return "number"

    def spoken(self) -> Spoken:
        """Return that sentences tell numbers with their unit."""
        return Spoken(self.unit, self.decimals)

    def computed_limits(self) -> tuple[int, int, int, bool]:
        """Return what can be computed."""
        return (self.decimals, -LARGEST_MEASURE, LARGEST_MEASURE, False)

    def number_format(self) -> str:
        """Return the format with decimals and unit, so that the value stays a number."""
        decimals = "." + "0" * self.decimals if self.decimals else ""
        return f'0{decimals}"{self.unit}"'

    def helper_formulas(self, cells: HelperCells) -> dict[str, str]:
        """Return the formulas by which Excel reads a number with its unit."""
        return number_formulas(cells, self.unit, LARGEST_MEASURE)

    def helper_results(self, value: Value, seen: str) -> dict[str, Scalar]:
        """Return what the formulas of its texts come to."""
        del value
        return number_texts(seen, self.unit)


__all__ = ["Measure"]

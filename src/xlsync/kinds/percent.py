"""Percentages: 85%, 85％, 85パーセント, and 0.85 in a cell whose format shows it so. JSON holds 0.85."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from xlsync.kinds.characters import half_width, split_marks
from xlsync.kinds.excel.number_cells import number_formulas, number_texts
from xlsync.kinds.in_unit import NumberKind, parse_in_unit
from xlsync.kinds.kind import Example, KindOptions, Spoken
from xlsync.kinds.unit_spellings import is_unit
from xlsync.kinds.value import (
    Json,
    Parsed,
    Typed,
    Unreadable,
    Value,
    as_decimal,
    as_typed,
    json_number,
    leading_number,
    or_blank,
    plain_number,
)

if TYPE_CHECKING:
    from xlsync.kinds.excel.cell_formulas import HelperCells, Scalar
    from xlsync.kinds.kind import TableType

UNIT: Final = "%"
LARGEST: Final = 10
"""1,000 %: a greater number in a cell is one of percents (85), not a share (0.85), and nobody can tell."""
MOST_DECIMALS: Final = 4


@dataclass(frozen=True, slots=True)
class Percent(NumberKind):
    """A share, told in percent: its value is 0.85 where the page shows 85%. `decimals` are those of the percents shown."""

    decimals: int = 1

    name = "percent"
    office_word = "割合（％）"
    english = "percentage (a share)"
    about = (
        "割合・達成率など。セルの書式が％なので、85 と打てば 85% になります。JSON と計算では 0.85 です。"
        "文字で入力するときは % を付けます。"
    )
    options = frozenset({"decimals"})
    shape = "number"
    is_figure = True
    expression_type = "number"
    has_latin_input = True
    examples = (
        Example("85%", "85%"),
        Example("８５．５％", "85.5%"),
        Example("85 パーセント", "85%"),
        Example("85", "%が付いていません", is_refused=True),
        Example("85件", "%が付いていません", is_refused=True),
    )

    @classmethod
    def of(cls, options: KindOptions) -> Percent:
        """Return percentages shown with the entry's decimals."""
        decimals = 1 if options.decimals is None else options.decimals
        if decimals > MOST_DECIMALS:
            raise ValueError(f"割合の decimals は {MOST_DECIMALS} までです")
        return cls(decimals)

    @property
    def expected(self) -> str:
        """What belongs into such a field, as a request."""
        return "割合を % を付けて入力してください（例：85%。ないときは0%）"

    def parse_filled(self, typed: Typed) -> Parsed | Unreadable:
        """Read a number as a share, a text as percents; a text without % may be either, and is refused."""
        if isinstance(typed, str):
            plain = split_marks(half_width(typed))[0]
            read_text = leading_number(plain)
            rest = "" if read_text is None else read_text[1].strip()
            if read_text is None or not rest or not is_unit(rest, UNIT):
                return Unreadable(as_typed(typed), "%が付いていません")
        read = parse_in_unit(typed, UNIT)
        if isinstance(read, Unreadable):
            return read
        share = as_decimal(read.number.scaleb(-2) if isinstance(typed, str) else read.number)
        if abs(share) > LARGEST:
            return Unreadable(as_typed(typed), "1,000%を超えています")
        return Parsed(share, isinstance(typed, str), read.marks)

    def words(self, value: Value) -> str:
        """Return a share in percent: 85.5%."""
        if not isinstance(value, Decimal):
            return str(value or "")
        return f"{plain_number(value.scaleb(2))}{UNIT}"

    def table_type(self) -> TableType:
        """Return that a table holds numbers."""
        return "number"

    def table_unit(self) -> str:
        """Return that a table holds shares, which have no unit."""
        return ""

    def spoken(self) -> Spoken:
        """Return that sentences tell shares in percent."""
        return Spoken(UNIT, self.decimals, 100)

    def shows_itself(self, literal: str, power_of_ten: int) -> bool:
        """Whether a share is shown in percent, or bare: 0.85 is 85%."""
        return (half_width(literal), power_of_ten) in {(UNIT, 2), ("", 0)}

    def computed_limits(self) -> tuple[int, int, int, bool]:
        """Return what can be computed."""
        return (self.decimals + 2, -LARGEST, LARGEST, False)

    def number_format(self) -> str:
        """Return the percent format, by which Excel takes 85 for 85%."""
        return f"0.{'0' * self.decimals}%" if self.decimals else "0%"

    def filled_from_json(self, document: Json) -> Value:
        """Take a share, "-" or null."""
        return json_number(document, "割合（例：0.85）", LARGEST)

    def json_schema(self) -> dict[str, Json]:
        """Accept a share, "-" or null."""
        return or_blank({"type": "number", "minimum": -LARGEST, "maximum": LARGEST})

    def helper_formulas(self, cells: HelperCells) -> dict[str, str]:
        """Return the formulas by which Excel reads a share: a number as it is, a text by its percents."""
        at = cells.addresses
        formulas = number_formulas(cells, UNIT, LARGEST)
        share = cells.sound(f"{cells.signed_digits()}/100", LARGEST, decimals=None)
        has_unit = f"LEN({at['body']})<LEN({at['unmarked']})"
        text = f"IF(AND(LEN({at['digits']})>0,{has_unit}),{share},{cells.mark})"
        number = cells.sound(cells.page_cell, LARGEST, decimals=None)
        return {**formulas, "value": cells.typed(number, text)}

    def helper_results(self, value: Value, seen: str) -> dict[str, Scalar]:
        """Return what the formulas of its texts come to."""
        del value
        return number_texts(seen, UNIT)


__all__ = ["Percent"]

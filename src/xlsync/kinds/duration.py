"""Durations: 1:30, 90分, 1時間30分, 1.5時間, and Excel's own ([h]:mm). The value, and JSON, are whole minutes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from xlsync.kinds.characters import half_width
from xlsync.kinds.clock_texts import (
    DAY,
    MINUTES,
    clock_formulas,
    clock_parts,
    has_colon,
    has_colon_formula,
    is_count,
    is_count_formula,
    whole_minutes,
    whole_minutes_formula,
)
from xlsync.kinds.excel.cell_formulas import MARK, cleaned_text
from xlsync.kinds.kind import Example, Kind, Spoken
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
    refuse_json,
)

if TYPE_CHECKING:
    from xlsync.kinds.excel.cell_formulas import HelperCells, Scalar
    from xlsync.kinds.kind import TableType

LARGEST: Final = 10**7
"""Minutes: some 19 years."""
_NOT_A_DURATION: Final = "時間として読み取れません"


@dataclass(frozen=True, slots=True)
class Duration(Kind):
    """How long something takes, in whole minutes; the page holds Excel's part of a day, which sums can add."""

    name = "duration"
    office_word = "時間（長さ）"
    english = "duration in minutes"
    about = (
        "時間の長さ（研修・会議の時間など）。セルの書式が [h]:mm なので、1:30 と打てば 1時間30分です。"
        "JSON と計算では分（90）です。"
    )
    shape = "moment"
    is_figure = True
    expression_type = "number"
    cell_divisor = DAY
    has_latin_input = True
    examples = (
        Example("1:30", "1:30"),
        Example("９０分", "1:30"),
        Example("1時間30分", "1:30"),
        Example("1.5時間", "1:30"),
        Example("120:15", "120:15"),
        Example("90", "時間として読み取れません", is_refused=True),
    )

    @property
    def expected(self) -> str:
        """What belongs into such a field, as a request."""
        return "時間の長さを入力してください（例：1:30、1時間30分。ないときは0:00）"

    def parse_filled(self, typed: Typed) -> Parsed | Unreadable:
        """Read a duration in any usual spelling; a number is Excel's, of days."""
        read = _minutes_of(typed)
        if isinstance(read, int) and not 0 <= read <= LARGEST:
            read = "時間が長すぎるか、0より小さくなっています"
        if isinstance(read, str):
            return Unreadable(as_typed(typed), read)
        return Parsed(read, normalised=isinstance(typed, str))

    def show(self, value: Value) -> str | int | Decimal | None:
        """Return the duration as Excel counts it, in days, or "-"."""
        if isinstance(value, int):
            return as_decimal(Decimal(value) / DAY)
        return value  # type: ignore[return-value]  # "-" or None

    def words(self, value: Value) -> str:
        """Return hours and minutes: 1:30."""
        if isinstance(value, int):
            return f"{value // MINUTES}:{value % MINUTES:02}"
        return str(value or "")

    def table_type(self) -> TableType:
        """Return that a table holds whole numbers, of minutes."""
        return "integer"

    def spoken(self) -> Spoken:
        """Return that sentences tell durations in minutes."""
        return Spoken("分")

    def computed_limits(self) -> tuple[int, int, int, bool]:
        """Return what can be computed."""
        return (0, 0, LARGEST, True)

    def number_format(self) -> str:
        """Return the format of hours beyond a day."""
        return "[h]:mm"

    def to_json(self, value: Value) -> Json:
        """Return whole minutes, "-" or null."""
        return value

    def filled_from_json(self, document: Json) -> Value:
        """Take whole minutes, "-" or null."""
        number = json_number(document, "時間（分の整数）", LARGEST)
        if number != number.to_integral_value() or number < 0:
            raise refuse_json(document, "時間（分の整数）")
        return int(number)

    def json_schema(self) -> dict[str, Json]:
        """Accept whole minutes, "-" or null."""
        return or_blank({"type": "integer", "minimum": 0, "maximum": LARGEST})

    def reads_number(self, digits: str) -> bool:
        """Whether the digits of a number say something without a format: never: minutes, hours and days look alike."""
        del digits
        return False

    def helper_formulas(self, cells: HelperCells) -> dict[str, str]:
        """Return the formulas by which Excel reads a duration: its parts, and whole minutes."""
        at, raw = cells.addresses, cells.page_cell
        hours, minutes = at["digits"], at["bound"]
        of_hours = f"VALUE({hours})*{MINUTES}"
        hours_alone = f"IF(ROUND({of_hours},6)=ROUND({of_hours},0),ROUND({of_hours},0),{MARK})"
        both = f"AND({is_count_formula(minutes)},{is_count_formula(hours)})"
        together = (
            f"IF({both},IF(VALUE({minutes})<{MINUTES},{of_hours}+VALUE({minutes}),{MARK}),{MARK})"
        )
        named = f"IF(LEN({hours})=0,{MARK},IF(LEN({minutes})=0,{hours_alone},{together}))"
        alone = f"IF({is_count_formula(minutes)},VALUE({minutes}),{MARK})"
        typed = f"IF({at['number']}<0,IF({has_colon_formula(at)},{named},{alone}),{MARK})"
        is_whole = f"AND({raw}>=0,{raw}<={LARGEST}/{DAY},{whole_minutes_formula(raw)})"
        return {
            "cleaned": cells.cleaned(),
            **clock_formulas(at),
            "value": cells.typed(f"IF({is_whole},ROUND({raw}*{DAY},0),{MARK})", _within(typed)),
        }

    def helper_results(self, value: Value, seen: str) -> dict[str, Scalar]:
        """Return what the formulas of the parts come to."""
        del value
        cleaned = cleaned_text(seen)
        return {"cleaned": cleaned, **clock_parts(cleaned)}


def _within(formula: str) -> str:
    """Return the formula of minutes where a field can hold them, else the mark."""
    return f"IF(ISNUMBER({formula}),IF({formula}<={LARGEST},{formula},{MARK}),{MARK})"


def _minutes_of(typed: Typed) -> int | str:
    """Return the minutes, or why nobody can say them."""
    if isinstance(typed, dt.datetime | dt.date | bool):
        return _NOT_A_DURATION
    if isinstance(typed, dt.time):
        typed = dt.timedelta(hours=typed.hour, minutes=typed.minute, seconds=typed.second)
    if isinstance(typed, str):
        return _of_text(half_width(typed))
    days = typed / dt.timedelta(days=1) if isinstance(typed, dt.timedelta) else float(typed or 0)
    minutes = whole_minutes(days) if abs(days) <= LARGEST else LARGEST + 1
    return "分より細かい時間です" if minutes is None else minutes


def _of_text(text: str) -> int | str:
    parts = clock_parts(text)
    hours, minutes = str(parts["digits"]), str(parts["bound"])
    if int(parts["number"]) >= 0:
        return _NOT_A_DURATION
    if not has_colon(parts):
        return int(minutes) if is_count(minutes) else _NOT_A_DURATION
    if not minutes:
        return _of_hours(hours) if hours else _NOT_A_DURATION
    if not is_count(minutes) or not is_count(hours):
        return _NOT_A_DURATION
    if int(minutes) >= MINUTES:
        return "60分以上の分は、時間に直して入力してください"
    return int(hours) * MINUTES + int(minutes)


def _of_hours(hours: str) -> int | str:
    total = Decimal(hours) * MINUTES
    return int(total) if total == total.to_integral_value() else "分より細かい時間です"


__all__ = ["Duration"]

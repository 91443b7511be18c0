"""Times of day: 9:30, 午後1時30分, 13時半. JSON holds 09:30; the end of a day may be told as 24:00."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from xlsync.kinds.characters import half_width
from xlsync.kinds.clock_texts import (
    DAY,
    MINUTES,
    NOON,
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
from xlsync.kinds.kind import Example
from xlsync.kinds.texts_by_pattern import TextByPattern
from xlsync.kinds.value import Parsed, Typed, Unreadable, Value, as_typed

if TYPE_CHECKING:
    from xlsync.kinds.excel.cell_formulas import HelperCells, Scalar

_NOT_A_TIME: Final = "時刻として読み取れません"


@dataclass(frozen=True, slots=True)
class ClockTime(TextByPattern):
    """A time of day, to the minute."""

    name = "time"
    office_word = "時刻"
    english = "time of day"
    about = "時刻。24時間で表示します（9:30、13:30）。分より細かい時刻は受け取りません。"
    shape = "moment"
    json_name = "時刻（例：09:30）"
    longest = 5
    expression_type = "time"
    examples = (
        Example("9:30", "9:30"),
        Example("９時３０分", "9:30"),
        Example("午後1時半", "13:30"),
        Example("PM 1:30", "13:30"),
        Example("25:00", "1日の時刻ではありません", is_refused=True),
        Example("930", "時刻として読み取れません", is_refused=True),
    )

    @property
    def expected(self) -> str:
        """What belongs into such a field, as a request."""
        return "時刻を入力してください（例：9:30、13時30分）"

    def parse_filled(self, typed: Typed) -> Parsed | Unreadable:
        """Read a time in any usual spelling, and Excel's part of a day."""
        read = _minutes_of(typed)
        if isinstance(read, str):
            return Unreadable(as_typed(typed), read)
        value = f"{read // MINUTES:02}:{read % MINUTES:02}"
        return Parsed(value, normalised=typed != self.show(value))

    def show(self, value: Value) -> str | int | Decimal | None:
        """Return the time as the page shows it: 9:30."""
        return value[1:] if isinstance(value, str) and value[:1] == "0" else value  # type: ignore[return-value]  # "-" and None stay

    def pattern(self) -> str:
        """Return the regular expression of a time."""
        return "(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00"

    def reads_number(self, digits: str) -> bool:
        """Whether a number is a part of a day."""
        return not isinstance(self.parse(float(digits)), Unreadable)

    def helper_formulas(self, cells: HelperCells) -> dict[str, str]:
        """Return the formulas by which Excel reads a time: its parts, and the time as ISO text."""
        at, raw = cells.addresses, cells.page_cell
        hours, minutes, half = at["digits"], at["bound"], at["number"]
        counts = f"AND({is_count_formula(hours)},LEN({hours})<=2,OR(LEN({minutes})=0,{is_count_formula(minutes)}))"
        named = f"VALUE(0&{hours})"
        hour = f"IF({half}<0,{named},MOD({named},{NOON})+{half})"
        minute = f"VALUE(0&{minutes})"
        in_day = f"AND({minute}<{MINUTES},IF({half}<0,{named}*{MINUTES}+{minute}<={DAY},{named}<={NOON}))"
        text = f'TEXT({hour},"00")&":"&TEXT({minute},"00")'
        of_text = f"IF(AND({has_colon_formula(at)},{counts}),IF({in_day},{text},{MARK}),{MARK})"
        total = f"ROUND({raw}*{DAY},0)"
        shown = f'TEXT(INT({total}/{MINUTES}),"00")&":"&TEXT(MOD({total},{MINUTES}),"00")'
        is_time = f"AND({raw}>=0,{raw}<=1,{whole_minutes_formula(raw)})"
        return {
            "cleaned": cells.cleaned(),
            **clock_formulas(at),
            "value": cells.typed(f"IF({is_time},{shown},{MARK})", of_text),
        }

    def helper_results(self, value: Value, seen: str) -> dict[str, Scalar]:
        """Return what the formulas of the parts come to."""
        del value
        cleaned = cleaned_text(seen)
        return {"cleaned": cleaned, **clock_parts(cleaned)}


def _minutes_of(typed: Typed) -> int | str:
    """Return the minutes since midnight, or why nobody can say them."""
    if isinstance(typed, dt.datetime | dt.date | bool):
        return _NOT_A_TIME
    if isinstance(typed, dt.time):
        seconds = (typed.hour * MINUTES + typed.minute) * 60 + typed.second
        return seconds // 60 if seconds % 60 == 0 else "分より細かい時刻です"
    if isinstance(typed, dt.timedelta):
        return _of_days(typed / dt.timedelta(days=1))
    if isinstance(typed, str):
        return _of_text(half_width(typed))
    return _of_days(float(typed or 0))


def _of_days(days: float) -> int | str:
    if not 0 <= days <= 1:
        return "1日の時刻ではありません"
    minutes = whole_minutes(days)
    return "分より細かい時刻です" if minutes is None else minutes


def _of_text(text: str) -> int | str:
    parts = clock_parts(text)
    hours, minutes, half = str(parts["digits"]), str(parts["bound"]), int(parts["number"])
    are_counts = is_count(hours) and len(hours) <= len("12") and is_count(minutes or "0")
    if not has_colon(parts) or not are_counts:
        return _NOT_A_TIME
    return _in_day(int(hours), int(minutes or 0), half)


def _in_day(hour: int, minute: int, half: int) -> int | str:
    """Return the minutes since midnight of a time of the whole day (`half` is -1), or of its half that begins at an hour."""
    last = DAY if half < 0 else NOON * MINUTES + MINUTES - 1
    if minute >= MINUTES or hour * MINUTES + minute > last:
        return "1日の時刻ではありません"
    return (hour if half < 0 else hour % NOON + half) * MINUTES + minute


__all__ = ["ClockTime"]

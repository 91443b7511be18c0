"""Dates: 令和7年4月1日, R7.4.1, 2025/4/1, 20250401. JSON holds 2025-04-01; a date without a year is refused."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from xlsync.kinds.date_texts import NOT_A_DATE, read_day, read_number
from xlsync.kinds.excel.cell_formulas import MARK, cleaned_text
from xlsync.kinds.excel.date_parts import (
    date_formulas,
    date_parts,
    typed_text,
    value_of_number,
    value_of_text,
)
from xlsync.kinds.kind import Example
from xlsync.kinds.texts_by_calendar import TextByCalendar
from xlsync.kinds.value import (
    Typed,
    Value,
    as_typed,
)

if TYPE_CHECKING:
    from xlsync.kinds.excel.cell_formulas import HelperCells, Scalar

_LEAP: Final = "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29"
_COMMON: Final = (
    "[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
    "|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))"
)
_ISO: Final = rf"(?=187[3-9]|18[89]|19|[2-9])(?:{_COMMON}|{_LEAP})"


@dataclass(frozen=True, slots=True)
class Date(TextByCalendar):
    """A day. Its value is its ISO text; the page shows it by Japanese eras, or with `western` by the western year."""

    name = "date"
    office_word = "日付"
    english = "date"
    about = "年月日。和暦でも西暦でも受け取り、様式の暦（calendar）にそろえて表示します。"
    is_number_as_text = False
    json_name = "日付（例：2025-04-01）"
    longest = 10
    expression_type = "day"
    examples = (
        Example("令和7年4月1日", "令和7年4月1日"),
        Example("R7.4.1", "令和7年4月1日"),
        Example("２０２５／４／１", "令和7年4月1日"),
        Example("20250401", "令和7年4月1日"),
        Example("令和元年5月1日（水）", "令和元年5月1日"),
        Example("4月1日", "年が書かれていません", is_refused=True),
        Example("平成32年4月1日", "平成は31年までです", is_refused=True),
    )

    @property
    def expected(self) -> str:
        """What belongs into such a field, as a request."""
        example = "2025年4月1日、2025/4/1" if self.western else "令和7年4月1日、R7.4.1、2025/4/1"
        return f"日付を年から入力してください（例：{example}）"

    def read_day(self, typed: Typed) -> dt.date | str:
        """Return the day that a text or a number of eight digits means, or why it means none."""
        if isinstance(typed, str):
            return read_day(as_typed(typed))
        is_number = isinstance(typed, int | float | Decimal) and not isinstance(typed, bool)
        return read_number(as_typed(typed)) if is_number else NOT_A_DATE

    def iso_text(self, day: dt.date) -> str:
        """Return YYYY-MM-DD."""
        return day.isoformat()

    def day_of(self, value: str) -> dt.date:
        """Return the day of YYYY-MM-DD."""
        return dt.date.fromisoformat(value)

    def pattern(self) -> str:
        """Return the regular expression of a day that there is, from 1873 on."""
        return _ISO

    def helper_formulas(self, cells: HelperCells) -> dict[str, str]:
        """Return the formulas by which Excel reads a date: its parts, and the day as ISO text."""
        of_text = value_of_text(cells.addresses, MARK)
        of_number = value_of_number(cells.page_cell, of_text)
        return {
            "cleaned": typed_text(cells.page_cell, cells.cleaned()),
            **date_formulas(cells.addresses),
            "value": cells.typed(of_number, of_text),
        }

    def helper_results(self, value: Value, seen: str) -> dict[str, Scalar]:
        """Return what the formulas of the parts come to."""
        del value
        cleaned_ = cleaned_text(seen)
        return {"cleaned": cleaned_, **date_parts(cleaned_)}


__all__ = ["Date"]

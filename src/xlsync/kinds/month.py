"""Months: 令和7年4月, R7.4, 2025/4, 4月分 is none without a year. JSON holds 2025-04."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from xlsync.kinds.date_texts import (
    FIRST_SERIAL,
    LAST_SERIAL,
    NOT_A_DATE,
    digits_apart,
    plain_parts,
    read_day,
)
from xlsync.kinds.excel.cell_formulas import MARK, cleaned_text
from xlsync.kinds.excel.date_parts import (
    date_formulas,
    date_parts,
    month_of_text,
    with_first_day,
    with_first_day_formula,
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

_ENDINGS: Final = ("月分", "月度")
"""What is said for a month of bills and of reports."""
NOT_A_MONTH: Final = "年月として読み取れません"
_REASONS: Final = {
    NOT_A_DATE: NOT_A_MONTH,
    "月日まで書かれていません": "月が書かれていません",
    "暦にない日付です": "暦にない月です",
}


@dataclass(frozen=True, slots=True)
class Month(TextByCalendar):
    """A month of a year, as ISO text; the page shows it by Japanese eras, or with `western` by the western year."""

    name = "month"
    office_word = "年月"
    english = "month"
    about = "年と月。和暦でも西暦でも受け取り、様式の暦（calendar）にそろえて表示します。"
    json_name = "年月（例：2025-04）"
    longest = 7
    expression_type = "month"
    examples = (
        Example("令和7年4月", "令和7年4月"),
        Example("Ｒ７．４", "令和7年4月"),
        Example("2025/4", "令和7年4月"),
        Example("令和7年4月分", "令和7年4月"),
        Example("4月", "年が書かれていません", is_refused=True),
        Example("令和7年4月1日", "年月として読み取れません", is_refused=True),
    )

    @property
    def expected(self) -> str:
        """What belongs into such a field, as a request."""
        example = "2025年4月、2025/4" if self.western else "令和7年4月、R7.4、2025/4"
        return f"年月を年から入力してください（例：{example}）"

    def read_day(self, typed: Typed) -> dt.date | str:
        """Return the first day of the month that a text means, or why it means none."""
        return _read(as_typed(typed)) if isinstance(typed, str) else NOT_A_MONTH

    def iso_text(self, day: dt.date) -> str:
        """Return YYYY-MM."""
        return f"{day:%Y-%m}"

    def day_of(self, value: str) -> dt.date:
        """Return the first day of YYYY-MM."""
        return dt.date.fromisoformat(f"{value}-01")

    def part_shown(self, day: str) -> str:
        """Return the part of a day's words that is shown: 令和7年4月."""
        return day.partition("月")[0] + "月"

    def pattern(self) -> str:
        """Return the regular expression of a month from 1873 on."""
        return "(?:187[3-9]|18[89][0-9]|19[0-9]{2}|[2-9][0-9]{3})-(?:0[1-9]|1[0-2])"

    def reads_number(self, digits: str) -> bool:
        """Whether the digits of a number say something without a format: never: it may be the day of Excel's count."""
        del digits
        return False

    def helper_formulas(self, cells: HelperCells) -> dict[str, str]:
        """Return the formulas by which Excel reads a month: as a date is read, its first day put behind it."""
        at, raw = cells.addresses, cells.page_cell
        month = f'RIGHT("0"&MONTH({raw}),2)'
        of_number = (
            f'IF(AND({raw}>={FIRST_SERIAL},{raw}<{LAST_SERIAL + 1}),YEAR({raw})&"-"&{month},{MARK})'
        )
        cleaned = cells.cleaned()
        for ending in _ENDINGS:
            cleaned = f'SUBSTITUTE({cleaned},"{ending}","月")'
        return {
            "cleaned": cleaned,
            **date_formulas(at),
            "unsigned": with_first_day_formula(at["body"]),
            "value": cells.typed(of_number, month_of_text(at, MARK)),
        }

    def helper_results(self, value: Value, seen: str) -> dict[str, Scalar]:
        """Return what the formulas of the parts come to."""
        del value
        cleaned = _without_endings(cleaned_text(seen))
        return {"cleaned": cleaned, **date_parts(cleaned, with_first_day)}


def _without_endings(text: str) -> str:
    for ending in _ENDINGS:
        text = text.replace(ending, "月")
    return text


def _read(text: str) -> dt.date | str:
    """Return the first day of the month that a text says, or why it says none."""
    if digits_apart(text):
        return NOT_A_MONTH
    read = read_day(with_first_day(plain_parts(_without_endings(text))))
    return _REASONS.get(read, read) if isinstance(read, str) else read


__all__ = ["Month"]

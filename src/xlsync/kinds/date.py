"""Dates: 令和7年4月1日, R7.4.1, 2025/4/1, 20250401. JSON holds 2025-04-01; a date without a year is refused."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from xlsync.kinds.date_texts import FIRST_SERIAL, NOT_A_DATE, read_day, read_number
from xlsync.kinds.eras import era_day, western_day
from xlsync.kinds.excel.cell_formulas import MARK, cleaned_text
from xlsync.kinds.excel.date_parts import (
    date_formulas,
    date_parts,
    typed_text,
    value_of_number,
    value_of_text,
)
from xlsync.kinds.kind import Example, Kind
from xlsync.kinds.value import (
    DASH,
    Json,
    Parsed,
    Typed,
    Unreadable,
    Value,
    as_typed,
    blank_or_dash,
    refuse_json,
)

if TYPE_CHECKING:
    from xlsync.kinds.excel.cell_formulas import HelperCells, Scalar
    from xlsync.kinds.kind import KindOptions

DAY_ZERO: Final = dt.date(1899, 12, 30)
"""Day 0 of Excel's count."""
_LEAP: Final = "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29"
_COMMON: Final = (
    "[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
    "|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))"
)
_ISO: Final = rf"^(?=187[3-9]|18[89]|19|[2-9])(?:{_COMMON}|{_LEAP})$"
_ISO_LENGTH: Final = 10


@dataclass(frozen=True, slots=True)
class Date(Kind):
    """A day. Its value is its ISO text; the page shows it by Japanese eras, or with `western` by the western year."""

    western: bool = False

    name = "date"
    office_word = "日付"
    english = "date"
    about = "年月日。和暦でも西暦でも受け取り、様式の暦（calendar）にそろえて表示します。"
    options = frozenset({"calendar"})
    shape = "moment"
    has_latin_input = True
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

    @classmethod
    def of(cls, options: KindOptions) -> Date:
        """Return dates by the calendar that the entry names."""
        return cls(western=options.western)

    @property
    def expected(self) -> str:
        """What belongs into such a field, as a request."""
        example = "2025年4月1日、2025/4/1" if self.western else "令和7年4月1日、R7.4.1、2025/4/1"
        return f"日付を年から入力してください（例：{example}）"

    def parse(self, typed: Typed) -> Parsed | Unreadable:
        """Read a date in any usual spelling; what nobody typed, such as the year, is not added."""
        simple = blank_or_dash(typed)
        if simple is not None:
            return simple
        text = as_typed(typed)
        if isinstance(typed, dt.date):
            day = typed.date() if isinstance(typed, dt.datetime) else typed
            early = (day - DAY_ZERO).days < FIRST_SERIAL
            read: dt.date | str = "1908年より前の日付は、文字で入力してください" if early else day
        elif isinstance(typed, str):
            read = read_day(text)
        elif isinstance(typed, int | float | Decimal) and not isinstance(typed, bool):
            read = read_number(text)
        else:
            read = NOT_A_DATE
        if isinstance(read, str):
            return Unreadable(text, read)
        value = read.isoformat()
        return Parsed(value, normalised=typed != self.show(value))

    def show(self, value: Value) -> str | int | Decimal | None:
        """Return the day as the page shows it: 平成30年4月1日."""
        if value is None or value == DASH:
            return None if value is None else DASH
        day = dt.date.fromisoformat(str(value))
        return western_day(day) if self.western else era_day(day)

    def to_json(self, value: Value) -> Json:
        """Return the day as YYYY-MM-DD."""
        return value

    def from_json(self, document: Json) -> Value:
        """Take a day as YYYY-MM-DD, "-" or null."""
        if document is None or document == DASH:
            return None if document is None else DASH
        if not isinstance(document, str) or not re.fullmatch(_ISO, document):
            raise refuse_json(document, "日付（例：2025-04-01）")
        if len(document) != _ISO_LENGTH:
            raise refuse_json(document, "日付（例：2025-04-01）")
        return document

    def json_schema(self) -> dict[str, Json]:
        """Accept a day that there is, as YYYY-MM-DD, "-" or null."""
        day = {"type": "string", "pattern": _ISO, "maxLength": _ISO_LENGTH}
        return {"anyOf": [day, {"const": DASH}, {"type": "null"}]}

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

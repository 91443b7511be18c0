"""推移 of one project as a workbook for print: its fields by fiscal years, and the sheets that the values come from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from xlsync.workbook.streamed_list import Column, StreamedPage, streamed_workbook

if TYPE_CHECKING:
    from xlsync.exchange.over_years import DroppedValue, SheetsOverYears, YearRow

_MARK: Final = "※は、別のシートによる値です（次のワークシート「シートのつながり」）"
_SAME: Final = "同じ事業のシート"
YearOrder = tuple[int, bool, str]


def years_workbook(
    over: SheetsOverYears, rows: Sequence[YearRow], dropped: Sequence[DroppedValue]
) -> bytes:
    """Return the workbook of a project: a row for each field, a column for each year as the form calls it."""
    sheet = over.sheet
    years = _years(rows)
    has_marks = any(value.origin for row in rows for value in row.year_values)
    head = f"推移　{sheet.key} {sheet.title}　{' '.join(filter(None, sheet.units))}"
    columns = (Column("欄", 36), *(Column(label, 13) for label in years.values()))
    pages = [
        StreamedPage(
            "推移", f"{head}　{_MARK}" if has_marks else head, columns, _cells(rows, years)
        ),
        StreamedPage(
            "シートのつながり",
            f"{head}（どのシートの値か）",
            (Column("シートの年度", 14), Column("つながり", 90)),
            _generations(over),
        ),
    ]
    if dropped:
        listed = ((f"{each.edition_year}年度", each.field_title, each.shown) for each in dropped)
        columns = (Column("シートの年度", 14), Column("欄", 40), Column("内容", 60))
        pages.append(StreamedPage("いまの様式にない欄", head, columns, listed))
    return streamed_workbook(pages, dt.date(sheet.edition.year, 4, 1))


def _years(rows: Iterable[YearRow]) -> dict[YearOrder, str]:
    """Return what the years are called, in the order in which the fields have them."""
    by_key = {value.year_order: value.year_label for row in rows for value in row.year_values}
    return {key: by_key[key] for key in sorted(by_key)}


def _cells(rows: Iterable[YearRow], years: Iterable[YearOrder]) -> Iterator[tuple[str, ...]]:
    for row in rows:
        shown = {value.year_order: value.shown for value in row.year_values}
        yield row.shown_title, *(shown.get(year, "") for year in years)


def _generations(over: SheetsOverYears) -> Iterator[tuple[str, str]]:
    yield f"{over.sheet.edition.year}年度", f"{over.sheet.key} {over.sheet.title}"
    for each in over.generations:
        yield f"{each.fiscal_year}年度", each.words or _SAME


__all__ = ["years_workbook"]

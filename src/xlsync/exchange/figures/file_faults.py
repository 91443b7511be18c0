"""What shows that a file of the financial system is not the one that is meant: another year, merged headings, dates."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from xlsync.form.years import parse_year
from xlsync.ooxml.a1 import split_range

if TYPE_CHECKING:
    from xlsync.exchange.register.list_table import ListCell, ListTable
    from xlsync.form.edition import Edition

_YEAR_IN_TEXT: Final = re.compile(
    r"(?:[MTSHRＨＲ]|昭和|平成|令和)\s*(?:[0-9０-９]{1,2}|元)\s*年度|[12２][0-9０-９]{3}\s*年度"
)
_AXIS_YEAR: Final = re.compile(r".+?年度")
_DATE_IN_TEXT: Final = re.compile(r"[0-9]{4}/[0-9]{1,2}/[0-9]{1,2}|[0-9]{1,2}月[0-9]{1,2}日")


def merged_heading_faults(table: ListTable, row: int, columns: Collection[int]) -> Iterator[str]:
    """Yield each merged range over several columns in the row of the headings: nobody can tell which of them it means."""
    for merged in table.merged:
        top, left, bottom, right = split_range(merged)
        is_there = top <= row <= bottom and not {*range(left, right + 1)}.isdisjoint(columns)
        if is_there and right > left:
            yield f"{merged}：見出しのセルが結合されています。結合を解除し、列ごとに見出しを入力してください"


def title_year_faults(
    edition: Edition, paths: Collection[str], name: str, table: ListTable, first: int
) -> Iterator[str]:
    """Yield where the file's name or the rows above its headings speak of other years than the fields it is to go into."""
    wanted = {year for path in paths for year in years_of_field(edition, path)}
    others = [text for text in _titles(name, table, first) if _names_other_years(text, wanted)]
    if wanted:
        for text in others:
            labels = "・".join(f"{edition.calendar.label(year)}年度" for year in sorted(wanted))
            yield f"「{text}」とあり、取り込む欄（{labels}）の年度と違います。ファイルの年度を確かめてください"


def _titles(name: str, table: ListTable, first: int) -> Iterator[str]:
    """Yield a file's name, and what stands above its headings."""
    yield name
    for row in table.list_rows:
        if row.number < first - 1:
            yield from (cell.text for cell in row.list_cells.values())


def _names_other_years(text: str, wanted: Collection[int]) -> bool:
    """Whether a text names fiscal years, and none of these."""
    labels = ("".join(written.split()) for written in _YEAR_IN_TEXT.findall(text))
    years = {year for year in map(parse_year, labels) if year is not None}
    return bool(years) and years.isdisjoint(wanted)


def years_of_field(edition: Edition, path: str) -> set[int]:
    """Return the fiscal year that a field is of; nothing where it names none."""
    match = _AXIS_YEAR.match(edition.by_path[path].axis_label)
    year = None if match is None else parse_year(match[0])
    return set() if year is None else {year}


def date_for_code(cell: ListCell | None) -> str:
    """Return in Japanese why a cell with a budget code, or part of one, holds a date instead, "" where it does not."""
    if cell is None:
        return ""
    is_date = isinstance(cell.list_cell.value, dt.date) or _DATE_IN_TEXT.fullmatch(cell.text)
    if not is_date:
        return ""
    return f"（{cell.address}）：予算コードが日付（{cell.text}）に変わっています。文字として入力し直してください"


def grouped_by_sentence(faults: Mapping[int, list[str]]) -> Iterator[str]:
    """Yield each fault once with the first row it is in, and how many more rows have the same."""
    rows: dict[str, list[int]] = {}
    for row, sentences in faults.items():
        for sentence in sentences:
            rows.setdefault(sentence, []).append(row)
    for sentence, numbers in rows.items():
        more = f"（ほか{len(numbers) - 1}行も同じ）" if len(numbers) > 1 else ""
        yield f"{numbers[0]}行目{sentence}{more}"


__all__ = [
    "date_for_code",
    "grouped_by_sentence",
    "merged_heading_faults",
    "title_year_faults",
    "years_of_field",
]

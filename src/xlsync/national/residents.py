"""How many residents each city has: a list (Excel or CSV) with the columns 団体コード, 人口 and, for several years, 年度."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from xlsync.errors import SettingsError
from xlsync.exchange.register.headed_table import first_headed
from xlsync.exchange.register.list_table import read_tables
from xlsync.form.years import parse_year
from xlsync.kinds import fold
from xlsync.kinds.characters import half_width
from xlsync.publication.city_code import is_city_code, with_check_digit

if TYPE_CHECKING:
    from xlsync.exchange.register.list_table import ListRow, ListTable

CODE: Final = ("団体コード", "全国地方公共団体コード", "市区町村コード", "コード")
COUNT: Final = ("人口", "総人口", "住民基本台帳人口", "人口総数", "総数")
YEAR: Final = ("年度", "年")
_LOOKED_AT: Final = 30
"""Rows in which the headings are looked for: titles and notes may stand above them."""


@dataclass(frozen=True, slots=True)
class Residents:
    """The residents by city code and year, None where the list has no years. `skipped_rows` names those not read."""

    counts_by_city: Mapping[tuple[str, int | None], int] = field(default_factory=dict)
    skipped_rows: tuple[str, ...] = ()

    def of(self, code: str, year: int) -> int | None:
        """Return the residents of a city in a fiscal year, None where the list does not say."""
        return self.counts_by_city.get((code, year), self.counts_by_city.get((code, None)))


def read_residents(data: bytes, name: str) -> Residents:
    """Return what a list says.

    Raises:
        SettingsError: No worksheet has the headings.
        WorkbookError: The bytes are neither an Excel file nor CSV.

    """
    headed = first_headed(read_tables(data, name), _headed_columns)
    if headed is None:
        raise SettingsError("「団体コード」と「人口」の見出しがある行が見つかりません", name)
    first, columns = headed.list_headings
    residents = _read(headed.list_table, headed.list_table.list_rows[first:], columns)
    return replace(residents, skipped_rows=(*headed.unread_lists, *residents.skipped_rows))


def _headed_columns(table: ListTable) -> tuple[int, dict[str, int]] | None:
    """Return how many rows end with the headings, and the column of each, None where no row has them."""
    for number, row in enumerate(table.list_rows[:_LOOKED_AT], start=1):
        columns = _columns(row)
        if {"code", "count"} <= columns.keys():
            return number, columns
    return None


def _columns(row: ListRow) -> dict[str, int]:
    columns: dict[str, int] = {}
    for column, cell in row.list_cells.items():
        heading = "".join(fold(cell.text).split())
        for meaning, words in (("code", CODE), ("count", COUNT), ("year", YEAR)):
            if heading in words:
                columns.setdefault(meaning, column)
    return columns


def _read(table: ListTable, rows: tuple[ListRow, ...], columns: Mapping[str, int]) -> Residents:
    counts_by_city: dict[tuple[str, int | None], int] = {}
    skipped: list[str] = []
    for row in rows:
        texts = {meaning: _text(row, column) for meaning, column in columns.items()}
        code, count = city_code_of(half_width(texts["code"])), _whole_number(texts["count"])
        year = parse_year(texts["year"]) if "year" in texts else None
        if code is None or count is None or ("year" in texts and year is None):
            skipped += _named(table, row, texts)
        elif counts_by_city.setdefault((code, year), count) != count:
            skipped.append(f"{table.name} {row.number}行目：{code} は前の行と人口が違います")
    return Residents(counts_by_city, tuple(skipped))


def _text(row: ListRow, column: int) -> str:
    cell = row.list_cells.get(column)
    return cell.text if cell else ""


def _named(table: ListTable, row: ListRow, texts: Mapping[str, str]) -> Iterator[str]:
    """Yield the row as one that was not read, but for totals and notes, which have no code."""
    if any(character.isdigit() for character in texts["code"]):
        yield f"{table.name} {row.number}行目：{' '.join(filter(None, texts.values()))}"


def _whole_number(text: str) -> int | None:
    digits = half_width(text).replace(",", "").removesuffix("人")
    return int(digits) if digits.isascii() and digits.isdigit() else None


def city_code_of(text: str) -> str | None:
    """Return the code of six digits that a cell means: with or without check digit, also where Excel took a leading 0 away.

    >>> city_code_of("082201"), city_code_of("08220"), city_code_of("82201"), city_code_of("8220")
    ('082201', '082201', '082201', '082201')
    """
    if not (text.isascii() and text.isdigit()) or not 4 <= len(text) <= 6:  # noqa: PLR2004 - digits of a code
        return None
    padded = text.zfill(6)
    if is_city_code(padded):
        return padded
    return None if len(text) == len(padded) else with_check_digit(text.zfill(5))


__all__ = ["Residents", "city_code_of", "read_residents"]

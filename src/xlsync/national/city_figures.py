"""Counts and sums over the published tables of many cities, by city, by group and by grade; DuckDB reads the Parquet files.

Packages that are compared by the same columns are read together. Where reading fails, the package at fault is found by halving,
left out and named: one damaged file stops no other city.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final, Protocol

from xlsync.errors import SettingsError
from xlsync.national.facts_query import FactsQuery, facts_query, sums_query
from xlsync.national.published_packages import CityPackage, LeftOutPackage

if TYPE_CHECKING:
    from xlsync.national.comparison_terms import Graded, Measured
    from xlsync.national.package_folders import PackageFolders

_AT_ONCE: Final = 250
"""Packages that are read together: what is in memory does not grow with the number of cities."""
YEN: Final = {"円": 1, "千円": 1_000, "百万円": 1_000_000}
"""How many yen one of each unit of money is."""


class Database(Protocol):
    """What is asked of a connection of DuckDB."""

    def execute(self, query: str, parameters: object = None) -> Any:
        """Run a statement."""

    def register_filesystem(self, filesystem: Any) -> None:
        """Read addresses through it."""


@dataclass(slots=True)
class Sums:
    """An amount over some sheets: of which cities, how many sheets, how many of them state a number, and their sum."""

    cities: set[str] = field(default_factory=set)
    sheet_count: int = 0
    number_count: int = 0
    amount_sum: Decimal = Decimal()

    def add(self, further: Sums) -> None:
        """Add what further sheets come to."""
        self.cities |= further.cities
        self.sheet_count += further.sheet_count
        self.number_count += further.number_count
        self.amount_sum += further.amount_sum


@dataclass(frozen=True, slots=True)
class AmountKey:
    """An amount of a fiscal year: the edition of the sheets, the year it was spent, its label, and the unit of its sum."""

    edition_year: int
    fiscal_year: int
    label: str
    unit: str


@dataclass(frozen=True, slots=True)
class NationalFigures:
    """The sums of each amount by city code, by group (label and value) and by grade (label, rank, mark)."""

    city_sums: dict[tuple[AmountKey, str], Sums] = field(default_factory=dict)
    group_sums: dict[tuple[AmountKey, str, str], Sums] = field(default_factory=dict)
    grade_sums: dict[tuple[AmountKey, str, int, str], Sums] = field(default_factory=dict)
    unreadable_packages: list[LeftOutPackage] = field(default_factory=list)


def national_figures(folders: PackageFolders, packages: Sequence[CityPackage]) -> NationalFigures:
    """Return the counts and sums of packages, in the order of `read_packages`.

    Raises:
        SettingsError: DuckDB is not installed.

    """
    database = _connected()
    folders.open_in(database)
    figures = NationalFigures()
    for alike in _alike(packages):
        _add(database, figures, alike)
    return figures


def _connected() -> Database:
    """Return a database in memory that prints no progress: standard output is for the tables."""
    try:
        connection: Database = importlib.import_module("duckdb").connect()
    except ImportError as fault:
        raise SettingsError(
            "団体を比べるには DuckDB が必要です。`pip install xlsync[national]` で入れてください"
        ) from fault
    connection.execute("SET enable_progress_bar = false")
    return connection


def _alike(packages: Iterable[CityPackage]) -> Iterator[list[CityPackage]]:
    """Yield the packages whose tables are read with one query."""

    def identity(package: CityPackage) -> tuple[int, str, str]:
        return package.fiscal_year, package.form_name, package.comparison.model_dump_json()

    for _, alike in groupby(sorted(packages, key=identity), key=identity):
        every = list(alike)
        for start in range(0, len(every), _AT_ONCE):
            yield every[start : start + _AT_ONCE]


def _add(database: Database, figures: NationalFigures, packages: list[CityPackage]) -> None:
    """Add what packages come to; of those that cannot be read together, each half by itself."""
    query = facts_query(packages)
    try:
        database.execute(query.statement, query.parameters)
    except Exception as fault:
        if not _is_of_database(fault):
            raise
        if len(packages) == 1:
            figures.unreadable_packages.append(LeftOutPackage(packages[0].address, _says(fault)))
            return
        middle = len(packages) // 2
        _add(database, figures, packages[:middle])
        _add(database, figures, packages[middle:])
        return
    for column, amount in zip(
        query.amount_names, packages[0].comparison.amount_columns, strict=True
    ):
        _count(_Counting(database, packages, column, amount), query, figures)


def _is_of_database(fault: Exception) -> bool:
    """Whether an error is one of DuckDB's, which is imported only where it is used."""
    return type(fault).__module__.partition(".")[0] in {"duckdb", "_duckdb"}


def _says(fault: Exception) -> str:
    return f"表（Parquet）が読めません（{str(fault).splitlines()[0][:120]}）"


@dataclass(frozen=True, slots=True)
class _Counting:
    """An amount of some packages, the column that holds it, and the database whose `facts` are theirs."""

    database: Database
    packages: Sequence[CityPackage]
    column: str
    amount_column: Measured

    @property
    def key(self) -> AmountKey:
        """The amount; sums of money are in yen."""
        unit = "円" if self.amount_column.unit in YEN else self.amount_column.unit
        year = self.packages[0].fiscal_year
        return AmountKey(year, self.amount_column.fiscal_year, self.amount_column.label, unit)

    def sums(self, by: str) -> Iterator[tuple[str | None, Sums]]:
        """Yield the sums by the values of a column of `facts`."""
        codes = {package.address: package.city_code for package in self.packages}
        factor = YEN.get(self.amount_column.unit, 1)
        rows = self.database.execute(sums_query(by, self.column)).fetchall()
        for value, folders, sheets, numbers, total in rows:
            cities = {codes[folder] for folder in folders}
            yield value, Sums(cities, sheets, numbers, (total or Decimal()) * factor)


def _count(counting: _Counting, query: FactsQuery, figures: NationalFigures) -> None:
    key, comparison = counting.key, counting.packages[0].comparison
    codes = {package.address: package.city_code for package in counting.packages}
    for folder, sums in counting.sums("folder"):
        figures.city_sums.setdefault((key, codes[folder or ""]), Sums()).add(sums)
    for column, group in zip(query.group_names, comparison.group_columns, strict=True):
        for value, sums in counting.sums(column):
            figures.group_sums.setdefault((key, group.label, value or ""), Sums()).add(sums)
    for column, grade in zip(query.grade_names, comparison.grade_columns, strict=True):
        for value, sums in counting.sums(column):
            figures.grade_sums.setdefault((key, grade.label, *_ranked(grade, value)), Sums()).add(
                sums
            )


def _ranked(grade: Graded, word: str | None) -> tuple[int, str]:
    """Return the rank of a word, from 1 for the best, and its mark; behind those of the list, the word as it is."""
    for rank, (mark, listed) in enumerate(grade.words, start=1):
        if word == listed:
            return rank, mark
    return len(grade.words) + 1, word or ""


__all__ = ["AmountKey", "NationalFigures", "Sums", "national_figures"]

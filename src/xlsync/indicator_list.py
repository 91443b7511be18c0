"""The city's own list of indicators (KPI) that several sheets share, optional: kept once, with target and actual of each year.

A CSV file with a line for each indicator and year; the sheets that share it may stand in any of its lines:

    指標,年度,目標,実績,事業コード
    観光入込客数,H30,"120,000人","118,500人",01-02-01-08-14-01、01-02-01-08-15-01
    観光入込客数,R1,"125,000人",,
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal

from xlsync.csv_bytes import csv_rows
from xlsync.errors import SettingsError
from xlsync.form.field_years import year_of
from xlsync.form.years import parse_year
from xlsync.kinds import Unreadable

if TYPE_CHECKING:
    from xlsync.form.edition import Edition
    from xlsync.kinds import Value

HEADS: Final = ("指標", "年度", "目標", "実績", "事業コード")
_FEWEST: Final = 2
_BETWEEN: Final = re.compile(r"[、,\s]+")
_Side = Literal["target", "actual"]


@dataclass(frozen=True, slots=True)
class SharedIndicator:
    """An indicator, the keys of the sheets that share it, and what is said of each fiscal year: target and actual as typed."""

    name: str
    keys: tuple[str, ...]
    texts: Mapping[tuple[int, _Side], str] = field(hash=False)


@dataclass(frozen=True, slots=True)
class IndicatorPaths:
    """Where a form has a sheet's indicator: the path of its name ("" for none), and of each year's target and actual value."""

    name_path: str
    by_year: Mapping[tuple[int, _Side], str]


def read_indicators(text: str, where: str) -> tuple[SharedIndicator, ...]:
    """Return the indicators of a list; SettingsError names the line and what is wrong with it."""
    texts: dict[str, dict[tuple[int, _Side], str]] = {}
    keys: dict[str, dict[str, None]] = {}
    for number, cells in csv_rows(text, where):
        row = [cell.strip() for cell in cells]
        if any(row) and tuple(row[:_FEWEST]) != HEADS[:_FEWEST]:
            _read_line(row, f"{where} {number}行目", texts, keys)
    _refuse_shared_twice(keys, where)
    return tuple(
        SharedIndicator(name, tuple(keys[name]), by_year) for name, by_year in texts.items()
    )


def _read_line(
    row: list[str],
    where: str,
    texts: dict[str, dict[tuple[int, _Side], str]],
    keys: dict[str, dict[str, None]],
) -> None:
    row += [""] * (len(HEADS) - len(row))
    name, year = row[0], parse_year(row[1])
    if not name or year is None:
        raise SettingsError("指標と年度（例：H30、2018）は必ず書いてください", where)
    by_year = texts.setdefault(name, {})
    if any(known == year for known, _ in by_year):
        raise SettingsError(f"「{name}」の{row[1]}年度が2つあります", where)
    by_year |= {(year, "target"): row[2], (year, "actual"): row[3]}
    keys.setdefault(name, {}).update(dict.fromkeys(filter(None, _BETWEEN.split(row[4]))))


def _refuse_shared_twice(keys: Mapping[str, Mapping[str, None]], where: str) -> None:
    """Raise SettingsError for a sheet that two indicators name: it has room for one."""
    named: dict[str, str] = {}
    for name, listed in keys.items():
        for key in listed:
            if named.setdefault(key, name) != name:
                reason = f"事業 {key} が「{named[key]}」と「{name}」の2つにあります"
                raise SettingsError(reason, where)


@lru_cache(maxsize=16)
def indicator_paths(edition: Edition) -> IndicatorPaths | None:
    """Return where an edition has a sheet's indicator, as the page of targets of its [[summary]] says; None for none."""
    pages = (page for page in edition.definition.summary_pages if page.page == "targets")
    page = next(pages, None)
    if page is None:
        return None
    sides: tuple[tuple[_Side, str], ...] = (("target", page.target), ("actual", page.actual))
    by_year = {
        (year, side): each.path
        for side, pattern in sides
        for each in edition.fields
        if each.entry.path == pattern and (year := year_of(edition, each)) is not None
    }
    named = next((each.path for each in edition.fields if each.entry.path == page.name), "")
    return IndicatorPaths(named, by_year)


def indicator_values(
    indicator: SharedIndicator, edition: Edition
) -> Iterator[tuple[str, Value | Unreadable]]:
    """Yield path and value of each field of an edition that an indicator says something of; a blank says nothing."""
    paths = indicator_paths(edition)
    if paths is None:
        return
    if paths.name_path:
        yield paths.name_path, indicator.name
    for at, path in paths.by_year.items():
        if text := indicator.texts.get(at, ""):
            parsed = edition.by_path[path].kind.parse(text)
            yield path, parsed if isinstance(parsed, Unreadable) else parsed.value


def indicator_of(indicators: Sequence[SharedIndicator], key: str) -> SharedIndicator | None:
    """Return the indicator that a sheet shares, None where it shares none."""
    return next((each for each in indicators if key in each.keys), None)


__all__ = [
    "HEADS",
    "IndicatorPaths",
    "SharedIndicator",
    "indicator_of",
    "indicator_paths",
    "indicator_values",
    "read_indicators",
]

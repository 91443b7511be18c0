"""The city's own list of its units: their order, their names as the city writes them, and what a typed name means.

The list is a CSV file with a column for each level of the form's organization, a line for each lowest unit in the city's order:

    部,課,係
    政策イノベーション部,情報政策課,企画推進係
    政策イノベーション部,情報政策課,情報システム係

A unit without units below it leaves the last column empty. A list with headings may say more: since when and until when a
unit is there, and what follows it (`unit_lines`). Names are compared without width, spaces, letter case and old character
forms.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

from xlsync.csv_bytes import csv_rows
from xlsync.errors import SettingsError
from xlsync.kinds import DASH, fold
from xlsync.unit_lines import (
    ListWords,
    Row,
    Unit,
    UnitLine,
    levels_needed,
    read_lines,
    units_on,
)

THREE_LEVELS: Final = ("部", "課", "係")
"""What most cities call their levels."""
_OLD_FORMS: Final = str.maketrans(
    "澤濱濵邊邉髙﨑嵜齋齊斎國學廣區會惠櫻瀧龍嶋嶌眞縣總應與壽德黑榮圓藏豐靑淸塚",
    "沢浜浜辺辺高崎崎斉斉斉国学広区会恵桜滝竜島島真県総応与寿徳黒栄円蔵豊青清塚",
)
_VARIATIONS: Final = re.compile("[\ufe00-\ufe0f\u200b\U000e0100-\U000e01ef]")
"""Variation selectors and the zero-width space: nobody sees them."""


def plain_name(text: str) -> str:
    """Return a name for comparing: width, spaces, letter case, old forms (澤 沢, 髙 高, 邊 辺) do not count."""
    bare = fold(_VARIATIONS.sub("", text)).translate(_OLD_FORMS)
    return fold(bare)  # without the space between, a character and its accent may combine


def day_in_year(year: int, today: dt.date | None = None) -> dt.date:
    """Return the day of a fiscal year (April to March) that is nearest to today; without today its last one.

    >>> day_in_year(2019, dt.date(2019, 3, 20)), day_in_year(2019)
    (datetime.date(2019, 4, 1), datetime.date(2020, 3, 31))
    """
    first, last = dt.date(year, 4, 1), dt.date(year + 1, 3, 31)
    return last if today is None else min(max(today, first), last)


@dataclass(frozen=True, slots=True)
class Match:
    """What a typed unit means: `exact` as the list writes it, `near` (then `meant` says how it writes it), `unknown`."""

    degree: Literal["exact", "near", "unknown"]
    meant: Unit | None = None


@dataclass(frozen=True)
class Organization:
    """The city's units in its own order, all of the same number of levels; one without units below stands once with "".

    `unit_lines` is the whole list where it has days: also the units that are no more, or not yet.
    """

    units: tuple[Unit, ...]
    unit_lines: tuple[UnitLine, ...] = ()

    def on(self, day: dt.date) -> Organization:
        """Return the units of a day; where the list has no days, all of them."""
        if not self.unit_lines:
            return self
        units = tuple(line.named_unit for line in units_on(self.unit_lines, day))
        return Organization(units, self.unit_lines)

    def in_year(self, year: int, today: dt.date | None = None) -> Organization:
        """Return the units of a fiscal year: of its last day, or of today where that is in it; before it, of its first day."""
        return self.on(day_in_year(year, today))

    def has(self, unit: Unit) -> bool:
        """Whether a unit, or one above the lowest level, is in the list, however it is written."""
        return self._by_plain.get(tuple(map(plain_name, filter(None, unit)))) is not None

    @cached_property
    def _by_plain(self) -> Mapping[tuple[str, ...], Unit]:
        units: dict[tuple[str, ...], Unit] = {}
        for unit in self.units:
            names = tuple(map(plain_name, unit))
            for depth in range(1, len(unit) + 1):
                below = ("",) * (len(unit) - depth)
                units.setdefault(names[:depth], (*unit[:depth], *below))
        return units

    @cached_property
    def _positions(self) -> Mapping[tuple[str, ...], int]:
        positions: dict[tuple[str, ...], int] = {}
        for position, unit in enumerate(self.units):
            for depth in range(1, len(unit) + 1):
                positions.setdefault(unit[:depth], position)
        return positions

    def match(self, *names: str) -> Match:
        """Return which unit of the list is meant; where lower levels are left blank or "-", the unit above them."""
        needed = levels_needed(len(names))
        typed = (*names[:needed], *("" if name == DASH else name for name in names[needed:]))
        plain = tuple(map(plain_name, typed))
        depth = max(needed, *(level for level, name in enumerate(plain, start=1) if name), 0)
        unit = self._by_plain.get(plain[:depth])
        if unit is None:
            return Match("unknown")
        return Match("exact" if unit == typed else "near", unit)

    def lines_of_former(self, names: Unit) -> list[UnitLine]:
        """Return the lines that say what follows a unit, those that name it most exactly; none where the list says nothing."""
        plain = tuple(map(plain_name, names))
        known = [line for line in self.unit_lines if line.successor and line.change_day]
        for depth in range(len(names), 0, -1):
            following = [line for line in known if _names_of(line) == plain[:depth]]
            if following:
                return following
        return []

    def spelled(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Return 部 (課, 係) as the list writes them, as far down as it knows them; the rest as typed."""
        for depth in range(len(names), 0, -1):
            unit = self._by_plain.get(tuple(map(plain_name, names[:depth])))
            if unit is not None:
                return (*unit[:depth], *names[depth:])
        return names

    def sort_key(self, names: tuple[str, ...]) -> tuple[int, ...]:
        """Return the position of 部 (課, 係) in the list, level by level, for sorting; an unknown name comes last."""
        last = len(self.units)
        return tuple(self._positions.get(names[:depth], last) for depth in range(1, len(names) + 1))


def _names_of(line: UnitLine) -> tuple[str, ...]:
    return tuple(map(plain_name, line.named_unit[: line.depth]))


def read_organization(
    text: str, where: str, levels: Sequence[str] = THREE_LEVELS, key_heading: str = "番号"
) -> Organization:
    """Return the list that a CSV file holds.

    Args:
        text: The file's content.
        where: The file's name, for messages.
        levels: What the form calls the levels of the organization, from the top.
        key_heading: What it calls a sheet's key.

    Raises:
        SettingsError: The message names the line and what is wrong with it.

    """
    return organization_of_rows(_rows(text, where), where, ListWords(tuple(levels), key_heading))


def organization_of_rows(rows: Iterable[Row], where: str, words: ListWords) -> Organization:
    """Return the list that the rows of a file hold; SettingsError names the line and what is wrong with it."""
    levels = words.level_words
    if not levels:
        raise SettingsError("この様式には所属の欄がありません。組織の一覧は使えません", where)
    lines = read_lines(rows, where, words)
    if not lines:
        raise SettingsError(
            f"{'・'.join(levels)}が1つもありません。1行に1つの{levels[-1]}を「{','.join(levels)}」の順に書いてください",
            where,
        )
    _refuse_repeated(lines, where)
    units = tuple(line.named_unit for line in units_on(lines, None))
    has_days = any(line.first_day or line.last_day for line in lines)
    return Organization(units, tuple(lines) if has_days else ())


def _refuse_repeated(lines: Sequence[UnitLine], where: str) -> None:
    """Raise SettingsError for a unit that is there twice at a time, unless the lines say into what it was split."""
    before: dict[tuple[str, ...], list[UnitLine]] = {}
    for line in lines:
        same = before.setdefault(tuple(map(plain_name, line.named_unit)), [])
        for other in same:
            if _is_repeated(line, other):
                reason = f"「{'　'.join(line.named_unit)}」は{other.row}行目にもあります。どちらかを消してください"
                raise SettingsError(reason, f"{where} {line.row}行目")
        same.append(line)


def _is_repeated(line: UnitLine, other: UnitLine) -> bool:
    if line.last_day is not None and line.last_day == other.last_day:
        is_split = (line.successor, line.sheet_keys) != (other.successor, other.sheet_keys)
        return not (is_split and (line.successor or line.sheet_keys))
    first, second = sorted((line, other), key=lambda each: each.first_day or dt.date.min)
    begins = second.first_day or dt.date.min
    return first.last_day is None or begins <= first.last_day


def _rows(text: str, where: str) -> Iterator[Row]:
    """Yield the cells of each row, and the number of its line."""
    yield from csv_rows(text, where)


__all__ = [
    "THREE_LEVELS",
    "Match",
    "Organization",
    "Unit",
    "day_in_year",
    "organization_of_rows",
    "plain_name",
    "read_organization",
]

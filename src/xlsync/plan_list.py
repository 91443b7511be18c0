"""The city's own list of what sheets may name as their plan (施策), optional: codes of up to three levels, and names, by years.

A CSV file with a line for each 施策; いつから and いつまで are fiscal years, blank where there is no end:

    計画,大,中,小,名称,いつから,いつまで
    総合戦略,Ⅳ,12,1,観光の振興,H27,R1
    市長公約,,,,待機児童をなくす,2017,
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from xlsync.csv_bytes import csv_rows
from xlsync.errors import SettingsError
from xlsync.form.years import parse_year
from xlsync.indicator_list import SharedIndicator
from xlsync.kinds import fold

HEADS: Final = ("計画", "大", "中", "小", "名称", "いつから", "いつまで")
_FEWEST, _LEVELS = 5, 3
_ZEROS: Final = re.compile(r"^0+(?=\d)")
_FOREVER: Final = 9999


@dataclass(frozen=True, slots=True)
class PlanEntry:
    """A 施策: its plan, its codes from the uppermost, its name, and the fiscal years of its plan's period."""

    plan_name: str
    codes: tuple[str, ...]
    name: str
    begins_in: int = 0
    ends_in: int = _FOREVER

    @property
    def is_endless(self) -> bool:
        """Whether the period of its plan has no end yet."""
        return self.ends_in == _FOREVER

    @property
    def words(self) -> str:
        """It as people call it: Ⅳ-12-1 観光の振興."""
        return " ".join(filter(None, ("-".join(self.codes), self.name)))


@dataclass(frozen=True)
class PlanList:
    """All 施策 of the city, in the order of its list, and the indicators (KPI) that several sheets share."""

    plan_entries: tuple[PlanEntry, ...] = ()
    shared_indicators: tuple[SharedIndicator, ...] = ()

    def in_year(self, plan_name: str, year: int) -> tuple[PlanEntry, ...]:
        """Return the 施策 of a plan whose period a fiscal year is in."""
        return self._by_plan.get((plan_name, year)) or self._filtered(plan_name, year)

    def _filtered(self, plan_name: str, year: int) -> tuple[PlanEntry, ...]:
        of_year = tuple(
            each
            for each in self.plan_entries
            if each.plan_name == plan_name and each.begins_in <= year <= each.ends_in
        )
        self._by_plan[plan_name, year] = of_year
        return of_year

    @cached_property
    def _by_plan(self) -> dict[tuple[str, int], tuple[PlanEntry, ...]]:
        return {}


@dataclass(frozen=True, slots=True)
class CodeLists:
    """The city's names of budget codes (01-02: 総務費), its 施策, and the years whose 当初 is a 骨格予算."""

    budget_names: Mapping[str, str] = field(default_factory=dict)
    plan_list: PlanList = field(default_factory=PlanList)
    skeleton_years: frozenset[int] = frozenset()


def plain_codes(codes: Sequence[str]) -> tuple[str, ...]:
    """Return codes as they are compared: without width, letter case, and zeros in front."""
    return tuple(_ZEROS.sub("", fold(code)) for code in codes)


def nearest_entry(entries: Sequence[PlanEntry], codes: Sequence[str], name: str) -> PlanEntry:
    """Return the entry most like codes and a name, the first of several; `entries` are not empty."""
    written = _compared(codes, name)
    ratios = [
        difflib.SequenceMatcher(None, written, _compared(each.codes, each.name)).ratio()
        for each in entries
    ]
    return entries[ratios.index(max(ratios))]


def _compared(codes: Sequence[str], name: str) -> str:
    return "-".join(plain_codes(codes)) + " " + fold(name)


def read_plan_list(text: str, where: str) -> PlanList:
    """Return the 施策 of a list; SettingsError names the line and what is wrong with it."""
    entries: list[PlanEntry] = []
    for number, cells in csv_rows(text, where):
        row = [cell.strip() for cell in cells]
        is_head = tuple(row[:_FEWEST]) == HEADS[:_FEWEST]
        if any(row) and not is_head:
            entries.append(_entry(row, f"{where} {number}行目"))
    for clash in _clashes(entries):
        raise SettingsError(
            f"「{clash.words}」が同じ期間に2つあります。どちらかを消してください", where
        )
    return PlanList(tuple(entries))


def _entry(row: list[str], where: str) -> PlanEntry:
    """Return the 施策 of a line."""
    row += [""] * (len(HEADS) - len(row))
    if any(row[len(HEADS) :]) or not (row[0] and row[4]):
        heads = ",".join(HEADS)
        raise SettingsError(f"「{heads}」の順に、計画と名称は必ず書いてください", where)
    codes = tuple(filter(None, row[1:4]))
    if codes != tuple(row[1 : 1 + len(codes)]):
        raise SettingsError("コードは大・中・小の順に、間を空けずに書いてください", where)
    begins, ends = _year(row[5], where), _year(row[6], where)
    entry = PlanEntry(row[0], codes, row[4], begins or 0, ends or _FOREVER)
    if entry.begins_in > entry.ends_in:
        raise SettingsError("「いつまで」が「いつから」より前です", where)
    return entry


def _year(text: str, where: str) -> int | None:
    year = parse_year(text) if text else None
    if text and year is None:
        raise SettingsError(f"「{text}」を年度として読めません（例：H30、2018）", where)
    return year


def _clashes(entries: Sequence[PlanEntry]) -> Iterator[PlanEntry]:
    """Yield the entries that stand twice in one year."""
    known: dict[tuple[str, ...], list[PlanEntry]] = {}
    for each in entries:
        names = plain_codes(each.codes) or (fold(each.name),)
        others = known.setdefault((each.plan_name, *names), [])
        if any(o.begins_in <= each.ends_in and each.begins_in <= o.ends_in for o in others):
            yield each
        others.append(each)


__all__ = [
    "HEADS",
    "CodeLists",
    "PlanEntry",
    "PlanList",
    "nearest_entry",
    "plain_codes",
    "read_plan_list",
]

"""The city's own list of its units: their order, their names as the city writes them, and what a typed name means.

The list is a CSV file with a column for each level of the form's organization, a line for each lowest unit in the city's order:

    部,課,係
    政策イノベーション部,情報政策課,企画推進係
    政策イノベーション部,情報政策課,情報システム係

A unit without units below it leaves the last column empty.
Names are compared without width, spaces, letter case and old character forms.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

from xlsync.errors import SettingsError
from xlsync.kinds import DASH, fold

Unit = tuple[str, ...]
"""The names of a unit from the top (部, 課 and 係); the last is "" where the unit above has none below it."""
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


@dataclass(frozen=True, slots=True)
class Match:
    """What a typed unit means: `exact` as the list writes it, `near` (then `meant` says how it writes it), `unknown`."""

    degree: Literal["exact", "near", "unknown"]
    meant: Unit | None = None


@dataclass(frozen=True)
class Organization:
    """The city's units in its own order, all of the same number of levels; one without units below stands once with ""."""

    units: tuple[Unit, ...]

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
        """Return which unit of the list is meant; where the lowest level is left blank or "-", the unit above it."""
        typed = (*names[:-1], "" if names[-1] == DASH else names[-1])
        plain = tuple(map(plain_name, typed))
        unit = self._by_plain.get(plain if plain[-1] else plain[:-1])
        if unit is None:
            return Match("unknown")
        return Match("exact" if unit == typed else "near", unit)

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


def read_organization(text: str, where: str, levels: Sequence[str] = THREE_LEVELS) -> Organization:
    """Return the list that a CSV file holds.

    Args:
        text: The file's content.
        where: The file's name, for messages.
        levels: What the form calls the levels of the organization, from the top.

    Raises:
        SettingsError: The message names the line and what is wrong with it.

    """
    if not levels:
        raise SettingsError("この様式には所属の欄がありません。組織の一覧は使えません", where)
    units: dict[tuple[str, ...], tuple[Unit, int]] = {}
    for names, number in _rows(text, where, len(levels)):
        if not any(names) or (not units and _is_header(names, levels)):
            continue
        line = f"{where} {number}行目"
        unit = _unit(names, line, levels)
        first = units.setdefault(tuple(map(plain_name, unit)), (unit, number))[1]
        if first != number:
            reason = f"「{'　'.join(unit)}」は{first}行目にもあります。どちらかを消してください"
            raise SettingsError(reason, line)
    if not units:
        raise SettingsError(
            f"{'・'.join(levels)}が1つもありません。1行に1つの{levels[-1]}を「{','.join(levels)}」の順に書いてください",
            where,
        )
    return Organization(tuple(unit for unit, _ in units.values()))


def _rows(text: str, where: str, columns: int) -> Iterator[tuple[list[str], int]]:
    """Yield the cells of each row, and the number of its line."""
    lines = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        for cells in lines:
            names = [cell.strip() for cell in cells]
            while len(names) > columns and not names[-1]:
                names.pop()  # Excel writes empty columns that were once used
            yield names, lines.line_num
    except csv.Error as fault:
        raise SettingsError(
            f"CSVとして読めません（{fault}）", f"{where} {lines.line_num}行目"
        ) from fault


def _is_header(names: list[str], levels: Sequence[str]) -> bool:
    return tuple(name.removesuffix("等名") for name in names) == tuple(levels)


def _unit(names: list[str], where: str, levels: Sequence[str]) -> Unit:
    """Return the unit of a row, "" for a lowest level that is left out."""
    count = len(levels)
    needed = max(1, count - 1)
    if not needed <= len(names) <= count:
        reason = f"「{','.join(levels)}」の{count}列で書いてください（この行は{len(names)}列です）"
        raise SettingsError(reason, where)
    if not all(names[:needed]):
        lowest = f"（{levels[-1]}がない{levels[-2]}は{count}列目を空けます）" if count > 1 else ""
        raise SettingsError(f"{'と'.join(levels[:needed])}の名前を書いてください{lowest}", where)
    unit = (*names, "")[:count]
    return (*unit[:-1], "" if unit[-1] == DASH else unit[-1])

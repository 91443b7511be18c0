"""THE CITY'S OWN LIST of 部・課・係: their order, their names as the city writes them, and what a typed name means.

The list is a CSV file of three columns, a line for each 係 in the city's order:

    部,課,係
    政策イノベーション部,情報政策課,企画推進係
    政策イノベーション部,情報政策課,情報システム係

A 課 without 係 leaves the third column empty. Names are compared without width, spaces, letter case and old forms of signs.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

from xlsync.errors import SettingsError
from xlsync.kinds import DASH, fold

Unit = tuple[str, str, str]
"""部, 課 and 係; "" where the 課 has no 係."""
HEADS: Final = ("部", "課", "係")
_OLD_FORMS: Final = str.maketrans(
    "澤濱濵邊邉髙﨑嵜齋齊斎國學廣區會惠櫻瀧龍嶋嶌眞縣總應與壽德黑榮圓藏豐靑淸塚",
    "沢浜浜辺辺高崎崎斉斉斉国学広区会恵桜滝竜島島真県総応与寿徳黒栄円蔵豊青清塚",
)
_VARIATIONS: Final = re.compile("[\ufe00-\ufe0f\u200b\U000e0100-\U000e01ef]")
"""Selectors of a sign's shape, and the space of no width: nobody sees them."""


def plain_name(text: str) -> str:
    """Give a name for comparing: width, spaces, letter case, old forms (澤 沢, 髙 高, 邊 辺) do not count."""
    bare = fold(_VARIATIONS.sub("", text)).translate(_OLD_FORMS)
    return fold(bare)  # taking spaces out may have brought a sign and its accent together


@dataclass(frozen=True, slots=True)
class Match:
    """What a typed 部・課・係 means: `exact` as the list writes it, `near` (then `meant` says how it writes it), `unknown`."""

    kind: Literal["exact", "near", "unknown"]
    meant: Unit | None = None


@dataclass(frozen=True)
class Organization:
    """The city's 部・課・係 in its own order; each 課 without 係 stands once with ""."""

    units: tuple[Unit, ...]

    @cached_property
    def _by_plain(self) -> Mapping[tuple[str, ...], Unit]:
        found: dict[tuple[str, ...], Unit] = {}
        for unit in self.units:
            names = tuple(map(plain_name, unit))
            for depth in (1, 2, 3):
                spelled = (*unit[:depth], "", "")[:3]
                found.setdefault(names[:depth], (spelled[0], spelled[1], spelled[2]))
        return found

    @cached_property
    def _places(self) -> Mapping[tuple[str, ...], int]:
        found: dict[tuple[str, ...], int] = {}
        for place, unit in enumerate(self.units):
            for depth in (1, 2, 3):
                found.setdefault(unit[:depth], place)
        return found

    def match(self, department: str, division: str, section: str) -> Match:
        """Tell which unit of the list is meant. A 係 left blank or "-" is not looked for: its 課 is."""
        typed = (department, division, "" if section == DASH else section)
        names = tuple(map(plain_name, typed))
        found = self._by_plain.get(names if names[2] else names[:2])
        if found is None:
            return Match("unknown")
        return Match("exact" if found == typed else "near", found)

    def spelled(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Give 部 (課, 係) as the list writes them, as far down as it knows them; the rest as typed."""
        for depth in range(len(names), 0, -1):
            found = self._by_plain.get(tuple(map(plain_name, names[:depth])))
            if found is not None:
                return (*found[:depth], *names[depth:])
        return names

    def place(self, names: tuple[str, ...]) -> tuple[int, ...]:
        """Give where 部 (課, 係) stands in the list, level by level, for sorting; what it does not know comes last."""
        last = len(self.units)
        return tuple(self._places.get(names[:depth], last) for depth in range(1, len(names) + 1))


def read_organization(text: str, where: str) -> Organization:
    """Read the list; SettingsError names the line and what is wrong with it."""
    lines = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    units: dict[tuple[str, ...], tuple[Unit, int]] = {}
    try:
        for cells in lines:
            names = [cell.strip() for cell in cells]
            while len(names) > len(HEADS) and not names[-1]:
                names.pop()  # Excel writes empty columns that were once used
            if not any(names):
                continue
            if not units and tuple(name.removesuffix("等名") for name in names) == HEADS:
                continue
            unit = _unit(names, f"{where} {lines.line_num}行目")
            before = units.setdefault(tuple(map(plain_name, unit)), (unit, lines.line_num))
            if before[1] != lines.line_num:
                reason = (
                    f"「{'　'.join(unit)}」は{before[1]}行目にもあります。どちらかを消してください"
                )
                raise SettingsError(reason, f"{where} {lines.line_num}行目")
    except csv.Error as fault:
        raise SettingsError(
            f"CSVとして読めません（{fault}）", f"{where} {lines.line_num}行目"
        ) from fault
    if not units:
        raise SettingsError(
            "部・課・係が1つもありません。1行に1つの係を「部,課,係」の順に書いてください", where
        )
    return Organization(tuple(unit for unit, _ in units.values()))


def _unit(names: list[str], where: str) -> Unit:
    if len(names) not in (2, 3):
        reason = f"「部,課,係」の3列で書いてください（この行は{len(names)}列です）"
        raise SettingsError(reason, where)
    department, division, section = (*names, "")[:3]
    if not department or not division:
        raise SettingsError("部と課の名前を書いてください（係がない課は3列目を空けます）", where)
    return department, division, "" if section == DASH else section

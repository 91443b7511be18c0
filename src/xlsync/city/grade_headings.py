"""What the city calls the columns of its tables of grades: 評価結果の見出し.csv in the city's folder, written once by --map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from xlsync.city.city_lists import list_rows, write_list
from xlsync.errors import SettingsError
from xlsync.exchange.tiers.tier import PART_WORDS

if TYPE_CHECKING:
    from xlsync.city.settings import CitySettings

HEADINGS_FILE: Final = "評価結果の見出し.csv"
_HEAD: Final = ["見出し", "段階と欄"]


def read_grade_headings(city: CitySettings) -> dict[str, str]:
    """Return what each heading means (二次評価.評価), "" for a column that is not read.

    Raises:
        SettingsError: A line of the list is wrong.

    """
    mapping: dict[str, str] = {}
    for number, cells in list_rows(city, HEADINGS_FILE, "評価結果の見出し"):
        if cells[: len(_HEAD)] != _HEAD:
            mapping |= _checked(city, cells, f"{HEADINGS_FILE} {number}行目")
    return mapping


def grade_headings_of(city: CitySettings, entries: Sequence[str]) -> dict[str, str]:
    """Return what 見出し=段階.欄 of the command line say, by heading."""
    mapping: dict[str, str] = {}
    for entry in entries:
        heading, separator, meaning = entry.partition("=")
        cells = [heading.strip(), meaning.strip()] if separator else [entry]
        mapping |= _checked(city, cells, f"--map {entry}")
    return mapping


def save_grade_headings(city: CitySettings, mapping: Mapping[str, str]) -> None:
    """Write the headings into the city's folder, for the next table; Excel opens the file."""
    write_list(city, HEADINGS_FILE, [_HEAD, *map(list, mapping.items())])


def _checked(city: CitySettings, cells: Sequence[str], where: str) -> dict[str, str]:
    tiers = city.terms.procedure_rules.tiers
    known = [f"{tier.tier_name}.{word}" for tier in tiers for word in PART_WORDS.values()]
    if len(cells) != len(_HEAD) or not cells[0]:
        raise SettingsError(
            "見出しと、段階と欄を1つずつ書いてください（見出し=二次評価.評価）", where
        )
    if cells[1] and cells[1] not in known:
        raise SettingsError(
            f"「{cells[1]}」は使えません。次のどれかにしてください：{'、'.join(known)}", where
        )
    return {cells[0]: cells[1]}


__all__ = ["HEADINGS_FILE", "grade_headings_of", "read_grade_headings", "save_grade_headings"]

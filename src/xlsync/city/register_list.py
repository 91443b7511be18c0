"""What the city calls the columns of its list of sheets: 台帳の見出し.csv in the city's folder, written once by --map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from xlsync.city.city_lists import list_rows, write_list
from xlsync.errors import SettingsError
from xlsync.exchange.register.headings import KEY, SHEET_ID, columns_known

if TYPE_CHECKING:
    from xlsync.city.settings import CitySettings

MAPPING_FILE: Final = "台帳の見出し.csv"
_HEAD: Final = ("見出し", "欄")
_PAIR: Final = 2


def read_mapping(city: CitySettings) -> dict[str, str]:
    """Return the field's path by heading, "" for a column that is not read; SettingsError names the line at fault."""
    mapping: dict[str, str] = {}
    for number, cells in list_rows(city, MAPPING_FILE, "台帳の見出し"):
        if tuple(cells[:_PAIR]) != _HEAD:
            mapping |= _checked(city, cells, f"{MAPPING_FILE} {number}行目")
    return mapping


def mapping_of(city: CitySettings, entries: Sequence[str]) -> dict[str, str]:
    """Return what 見出し=欄 of the command line say, by heading."""
    mapping: dict[str, str] = {}
    for entry in entries:
        heading, separator, path = entry.partition("=")
        cells = [heading.strip(), path.strip()] if separator else [entry]
        mapping |= _checked(city, cells, f"--map {entry}")
    return mapping


def save_mapping(city: CitySettings, mapping: Mapping[str, str]) -> None:
    """Write the headings into the city's folder, for the next list; Excel opens the file."""
    write_list(city, MAPPING_FILE, [_HEAD, *mapping.items()])


def _checked(city: CitySettings, cells: Sequence[str], where: str) -> dict[str, str]:
    """Return a heading and its field; SettingsError where it is none that a list can have a column of."""
    if len(cells) != _PAIR or not cells[0]:
        raise SettingsError("見出しと欄を1つずつ書いてください（見出し=欄）", where)
    heading, path = cells
    edition = city.terms.form.at(city.terms.fiscal_year)
    known = [field.path for field in columns_known(edition, city.terms)]
    path = edition.expand(path)
    if path and path not in {KEY, SHEET_ID, *known}:
        paths = "、".join([KEY, SHEET_ID, *known])
        raise SettingsError(
            f"「{path}」という欄は台帳の列にできません。次のどれかにしてください：{paths}", where
        )
    return {heading: path}


__all__ = ["MAPPING_FILE", "mapping_of", "read_mapping", "save_mapping"]

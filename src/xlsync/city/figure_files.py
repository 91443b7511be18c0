"""What the city says of files of its financial system: 財務データの見出し.csv and 予算と事業の対応.csv in its folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from xlsync.city.city_lists import list_rows, write_list
from xlsync.errors import SettingsError
from xlsync.exchange.figures.budget_codes import SheetsByCode
from xlsync.exchange.figures.file_kinds import FileKind, fault_of_kind
from xlsync.exchange.figures.import_checks import KnownImports
from xlsync.exchange.figures.line_shares import (
    SHARE_HEADINGS,
    LineShares,
    UncountedSheet,
    listed_shares,
)
from xlsync.exchange.register.register_state import registered_sheets
from xlsync.store.figure_imports import figures_imports

if TYPE_CHECKING:
    from xlsync.city.settings import CitySettings
    from xlsync.form.edition import Edition
    from xlsync.sheet import Sheet

KINDS_FILE: Final = "財務データの見出し.csv"
SHARES_FILE: Final = "予算と事業の対応.csv"
_HEAD: Final = ("種類", "見出し", "欄")
_OPTIONS: Final = {"（区分）": "basis", "（単位）": "unit", "（端数）": "rounding"}
_WIDTHS: Final = "（桁数）"


def read_kinds(city: CitySettings) -> dict[str, FileKind]:
    """Return what the city says of each kind of file, by its name; SettingsError names the line at fault."""
    kinds: dict[str, FileKind] = {}
    for number, cells in _rows(city, KINDS_FILE, "財務データの見出し", _HEAD):
        where = f"{KINDS_FILE} {number}行目"
        if len(cells) != len(_HEAD) or not cells[0] or not cells[1]:
            raise SettingsError("種類・見出し・欄を1つずつ書いてください", where)
        name, heading, content = cells
        kind = kinds.get(name, FileKind(name))
        kinds[name] = with_entry(kind, heading, content, _edition(city), where)
    return kinds


def with_entry(
    kind: FileKind, heading: str, content: str, edition: Edition, where: str
) -> FileKind:
    """Return a kind of file with one more thing said of it; SettingsError where it cannot be said."""
    changes: dict[str, Any]
    if heading in _OPTIONS:
        changes = {_OPTIONS[heading]: content}
    elif heading == _WIDTHS:
        changes = {"widths": widths_of(content, where)}
    else:
        changes = {"column_meanings": {**kind.column_meanings, heading: content}}
    changed = replace(kind, **changes)
    if fault := fault_of_kind(changed, edition):
        raise SettingsError(fault, where)
    return changed


def widths_of(text: str, where: str) -> tuple[int, ...]:
    """Return widths written as 2,2,10; SettingsError where they are none."""
    parts = [part.strip() for part in text.replace("、", ",").split(",") if part.strip()]
    if not all(part.isdecimal() and int(part) for part in parts):
        raise SettingsError(f"桁数「{text}」は 2,2,10 のように書いてください", where)
    return tuple(map(int, parts))


def save_kinds(city: CitySettings, kinds: Mapping[str, FileKind]) -> None:
    """Write what is said of each kind into the city's folder, for the next file; Excel opens it."""
    entries = [entry for kind in kinds.values() for entry in _entries(kind)]
    write_list(city, KINDS_FILE, [_HEAD, *entries])


def sheets_and_shares(city: CitySettings) -> tuple[list[Sheet], LineShares]:
    """Return the sheets that count, and which of them each budget line belongs to.

    Raises:
        SettingsError: A line of the city's list of shares is wrong.

    """
    store, year = city.store, city.terms.fiscal_year
    registered = registered_sheets(store, city.terms)
    sheets = [each.sheet for each in registered if each.is_counted]
    former = {sheet.id: store.keys_of(sheet.id, year) for sheet in sheets}
    by_code = SheetsByCode(sheets, former)
    rows = _rows(city, SHARES_FILE, "予算と事業の対応", SHARE_HEADINGS)
    uncounted = [
        UncountedSheet(each.sheet, f"{each.state}、{each.act.reason}")
        for each in registered
        if not each.is_counted and each.act is not None
    ]
    return sheets, LineShares(by_code, listed_shares(rows, by_code, SHARES_FILE), uncounted)


def known_imports(city: CitySettings) -> KnownImports:
    """Return the files that were taken in, of the city's year and of the one before."""
    folder, year = city.store.files, city.terms.fiscal_year
    return KnownImports(figures_imports(folder, year), figures_imports(folder, year - 1))


def _entries(kind: FileKind) -> Iterator[tuple[str, str, str]]:
    for heading, name in _OPTIONS.items():
        yield kind.name, heading, getattr(kind, name)
    if kind.widths:
        yield kind.name, _WIDTHS, ",".join(map(str, kind.widths))
    for heading, meaning in kind.column_meanings.items():
        yield kind.name, heading, meaning


def _rows(
    city: CitySettings, name: str, words: str, head: Sequence[str]
) -> Iterator[tuple[int, list[str]]]:
    """Yield number and cells of each row of a list in the city's folder but its headings."""
    for number, cells in list_rows(city, name, words):
        if tuple(cells[: len(head)]) != tuple(head):
            yield number, cells


def _edition(city: CitySettings) -> Edition:
    return city.terms.form.at(city.terms.fiscal_year)


__all__ = [
    "KINDS_FILE",
    "SHARES_FILE",
    "known_imports",
    "read_kinds",
    "save_kinds",
    "sheets_and_shares",
    "widths_of",
    "with_entry",
]

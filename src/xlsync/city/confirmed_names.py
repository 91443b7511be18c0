"""公表前の確認.csv: which words somebody has looked at before publication and found fit to be published."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from xlsync.city.city_lists import list_rows, write_list
from xlsync.city.clock_and_user import now, user
from xlsync.city.code_lists import csv_text
from xlsync.city.settings import publication_settings
from xlsync.publication.private_names import (
    left_out_candidates,
    name_candidates,
    predecessor_candidates,
)

if TYPE_CHECKING:
    from xlsync.city.settings import CitySettings
    from xlsync.publication.private_names import NameCandidate
    from xlsync.publication.published_year import PublishedYear

CONFIRMED_FILE: Final = "公表前の確認.csv"
_HEADS: Final = ("年度", "識別番号", "項目名", "言葉", "前後", "確認した人", "日時")
_IDENTITY: Final = 5
"""Columns that say which word is meant: where its text changed, somebody looks again."""


def unconfirmed_names(city: CitySettings, year: PublishedYear) -> list[NameCandidate]:
    """Return the words that may name a private person and that nobody has confirmed.

    Raises:
        SettingsError: The city's list of names, or that of confirmed words, cannot be read.

    """
    listed = _listed_names(city)
    candidates = [each for public in year.public_sheets for each in name_candidates(public, listed)]
    for sheet in year.left_out_sheets:
        candidates += left_out_candidates(sheet, listed)
    for predecessor in year.public_predecessors:
        candidates += predecessor_candidates(predecessor, listed)
    confirmed = {tuple(row[:_IDENTITY]) for row in _rows(city)}
    return [each for each in candidates if _identity(year, each) not in confirmed]


def confirm_names(
    city: CitySettings, year: PublishedYear, candidates: Iterable[NameCandidate], who: str = ""
) -> None:
    """Write down that somebody, by default the user, has looked at words and found them fit to be published."""
    who, when = who or user(), now()
    rows = [*_rows(city), *([*_identity(year, each), who, when] for each in candidates)]
    write_list(city, CONFIRMED_FILE, [_HEADS, *rows])


def _identity(year: PublishedYear, each: NameCandidate) -> tuple[str, ...]:
    cells = (str(year.edition.year), each.sheet_id, each.path, each.word, each.around)
    return tuple(map(str.strip, cells))  # as they are read back


def _listed_names(city: CitySettings) -> Sequence[str]:
    file = publication_settings(city.folder).names
    if not file:
        return ()
    lines = csv_text(city.folder / file, "氏名の一覧", "[publication] の names").splitlines()
    return [line.strip() for line in lines if line.strip()]


def _rows(city: CitySettings) -> list[list[str]]:
    """Return every row but the headings, whatever cells it has; SettingsError where the file cannot be read."""
    rows = list_rows(city, CONFIRMED_FILE, "公表前の確認")
    return [cells for _, cells in rows if tuple(cells[: len(_HEADS)]) != _HEADS]


__all__ = ["CONFIRMED_FILE", "confirm_names", "unconfirmed_names"]

"""The lists (CSV) that the office keeps in the city's folder: 連絡先.csv, 予算と事業の対応.csv and others."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlsync.city.code_lists import csv_text
from xlsync.csv_bytes import csv_rows
from xlsync.disk import replace_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from xlsync.city.settings import CitySettings


def list_rows(city: CitySettings, name: str, words: str) -> list[tuple[int, list[str]]]:
    """Return number and cells of each row that is not blank, the headings included; none where there is no such list.

    Args:
        city: The city's settings.
        name: The list's name in the city's folder.
        words: What it is called in messages.

    Raises:
        SettingsError: The list cannot be read.

    """
    file = city.folder / name
    if not file.exists():
        return []
    rows = csv_rows(csv_text(file, words, name), name)
    stripped = [(number, list(map(str.strip, row))) for number, row in rows]
    return [(number, cells) for number, cells in stripped if any(cells)]


def write_list(city: CitySettings, name: str, rows: Iterable[Sequence[str]]) -> None:
    """Write a list into the city's folder, so that Excel opens it."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    replace_whole(city.folder / name, text.getvalue().encode("utf-8-sig"))


@dataclass(frozen=True, slots=True)
class HeadingList:
    """What the city calls the columns of one of its tables: a list of headings and what they mean, written once by --map.

    Attributes:
        name: The list's name in the city's folder.
        words: What it is called in messages.
        column_headings: The headings of the list itself.
        check_row: Returns a heading and its meaning as they are kept, of the cells of a row; SettingsError, with the place that
            it is given, where they are none.

    """

    name: str
    words: str
    column_headings: tuple[str, str]
    check_row: Callable[[CitySettings, Sequence[str], str], tuple[str, str]]

    def read(self, city: CitySettings) -> dict[str, str]:
        """Return what each heading means, "" for a column that is not read; SettingsError names the line at fault."""
        rows = list_rows(city, self.name, self.words)
        return dict(
            self.check_row(city, cells, f"{self.name} {number}行目")
            for number, cells in rows
            if tuple(cells[: len(self.column_headings)]) != self.column_headings
        )

    def of_options(self, city: CitySettings, entries: Sequence[str]) -> dict[str, str]:
        """Return what 見出し=意味 of the command line say, by heading."""
        meanings = {}
        for entry in entries:
            heading, separator, meaning = entry.partition("=")
            cells = [heading.strip(), meaning.strip()] if separator else [entry]
            checked, kept = self.check_row(city, cells, f"--map {entry}")
            meanings[checked] = kept
        return meanings

    def save(self, city: CitySettings, meanings: Mapping[str, str]) -> None:
        """Write the headings into the city's folder, for the next table; Excel opens the file."""
        write_list(city, self.name, [self.column_headings, *meanings.items()])


__all__ = ["HeadingList", "list_rows", "write_list"]

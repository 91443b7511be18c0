"""The lists (CSV) that the office keeps in the city's folder: 連絡先.csv, 予算と事業の対応.csv and others."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from xlsync.city.settings import csv_text
from xlsync.disk import replace_whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

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
    rows = csv.reader(io.StringIO(csv_text(file, words, name), newline=""))
    stripped = [list(map(str.strip, row)) for row in rows]
    return [(number, cells) for number, cells in enumerate(stripped, start=1) if any(cells)]


def write_list(city: CitySettings, name: str, rows: Iterable[Sequence[str]]) -> None:
    """Write a list into the city's folder, so that Excel opens it."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    replace_whole(city.folder / name, text.getvalue().encode("utf-8-sig"))


__all__ = ["list_rows", "write_list"]

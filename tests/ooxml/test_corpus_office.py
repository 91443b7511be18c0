"""A real office program opens what the patcher wrote into other people's workbooks, and reads the new values.

Every third workbook of the corpus, or every one with `XLSYNC_CORPUS_EVERY=1` (`make plays`).
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests import corpus, office
from xlsync.errors import WorkbookError
from xlsync.ooxml import patch_cells
from xlsync.ooxml.a1 import split_reference
from xlsync.ooxml.read.reader import open_workbook

pytestmark = [pytest.mark.office, pytest.mark.corpus]

TEXT, NUMBER = "=書き込み\n二行目", 12345.5
BATCH = 50
EVERY = int(os.environ.get("XLSYNC_CORPUS_EVERY", "3"))
DAY_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 - a cell knows no zone


def below(data: bytes) -> tuple[str, str, str] | None:
    """The first worksheet of a workbook that takes a patch, and two cells below everything in it."""
    book = open_workbook(data)
    for title in book.worksheets:
        rows = [split_reference(address)[0] for address in book.cells(title)]
        row = max(rows, default=0) + 40
        if row < 60_000:
            return title, f"A{row}", f"B{row}"
    return None


def patched(source: Path, target: Path) -> tuple[str, str, str] | None:
    """A patched copy of a workbook, and what was patched; None where it is refused for a reason."""
    data = source.read_bytes()
    try:
        place = below(data)
        if place is None:
            return None
        title, text, number = place
        target.write_bytes(patch_cells(data, {(title, text): TEXT, (title, number): NUMBER}))
    except WorkbookError:
        return None
    return place


def resaved(files: list[Path], out: Path) -> set[str]:
    """The stems of the files LibreOffice could open and save again."""
    for start in range(0, len(files), BATCH):
        try:
            office.resave(files[start : start + BATCH], out)
        except office.OfficeError:
            continue  # some of them were not made; which, the folder tells
    return {file.stem for file in out.glob("*.xlsx")}


def serial(value: object) -> object:
    """A date as the number it is: a new cell takes its column's format, and that of some columns is a date's."""
    return (value - DAY_ZERO) / timedelta(days=1) if isinstance(value, datetime) else value


def test_libreoffice_reads_what_was_written_wherever_it_reads_the_workbook(tmp_path: Path) -> None:
    copies, originals = tmp_path / "patched", tmp_path / "original"
    copies.mkdir()
    originals.mkdir()
    places: dict[str, tuple[str, str, str]] = {}
    for number, source in enumerate(corpus.files()[::EVERY]):
        place = patched(source, copies / f"{number}.xlsx")
        if place is not None:
            places[str(number)] = place
            (originals / f"{number}.xlsx").write_bytes(source.read_bytes())
    opened = resaved(sorted(copies.glob("*.xlsx")), tmp_path / "resaved")
    unopened = [originals / f"{stem}.xlsx" for stem in places if stem not in opened]
    assert resaved(unopened, tmp_path / "resaved originals") == set(), (
        "it opened before, and does not now"
    )
    wrong = {}
    for stem in sorted(opened):
        title, text, amount = places[stem]
        cells = open_workbook((tmp_path / "resaved" / f"{stem}.xlsx").read_bytes()).cells(title)
        found = tuple(serial(cells[at].value) if at in cells else None for at in (text, amount))
        if found != (TEXT, NUMBER):
            wrong[stem] = (title, found)
    assert wrong == {}
    assert len(opened) > len(places) / 2

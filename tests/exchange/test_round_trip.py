"""Law 2: what is written is read again, by us, through openpyxl, and through LibreOffice."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from openpyxl import load_workbook

from tests import exploring, office, papers
from tests.cities import saved, through_openpyxl
from tests.strategies import sheets
from xlsync.form.library import load_form
from xlsync.sheet import Sheet
from xlsync.workbook.reading.form_reader import read
from xlsync.workbook.stamp import Stamp
from xlsync.workbook.template.fill import fill
from xlsync.workbook.template.template import build_template


def written(sheet: Sheet) -> bytes:
    year = sheet.edition.year
    stamp = Stamp(sheet.edition.form, year, sheet.key, 3, "0badcafe")
    return fill(build_template(load_form(), year), sheet, stamp)


def read_again(data: bytes) -> Sheet:
    (reading,) = read(data)
    assert reading.doubt is None
    assert reading.stamp is not None
    assert (reading.stamp.base_revision, reading.stamp.copy) == (3, "0badcafe")
    return reading.sheet


def difference(one: Sheet, other: Sheet) -> dict[str, object]:
    """The fields in which two sheets differ, so that a failing test says which."""
    return {
        path: (one[path], one.unreadable.get(path), other[path], other.unreadable.get(path))
        for path in one.edition.by_path
        if (one[path], one.unreadable.get(path)) != (other[path], other.unreadable.get(path))
    }


@pytest.mark.parametrize("key", papers.KEYS)
def test_an_official_sheet_comes_back_byte_for_byte(key: str) -> None:
    data = written(papers.sheet(key))
    assert read_again(data).to_json() == papers.official_bytes()[key]
    assert read(data)[0].findings == ()
    assert read_again(through_openpyxl(data)).to_json() == papers.official_bytes()[key]


@given(sheet=sheets(papers.edition()))
def test_any_sheet_comes_back(sheet: Sheet) -> None:
    assert difference(sheet, read_again(written(sheet))) == {}


@pytest.mark.parametrize("year", [2017, 2019, 2020])
def test_any_sheet_of_another_edition_comes_back(year: int) -> None:
    @settings(max_examples=exploring.examples(10))
    @given(sheet=sheets(papers.edition(year)))
    def holds(sheet: Sheet) -> None:
        assert difference(sheet, read_again(written(sheet))) == {}

    holds()


@pytest.mark.slow
@settings(max_examples=exploring.examples(10))
@given(sheet=sheets(papers.edition()))
def test_any_sheet_comes_back_through_a_program_that_does_not_calculate(sheet: Sheet) -> None:
    data = written(sheet)
    assert difference(sheet, read_again(saved(load_workbook(io.BytesIO(data))))) == {}


def some_sheets(count: int) -> list[Sheet]:
    """Generated sheets of different keys, the same ones in every run."""
    found: dict[str, Sheet] = {}

    @settings(
        max_examples=count * 3,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(sheet=sheets(papers.edition(), most=40))
    def collect(sheet: Sheet) -> None:
        found.setdefault(sheet.key, sheet)

    collect()
    return sorted(found.values(), key=lambda sheet: len(sheet.to_json()))[-count:]


@pytest.mark.office
def test_every_sheet_comes_back_through_a_real_office_program(tmp_path: Path) -> None:
    originals = [*(papers.sheet(key) for key in papers.KEYS), *some_sheets(exploring.examples(10))]
    files = []
    for number, sheet in enumerate(originals):
        files.append(tmp_path / f"{number:02}.xlsx")
        files[-1].write_bytes(written(sheet))
    again = [read_again(file.read_bytes()) for file in office.resave(files, tmp_path / "saved")]
    assert [difference(*pair) for pair in zip(originals, again, strict=True)] == [{}] * len(
        originals
    )
    assert [sheet.to_json() for sheet in again[:5]] == list(papers.official_bytes().values())

"""A few cities' publications, and the sums that a coder makes of their CSV files."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import pytest

from tests import papers
from xlsync.kinds import Value
from xlsync.publication.open_data.data_package import data_files
from xlsync.publication.published_year import PublicSheet, PublishedYear, Publisher
from xlsync.sheet import Sheet

CODES: Mapping[str, str] = {"082201": "つくば市", "082210": "ひたちなか市", "131016": "千代田区"}
RESIDENTS: Mapping[str, int] = {"082201": 241656, "082210": 156435, "131016": 66680}
AMOUNT = "costs.2017-settled.total_cost"
TIMES = {code: number for number, code in enumerate(CODES, start=1)}


def changed(sheet: Sheet, code: str) -> Sheet:
    """A sheet as another city would have it: its costs are a multiple, its grades are the next one of the list."""
    values: dict[str, Value] = {}
    for field in sheet.edition.fields:
        value = sheet[field.path]
        if field.kind.name == "money" and isinstance(value, int):
            values[field.path] = value * TIMES[code]
    return sheet.with_values(values)


@cache
def files_of(code: str, as_of: str = "2018-07-02") -> dict[str, bytes]:
    """The data package of a city."""
    sheets = [changed(papers.sheet(key), code) for key in papers.KEYS[: 2 + TIMES[code]]]
    public = tuple(PublicSheet(sheet, ("部", "課", "係"), "confirmed") for sheet in sheets)
    names = {"01-02": "総務費"} if code == "082201" else {}
    year = PublishedYear(
        Publisher(CODES[code], code), papers.edition(), public, budget_names=names, as_of=as_of
    )
    return data_files(year, has_parquet=True)


def put(files: Mapping[str, bytes], folder: Path) -> Path:
    """Write a data package into a folder."""
    folder.mkdir(parents=True)
    for path, data in files.items():
        if "/" not in path:
            (folder / path).write_bytes(data)
    return folder


@pytest.fixture
def collected(tmp_path: Path) -> Path:
    """A folder with the publications of three cities."""
    for code in CODES:
        put(files_of(code), tmp_path / "公表" / code / "data/2018")
    return tmp_path / "公表"


@dataclass(frozen=True)
class Counted:
    """Sheets, sheets with a number, and their sum in yen."""

    sheets: int = 0
    numbers: int = 0
    total: int = 0

    def plus(self, thousands: str) -> Counted:
        """One more sheet, with an amount in 千円 as the CSV has it."""
        number = int(thousands) * 1000 if thousands.lstrip("-").isdigit() else 0
        return replace(
            self,
            sheets=self.sheets + 1,
            numbers=self.numbers + (thousands.lstrip("-").isdigit()),
            total=self.total + number,
        )


def table(code: str, name: str) -> Iterator[dict[str, str]]:
    """The rows of a table as a coder reads the CSV."""
    text = files_of(code)[f"{name}.csv"].decode("utf-8-sig")
    yield from csv.DictReader(io.StringIO(text, newline=""))


def costs(code: str) -> dict[str, str]:
    """The whole cost of each sheet of a city in 千円, as the CSV has it."""
    rows = (row for row in table(code, "period") if row["period"] == "2017-settled")
    return {row["識別番号"]: row["事業実施コスト 事業コスト(A+B)（千円）"] for row in rows}

"""A real office program calculates what we cached, and prints it whole."""

from __future__ import annotations

import datetime as dt
import subprocess
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest

from tests import office
from tests.summary.conftest import MakeCity
from xlsync.form.edition import Edition
from xlsync.summary import Item, summarize

pytestmark = [
    pytest.mark.office,
    pytest.mark.filterwarnings("ignore:Sparkline Group extension is not supported"),
]

MADE_ON = dt.date(2018, 9, 3)


@pytest.fixture(scope="module")
def books(
    tmp_path_factory: pytest.TempPathFactory,
    five_items: Sequence[Item],
    make_city: MakeCity,
    edition: Edition,
) -> list[Path]:
    """The five as a department and as a city, an invented city and one of its departments, and nothing."""
    folder = tmp_path_factory.mktemp("books")
    city = make_city(90, 7)
    wanted = {
        "五枚": (five_items, "政策イノベーション部"),
        "五枚全庁": (five_items, None),
        "大きな市": (city, None),
        "総務部": (city, "総務部"),
        "なし": ([], None),
    }
    files = []
    for name, (items, department) in wanted.items():
        file = folder / f"{name}.xlsx"
        made = summarize(items, department=department, edition=edition, made_on=MADE_ON)
        file.write_bytes(made)
        files.append(file)
    return files


@pytest.fixture(scope="module")
def pdfs(books: list[Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    made = office.convert(books, "pdf", tmp_path_factory.mktemp("pdf"))
    return {file.stem: file for file in made}


def test_recalculation_changes_no_value(books: list[Path], tmp_path: Path) -> None:
    for before, after in zip(books, office.resave(books, tmp_path), strict=True):
        ours, theirs = _values(before), _values(after)
        assert ours.keys() == theirs.keys()
        wrong = {at: (ours[at], theirs[at]) for at in ours if not _same(ours[at], theirs[at])}
        assert wrong == {}, before.name


def _values(file: Path) -> dict[tuple[str, str], object]:
    book = openpyxl.load_workbook(file, data_only=True)
    return {
        (worksheet.title, cell.coordinate): cell.value
        for worksheet in book
        for row in worksheet.iter_rows()
        for cell in row
        if cell.value not in {None, ""}
    }


def _same(ours: object, theirs: object) -> bool:
    if isinstance(ours, int | float) and isinstance(theirs, int | float):
        return theirs == pytest.approx(ours, rel=1e-9, abs=1e-9)
    return ours == theirs


def test_the_five_sheets_fill_one_page_for_each_worksheet(pdfs: dict[str, Path]) -> None:
    assert office.pdf_pages(pdfs["五枚"]) == 10
    assert office.pdf_pages(pdfs["五枚全庁"]) == 10
    assert office.pdf_pages(pdfs["なし"]) == 1


def test_no_number_is_too_wide_for_its_column(pdfs: dict[str, Path]) -> None:
    for file in pdfs.values():
        text = subprocess.run(["pdftotext", file, "-"], check=True, capture_output=True).stdout
        assert "作成" in text.decode()
        assert "##" not in text.decode()

"""A real office program calculates what we cached, and prints it whole."""

from __future__ import annotations

import datetime as dt
import subprocess
from collections.abc import Sequence
from itertools import groupby, pairwise
from pathlib import Path

import openpyxl
import pytest

from tests import office
from tests.summary.conftest import MakeCity
from xlsync.form.edition import Edition
from xlsync.summary import Item, summarize
from xlsync.summary.excel import styles

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


def test_small_columns_of_neighbouring_rows_do_not_touch(
    books: list[Path], pdfs: dict[str, Path], tmp_path: Path
) -> None:
    page = 1 + openpyxl.load_workbook(books[0]).sheetnames.index("指標")
    picture = office.points(pdfs["五枚"], tmp_path, page=page, dpi=150)
    bars = {_colour(styles.DARK), _colour(styles.ACCENT)}
    columns = [_runs([point in bars for point in column]) for column in zip(*picture, strict=True)]
    last_year = max(columns, key=lambda runs: (len(runs), -runs[-1][1] if runs else 0))
    assert len(last_year) == 3  # 08-14, 08-15 and 09-11 have an actual value in the last year
    tallest = max(end - start for start, end in last_year)
    gaps = [below[0] - above[1] for above, below in pairwise(last_year)]
    assert min(gaps) >= tallest / 5, last_year


def _colour(name: str) -> tuple[int, int, int]:
    red, green, blue = bytes.fromhex(name.removeprefix("#"))
    return red, green, blue


def _runs(marked: Sequence[bool]) -> list[tuple[int, int]]:
    """Where each run of at least four marked points begins and ends; thinner ones are lines and letters."""
    places = [place for place, _ in enumerate(marked)]
    groups = groupby(places, key=lambda place: marked[place])
    runs = [list(group) for is_marked, group in groups if is_marked]
    return [(run[0], run[-1] + 1) for run in runs if len(run) > 3]

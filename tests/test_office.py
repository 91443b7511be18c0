"""The office harness tells the truth: it calculates, counts pages and draws them."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from tests import office

pytestmark = pytest.mark.office


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Two workbooks whose sum has a wrong cached value; the second prints on two pages."""
    folder = tmp_path_factory.mktemp("books")
    files = [folder / "一枚.xlsx", folder / "二枚.xlsx"]
    for pages, file in enumerate(files, start=1):
        data = io.BytesIO()
        with xlsxwriter.Workbook(data) as book:
            worksheet = book.add_worksheet("合計")
            worksheet.write_column("A1", [20, 22])
            worksheet.write_formula("A3", "=SUM(A1:A2)", value=999)
            worksheet.set_h_pagebreaks([2] * (pages - 1))
        file.write_bytes(data.getvalue())
    return files


def test_resave_recalculates_every_file_in_one_run(books: list[Path], tmp_path: Path) -> None:
    saved = office.resave(books, tmp_path / "saved")
    assert [file.name for file in saved] == [file.name for file in books]
    for file in saved:
        values = openpyxl.load_workbook(file, data_only=True)["合計"]
        assert values["A3"].value == 42


def test_pages_are_counted_and_drawn(books: list[Path], tmp_path: Path) -> None:
    pdfs = office.convert(books, "pdf", tmp_path)
    assert [office.pdf_pages(pdf) for pdf in pdfs] == [1, 2]
    pages = office.render(pdfs[1], tmp_path / "pages", dpi=40)
    assert [page.read_bytes()[:4] for page in pages] == [b"\x89PNG"] * 2


def test_a_result_on_top_of_its_source_is_refused(books: list[Path]) -> None:
    with pytest.raises(office.OfficeError, match="overwrite"):
        office.resave(books, books[0].parent)


def test_what_cannot_be_opened_is_named(tmp_path: Path) -> None:
    nothing = tmp_path / "nothing.xlsx"
    with pytest.raises(office.OfficeError, match="nothing"):
        office.convert([nothing], "pdf", tmp_path / "out")

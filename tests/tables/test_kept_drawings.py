"""Text boxes, shapes and pictures of a form's drawing are in the template, and in every workbook made of it."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from xlsxwriter import Workbook

from tests.small_forms import FOLDER, YEAR
from xlsync.form.library import load_form
from xlsync.ooxml.read.reader import open_workbook
from xlsync.workbook.template.lost_drawings import lost_drawings
from xlsync.workbook.template.template import build_template

PICTURE = next((Path(__file__).parents[2] / "docs" / "pictures").glob("*.png"))


def test_what_is_drawn_beside_the_cells_stays_in_the_template(tmp_path: Path) -> None:
    text = (FOLDER / "hojokin.toml").read_text(encoding="utf-8")
    (tmp_path / "form.toml").write_text(text, encoding="utf-8")
    form = load_form(str(tmp_path))
    edition = form.at(YEAR)
    with Workbook(str(tmp_path / "drawing.xlsx")) as book:
        pages = [book.add_worksheet(title) for title in edition.worksheets]
        for row, field in enumerate(edition.fields):
            pages[0].write(row, 0, field.label)
            pages[0].write(row, 1, f"[[{field.origin}]]")
        for page in pages:
            page.insert_textbox("E2", "{0年度}の押印欄")
            page.set_header("&C様式第1号")
            page.print_area("A1:L45")
            page.fit_to_pages(1, 1)
        pages[1].insert_image("D9", str(PICTURE))
        pages[1].insert_textbox("E30", "注意")
    template = build_template(form, YEAR)
    assert lost_drawings(form.drawing(), template.data, edition.worksheets) == []
    open_workbook(template.data).verify()
    archive = zipfile.ZipFile(io.BytesIO(template.data))
    texts = [
        archive.read(n).decode() for n in archive.namelist() if n.startswith("xl/drawings/form")
    ]
    assert all("H30年度の押印欄" in drawn for drawn in texts)
    assert len(texts) == len(edition.worksheets)
    assert PICTURE.read_bytes() in [archive.read(n) for n in archive.namelist()]
    assert build_template(form, YEAR, is_trial=True).addresses == template.addresses

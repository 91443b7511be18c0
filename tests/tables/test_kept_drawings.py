"""Text boxes, shapes and pictures of a form's drawing are in the template, and in every workbook made of it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from tests.small_forms import FOLDER, YEAR
from xlsync.errors import FormError
from xlsync.form.library import Form, load_form
from xlsync.ooxml.read.reader import open_workbook
from xlsync.ooxml.xml.encoding import parsed, refuse_broken
from xlsync.workbook.template.lost_drawings import lost_drawings
from xlsync.workbook.template.template import build_template

PICTURE = next((Path(__file__).parents[2] / "docs" / "pictures").glob("*.png"))


def drawn_form(folder: Path, draw: Callable[[list[Worksheet]], object]) -> Form:
    """A form in a folder, with something drawn on its worksheets."""
    text = (FOLDER / "hojokin.toml").read_text(encoding="utf-8")
    (folder / "form.toml").write_text(text, encoding="utf-8")
    form = load_form(str(folder))
    edition = form.at(YEAR)
    with Workbook(str(folder / "drawing.xlsx")) as book:
        pages = [book.add_worksheet(title) for title in edition.worksheets]
        for row, field in enumerate(edition.fields):
            pages[0].write(row, 0, field.label)
            pages[0].write(row, 1, f"[[{field.origin}]]")
        draw(pages)
    return form


def with_part(folder: Path, ending: str, old: bytes, new: bytes) -> None:
    """Change the parts of the drawing whose names end so."""
    with zipfile.ZipFile(folder / "drawing.xlsx") as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert any(name.endswith(ending) and old in data for name, data in parts.items())
    with zipfile.ZipFile(folder / "drawing.xlsx", "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data.replace(old, new) if name.endswith(ending) else data)


def drawn_parts(form: Form) -> tuple[dict[str, bytes], list[str]]:
    """What is drawn in the template of a form, by the part's name, and what is lost of the form's drawing."""
    template = build_template(form, YEAR).data
    open_workbook(template).verify()
    archive = zipfile.ZipFile(io.BytesIO(template))
    for name in archive.namelist():
        if name.endswith((".xml", ".rels")):
            refuse_broken(archive.read(name), name)
    parts = {n: archive.read(n) for n in archive.namelist() if "drawings" in n or "media" in n}
    return parts, lost_drawings(form.drawing(), template, form.at(YEAR).worksheets)


def test_what_is_drawn_beside_the_cells_stays_in_the_template(tmp_path: Path) -> None:
    def draw(pages: list[Worksheet]) -> None:
        for page in pages:
            page.insert_textbox("E2", "{0年度}の押印欄")
            page.set_header("&C様式第1号")
            page.print_area("A1:L45")
            page.fit_to_pages(1, 1)
        pages[1].insert_image("D9", str(PICTURE))
        pages[1].insert_textbox("E30", "注意")

    form = drawn_form(tmp_path, draw)
    edition = form.at(YEAR)
    template = build_template(form, YEAR)
    assert lost_drawings(form.drawing(), template.data, edition.worksheets) == []
    open_workbook(template.data).verify()
    archive = zipfile.ZipFile(io.BytesIO(template.data))
    texts = [
        archive.read(n).decode() for n in archive.namelist() if n.startswith("xl/drawings/form")
    ]
    assert all("H30年度の押印欄" in drawn for drawn in texts)
    assert len(texts) == len(edition.worksheets)
    pictures = [archive.read(n) for n in archive.namelist() if "media" in n]
    assert pictures == [PICTURE.read_bytes()], "once: workbooks are no larger than they need be"
    assert build_template(form, YEAR, is_trial=True).addresses == template.addresses


@pytest.mark.parametrize("target", ["https://example.jp/?a=1&b=2#c", "internal:'チェック票'!A1"])
def test_a_link_of_a_text_box_leads_where_it_led(target: str, tmp_path: Path) -> None:
    form = drawn_form(
        tmp_path, lambda pages: pages[0].insert_textbox("E2", "記載例", {"url": target})
    )
    with zipfile.ZipFile(tmp_path / "drawing.xlsx") as archive:
        written = archive.read("xl/drawings/_rels/drawing1.xml.rels")
    parts, lost = drawn_parts(form)
    said = [
        [dict(each.attrib) for each in parsed(part)]
        for part in (written, parts["xl/drawings/_rels/form1.xml.rels"])
    ]
    assert said[0] == said[1]
    assert lost == []


@pytest.mark.parametrize(
    "target",
    [
        rb'Target="\\server\share\x.png" TargetMode="External"',
        b'Target="https://example.jp/x.png" TargetMode="External"',
        b'Target="../../../../etc/passwd"',
        b'Target="../workbook.xml"',
    ],
)
def test_a_drawing_that_shows_what_is_no_picture_in_the_file_is_told_as_lost(
    target: bytes, tmp_path: Path
) -> None:
    def draw(pages: list[Worksheet]) -> None:
        pages[0].insert_textbox("E2", "押印欄")
        pages[0].insert_image("E9", str(PICTURE))

    form = drawn_form(tmp_path, draw)
    with_part(tmp_path, "drawing1.xml.rels", b'Target="../media/image1.png"', target)
    parts, lost = drawn_parts(form)
    assert parts == {}
    assert lost, "said by form check"


def test_a_drawing_that_is_no_xml_is_told_as_one(tmp_path: Path) -> None:
    form = drawn_form(tmp_path, lambda pages: pages[0].insert_textbox("E2", "押印欄"))
    with_part(tmp_path, "drawing1.xml", b"</xdr:wsDr>", b"")
    with pytest.raises(FormError, match="Excelブックとして開けません"):
        build_template(form, YEAR)

"""Cells are written only where rows and cells are nested as the schema wants it; else nobody knows whose value is whose."""

from __future__ import annotations

import pytest

from tests.ooxml import samples
from xlsync.errors import UnwritableWorkbook
from xlsync.ooxml import patch_cells, read_cells
from xlsync.ooxml.read.reader import open_workbook

TITLE = "評価シート"
PART = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><c r="A1"><c r="B2"><v>5</v></c><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1<c r="B2"/></v></c></row>',
        '<row r="1"><c r="A1" t="inlineStr"><is><t>甲<c r="B2"><v>5</v></c></t></is></c></row>',
        '<row r="1"><c r="A1"><f>1<v>2</v></f></c></row>',
        '<row r="1"><c r="A1"><f><sheetData/>1</f></c></row>',
        '<row r="1"><c r="A1"/><row r="2"/></row>',
        '<row r="1"><c r="A1"/><row r="2"><c r="A2"><v>1</v></c></row></row>',
        '<row r="1"/><c r="B2"><v>5</v></c>',
        '<row r="1"><v>1</v><c r="A1"/></row>',
        '<row r="1"><c r="A1"><extLst><ext><c r="B2"/></ext></extLst></c></row>',
        '<row r="1"><c r="A1"/></row><row r="2"><c r="$C$1"/></row><row r="3"><c r="C1"/></row>',
        '<row r="1"><c r="A1"/></row><row r="2"><c r="c1"/><c r="C&#49;"/></row>',
        '</sheetData><row r="2"><c r="B2"><v>5</v></c></row><sheetData>',
        '</sheetData><c r="B2"><v>5</v></c><sheetData>',
    ],
)
@pytest.mark.parametrize("spot", ["A1", "B1", "B2", "D9"])
def test_a_worksheet_whose_cells_are_nested_wrongly_is_not_written_into(
    rows: str, spot: str
) -> None:
    with pytest.raises(UnwritableWorkbook, match=r"^評価シート：.*ください。$"):
        patch_cells(samples.book(rows), {(TITLE, spot): 1})


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><c r="A1" t="inlineStr"><is><r><t>甲</t></r><rPh sb="0" eb="1"><t>コウ</t></rPh></is></c></row>',
        '<row r="1"><c r="A1"><f t="shared" si="0" ref="A1"/><v>1</v><extLst><ext/></extLst></c></row>',
        '\n<row r="1">\n  <c r="A1"\n s="0">\n <v>1</v>\n </c>\n <c/> </row>\n<row/>',
        "<!-- <c> --><row r='1'><c r='A1'><v><![CDATA[1]]></v></c></row><?x <row/>?>",
        '<row r="1" spans="1:1"><c r="A1"><v/></c><extLst><ext xmlns="x"><c/></ext></extLst></row>',
    ],
)
def test_a_worksheet_of_odd_but_sound_shape_is_written_into(rows: str) -> None:
    before = samples.unzipped(samples.book(rows))[PART].decode()
    after = samples.unzipped(patch_cells(samples.book(rows), {(TITLE, "D9"): 1}, stale="keep"))
    new = '<row r="9"><c r="D9"><v>1</v></c></row></sheetData>'
    assert after[PART].decode() == before.replace("</sheetData>", new)


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="A1" t="inlineStr"><is><t xml:space=">">　甲</t></is></c>',
        '<c r="A1" t="inlineStr"><is><t xml:space="preser>ve">　甲</t></is></c>',
        '<c r="A1" t="inlineStr"><is><r><t x=\'">\'>　甲</t></r><rPh sb="0" eb=">"><t>コウ</t></rPh></is></c>',
        '<c r="A1" t="inlineStr" x=">"><is><t x="/>">　甲</t></is></c>',
        '<c r="A1" t="\'b"><v>　甲</v></c>',
        '<c r="A1" t="b\'"><v>　甲</v></c>',
        '<c r="A1" t="&#115;tr"><v>　甲</v></c>',
        '<c r="A1" t="str"><v>　甲</v>"></c><c r="B1" s="0"></c>',
        '<c r="A1" t="str"><v>　甲</v><extLst/>"></c><c r="B1" s="0"></c>',
        '<c r="A1" t="str"><f>B2</f><v>　甲</v>"></c><c r="B1"><v></v></c>',
        '<c r="B1" s="0"></c><c r="A1" t="str"><is><t>乙</t></is><v>　甲</v></c>',
    ],
)
def test_a_cell_reads_the_same_whatever_stands_in_another(cell: str) -> None:
    before = samples.book(f'<row r="1">{cell}</row>', styles=samples.styles())
    # A cell in the last row, an address that only the real parser reads, makes it read all the others.
    after = patch_cells(before, {(TITLE, "XFD1048576"): 1}, stale="keep")
    assert read_cells(before) == {TITLE: {"A1": "　甲"}}
    assert read_cells(after) == {TITLE: {"A1": "　甲", "XFD1048576": 1}}


@pytest.mark.parametrize("inside", ["<v>7</v>", "<f/>", "<f>1</f>", "<ext><v>7</v></ext>"])
def test_a_value_within_a_text_is_read_as_by_a_real_parser(inside: str) -> None:
    cell = f'<c r="A1" t="inlineStr"><is><t>甲</t>{inside}</is></c>'
    odd, usual = (
        open_workbook(samples.book(f'<row r="1">{cell}</row>{more}')).cells(TITLE)["A1"]
        for more in ("<!-- -->", "")
    )
    assert usual == odd


@pytest.mark.parametrize("more", ["", "<!-- -->"])
@pytest.mark.parametrize(
    "ref", ['"A1:&#66;2"', "'A1:B2'", '"A1:B2" x="\'"', "'A1:B2' y=' ref=\"C1:C2\"'"]
)
def test_a_merged_area_reads_the_same_however_it_is_quoted(ref: str, more: str) -> None:
    after = f"{more}<mergeCells><mergeCell ref={ref}/></mergeCells>"
    assert open_workbook(samples.book("", after=after)).merged(TITLE) == ("A1:B2",)


def test_parts_named_with_capitals_are_the_same_parts() -> None:
    files = samples.parts(
        samples.sheet('<row r="1"><c r="A1"><f>1</f><v>1</v></c></row>'),
        calc_chain=f'<calcChain xmlns="{samples.MAIN}"><c r="A1" i="1"/></calcChain>',
    )
    capitals = {"xl/_rels/workbook.xml.rels": "XL/_RELS/WORKBOOK.XML.RELS"}
    renamed = {capitals.get(name, name): content for name, content in files.items()}
    out = patch_cells(samples.zipped(renamed), {(TITLE, "A1"): 2}, overwrite_formulas=True)
    after = samples.unzipped(out)
    assert after.keys() == renamed.keys() - {"xl/calcChain.xml"}
    assert b"calcChain" not in after["XL/_RELS/WORKBOOK.XML.RELS"] + after["[Content_Types].xml"]
    assert read_cells(out) == {TITLE: {"A1": 2}}

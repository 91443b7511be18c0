"""What the reader says of cells as programs, honest and odd, write them."""

from __future__ import annotations

import io
from datetime import date, datetime, time, timedelta

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from tests.ooxml import samples
from xlsync.errors import DamagedWorkbook, HostileWorkbook, NotAWorkbook
from xlsync.ooxml import patch_cells, read_cells
from xlsync.ooxml.read.number_formats import DateKind, kind_of_format, moment
from xlsync.ooxml.read.reader import CellError, open_workbook

TITLE = "評価シート"


def cells(rows: str, **more: str) -> dict[str, object]:
    return dict(read_cells(samples.book(rows, **more))[TITLE])


def test_values_are_what_their_types_say() -> None:
    rows = (
        '<row r="2"><c r="B2" s="1"><v>23387</v></c><c r="C2"><v>0.30000000000000004</v></c>'
        '<c r="D2" t="b"><v>1</v></c><c r="E2" t="e"><v>#SPILL!</v></c><c r="F2" s="3"/>'
        '<c r="G2" t="str"><f>A1&amp;"x"</f><v>結果</v></c>'
        '<c r="H2" t="inlineStr"><is><t xml:space="preserve"> 空白 </t></is></c></row>'
    )
    found = cells(rows)
    assert found == {
        "B2": 23387,
        "C2": 0.30000000000000004,
        "D2": True,
        "E2": "#SPILL!",
        "G2": "結果",
        "H2": " 空白 ",
    }
    assert isinstance(found["B2"], int)
    assert isinstance(found["E2"], CellError)


def test_a_formula_is_seen_as_a_formula() -> None:
    rows = (
        '<row r="1"><c r="A1"><f>SUM(B1:C1)&amp;"&lt;"</f><v>5</v></c>'
        '<c r="B1"><f t="shared" ref="B1:B9" si="0">C1*2</f><v>2</v></c>'
        '<c r="C1"><f t="shared" si="0"/><v>2</v></c><c r="D1"><f>NOW()</f></c><c r="E1"><v>1</v></c></row>'
    )
    found = open_workbook(samples.book(rows)).cells(TITLE)
    formulas = {address: cell.formula for address, cell in found.items()}
    assert formulas == {"A1": 'SUM(B1:C1)&"<"', "B1": "C1*2", "C1": "", "D1": "NOW()", "E1": None}
    assert found["D1"].value is None


def test_shared_strings_join_their_runs_and_leave_readings_out() -> None:
    strings = samples.shared_strings(
        "<t>総務部</t>",
        "<r><rPr><b/></rPr><t>防災</t></r><r><t xml:space='preserve'> 課</t></r>"
        '<rPh sb="0" eb="2"><t>ボウサイ</t></rPh><phoneticPr fontId="1"/>',
        "<t>A_x000D_B_x005F_x0041_</t>",
        "<t/>",
        "<t>1\r\n2</t>",
        count=4_000_000_000,
    )
    rows = "".join(f'<c r="A{n + 1}" t="s"><v>{n}</v></c>' for n in range(6))
    found = cells(f'<row r="1">{rows}</row>', shared_strings=strings)
    assert found == {
        "A1": "総務部",
        "A2": "防災 課",
        "A3": "A\rB_x0041_",
        "A4": "",
        "A5": "1\n2",
        "A6": "5",
    }
    assert isinstance(found["A6"], CellError)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("007", 7),
        ("-12", -12),
        ("999999999999999", 999999999999999),
        ("1234567890123456", 1234567890123456.0),
        ("1E3", 1000.0),
        ("12.0", 12.0),
        (" 5 ", 5),
    ],
)
def test_numbers_are_exactly_as_in_the_file(text: str, value: float) -> None:
    found = cells(f'<row r="1"><c r="A1"><v>{text}</v></c></row>')["A1"]
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize("text", ["NaN", "INF", "1e999", "abc", "1_000", "１２", "--1", "0x10"])
def test_a_number_that_is_none_is_kept_as_text_and_spoils_nothing_else(text: str) -> None:
    found = cells(f'<row r="1"><c r="A1"><v>{text}</v></c><c r="B1"><v>1</v></c></row>')
    assert found == {"A1": text, "B1": 1}
    assert isinstance(found["A1"], CellError)


@pytest.mark.parametrize(
    ("code", "serial", "value"),
    [
        ("yyyy/m/d", "43191", date(2018, 4, 1)),
        ("[$-411]ggge&quot;年&quot;m&quot;月&quot;d&quot;日&quot;", "43191", date(2018, 4, 1)),
        ("yyyy/m/d h:mm", "43191.5", datetime(2018, 4, 1, 12)),  # noqa: DTZ001
        ("h:mm", "0.75", time(18, 0)),
        ("[h]:mm", "1.5", timedelta(hours=36)),
        ("yyyy/m/d", "59", date(1900, 2, 28)),
        ("yyyy/m/d", "60", 60),
        ("yyyy/m/d", "61", date(1900, 3, 1)),
        ("yyyy/m/d", "-3", -3),
        ("0.00E+00", "43191", 43191),
        ("#,##0&quot;years&quot;", "43191", 43191),
        ("[Red]0.0_);\\(0.0\\)", "1", 1),
        ("General", "1", 1),
    ],
)
def test_a_number_shown_as_a_date_is_that_date(code: str, serial: str, value: object) -> None:
    rows = f'<row r="1"><c r="A1" s="1"><v>{serial}</v></c></row>'
    assert cells(rows, styles=samples.styles(code))["A1"] == value


def test_the_1904_date_system_counts_from_1904() -> None:
    workbook = samples.WORKBOOK.replace("<sheets>", '<workbookPr date1904="1"/><sheets>')
    rows = '<row r="1"><c r="A1" s="1"><v>0</v></c></row>'
    found = cells(rows, styles=samples.styles("yyyy/m/d"), workbook=workbook)
    assert found["A1"] == date(1904, 1, 1)


def test_no_serial_number_breaks_the_calendar() -> None:
    for serial in (1e300, -1e300, 2958465.9999999999, 2958466, 0, 0.5, 1, 60.5):
        for kind in DateKind:
            for date_1904 in (False, True):
                moment(serial, kind, date_1904=date_1904)
    assert kind_of_format('yyyy"年"') is DateKind.DATE


ODD_SHAPES = {
    "prefixes": f"""<x:worksheet xmlns:x="{samples.MAIN}"><x:sheetData><x:row r="1">
<x:c r="A1" t="inlineStr"><x:is><x:t>甲</x:t></x:is></x:c><x:c r="B1"><x:f>1+1</x:f><x:v>2</x:v></x:c>
</x:row></x:sheetData></x:worksheet>""",
    "single quotes and other attribute order": f"""<worksheet xmlns='{samples.MAIN}'><sheetData>
<row r='1'><c t='inlineStr' r='A1' s='0'><is><t>甲</t></is></c><c s='0' r='B1'><f>1+1</f><v>2</v></c></row>
</sheetData></worksheet>""",
    "comments and CDATA": samples.sheet(
        '<row r="1"><!-- <c r="C1"><v>9</v></c> --><c r="A1" t="inlineStr"><is><t><![CDATA[甲]]></t></is></c>'
        '<c r="B1"><f><![CDATA[1+1]]></f><v>2</v></c></row>'
    ),
    "no references": samples.sheet(
        '<row><c t="inlineStr"><is><t>甲</t></is></c><c><f>1+1</f><v>2</v></c></row>'
    ),
    "white space everywhere": samples.sheet(
        '<row r="1" >\n<c  r="A1"\n t="inlineStr" >\n<is >\n<t >甲</t >\n</is >\n</c >'
        '<c r="B1" ><f >1+1</f ><v >2</v ></c ></row >'
    ),
    "alternatives": samples.sheet(
        '<row r="1"><c r="A1" t="inlineStr"><is><t>甲</t></is></c>'
        '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        '<mc:Choice Requires="new"><c r="B1"><v>7</v></c></mc:Choice>'
        '<mc:Fallback><c r="B1"><f>1+1</f><v>2</v></c></mc:Fallback></mc:AlternateContent></row>'
    ),
    "Strict": samples.sheet(
        '<row r="1"><c r="A1" t="inlineStr"><is><t>甲</t></is></c><c r="B1"><f>1+1</f><v>2</v></c></row>'
    ).replace(samples.MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main"),
    "cells inside an extension": samples.sheet(
        '<row r="1"><c r="A1" t="inlineStr"><is><t>甲</t></is><extLst><ext uri="{0}"><y:c xmlns:y="urn:y" r="Z9">'
        "<y:v>1</y:v></y:c></ext></extLst></c>"
        '<c r="B1"><f>1+1</f><v>2</v></c></row>'
    ),
}


@pytest.mark.parametrize("shape", ODD_SHAPES)
def test_odd_xml_says_the_same_as_usual_xml(shape: str) -> None:
    book = open_workbook(samples.zipped(samples.parts(ODD_SHAPES[shape])))
    found = {a: (cell.value, cell.formula) for a, cell in book.cells(TITLE).items()}
    assert found == {"A1": ("甲", None), "B1": (2, "1+1")}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_byte_order_marks_and_utf_16_are_read(encoding: str) -> None:
    text = samples.sheet('<row r="1"><c r="A1" t="str"><v>外字</v></c></row>')
    text = text.replace("UTF-8", "UTF-16") if encoding == "utf-16" else text
    assert read_cells(samples.zipped(samples.parts(text.encode(encoding)))) == {
        TITLE: {"A1": "外字"}
    }


def test_the_stated_dimension_is_not_believed() -> None:
    rows = '<row r="40"><c r="AA40"><v>1</v></c></row>'
    assert read_cells(samples.book(rows, '<dimension ref="A1"/>')) == {TITLE: {"AA40": 1}}


def test_one_cell_at_the_far_corner_costs_nothing() -> None:
    assert cells('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>') == {"XFD1048576": 1}


@pytest.mark.parametrize("reference", ["XFE1", "A1048577", "A0", "1A", "", "AAAA1"])
def test_a_cell_that_lies_nowhere_is_a_damaged_workbook(reference: str) -> None:
    with pytest.raises(DamagedWorkbook):
        cells(f'<row r="1"><c r="{reference}"><v>1</v></c></row>')


def test_parts_are_found_through_relationships_alone() -> None:
    found = samples.parts(samples.sheet('<row r="1"><c r="A1"><v>1</v></c></row>'))
    odd = {
        "[Content_Types].xml": samples.CONTENT_TYPES.replace("/xl/w", "/odd /w"),
        "_rels/.rels": samples.ROOT_RELATIONS.replace("xl/", "/odd /"),
        "odd /workbook.xml": found["xl/workbook.xml"],
        "odd /_rels/workbook.xml.rels": samples.relations(worksheet="..\\Blatt%201.bin"),
        "Blatt 1.bin": found["xl/worksheets/sheet1.xml"],
    }
    assert read_cells(samples.zipped(odd)) == {TITLE: {"A1": 1}}


def test_chart_sheets_are_no_worksheets_and_names_know_their_scope() -> None:
    workbook = samples.WORKBOOK.replace(
        "<sheets>", '<sheets><sheet name="グラフ" sheetId="2" r:id="rId2"/>'
    ).replace(
        "</workbook>",
        '<definedNames><definedName name="costs.total" localSheetId="1" hidden="1">評価シート!$B$2'
        '</definedName><definedName name="全体">"a&amp;b"</definedName>'
        '<definedName name="lost" localSheetId="9">X</definedName></definedNames></workbook>',
    )
    found = samples.parts(samples.sheet(""), workbook=workbook)
    found["xl/_rels/workbook.xml.rels"] = samples.relations(
        worksheet="worksheets/sheet1.xml", chartsheet="chartsheets/sheet1.xml"
    )
    book = open_workbook(samples.zipped(found))
    assert book.worksheets == (TITLE,)
    assert [(n.name, n.scope, n.refers_to, n.hidden) for n in book.names] == [
        ("costs.total", TITLE, "評価シート!$B$2", True),
        ("全体", None, '"a&b"', False),
    ]


def test_a_worksheet_not_asked_for_is_not_read() -> None:
    book = open_workbook(samples.zipped(samples.parts("this is no XML")))
    assert book.worksheets == (TITLE,)
    with pytest.raises(DamagedWorkbook):
        book.cells(TITLE)
    with pytest.raises(NotAWorkbook):
        book.cells("別のシート")


def test_merged_ranges_are_given_as_written() -> None:
    after = '<mergeCells count="2"><mergeCell ref="A1:C1"/><mergeCell x="&gt;" ref="D4:E9"/></mergeCells>'
    assert open_workbook(samples.book("", after=after)).merged(TITLE) == ("A1:C1", "D4:E9")


def test_too_many_cells_or_merges_are_refused() -> None:
    with pytest.raises(HostileWorkbook, match=TITLE):
        cells("".join(f"<row><c><v>{n}</v></c></row>" for n in range(200_001)))
    rows = [f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, 200_002)]
    with pytest.raises(HostileWorkbook, match=f"{TITLE}：.*200,000個"):
        cells("".join(rows))
    assert len(cells("".join(rows[:-1]))) == 200_000
    merges = "<mergeCells>" + '<mergeCell ref="A1:XFD1048576"/>' * 5_001 + "</mergeCells>"
    with pytest.raises(HostileWorkbook):
        open_workbook(samples.book("", after=merges)).merged(TITLE)


EMPTY_TEXTS = {
    '<c r="B1" t="str"><f>A1</f><v></v></c>': "",
    '<c r="B1" t="str"><f>A1</f><v/></c>': "",
    '<c r="B1" t="str"><f aca="0">A1</f><v xml:space="preserve"></v></c>': "",
    '<c r="B1" t="str"><f>A1</f></c>': None,
    '<c r="B1" t="str"><v></v></c>': None,
    '<c r="B1" t="str"><v/></c>': None,
    '<c r="B1" s="0" t="str"><v ></v ></c>': None,
    '<c r="B1" t="str"/>': None,
    '<c r="B1" t="n"><f>A1</f><v></v></c>': None,
    '<c r="B1" t="s"><v></v></c>': None,
    '<c r="B1" t="inlineStr"><is><t></t></is></c>': "",
}


@pytest.mark.parametrize("odd", [False, True])
@pytest.mark.parametrize("written", EMPTY_TEXTS)
def test_an_empty_text_is_the_result_of_a_formula_and_else_a_blank(
    written: str, *, odd: bool
) -> None:
    beside = '<c r="C1" t="str"><f>A1</f><v>x</v></c>' + ("<!-- odd -->" if odd else "")
    data = samples.book(f'<row r="1"><c r="A1"><v>1</v></c>{written}{beside}</row>')
    expected = EMPTY_TEXTS[written]
    cell = open_workbook(data).cells(TITLE).get("B1")
    assert (None if cell is None else cell.value) == expected
    assert read_cells(data)[TITLE].get("B1") == expected
    assert (cell is None) == ("<f" not in written and expected is None)
    # Neither of the others tells an empty text from a blank; both see that there is nothing.
    theirs = openpyxl.load_workbook(io.BytesIO(data), data_only=True)[TITLE]["B1"].value
    assert theirs in (None, "")
    grid = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    assert grid[0] == [1.0, "", "x"]


@pytest.mark.parametrize("value", ["", None, "x"])
@pytest.mark.parametrize("written", EMPTY_TEXTS)
def test_what_is_written_over_an_empty_text_is_read_again(written: str, value: str | None) -> None:
    data = samples.book(f'<row r="1">{written}</row>', shared_strings=samples.shared_strings())
    out = patch_cells(data, {(TITLE, "B1"): value}, overwrite_formulas=True)
    assert read_cells(out)[TITLE].get("B1") == value

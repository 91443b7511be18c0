"""What the reader says of formatting that is part of what a cell shows: runs, strike-through, number formats, merges."""

from __future__ import annotations

import io

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font
from openpyxl.styles.numbers import BUILTIN_FORMATS as OPENPYXL_FORMATS

from tests.ooxml import samples
from xlsync.ooxml.read.cell_fonts import CellFont
from xlsync.ooxml.read.merged_areas import covered_addresses
from xlsync.ooxml.read.number_formats import BUILTIN_FORMATS, DateKind, kind_of_format
from xlsync.ooxml.read.reader import SheetFormatting, open_workbook
from xlsync.ooxml.read.text_runs import TextRun

TITLE = "評価シート"
STRUCK_STYLES = (
    f'<styleSheet xmlns="{samples.MAIN}"><numFmts count="1">'
    '<numFmt numFmtId="176" formatCode="#,##0&quot;件&quot;"/></numFmts>'
    '<fonts><font><sz val="11"/></font><font><strike/></font><font><strike val="0"/></font></fonts>'
    '<cellXfs><xf numFmtId="0" fontId="0"/><xf numFmtId="176" fontId="1" applyFont="1"><alignment/></xf>'
    '<xf numFmtId="9" fontId="2"/></cellXfs><dxfs><dxf><font><strike/></font></dxf></dxfs></styleSheet>'
)


def formatting(rows: str, **more: str) -> SheetFormatting:
    return open_workbook(samples.book(rows, **more)).formatting(TITLE)


def struck(text: str) -> TextRun:
    return TextRun(text, is_struck=True)


def kept(text: str) -> TextRun:
    return TextRun(text, is_struck=False)


def test_a_struck_run_is_told_from_the_rest_of_its_text() -> None:
    strings = samples.shared_strings(
        "<t>件数</t>",
        "<r><rPr><strike/><sz val='11'/></rPr><t>120</t></r><r><rPr><sz val='11'/></rPr><t>135</t></r>"
        "<rPh sb='0' eb='1'><t>ヒャク</t></rPh>",
        "<r><t>人口</t></r><r><rPr><vertAlign val='superscript'/></rPr><t>※1</t></r>"
        "<r><rPr><vertAlign val='subscript'/></rPr><t>2</t></r>",
    )
    cells = "".join(f'<c r="A{n}" t="s"><v>{n - 1}</v></c>' for n in (1, 2, 3))
    sheet = formatting(f'<row r="1">{cells}</row>', shared_strings=strings)
    assert sheet["A1"].runs == ()
    in_eleven = CellFont(size=11)
    runs = (struck("120")._replace(font=in_eleven), kept("135")._replace(font=in_eleven))
    assert sheet["A2"].runs == runs
    assert sheet["A3"].runs == (
        kept("人口"),
        TextRun("※1", is_struck=False, is_superscript=True),
        TextRun("2", is_struck=False, is_subscript=True),
    )


def test_runs_of_inline_strings_are_those_of_their_cells() -> None:
    inside = "<is><r><rPr><strike val='1'/></rPr><t>旧</t></r><r><rPr><b/></rPr><t>新_x000D_</t></r></is>"
    rows = f'<row r="1"><c r="A1" t="inlineStr"><is><t>x</t></is></c><c r="B1" t="inlineStr">{inside}</c></row>'
    sheet = formatting(rows)
    assert sheet["A1"].runs == ()
    assert sheet["B1"].runs == (struck("旧"), kept("新\r"))
    prefixed = formatting(rows.replace("<r>", "<!-- --><r>"))
    assert prefixed["B1"].runs == sheet["B1"].runs


@pytest.mark.parametrize("prolog", ["", "<!-- read by a parser of trees -->"])
def test_a_struck_font_strikes_the_cell_and_the_runs_in_its_font(prolog: str) -> None:
    strings = samples.shared_strings(
        "<r><t>全部</t></r><r><rPr><strike/></rPr><t>消す</t></r>",
        "<r><t>消す</t></r><r><rPr><b/></rPr><t>残す</t></r>",
    )
    rows = (
        '<row r="1"><c r="A1" s="1"><v>120</v></c><c r="B1" s="2"><v>0.98</v></c><c r="C1"><v>1</v></c>'
        '<c r="D1" s="1" t="s"><v>0</v></c><c r="E1" s="1" t="s"><v>1</v></c></row>'
    )
    sheet = formatting(rows, shared_strings=strings, styles=prolog + STRUCK_STYLES)
    assert [sheet[f"{column}1"].is_struck for column in "ABCDE"] == [
        True,
        False,
        False,
        True,
        False,
    ]
    assert [run.is_struck for run in sheet["E1"].runs] == [True, False]
    assert [sheet[f"{c}1"].number_format for c in "ABC"] == ['#,##0"件"', "0%", "General"]


def test_number_formats_without_a_code_are_those_of_the_standard() -> None:
    # The others are shown in each country's own way; these two openpyxl has with a misprint or an "h" too many.
    everywhere = {*range(5), *range(9, 14), *range(16, 22), *range(45, 50)} - {16, 17, 19, 47}
    assert {BUILTIN_FORMATS[n] for n in everywhere} == {OPENPYXL_FORMATS[n] for n in everywhere}
    assert kind_of_format(BUILTIN_FORMATS[35]) is DateKind.DATE  # 4月1日 in Japan, a time in Taiwan


def test_a_workbook_without_styles_or_strings_has_no_formatting() -> None:
    sheet = formatting('<row r="1"><c r="A1" s="7"><v>1</v></c></row>')
    assert sheet["A1"] == sheet["ZZ9"] == ("General", False, ())


def test_formatting_another_program_wrote_is_read() -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page["A1"] = CellRichText(TextBlock(InlineFont(strike=True), "120"), "135")
    page["A2"] = 0.98
    page["A2"].number_format = "0%"
    page["A3"] = "廃止"
    page["A3"].font = Font(strike=True)
    out = io.BytesIO()
    book.save(out)
    sheet = open_workbook(out.getvalue()).formatting("Sheet")
    assert sheet["A1"].runs == (struck("120"), kept("135"))
    assert (sheet["A2"].number_format, sheet["A2"].is_struck) == ("0%", False)
    assert sheet["A3"].is_struck


def test_what_merged_ranges_hide_is_found() -> None:
    rows = (
        '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c><c r="C1"><v>3</v></c><c r="D1"><v>4</v></c></row>'
        '<row r="2"><c r="A2"><v>5</v></c><c r="C2"><v>6</v></c></row>'
    )
    merges = '<mergeCells><mergeCell ref="A1:B2"/><mergeCell ref="D1:D9"/><mergeCell ref="C2:C4"/></mergeCells>'
    book = open_workbook(samples.book(rows, after=merges))
    hidden = {
        merge: {address: cell.value for address, cell in cells.items()}
        for merge, cells in book.covered_cells(TITLE).items()
    }
    assert hidden == {"A1:B2": {"B1": 2, "A2": 5}}


def test_ranges_that_are_none_cover_nothing() -> None:
    assert covered_addresses(["", "A1:XFE1", "B1:C1"], ["A1", "C1"]) == {"B1:C1": ("C1",)}

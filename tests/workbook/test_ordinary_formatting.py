"""Nobody is told of ordinary formatting: fonts, colours, borders, furigana and usual number formats over a city's sheets."""

from __future__ import annotations

import io
import re
import zipfile

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Alignment, Border, Color, Font, PatternFill, Side

from tests import exploring, papers, strategies
from tests.cities import WORKSHEET, City, saved
from xlsync.form.library import load_form
from xlsync.kinds import Code, Measure, Money
from xlsync.sheet import Sheet
from xlsync.workbook.reading.form_reader import read
from xlsync.workbook.stamp import Stamp
from xlsync.workbook.template.fill import fill
from xlsync.workbook.template.template import build_template

EDITION = load_form().at(papers.EDITION)
FREE = [
    field
    for field in EDITION.fields
    if field.path not in EDITION.definition.identity.key and field.filled_by != "computed"
]
FILE = "評価シート/甲.xlsx"
AMOUNT_FORMATS = (
    "General",
    "0",
    "#,##0",
    "#,##0_ ",
    "#,##0;[Red]-#,##0",
    "#,##0;△#,##0",
    '#,##0"千円"',
    "#,##0_);[Red]\\(#,##0\\)",
    '_ * #,##0_ ;_ * \\-#,##0_ ;_ * "-"_ ;_ @_ ',
    "[$-411]#,##0",
)
MEASURE_FORMATS = ("General", "0.00", "0.0##", "#,##0.00", "0.00;[Red]-0.00")
FONTS = (
    Font(name="ＭＳ 明朝", sz=8),  # no larger than the form's: a text that fits no longer is told
    Font(bold=True, color="FFFF0000"),
    Font(italic=True, underline="single"),
)
RUNS = (
    InlineFont(b=True, sz=8),
    InlineFont(color=Color("FFFF0000")),
    InlineFont(u="single", rFont="ＭＳ ゴシック"),
)
YELLOW = PatternFill("solid", fgColor="FFFFFF00")
THIN = Side("thin")
BOX = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)


def _filled(sheet: Sheet) -> bytes:
    stamp = Stamp(EDITION.form, EDITION.year, sheet.key)
    return fill(build_template(load_form(), papers.EDITION), sheet, stamp)


def formatted(data: bytes, choice: int) -> bytes:
    """The workbook with every field formatted in one of the usual ways, which differ from field to field and by `choice`."""
    cells = read(data)[0].cells
    book = openpyxl.load_workbook(io.BytesIO(data), rich_text=True)
    for number, field in enumerate(FREE, start=choice):
        cell = book[WORKSHEET][cells[field.path]]
        cell.font, cell.fill, cell.border = FONTS[number % len(FONTS)], YELLOW, BOX
        cell.alignment = Alignment(horizontal="center", wrap_text=True, shrink_to_fit=False)
        if isinstance(cell.value, str) and len(cell.value) > 1 and not isinstance(field.kind, Code):
            run = TextBlock(RUNS[number % len(RUNS)], cell.value[:1])
            cell.value = CellRichText(run, cell.value[1:])
        elif isinstance(field.kind, Money):
            cell.number_format = AMOUNT_FORMATS[number % len(AMOUNT_FORMATS)]
        elif isinstance(field.kind, Measure):
            cell.number_format = MEASURE_FORMATS[number % len(MEASURE_FORMATS)]
    return _with_furigana(saved(book))


def _with_furigana(data: bytes) -> bytes:
    """The workbook with a reading on the first character of every text, as Excel keeps what was typed into its converter."""
    reading = (
        b'<rPh sb="0" eb="1"><t>\xe3\x83\xa8\xe3\x83\x9f 12</t></rPh><phoneticPr fontId="1"/></si>'
    )
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            if name == "xl/sharedStrings.xml":
                part, count = re.subn(rb"</si>", reading, part)
                assert count > 100
            target.writestr(name, part)
    return out.getvalue()


def assert_formatting_says_nothing(data: bytes, choice: int) -> None:
    [before], [after] = read(data), read(formatted(data, choice))
    assert [
        field.path for field in FREE if after.sheet[field.path] != before.sheet[field.path]
    ] == []
    assert after.sheet.unreadable == before.sheet.unreadable
    assert set(after.findings) <= set(before.findings)


@pytest.mark.parametrize(("key", "choice"), [*zip(papers.KEYS, (0, 1, 2, 0, 1), strict=True)])
def test_an_official_sheet(key: str, choice: int) -> None:
    assert_formatting_says_nothing(_filled(papers.sheet(key)), choice)


@settings(
    max_examples=exploring.examples(6), suppress_health_check=list(HealthCheck), deadline=None
)
@given(strategies.sheets(papers.edition()), st.integers(0, 9))
def test_a_sheet_of_any_city(sheet: Sheet, choice: int) -> None:
    assert_formatting_says_nothing(_filled(sheet), choice)


@pytest.mark.parametrize("key", papers.KEYS)
def test_what_is_brought_back_formatted_is_what_was_given_out(city: City, key: str) -> None:
    """Neither the reader nor a rule of the form finds anything that it did not find in the sheet as it was given out."""
    city.register()
    data = city.give_out(key)
    plain = city.bring_one(data, FILE)
    receipt = city.bring_one(formatted(data, 3), FILE)
    assert receipt.outcome == plain.outcome == "unchanged"
    assert set(receipt.findings) <= set(plain.findings)

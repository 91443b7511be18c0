"""Whole sheets as staff leave them: what a clerk, who sees the page alone, would write down of every cell is what is read."""

from __future__ import annotations

import io
from typing import Any, NamedTuple

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Border, Font, PatternFill, Side

from tests import papers
from tests.cities import WORKSHEET, saved
from tests.workbook.test_cell_reading import issued
from xlsync.form.library import load_form
from xlsync.kinds import Code, Money, Text, Value
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
AMOUNTS = [field.path for field in FREE if isinstance(field.kind, Money)]
TEXTS = [field.path for field in FREE if isinstance(field.kind, Text)]
ISSUED = papers.sheet()
HIDDEN = ("\u200b", "\ufeff", "\u200e", "\u2060", "\xad")
PLAIN_FORMATS = (
    "General",
    "0",
    "#,##0",
    "#,##0.0",
    "#,##0;△#,##0",
    '#,##0"千円"',
    "#,##0;[Red]-#,##0",
)
FONT, YELLOW = Font(bold=True, color="FFFF0000"), PatternFill("solid", fgColor="FFFFFF00")
THIN = Side("thin")
BOX = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
STRUCK, BOLD = InlineFont(strike=True), InlineFont(b=True, sz=8)


class Typed(NamedTuple):
    """What is put into a cell, and what a clerk writes down of it; `is_said` where a warning must say so."""

    content: Any
    seen: Value
    number_format: str = "General"
    is_said: bool = False
    is_struck: bool = False


@st.composite
def amounts(draw: st.DrawFn) -> Typed:
    """An amount as it is, with a struck run before it, a mark behind it, hidden characters in it, or struck wholly."""
    number = draw(st.integers(0, 10**7))
    match draw(st.sampled_from(["number", "struck", "mark", "hidden", "wholly"])):
        case "struck":
            runs = CellRichText(TextBlock(STRUCK, "120"), str(number))
            return Typed(runs, number, is_said=True)
        case "mark":
            mark = draw(st.sampled_from(["①", "²", "※1"]))
            return Typed(f"{number}{mark}", number, is_said=True)
        case "hidden":
            # As text, no total of the page has it in.
            return Typed(f"{draw(st.sampled_from(HIDDEN))}{number:,}千円 ", number, is_said=True)
        case "wholly":
            return Typed(number, None, is_said=True, is_struck=True)
        case _:
            return Typed(number, number, draw(st.sampled_from(PLAIN_FORMATS)))


@st.composite
def texts(draw: st.DrawFn) -> Typed:
    """A text of plain, bold and struck runs, or one with hidden characters in it."""
    words = st.sampled_from(["課題", "継続する", "平成30年度", "①市民", "CO₂"])
    first, second = draw(words), draw(words)
    match draw(st.sampled_from(["plain", "bold", "struck", "hidden"])):
        case "bold":
            return Typed(CellRichText(TextBlock(BOLD, first), second), first + second)
        case "struck":
            return Typed(CellRichText(TextBlock(STRUCK, first), second), second, is_said=True)
        case "hidden":
            return Typed(f"{first}{draw(st.sampled_from(HIDDEN))}{second}", first + second)
        case _:
            return Typed(first + second, first + second)


def _drawn(
    paths: list[str], cells: st.SearchStrategy[Typed]
) -> st.SearchStrategy[dict[str, Typed]]:
    return st.dictionaries(st.sampled_from(paths), cells, max_size=8)


@settings(max_examples=15)
@given(_drawn(AMOUNTS, amounts()), _drawn(TEXTS, texts()))
def test_every_cell_is_what_a_clerk_writes_down(
    drawn_amounts: dict[str, Typed], drawn_texts: dict[str, Typed]
) -> None:
    drawn = drawn_amounts | drawn_texts
    data, cells = issued()
    book = openpyxl.load_workbook(io.BytesIO(data), rich_text=True)
    for path, typed in drawn.items():
        cell = book[WORKSHEET][cells[path]]
        cell.value, cell.number_format = typed.content, typed.number_format
        cell.font = Font(strike=typed.is_struck)
    [reading] = read(saved(book))
    clerk = {field.path: ISSUED[field.path] for field in FREE}
    clerk |= {path: typed.seen for path, typed in drawn.items()}
    assert {path: reading.sheet[path] for path in clerk} == clerk
    said = {found.path for found in reading.findings if found.severity != "note"}
    assert said & clerk.keys() == {path for path, typed in drawn.items() if typed.is_said}


@pytest.mark.parametrize("key", papers.KEYS)
def test_ordinary_formatting_of_a_whole_sheet_is_not_spoken_of(key: str) -> None:
    sheet = papers.sheet(key)
    stamp = Stamp(EDITION.form, EDITION.year, sheet.key)
    data = fill(build_template(load_form(), papers.EDITION), sheet, stamp)
    [before] = read(data)
    book = openpyxl.load_workbook(io.BytesIO(data), rich_text=True)
    for field in FREE:
        cell = book[WORKSHEET][before.cells[field.path]]
        cell.font, cell.fill, cell.border = FONT, YELLOW, BOX
        if isinstance(field.kind, Money):
            cell.number_format = "#,##0;[Red]-#,##0"
        elif isinstance(cell.value, str) and not isinstance(field.kind, Code):
            cell.value = CellRichText(TextBlock(BOLD, cell.value[:1]), cell.value[1:] or " ")
    [after] = read(saved(book))
    assert {field.path: after.sheet.text(field.path).rstrip() for field in FREE} == {
        field.path: before.sheet.text(field.path).rstrip() for field in FREE
    }
    spoken = [found for found in after.findings if found.severity != "note"]
    assert spoken == [found for found in before.findings if found.severity != "note"]

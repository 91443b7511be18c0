"""Whole sheets as staff leave them: what a clerk, who sees the page alone, would write down of every cell is what is read."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

import openpyxl
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font

from tests import exploring, papers
from tests.cities import WORKSHEET, saved
from tests.workbook.moved_lines import Lines, move_lines
from tests.workbook.test_cell_reading import issued
from xlsync.errors import NotOurForm
from xlsync.form.edition import Field
from xlsync.form.library import load_form
from xlsync.kinds import Amount, Measure, Money, Quantity, Text, Value
from xlsync.workbook.reading.form_reader import read

EDITION = load_form().at(papers.EDITION)
FREE = [
    field
    for field in EDITION.fields
    if field.path not in EDITION.definition.identity.key and field.filled_by != "computed"
]
AMOUNTS = [field.path for field in FREE if isinstance(field.kind, Money)]
TEXTS = [field.path for field in FREE if isinstance(field.kind, Text)]
MEASURES = [
    field.path for field in FREE if isinstance(field.kind, Measure) and field.kind.unit == "時間"
]
QUANTITIES = [field.path for field in FREE if isinstance(field.kind, Amount)]
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
STRUCK, RAISED, BOLD = (
    InlineFont(strike=True),
    InlineFont(vertAlign="superscript"),
    InlineFont(b=True, sz=8),
)


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
            return Typed(f"{draw(st.sampled_from(HIDDEN))}{number:,}千円 ", number)
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


@st.composite
def quantities(draw: st.DrawFn) -> Typed:
    """A quantity whose per cent, unit or scale is in the number format alone, or typed with a mark or a struck run."""
    number = draw(st.integers(1, 10**6))
    match draw(st.sampled_from(["per cent", "unit", "thousands", "mark", "struck", "hidden"])):
        case "per cent":
            return Typed(number / 1000, Quantity(_plain(Decimal(number) / 10), "%"), "0.0%")
        case "unit":
            return Typed(number, Quantity(number, "件"), '#,##0"件"')
        case "thousands":
            return Typed(number * 1000, Quantity(number, "千人"), '#,##0,"千人"')
        case "mark":
            return Typed(f"{number:,}件※1", Quantity(number, "件"), is_said=True)
        case "struck":
            runs = CellRichText(TextBlock(STRUCK, "80"), f"{number}%")
            return Typed(runs, Quantity(number, "%"), is_said=True)
        case _:
            return Typed(f"{number:,}{draw(st.sampled_from(HIDDEN))}件", Quantity(number, "件"))


def _plain(number: Decimal) -> Decimal | int:
    return int(number) if number == int(number) else number


@st.composite
def hours(draw: st.DrawFn) -> Typed:
    """Hours as a number, as a duration beyond a day, or with a raised mark of a note."""
    quarters = draw(st.integers(1, 20_000))
    match draw(st.sampled_from(["number", "duration", "raised"])):
        case "duration":
            return Typed(
                timedelta(minutes=15 * quarters), Decimal(quarters) / 4, "[h]:mm", is_said=True
            )
        case "raised":
            runs = CellRichText(str(quarters), TextBlock(RAISED, "2"))
            return Typed(runs, Decimal(quarters), is_said=True)
        case _:
            return Typed(quarters / 4, Decimal(quarters) / 4, "0.00")


@st.composite
def days(draw: st.DrawFn) -> Typed:
    """A day in a text: with the year of the era, and without any, which nobody typed."""
    day = draw(st.dates(date(1990, 1, 1), date(2018, 12, 31)))
    if draw(st.booleans()):
        shown = f"平成{day.year - 1988}年{day.month}月{day.day}日"
        return Typed(day, shown, '[$-411]ggge"年"m"月"d"日"')
    return Typed(day, f"{day.month}月{day.day}日", 'm"月"d"日"', is_said=True)


def _drawn(
    paths: list[str], cells: st.SearchStrategy[Typed]
) -> st.SearchStrategy[dict[str, Typed]]:
    return st.dictionaries(st.sampled_from(paths), cells, max_size=8)


Damage = Callable[[Any, list[str]], None]


def _nothing(_book: Any, _names: list[str]) -> None:
    pass


def _without_names(book: Any, names: list[str]) -> None:
    for name in names:
        del book[WORKSHEET].defined_names[name]


def _without_any_name(book: Any, _names: list[str]) -> None:
    book[WORKSHEET].defined_names.clear()


def _without_properties(book: Any, _names: list[str]) -> None:
    for name in list(book.custom_doc_props.names):
        del book.custom_doc_props[name]


def _renamed(book: Any, _names: list[str]) -> None:
    book[WORKSHEET].title = "提出用 (2)"


def _other_worksheets(book: Any, _names: list[str]) -> None:
    book.create_sheet("作業用", 0)["A1"] = "=SUM(1,2)"


DAMAGES: tuple[Damage, ...] = (
    _nothing,
    _without_names,
    _without_any_name,
    _without_properties,
    _renamed,
    _other_worksheets,
)


LINES = st.builds(
    Lines,
    st.sampled_from(["insert", "insert", "delete", "move"]),
    st.booleans(),
    st.integers(1, 50),
    st.integers(1, 3),
)
"""What people do to rows and columns."""


@settings(max_examples=exploring.examples(12))
@given(
    _drawn(AMOUNTS, amounts()),
    _drawn(TEXTS, texts() | days()),
    _drawn(QUANTITIES, quantities()),
    _drawn(MEASURES, hours()),
    st.sampled_from(DAMAGES),
    st.lists(st.sampled_from(FREE), max_size=5, unique=True),
    st.none() | LINES,
)
def test_every_cell_is_what_a_clerk_writes_down(  # noqa: PLR0913, PLR0917 (one strategy for each kind of field)
    drawn_amounts: dict[str, Typed],
    drawn_texts: dict[str, Typed],
    drawn_quantities: dict[str, Typed],
    drawn_hours: dict[str, Typed],
    damage: Damage,
    nameless: list[Field],
    lines: Lines | None,
) -> None:
    drawn = drawn_amounts | drawn_texts | drawn_quantities | drawn_hours
    data, cells = issued()
    book = openpyxl.load_workbook(io.BytesIO(data), rich_text=True)
    for path, typed in drawn.items():
        cell = book[WORKSHEET][cells[path]]
        cell.value, cell.number_format = typed.content, typed.number_format
        cell.font = Font(strike=typed.is_struck)
    left = set(cells.values())
    if lines is not None:
        left &= move_lines(book[WORKSHEET], lines).keys()
    damage(book, [field.cell_name for field in nameless])
    try:
        [reading] = read(saved(book))
    except NotOurForm:
        assert lines is not None  # said of the whole file
        assert lines.what != "insert"
        return
    clerk = {field.path: ISSUED[field.path] for field in FREE}
    clerk |= {path: typed.seen for path, typed in drawn.items()}
    clerk |= {path: None for path in clerk if cells[path] not in left}
    errors = {found.path for found in reading.findings if found.severity == "error"}
    lost = (
        set(reading.unlocated) & errors if lines is not None and lines.what != "insert" else set()
    )
    wrong = {
        path: reading.sheet[path]
        for path in clerk.keys() - lost
        if reading.sheet[path] != clerk[path]
    }
    assert wrong == {}
    said = {found.path for found in reading.findings if found.severity != "note"}
    expected = {path for path, typed in drawn.items() if typed.is_said and cells[path] in left}
    assert (said & clerk.keys()) - lost == expected - lost

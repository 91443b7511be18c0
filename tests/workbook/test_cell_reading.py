"""Every cell is read as a careful clerk would: what the page shows is its value, and a guess is said with a warning."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable
from copy import copy
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.styles import Font

from tests import exploring, papers
from tests.cities import WORKSHEET, City, saved
from xlsync.form.library import load_form
from xlsync.kinds import DASH, Quantity, Value
from xlsync.ooxml.patch.patch import Formula, patch_cells
from xlsync.workbook.reading.form_reader import read
from xlsync.workbook.reading.reading import Reading
from xlsync.workbook.stamp import Stamp
from xlsync.workbook.template.fill import fill
from xlsync.workbook.template.template import build_template

GENERAL = "costs.2017-settled.sources.general"
"""Money, part of a live sum."""
HOURS = "costs.2017-settled.overtime_hours"
ACTUAL = "indicator.actuals.2017"
ISSUES = "years.2017.issues"
LAW = "legal_basis"
CHOICE = "costs.2017-settled.temporary_staff"
CHARGE = "costs.2017-settled.project_cost"
"""Money that is computed from others."""
ACTUALS = [f"indicator.actuals.{year}" for year in range(2014, 2021)]
TEXTS = [ISSUES, "years.2018.issues", "purpose", "outline"]
SOURCES = [
    f"costs.{column}.sources.general"
    for column in ("2016-settled", "2017-settled", "2018-initial", "2019-initial")
] + ["costs.2017-settled.sources.national"]
STRUCK, RAISED, LOWERED = (
    InlineFont(strike=True),
    InlineFont(vertAlign="superscript"),
    InlineFont(vertAlign="subscript"),
)
BOLD = InlineFont(b=True, sz=8)


@cache
def issued() -> tuple[bytes, dict[str, str]]:
    sheet = papers.sheet()
    data = fill(
        build_template(load_form(), papers.EDITION),
        sheet,
        Stamp("jimu-jigyo-hyoka", papers.EDITION, sheet.key),
    )
    return data, dict(read(data)[0].cells)


Change = Callable[[Any], None]


def after(path: str, change: Change) -> Reading:
    """A sheet as given out, read after one cell was changed in a program that writes formats."""
    return after_all({path: change})


def after_all(changes: dict[str, Change]) -> Reading:
    """The same after several cells were changed."""
    page, cells = opened()[WORKSHEET], issued()[1]
    places = [page[cells[path]] for path in changes]
    before = [(cell, cell.value, copy(cell.font), cell.number_format) for cell in places]
    formats = page.conditional_formatting
    page.conditional_formatting = same_formats(formats)
    try:
        for cell, change in zip(places, changes.values(), strict=True):
            change(cell)
        return read(saved(opened()))[0]
    finally:
        for cell, value, font, number_format in before:
            cell.value, cell.font, cell.number_format = value, font, number_format
        page.conditional_formatting = formats


def same_formats(formats: ConditionalFormattingList) -> ConditionalFormattingList:
    """A list of the same conditional formats, to which more can be added."""
    same = ConditionalFormattingList()
    for cells in formats:
        for rule in cells.rules:
            same.add(cells, rule)
    return same


@cache
def opened() -> openpyxl.Workbook:
    """The sheet as given out; loading it takes twice as long as saving it, so all is put back after each change."""
    return openpyxl.load_workbook(io.BytesIO(issued()[0]), rich_text=True)


def holds(value: Any, number_format: str = "", **font: Any) -> Change:
    def change(cell: Any) -> None:
        cell.value = value
        if number_format:
            cell.number_format = number_format
        if font:
            cell.font = Font(**font)

    return change


def rich(*runs: str | tuple[InlineFont, str]) -> Change:
    return holds(CellRichText(*(run if isinstance(run, str) else TextBlock(*run) for run in runs)))


def codes(reading: Reading, path: str) -> dict[str, str]:
    return {found.code: found.severity for found in reading.findings if found.path == path}


@pytest.mark.parametrize(
    ("path", "change", "value", "code"),
    [
        (GENERAL, rich((STRUCK, "120"), "135"), 135, "struck"),
        (GENERAL, rich("135", (STRUCK, "（120）")), 135, "struck"),
        (ACTUAL, rich((STRUCK, "80"), "90%"), Quantity(90, "%"), "struck"),
        (ISSUES, rich((STRUCK, "廃止する。"), "継続する。"), "継続する。", "struck"),
        (CHOICE, rich((STRUCK, "有"), "無"), "無", "struck"),
        (ISSUES, holds("廃止する。", strike=True), None, "struck-out"),
        (GENERAL, holds(120, strike=True), None, "struck-out"),
        (ISSUES, rich((STRUCK, "廃止"), (STRUCK, "する")), None, "struck-out"),
        (GENERAL, rich("234", (RAISED, "1")), 234, "mark-removed"),
        (HOURS, rich("150", (LOWERED, "2")), Decimal(150), "mark-removed"),
        (ACTUAL, rich("8,098件", (RAISED, "注1")), Quantity(8098, "件"), "mark-removed"),
        (CHOICE, rich("有", (RAISED, "1")), "有", "mark-removed"),
        (GENERAL, holds("234①"), 234, "mark-removed"),
        (GENERAL, holds("234²"), 234, "mark-removed"),
        (HOURS, holds("150②"), Decimal(150), "mark-removed"),
        (ACTUAL, holds("234※1"), Quantity(234), "mark-removed"),
        (HOURS, holds(dt.timedelta(hours=1499, minutes=15), "[h]:mm"), Decimal("1499.25"), "read-as-shown"),
        (HOURS, holds(dt.time(8, 15), "h:mm"), Decimal("8.25"), "read-as-shown"),
        ("individual_plan", holds(dt.date(2026, 4, 1), 'm"月"d"日"'), "4月1日", "date-converted"),
        (ISSUES, holds('=DISPIMG("ID_0000",1)'), None, "picture"),
        (GENERAL, holds(25_777, '"¥"#,##0'), 25_777, "unit-shown"),
        (ISSUES, rich((STRUCK, "廃止する。"), "\n継続する。"), "継続する。", "struck"),
        (GENERAL, holds(25_777, ";;;"), 25_777, "hidden-by-format"),
        (GENERAL, holds("25777", ";;;"), 25_777, "hidden-by-format"),
        (ISSUES, holds("課題", ";;;"), "課題", "hidden-by-format"),
        (ACTUAL, holds(5, '"達成"'), "達成", "read-as-shown"),
        (ACTUAL, holds(500, '"△"#,##0'), Quantity(-500), "read-as-shown"),
        (ACTUAL, holds(-500, "#,##0;#,##0"), Quantity(500), "read-as-shown"),
        (ACTUAL, holds(123_456, '0!.0,"万円"'), Quantity(Decimal("12.3"), "万円"), "read-as-shown"),
        (HOURS, holds(25_777_000, "[>=1000]#,##0,;0"), Decimal(25_777), "read-as-shown"),
    ],
)  # fmt: skip
def test_what_a_clerk_would_write_down_is_read_and_said(
    path: str, change: Change, value: Value, code: str
) -> None:
    reading = after(path, change)
    assert reading.sheet[path] == value
    assert path not in reading.sheet.unreadable
    assert codes(reading, path)[code] == "warning"
    assert "normalised" not in codes(reading, path)


@pytest.mark.parametrize(
    ("path", "change", "value", "code"),
    [
        (ACTUAL, holds(0.98, "0%"), Quantity(98, "%"), "normalised"),
        (ACTUAL, holds(0.98437, "0.0%"), Quantity(Decimal("98.4"), "%"), "normalised"),
        (ACTUAL, holds(8098, '#,##0"件"'), Quantity(8098, "件"), "normalised"),
        (ACTUAL, holds(-5, '#,##0"件";△#,##0"件"'), Quantity(-5, "件"), "normalised"),
        (ACTUAL, holds(5, '0"件（延べ）"'), "5件（延べ）", "normalised"),
        (ACTUAL, holds(-5, '0"件";("△"0"件")'), Quantity(-5, "件"), "normalised"),
        (ACTUAL, holds(-5, '0"件";"（"0"）件"'), Quantity(-5, "件"), "normalised"),
        (ACTUAL, holds(-5, '0"件";-(0)"件"'), Quantity(-5, "件"), "normalised"),
        (ACTUAL, rich("100m", (RAISED, "2")), "100m²", "normalised"),
        (ACTUAL, rich("5×10", (RAISED, "3"), "件"), "5×10³件", "normalised"),
        (ISSUES, rich("CO", (LOWERED, "2"), "を減らす"), "CO₂を減らす", "normalised"),
        (ISSUES, holds(dt.timedelta(hours=36, minutes=30), "[h]:mm"), "36:30", "normalised"),
        (LAW, holds(dt.date(2018, 4, 1), '[$-411]ggge"年"m"月"d"日"'), "平成30年4月1日", "normalised"),
        (LAW, holds(dt.date(2018, 4, 1), "yyyy/m/d"), "2018/4/1", "normalised"),
        (LAW, holds(0.98, "0%"), "98%", "normalised"),
        (LAW, holds(7, "000"), "007", "normalised"),
        (LAW, holds(dt.date(2018, 4, 1), "[$-F800]dddd\\,\\ mmmm"), "2018年4月1日", "normalised"),
        (LAW, holds(dt.date(2019, 6, 1), '[<43586]ggge"年";"令和元年"m"月"'), "令和元年6月", "normalised"),
        (LAW, holds(dt.date(2018, 4, 1), "aaaa"), "日曜日", "normalised"),
        (LAW, holds(312_345_678, "000-000-0000"), "031-234-5678", "normalised"),
        (LAW, holds("継続", '@"中"'), "継続中", "normalised"),
        (ACTUAL, holds(8098, 'General"件"'), Quantity(8098, "件"), "normalised"),
        (ACTUAL, holds(98, "0!%"), Quantity(98, "%"), "normalised"),
        (ACTUAL, holds(12_000, '[>=1000]#,##0,"千人";0"人"'), Quantity(12, "千人"), "normalised"),
        (ACTUAL, holds("98", '@"件"'), Quantity(98, "件"), "normalised"),
        (ISSUES, holds("一つめ_x000B_二つめ"), "一つめ\n二つめ", "normalised"),
        (GENERAL, holds("25777\u200b"), 25_777, "normalised"),
        (CHOICE, holds("有\u200b"), "有", "normalised"),
    ],
)  # fmt: skip
def test_what_is_certain_is_a_note(path: str, change: Change, value: Value, code: str) -> None:
    reading = after(path, change)
    assert reading.sheet[path] == value
    assert codes(reading, path) == {code: "note"}


@pytest.mark.parametrize(
    ("path", "change"),
    [
        *((GENERAL, holds(25_777, code)) for code in (
            "General", "0", "#,##0", "#,##0.00", "#,##0;[Red]-#,##0", "#,##0;△#,##0", "#,##0_ ;[Red]\\-#,##0\\ ",
            '_ * #,##0_ ;_ * \\-#,##0_ ;_ * "-"_ ;_ @_ ', '#,##0"千円"', "#,##0千円", "@", "000000", "[$-411]#,##0",
            'General"千円"', '@"千円"', "[>=1000]#,##0;0", "0.00E+00", "# ?/?", '"+"#,##0;"-"#,##0',
        )),
        *((GENERAL, holds(25_777, b=True, color="FFFF0000")),),
        (GENERAL, rich("25", (BOLD, "777"))),
        (CHOICE, rich((BOLD, "無"))),
    ],
)  # fmt: skip
def test_ordinary_formatting_changes_nothing_and_is_not_spoken_of(
    path: str, change: Change
) -> None:
    reading = after(path, change)
    assert reading.sheet[path] == papers.sheet()[path]
    assert set(codes(reading, path)) <= {"normalised"}


@pytest.mark.parametrize("code", ["0.00", "#,##0", "#,##0;△#,##0", "0;0"])
def test_the_sign_of_what_is_rounded_to_zero_is_not_lost(code: str) -> None:
    """A format that shows 0 for -0.004 shows a rounded number, as it does for 0.004, and not another one."""
    reading = after(HOURS, holds(-0.004, code))
    assert reading.sheet[HOURS] == Decimal("-0.004")
    assert codes(reading, HOURS) == {}


@pytest.mark.parametrize("value", [0, -3])
def test_a_zero_shown_as_a_dash_stays_zero_and_a_bracketed_number_negative(value: int) -> None:
    code = '_ * #,##0_ ;(#,##0);_ * "-"_ ;_ @_ '
    reading = after(GENERAL, holds(value, code))
    assert reading.sheet[GENERAL] == value
    assert reading.sheet[GENERAL] != DASH
    assert codes(reading, GENERAL) == {}


@pytest.mark.parametrize(
    ("path", "change", "code", "words"),
    [
        (GENERAL, holds(134_188_000, "#,##0,"), "scaled-in-sum", "134,188"),
        (GENERAL, holds(134_188_000, '#,##0,"千円"'), "scaled-in-sum", "134188000"),
        (GENERAL, holds(134_188_000, '#,##0"円"'), "unreadable", "134,188,000円"),
        (GENERAL, holds(134_188_000, '#,##0,,"百万円"'), "unreadable", "134百万円"),
        (GENERAL, holds(0.5, "0%"), "unreadable", "50%"),
        (GENERAL, holds(dt.date(2018, 4, 1), "yyyy/m/d"), "unreadable", "2018/4/1"),
        (HOURS, holds(dt.datetime(1900, 3, 2, 11, 15), "h:mm"), "unreadable", "11:15"),  # noqa: DTZ001
        ("costs.2017-settled.regular_staff_fte", holds(dt.timedelta(hours=30), "[h]:mm"), "unreadable", "30:00"),
        (ACTUAL, holds(dt.date(2018, 4, 1), 'm"月"d"日"'), "unreadable", "4月1日"),
        (GENERAL, holds(25_777, 'General"件"'), "unreadable", "25777件"),
        (GENERAL, holds("25777", '@"百万円"'), "unreadable", "25777百万円"),
        (GENERAL, holds(25_777_000, "[>=1000]#,##0,;0"), "scaled-in-sum", "25,777"),
        (GENERAL, holds(500, '"△"#,##0'), "scaled-in-sum", "△500"),
        (GENERAL, holds(-500, "#,##0;#,##0"), "scaled-in-sum", "500"),
        (GENERAL, holds(257_770, "0!.0,"), "unreadable", "25.8"),
        (GENERAL, holds(25_777, "000-0000"), "unreadable", "002-5777"),
        (GENERAL, holds(5, '"未定"'), "unreadable", "未定"),
    ],
)  # fmt: skip
def test_what_nobody_can_know_is_an_error_in_the_words_of_the_page(
    path: str, change: Change, code: str, words: str
) -> None:
    reading = after(path, change)
    assert reading.sheet[path] is None
    assert words in reading.sheet.unreadable[path]
    assert codes(reading, path) == {code: "error"}
    assert any(words in found.message for found in reading.findings if found.path == path)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (holds(None, "#,##0,"), "{thousands}"),
        (holds(None, '#,##0"百万円"'), "{amount:,}百万円"),
        (holds(None, ";;;"), "空欄"),
        (holds(None, strike=True), "取り消し線"),
    ],
)
def test_a_total_that_is_shown_otherwise_than_it_is_computed_is_said(
    change: Change, words: str
) -> None:
    def keep_formula(cell: Any) -> None:
        formula = cell.value
        change(cell)
        cell.value = formula

    reading = after(CHARGE, keep_formula)
    assert reading.sheet[CHARGE] == papers.sheet()[CHARGE]
    assert codes(reading, CHARGE) == {"total-not-shown": "warning"}
    amount = int(str(papers.sheet()[CHARGE]))
    words = words.format(amount=amount, thousands=round(amount / 1000))
    assert any(f"「{words}」" in found.message for found in reading.findings)


@pytest.mark.parametrize(
    "typed",
    [
        "234①件",
        "2＊件②",
        "2件＊",
        "234注",
        "280①分以内",
        "90※%",
        "10⁴人",
        "234★",
        "234件 *1",
        "5件1)",
        "5件[注1]",
    ],
)
def test_a_mark_between_number_and_unit_is_said(typed: str) -> None:
    said = codes(after(ACTUAL, holds(typed)), ACTUAL)
    assert set(said) <= {"mark-in-quantity", "mark-removed"}
    assert set(said.values()) == {"warning"}


@pytest.mark.parametrize(
    "typed", ["8,098件", "5注文", "100m²", "5㎡", "280分以内", "実施①", "約8件"]
)
def test_a_quantity_without_a_mark_is_not_spoken_of(typed: str) -> None:
    assert codes(after(ACTUAL, holds(typed)), ACTUAL) == {}


def test_a_scale_counts_as_shown_where_no_live_sum_adds_the_cell() -> None:
    data, cells = issued()
    book = openpyxl.load_workbook(io.BytesIO(data))
    for path in load_form().at(papers.EDITION).formulas:
        book[WORKSHEET][cells[path]].value = 5
    cell = book[WORKSHEET][cells[GENERAL]]
    cell.value, cell.number_format = 134_188_000, "#,##0,"
    reading = read(saved(book))[0]
    assert reading.sheet[GENERAL] == 134_188
    assert codes(reading, GENERAL) == {"read-as-shown": "warning"}


def test_no_sentence_tells_of_days_where_the_page_shows_hours() -> None:
    for path in (HOURS, GENERAL, ISSUES, ACTUAL, CHOICE):
        reading = after(path, holds(dt.timedelta(hours=1499, minutes=15), "[h]:mm"))
        said = [found.message for found in reading.findings if found.path == path]
        assert said
        assert all("1499:15" in message and "day" not in message for message in said)


def test_results_that_wait_for_a_manual_calculation_are_not_vouched_for() -> None:
    data, cells = issued()
    data = patch_cells(data, {(WORKSHEET, cells[GENERAL]): Formula("SUM(AE1:AE3)", 999)})
    assert read(data)[0].sheet[GENERAL] == 999
    stale = _with_calculation(data, '<calcPr calcMode="manual" calcCompleted="0"/>')
    reading = read(stale)[0]
    assert reading.sheet[GENERAL] is None
    assert codes(reading, GENERAL) == {"stale-result": "error"}
    manual = _with_calculation(data, '<calcPr calcMode="manual"/>')
    assert read(manual)[0].sheet[GENERAL] == 999


def _with_calculation(data: bytes, element: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            if name == "xl/workbook.xml":
                part, count = re.subn(rb"<calcPr[^>]*/>", element.encode(), part)
                assert count == 1
            target.writestr(name, part)
    return out.getvalue()


@pytest.mark.parametrize("typed", ["前_xD800_後", "前_x0000_後", "前_xFFFF_後"])
def test_a_character_no_file_can_hold_is_replaced_and_said_with_its_place(typed: str) -> None:
    reading = after(ISSUES, holds(typed))
    assert reading.sheet[ISSUES] == "前\ufffd後"
    assert codes(reading, ISSUES)["replaced-characters"] == "warning"
    said = [found.message for found in reading.findings if found.code == "replaced-characters"]
    assert "2文字目" in said[0]


@pytest.mark.parametrize(
    "hidden", ["\u200b", "\ufeff", "\u2060", "\xa0", "\u200e", "　", "_x000B_", "_x000B_\n \u200b"]
)
def test_a_required_field_is_not_fulfilled_by_what_nobody_sees(city: City, hidden: str) -> None:
    city.register()
    data, cells = city.give_out(), issued()[1]
    book = openpyxl.load_workbook(io.BytesIO(data))
    book[WORKSHEET][cells[ISSUES]].value = hidden
    receipt = city.bring_one(saved(book))
    assert city.head()[ISSUES] is None
    assert ("required", ISSUES) in [(found.code, found.path) for found in receipt.findings]


@pytest.mark.parametrize(
    ("typed", "where"),
    [
        ("23\u200b387円", "3文字目に幅のない空白 U+200B があります"),
        ("\ufeff約200", "1文字目に見えない文字（BOM） U+FEFF があります"),
        ("23\xa0387", "3文字目に改行しない空白 U+00A0 があります"),
        ("2_x000B_3", "2文字目に垂直タブ U+000B があります"),
        ("234\U000e0041", "4文字目に見えない文字 U+E0041 があります"),
        ("12\u206634", ""),
        ("約 200", ""),
    ],
)
def test_a_refused_cell_says_which_invisible_character_stands_where(typed: str, where: str) -> None:
    reading = after(GENERAL, holds(typed))
    said = [found.message for found in reading.findings if found.code == "unreadable"]
    assert [where in message for message in said] == ([True] if where or "約" in typed else [])
    assert all(("文字目" in message) == bool(where) for message in said)


@pytest.mark.parametrize("path", [ISSUES, ACTUAL])
def test_a_text_of_nothing_but_what_excel_cannot_leave_out_is_blank_and_said(path: str) -> None:
    reading = after(path, holds(" \U000e0041\U000e0042"))
    assert reading.sheet[path] is None
    assert [(found.code, found.path) for found in reading.findings] == [("only-invisible", path)]
    assert "2文字目に見えない文字 U+E0041" in reading.findings[0].message


@pytest.mark.parametrize("path", [LAW, CHOICE])
@pytest.mark.parametrize(
    ("number", "number_format", "seen"),
    [
        (0.5, "# ?/?", "0.5"),
        (1.25, "# ??/??", "1.25"),
        (12, "[DBNum1]General", "12"),
        (1234, "[DBNum1]#,##0", "1,234"),
        (30, '[$-411][DBNum1]General"年"', "30年"),
        (5, "[DBNum3]0", "5"),
        (12345, "0.00E+00", "12345"),
    ],
)
def test_a_number_written_otherwise_than_it_is_read_is_said_of_a_text(
    path: str, number: float, number_format: str, seen: str
) -> None:
    reading = after(path, holds(number, number_format))
    assert reading.sheet[path] == seen
    assert codes(reading, path) == {"written-otherwise": "warning"}


@pytest.mark.parametrize("number_format", ["# ?/?", "[DBNum1]General", "[DBNum3]0", "0.00E+00"])
def test_an_amount_is_the_same_number_however_it_is_written(number_format: str) -> None:
    for path, number, seen in ((GENERAL, 12, 12), (HOURS, 2.5, Decimal("2.5"))):
        reading = after(path, holds(number, number_format))
        assert reading.sheet[path] == seen
        assert codes(reading, path) == {}


def test_a_fraction_format_shows_a_whole_number_as_it_is() -> None:
    assert codes(after(LAW, holds(3, "# ?/?")), LAW) == {"normalised": "note"}


# --- a clerk's model: what is drawn is what the clerk sees, computed without a look at the reader


@st.composite
def shown_amounts(draw: st.DrawFn) -> tuple[int, str, Quantity]:
    """A number, a format and the quantity the page shows: half up, cut to thousands, with its unit."""
    number = draw(st.integers(-(10**11), 10**11))
    cut, decimals = draw(st.integers(0, 2)), draw(st.integers(0, 3))
    unit = draw(st.sampled_from(["", "件", "人", "千人", "台"]))
    grouped = draw(st.booleans())
    code = ("#,##0" if grouped else "0") + ("." + "0" * decimals if decimals else "") + "," * cut
    code += f'"{unit}"' if unit else ""
    if draw(st.booleans()):
        code = f"{code};[Red]-{code}"
    shown = (Decimal(number) / 1000**cut).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    value = int(shown) if shown == int(shown) else shown.normalize()
    return number, code, Quantity(value, unit)


@pytest.mark.slow
@settings(max_examples=exploring.examples(15))
@given(st.lists(shown_amounts(), min_size=len(ACTUALS), max_size=len(ACTUALS)))
def test_a_formatted_indicator_is_what_the_page_shows(
    drawn: list[tuple[int, str, Quantity]],
) -> None:
    by_path = dict(zip(ACTUALS, drawn, strict=True))
    sheet = after_all(
        {path: holds(number, code) for path, (number, code, _) in by_path.items()}
    ).sheet
    assert {path: sheet[path] for path in ACTUALS} == {
        path: shown for path, (_, _, shown) in by_path.items()
    }


RUNS = st.lists(
    st.tuples(
        st.sampled_from(["plain", "struck", "bold"]),
        st.sampled_from(["課題", "継続", "する。", "12", "\n"]),
    ),
    min_size=1,
    max_size=5,
)
FONTS = {"plain": InlineFont(), "struck": STRUCK, "bold": BOLD}


@pytest.mark.slow
@settings(max_examples=exploring.examples(25))
@given(st.lists(RUNS, min_size=len(TEXTS), max_size=len(TEXTS)))
def test_a_struck_run_is_in_no_text(drawn: list[list[tuple[str, str]]]) -> None:
    by_path = dict(zip(TEXTS, drawn, strict=True))
    reading = after_all(
        {
            path: rich(*((FONTS[style], text) for style, text in runs))
            for path, runs in by_path.items()
        }
    )
    for path, runs in by_path.items():
        struck = any(style == "struck" and text.strip() for style, text in runs)
        assert reading.sheet[path] == seen_of(runs), path
        assert (not {"struck", "struck-out"}.isdisjoint(codes(reading, path))) == struck, path


def seen_of(runs: list[tuple[str, str]]) -> str | None:
    """What a clerk sees of runs: those that are not struck, without the breaks that only parted them from what is."""
    seen = "".join(text for style, text in runs if style != "struck")
    whole = "".join(text for _, text in runs)
    if any(style == "struck" and text.strip() for style, text in runs):
        seen = seen if whole.startswith("\n") else seen.lstrip("\n")
        seen = seen if whole.endswith("\n") else seen.rstrip("\n")
    return seen if seen.strip() else None


@st.composite
def amounts_with_what_nobody_sees(draw: st.DrawFn) -> tuple[int, str]:
    """An amount, and as somebody typed it: with invisible characters anywhere, and spaces behind."""
    number = draw(st.integers(0, 10**8))
    digits = f"{number:,}"
    at = draw(st.integers(0, len(digits)))
    inside = draw(st.text("\u200b\ufeff\u200e\u2060\xad", max_size=3))
    behind = draw(st.text("\u200b\ufeff\u200e\u2060\xad\xa0 　", max_size=3))
    return number, digits[:at] + inside + digits[at:] + behind


@pytest.mark.slow
@settings(max_examples=exploring.examples(20))
@given(st.lists(amounts_with_what_nobody_sees(), min_size=len(SOURCES), max_size=len(SOURCES)))
def test_an_amount_is_read_without_what_nobody_sees(drawn: list[tuple[int, str]]) -> None:
    by_path = dict(zip(SOURCES, drawn, strict=True))
    reading = after_all({path: holds(typed) for path, (_, typed) in by_path.items()})
    for path, (number, _) in by_path.items():
        assert reading.sheet[path] == number, path
        assert set(codes(reading, path)) <= {"normalised"}, path

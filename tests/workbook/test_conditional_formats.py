"""What a conditional format strikes through or shows otherwise is read as the page shows it, or said to be uncertain."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from openpyxl.formatting.rule import CellIsRule, FormulaRule, IconSetRule, Rule
from openpyxl.styles import Font, PatternFill
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.styles.numbers import NumberFormat

from tests import papers
from tests.cities import WORKSHEET
from tests.workbook.test_cell_reading import (
    ACTUAL,
    ACTUALS,
    CHARGE,
    GENERAL,
    HOURS,
    ISSUES,
    after_all,
    issued,
)
from xlsync.kinds import Quantity
from xlsync.ooxml.read.reader import open_workbook
from xlsync.workbook.reading.form_reader import read
from xlsync.workbook.reading.reading import Reading

FTE = "costs.2017-settled.regular_staff_fte"
STRUCK = Font(strike=True)
FORMATS = ("conditional-format", "conditional-format-unknown")
KNOWN, UNKNOWN = ([code] for code in FORMATS)
Change = Callable[[Any], None]


def shown_as(code: str, formula: str = "TRUE", **rule: Any) -> Rule:
    style = DifferentialStyle(numFmt=NumberFormat(numFmtId=200, formatCode=code))
    return Rule(type="expression", dxf=style, formula=[formula], **rule)


def ruled(formula: str, **shown: Any) -> Any:
    return FormulaRule(formula=[formula], **shown)  # type: ignore[no-untyped-call]


def within(operator: str, *formulas: str) -> Any:
    return CellIsRule(operator=operator, formula=list(formulas), font=STRUCK)  # type: ignore[no-untyped-call]


def worded(kind: Any, text: str = "") -> Rule:
    style = DifferentialStyle(font=STRUCK)
    operator: Any = kind if text else None
    return Rule(type=kind, text=text or None, operator=operator, dxf=style, formula=["1=1"])


def under(*rules: Any, value: Any = None) -> Change:
    """Give a cell conditional formats, and another value where one is told."""

    def change(cell: Any) -> None:
        if value is not None:
            cell.value = value
        for rule in rules:
            cell.parent.conditional_formatting.add(cell.coordinate, rule)

    return change


def said(reading: Reading, path: str) -> list[str]:
    return [
        found.code for found in reading.findings if found.path == path and found.code in FORMATS
    ]


def test_the_forms_own_conditional_formats_say_nothing() -> None:
    data = issued()[0]
    assert open_workbook(data).conditional_formats(WORKSHEET) == ()
    assert b"conditionalFormatting" in zipfile.ZipFile(io.BytesIO(data)).read(
        "xl/worksheets/sheet1.xml"
    )


HOLDING = [
    ruled("TRUE", font=STRUCK),
    ruled("1", font=STRUCK),
    within("equal", "23387"),
    within("between", "1", "99999"),
    within("notEqual", '"済"'),
    ruled('$A$1<>""', font=STRUCK),
    worded("notContainsBlanks"),
    worded("beginsWith", "23"),
]
FAILING = [
    ruled("FALSE()", font=STRUCK),
    within("lessThan", "0"),
    within("notBetween", "1", "99999"),
    within("equal", '"取消"'),
    ruled('$A$1="取消"', font=STRUCK),
    worded("containsText", "取消"),
    ruled("COUNTIF($A$1:$A$9,1)>0", fill=PatternFill(bgColor="FFFF00")),
]
OPEN = [
    ruled("COUNTIF($A$1:$A$9,1)>0", font=STRUCK),
    ruled("AND($A$1=1,$B$2=2)", font=STRUCK),
    within("greaterThan", "$C$1"),
    worded("duplicateValues"),
    worded("containsText", "2*7"),
]  # fmt: skip


def amounts(rules: list[Any]) -> tuple[list[str], Reading]:
    """A sheet with an amount of 23,387 under each rule, in a field of its own."""
    fields = [field.path for field in papers.edition().fields if field.kind.name == "money"]
    paths = [path for path in fields if path not in papers.edition().formulas][: len(rules)]
    changes = {path: under(rule, value=23387) for path, rule in zip(paths, rules, strict=True)}
    return paths, after_all(changes)


def test_a_value_that_a_condition_strikes_through_is_blank_and_said() -> None:
    paths, reading = amounts(HOLDING)
    for path in paths:
        assert reading.sheet[path] is None
        assert said(reading, path) == KNOWN
        assert "struck-out" in [found.code for found in reading.findings if found.path == path]


def test_a_condition_that_does_not_hold_changes_nothing() -> None:
    paths, reading = amounts(FAILING)
    assert [reading.sheet[path] for path in paths] == [23387] * len(paths)
    assert [found for found in reading.findings if found.path in paths] == []


def test_a_condition_that_nobody_can_know_is_said_with_the_value_taken() -> None:
    paths, reading = amounts(OPEN)
    for path in paths:
        assert reading.sheet[path] == 23387
        assert said(reading, path) == UNKNOWN
        finding = next(found for found in reading.findings if found.path == path)
        assert finding.severity == "warning"
        assert "23,387千円" in finding.message


def test_number_formats_by_condition_are_read_like_the_cells_own() -> None:
    unknown = "COUNTIF($A$1:$A$9,1)>0"
    changes = {
        ACTUAL: under(shown_as("0%"), value=0.98),
        HOURS: under(shown_as('0"日"'), value=15),
        FTE: under(shown_as("0.00"), value=2.5),
        GENERAL: under(shown_as('#,##0,"千円"'), value=23387000),
        ISSUES: under(shown_as('ggge"年"'), value=43191),
        ACTUALS[1]: under(shown_as("0%", unknown), value=0.98),
        ACTUALS[2]: under(shown_as(";;;", unknown), value=7),
    }
    reading = after_all(changes)
    assert reading.sheet[ACTUAL] == Quantity(98, "%")
    assert {HOURS, GENERAL} <= reading.sheet.unreadable.keys()
    assert [reading.sheet[path] for path in (*ACTUALS[1:3], ISSUES)] == [
        Quantity(Decimal("0.98")),
        Quantity(7),
        "43191",
    ]
    expected = [KNOWN, KNOWN, [], KNOWN, UNKNOWN, UNKNOWN, UNKNOWN]
    assert [said(reading, path) for path in changes] == expected
    codes = [found.code for found in reading.findings if found.path == GENERAL]
    assert codes == ["scaled-in-sum", *KNOWN]


def test_a_number_that_an_icon_or_bar_stands_for_is_said() -> None:
    icons = ("3Arrows", "num", [0, 10, 20])
    changes = {
        GENERAL: under(IconSetRule(*icons, showValue=False), value=7),  # type: ignore[no-untyped-call]
        HOURS: under(IconSetRule(*icons), value=7),  # type: ignore[no-untyped-call]
        ISSUES: under(IconSetRule(*icons, showValue=False), value="なし"),  # type: ignore[no-untyped-call]
    }
    reading = after_all(changes)
    assert [reading.sheet[path] for path in changes] == [7, 7, "なし"]
    assert said(reading, GENERAL) == KNOWN
    assert "hidden-by-format" in [found.code for found in reading.findings if found.path == GENERAL]
    assert {found.path for found in reading.findings} & {HOURS, ISSUES} == set()


def test_the_first_rule_prevails_and_may_stop_the_others() -> None:
    first = ruled("TRUE", stopIfTrue=True, fill=PatternFill(bgColor="FFFF00"))
    unknown = ruled("ISODD(ROW())", stopIfTrue=True)
    later, last = ruled("TRUE", font=STRUCK), ruled("TRUE", font=STRUCK)
    changes = {GENERAL: under(first, later), HOURS: under(unknown, last)}
    reading = after_all(changes)
    assert said(reading, GENERAL) == []
    assert reading.sheet[GENERAL] is not None
    assert said(reading, HOURS) == [*KNOWN, *UNKNOWN]
    assert reading.sheet[HOURS] is None


def test_a_total_struck_by_condition_is_said() -> None:
    other = "costs.2016-settled.project_cost"
    reading = after_all(
        {
            CHARGE: under(ruled("TRUE", font=STRUCK)),
            other: under(ruled("ISODD(1)", font=STRUCK)),
        }
    )
    for path, code in ((CHARGE, "total-not-shown"), (other, UNKNOWN[0])):
        assert code in [found.code for found in reading.findings if found.path == path]


def test_a_relative_reference_is_moved_to_the_cell() -> None:
    data, cells = issued()
    book = openpyxl.load_workbook(io.BytesIO(data))
    page, mine = book[WORKSHEET], book[WORKSHEET][cells[GENERAL]]
    page[cells[GENERAL]].value = 23387
    above = f"{mine.column_letter}1:{mine.coordinate}"
    page.conditional_formatting.add(above, ruled(f"{mine.column_letter}1=23387", font=STRUCK))
    out = io.BytesIO()
    book.save(out)
    reading = read(out.getvalue())[0]
    assert said(reading, GENERAL) == KNOWN


@pytest.mark.parametrize(
    ("where", "codes"),
    [("AA:AA", KNOWN), ("$A:$AB", KNOWN), ("24:24", KNOWN), ("B2 AA24", KNOWN), ("?? AA1:AA99", KNOWN), ("XFE1", [])],
)  # fmt: skip
def test_ranges_are_taken_as_programs_write_them(where: str, codes: list[str]) -> None:
    rules = (
        f'<conditionalFormatting sqref="{where}"><cfRule type="iconSet" priority="1">'
        '<iconSet showValue="0"><cfvo type="num" val="0"/></iconSet></cfRule></conditionalFormatting>'
    )
    reading = edited(
        lambda part: part.replace(
            b"<conditionalFormatting", rules.encode() + b"<conditionalFormatting", 1
        )
    )
    assert issued()[1][GENERAL] == "AA24"
    assert said(reading, GENERAL) == codes


def edited(change: Callable[[bytes], bytes]) -> Reading:
    """The sheet as given out, after a change of its worksheet's text."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(issued()[0])) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, change(part) if name == "xl/worksheets/sheet1.xml" else part)
    return read(out.getvalue())[0]


NEWER = (
    '<extLst><ext uri="{{78C0D931-6437-407d-A8EE-F0AAD7539E65}}"'
    ' xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main">'
    '<x14:conditionalFormattings><x14:conditionalFormatting xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main">'
    '<x14:cfRule type="expression" priority="1" id="{{00000000-0001-0000-0000-000000000000}}"><xm:f>{formula}</xm:f>'
    "<x14:dxf><font><strike/></font></x14:dxf></x14:cfRule><xm:sqref>{where}</xm:sqref>"
    "</x14:conditionalFormatting></x14:conditionalFormattings></ext></extLst>"
)  # fmt: skip


@pytest.mark.parametrize(("formula", "codes"), [("TRUE", KNOWN), ("集計!A1&gt;0", UNKNOWN)])
def test_rules_of_newer_excel_with_their_own_formats_count(formula: str, codes: list[str]) -> None:
    extension = NEWER.format(formula=formula, where=issued()[1][GENERAL])

    def change(part: bytes) -> bytes:
        bare = re.sub(rb"<extLst>.*</extLst>", b"", part, flags=re.DOTALL)
        return bare.replace(b"</worksheet>", extension.encode() + b"</worksheet>")

    assert said(edited(change), GENERAL) == codes

"""Formulas that only Excel would fail to compute are found before it is asked: arrays out of place, texts grown too long."""

from __future__ import annotations

import io
import re

import openpyxl
import pytest

from tests import papers
from xlsync.form.library import load_form
from xlsync.workbook.checks.check_layout import FIRST_ROW, SENTENCE, cell_at
from xlsync.workbook.checks.formula_faults import TextLengths, array_fault
from xlsync.workbook.checks.formula_tree import tree_of
from xlsync.workbook.template.template import Template, build_template

EDITIONS = (2015, 2018, 2020)


@pytest.mark.parametrize(
    ("formula", "fault"),
    [
        ("SUM(A1:A9)", ""),
        ("LEN(A1:A9)", "LEN"),
        ("A1:A9+1", "+"),
        ("A1:A9", "A1:A9"),
        ("SUMPRODUCT(LEN(A1:A9))", ""),
        ('SUMPRODUCT((A1:A9>0)*(B1:B9<>""))', ""),
        ("SUMPRODUCT(IF(A1:A9>0,1,0))", "IF"),
        ("SUMPRODUCT(IFERROR(A1:A9,0))", "IFERROR"),
        ("SUMPRODUCT(--(A1:A9=1))+LEN(A1:A9)", "LEN"),
        ("SUM(LEN(A1:A9))", "LEN"),
        ("MATCH(1,A1:A9,0)", ""),
        ("MATCH(A1:A9,B1:B9,0)", "MATCH"),
        ("MATCH(A1,{1,2},0)", ""),
        ("INDEX(A1:A9,3)", ""),
        ("ROW(A1:A9)", "ROW"),
        ("SUMPRODUCT(ROW(A1:A9))", ""),
        ("SUMPRODUCT(MIN(ROW(A1:A9)))", ""),
        ('IF(COUNT(A1:A3)=3,SUM(A1:A3),"")', ""),
        ("LEN({1,2})", "LEN"),
    ],
)
def test_a_range_stands_only_where_excel_takes_one(formula: str, fault: str) -> None:
    assert array_fault(formula) == fault


@pytest.mark.parametrize(
    ("formula", "fault"),
    [
        ("LEFT(A1,100)&B1", "&"),
        ("LEFT(A1,100)&LEFT(B1,100)", ""),
        ('SUBSTITUTE(A1,CHAR(10)," ")', ""),
        ('SUBSTITUTE(A1,"业","業")', ""),
        ('SUBSTITUTE(A1,CHAR(10),REPT(" ",LEN(A1)))', "SUBSTITUTE"),
        ('SUBSTITUTE(LEFT(A1,1000),CHAR(10),REPT(" ",30))', ""),
        ('SUBSTITUTE(LEFT(A1,1000),CHAR(10),REPT(" ",33))', "SUBSTITUTE"),
        ("ASC(A1)", "ASC"),
        ("ASC(LEFT(A1,16383))", ""),
        ('LEFT(A1,32757)&"0123456789"', ""),
        ('LEFT(A1,32758)&"0123456789"', "&"),
        ('C1&C1&"x"', ""),
        ('IF(A1="",D1,LEFT(A1,9))&LEFT(B1,99)', "&"),
    ],
)
def test_a_text_that_may_outgrow_a_cell_is_found(formula: str, fault: str) -> None:
    lengths = TextLengths({"C1": "LEFT(A1,16383)"}, {"E1": "-"})
    assert lengths.too_long(formula) == fault


@pytest.mark.parametrize("year", EDITIONS)
def test_every_formula_of_the_template_is_computed_by_excel_as_by_others(year: int) -> None:
    template = build_template(load_form(), year)
    sheet = template.checks.check_sheet
    lengths = TextLengths(sheet.formulas, sheet.statics)
    formulas = _written(template)
    assert len(formulas) > 1500
    assert {formula: array_fault(formula) for formula in formulas if array_fault(formula)} == {}
    assert [at for at, formula in sheet.formulas.items() if lengths.too_long(formula)] == []


@pytest.mark.parametrize("year", EDITIONS)
def test_a_sentence_that_fails_does_not_take_the_list_with_it(year: int) -> None:
    sheet = build_template(load_form(), year).checks.check_sheet
    sentences = [
        sheet.formulas[cell_at(FIRST_ROW + index, SENTENCE)] for index in range(len(sheet.lines))
    ]
    assert sentences
    assert [
        s for s in sentences if not s.startswith("IFERROR(") or not s.endswith('確かめます。")')
    ] == []


def _written(template: Template) -> list[str]:
    """Every formula of the file itself, those of formats and names too."""
    book = openpyxl.load_workbook(io.BytesIO(template.data))
    cells = [
        str(cell.value)[1:]
        for page in book
        for row in page.iter_rows()
        for cell in row
        if cell.data_type == "f"
    ]
    conditions = [
        formula
        for page in book
        for area in page.conditional_formatting
        for rule in area.rules
        for formula in rule.formula
    ]
    return [*cells, *conditions]


def test_every_piece_of_a_formula_is_in_its_tree() -> None:
    formulas = build_template(load_form(), papers.EDITION).checks.check_sheet.formulas
    for formula in formulas.values():
        calls = sum(node.node_type == "call" for node in tree_of(formula).walk())
        texts = re.sub(r'"(?:[^"]|"")*"', '""', formula)
        assert calls == len(re.findall(r"[A-Za-z]\(", texts))


@pytest.mark.parametrize("formula", ["", "1+", "SUM(A1", "A1)", "§", '"open', "IF(,)", "1 2"])
def test_what_is_no_formula_is_refused(formula: str) -> None:
    with pytest.raises(ValueError, match=r"\S|formula"):
        tree_of(formula)

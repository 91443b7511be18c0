"""A formula seen from another cell, compared with openpyxl's Translator, which is right but at the edges of a worksheet."""

from __future__ import annotations

import re
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.formula.translate import Translator, TranslatorError

from tests import exploring
from xlsync.ooxml.a1 import column_letters, column_number
from xlsync.ooxml.formula_references import translated

LAST_COLUMN, LAST_ROW = 16_384, 1_048_576

COLUMNS = st.one_of(
    st.integers(1, 60), st.integers(LAST_COLUMN - 30, LAST_COLUMN), st.integers(1, LAST_COLUMN)
)
ROWS = st.one_of(st.integers(1, 60), st.integers(LAST_ROW - 30, LAST_ROW))
DOLLAR = st.sampled_from(["", "$"])
COLUMN = st.builds(lambda fixed, column: fixed + column_letters(column), DOLLAR, COLUMNS)
ROW = st.builds(lambda fixed, row: f"{fixed}{row}", DOLLAR, ROWS)
CELL = st.builds(str.__add__, COLUMN, ROW)
AREA = st.one_of(*(st.builds("{}:{}".format, part, part) for part in (CELL, COLUMN, ROW)), CELL)
SHEET = st.sampled_from(["", "", "Sheet2!", "'表 1'!", "集計!", "'It''s A1'!", "'A1:B2'!"])
REFERENCE = st.builds(str.__add__, SHEET, AREA)
CONSTANT = st.sampled_from(
    [
        '"A1"',
        '"a""B$2"',
        "1",
        "1.5E3",
        "TRUE",
        "#N/A",
        "総額",
        "_x1",
        "R1C1_",
        "A1.x",
        "率_B2",
        '""',
    ]
)
FUNCTION = st.sampled_from(["SUM", "LOG10", "IF", "ATAN2", "_xlfn.XLOOKUP", "T"])
OPERATOR = st.sampled_from(["+", "-", "*", "&", "<>", ">=", "^"])
OPERAND = st.one_of(REFERENCE, REFERENCE, CONSTANT)
FORMULA = st.recursive(
    OPERAND,
    lambda inner: st.one_of(
        st.builds("{}({},{})".format, FUNCTION, inner, inner),
        st.builds("{}{}{}".format, inner, OPERATOR, inner),
        st.builds("({})".format, inner),
        st.builds("{}%".format, inner),
    ),
    max_leaves=6,
)


def by_openpyxl(formula: str, rows: int, columns: int) -> str | None:
    """The formula as openpyxl has it; None where it has a cell beyond the worksheet, which it may write all the same."""
    try:
        moved = Translator(f"={formula}", origin="A1").translate_formula(
            row_delta=rows, col_delta=columns
        )
    except (TranslatorError, ValueError):
        return None
    assert isinstance(moved, str)
    return None if "#REF!" in moved or reaches_beyond(moved) else moved[1:]


def reaches_beyond(formula: str) -> bool:
    """Whether some reference of the formula, its texts and worksheets left aside, lies beyond the last row or column."""
    bare = re.sub(r"\"(?:[^\"]|\"\")*\"|'(?:[^']|'')*'!", "", formula)
    cells = re.findall(r"(?<![\w.$])\$?([A-Z]{1,4})\$?([0-9]+)(?![\w.(])", bare)
    columns = re.findall(r"(?<![\w.$])\$?([A-Z]{1,4}):\$?([A-Z]{1,4})(?![\w.(])", bare)
    rows = re.findall(r"(?<![\w.$])\$?([0-9]+):\$?([0-9]+)(?![\w.(])", bare)
    letters = {*chain.from_iterable(columns), *(column for column, _ in cells)}
    digits = {*chain.from_iterable(rows), *(row for _, row in cells)}
    return any(column_number(column) > LAST_COLUMN for column in letters) or any(
        int(row) > LAST_ROW for row in digits
    )


@settings(max_examples=exploring.examples(400))
@given(FORMULA, st.integers(-40, 40), st.integers(-40, 40))
def test_a_formula_is_translated_as_openpyxl_translates_it(
    formula: str, rows: int, columns: int
) -> None:
    assert translated(formula, rows, columns) == by_openpyxl(formula, rows, columns)


@pytest.mark.parametrize(
    ("formula", "rows", "columns", "theirs"),
    [
        ("XFD1", 0, 1, "XFE1"),
        ("SUM(XFC:XFD)", 0, 1, "SUM(XFD:XFE)"),
        ("A1048576", 1, 0, "A1048577"),
        ("$XFD1+XFD1", 0, 1, "$XFD1+XFE1"),
    ],
)
def test_no_cell_beyond_the_worksheet_is_written_as_openpyxl_does(
    formula: str, rows: int, columns: int, theirs: str
) -> None:
    translator = Translator(f"={formula}", origin="A1")
    assert translator.translate_formula(row_delta=rows, col_delta=columns) == f"={theirs}"
    assert translated(formula, rows, columns) is None


@pytest.mark.parametrize(
    "formula", ["T[x]", "SUM(T[[#This Row],[x]])", "[1]Sheet1!A1", "'[1]表 1'!A1", "A1#", "@A1"]
)
def test_what_a_shift_might_make_wrong_is_not_translated(formula: str) -> None:
    assert translated(formula, 1, 1) is None

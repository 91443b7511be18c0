"""Formulas name worksheets by their new titles, and nothing else in them changes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlsync.ooxml.formula_references import formula_references
from xlsync.ooxml.formula_titles import quoted, with_titles

TITLES = {"評価シート": "別名", "It's": "a b", "Sheet1": "Sheet1"}


@pytest.mark.parametrize(
    ("formula", "renamed"),
    [
        ("評価シート!A1+1", "'別名'!A1+1"),
        ("SUM('評価シート'!$A$1:$B$2)", "SUM('別名'!$A$1:$B$2)"),
        ("'It''s'!A1", "'a b'!A1"),
        ("評価シート!budget.code", "'別名'!budget.code"),
        ("評価シート:Sheet1!A1", "'別名:Sheet1'!A1"),
        ("'Sheet1:評価シート'!A1", "'Sheet1:別名'!A1"),
        ("IT'S", "IT'S"),
        ('"評価シート!A1"&評価シート!A1', "\"評価シート!A1\"&'別名'!A1"),
        ("[1]評価シート!A1", "[1]評価シート!A1"),
        ("'[1]評価シート'!A1", "'[1]評価シート'!A1"),
        ("新評価シート!A1", "新評価シート!A1"),
        ("表[評価シート!]", "表[評価シート!]"),
        ("Sheet1!A1", "Sheet1!A1"),
        ("#REF!+A1", "#REF!+A1"),
    ],
)
def test_only_references_to_renamed_worksheets_change(formula: str, renamed: str) -> None:
    assert with_titles(formula, TITLES) == renamed


NAMES = st.text("aB点 '.-", min_size=1, max_size=6).filter(lambda name: name.strip("'") == name)


@given(NAMES, NAMES)
def test_law_a_reference_leads_to_the_new_title(old: str, new: str) -> None:
    formula = f"1+{quoted(old)}!B2"
    (area,) = formula_references(with_titles(formula, {old: new})).areas
    assert area == (new, (2, 2, 2, 2))
    assert with_titles(formula, {new + "x": "y"}) == formula

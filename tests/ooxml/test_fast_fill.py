"""A worksheet part of ours cut up at some cells: filled in, it says what was to be written, however its tags are written."""

from __future__ import annotations

import pytest

from xlsync.ooxml.patch.fast_fill import prepared

PART = (
    '<sheetData><row r="1"><c r="A1" s="3" t="str"><f>B1</f><v></v></c><c r="B1" t="str" s="4"><f>C1</f><v/></c>'
    '<c r="C1"/><c r="D1" s="5"/><c r="E1" t="inlineStr" s="6"><is><t>own</t></is></c></row></sheetData>'
)


def test_formulas_keep_their_format_wherever_their_tag_states_it() -> None:
    page = prepared(PART, frozenset({"A1", "B1", "C1"}))
    assert page.text({"A1": "甲", "B1": 2, "C1": None}) == PART.replace(
        '<c r="A1" s="3" t="str"><f>B1</f><v></v></c><c r="B1" t="str" s="4"><f>C1</f><v/></c>',
        '<c r="A1" s="3" t="str"><f>B1</f><v>甲</v></c><c r="B1" s="4"><f>C1</f><v>2</v></c>',
    )


def test_a_cell_that_is_not_there_is_named() -> None:
    with pytest.raises(KeyError, match="F1"):
        prepared(PART, frozenset({"A1", "F1"}))

"""Messages beside cells change what is said there, and nothing else of a page's data validation."""

from __future__ import annotations

import io
from collections.abc import Mapping

import openpyxl
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.worksheet.datavalidation import DataValidation

from xlsync.ooxml.patch.input_messages import InputMessage, put_input_messages
from xlsync.ooxml.patch.package_editor import PackageEdit

CELLS = [f"{column}{row}" for column in "ABCD" for row in range(1, 5)]
OURS = "財務会計より"
AREAS = st.lists(
    st.sampled_from(["A1:B2", "A3", "B4:D4", "C1:D3", "A4 B3", "D4", "C1 C2 C3"]), unique=True
)
SAID = st.dictionaries(
    st.sampled_from(CELLS), st.text('いろは<&">', min_size=1, max_size=300), max_size=6
)


def disjoint(areas: list[str]) -> list[str]:
    seen: set[str] = set()
    kept = []
    for area in areas:
        cells = covered(area)
        if seen.isdisjoint(cells):
            seen |= cells
            kept.append(area)
    return kept


def covered(sqref: str) -> set[str]:
    rule = DataValidation(sqref=sqref)
    return {cell for cell in CELLS if cell in rule}


def book_of(areas: list[str]) -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for number, area in enumerate(areas):
        rule = DataValidation(
            type="whole", formula1=str(number), promptTitle=f"題{number}", prompt="もと"
        )
        rule.sqref = area
        page.add_data_validation(rule)
    page["A1"] = "値"
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def rules_by_cell(data: bytes) -> Mapping[str, tuple[object, ...]]:
    """The validation of each cell: its rule, and what it says."""
    [page] = openpyxl.load_workbook(io.BytesIO(data)).worksheets
    found: dict[str, tuple[object, ...]] = {}
    for rule in page.data_validations.dataValidation:
        for cell in covered(str(rule.sqref)):
            assert cell not in found
            found[cell] = (rule.type, rule.formula1, rule.promptTitle, rule.prompt)
    assert page["A1"].value == "値"
    return found


def put(data: bytes, messages: Mapping[str, str], drawn: Mapping[str, str]) -> bytes:
    edit = PackageEdit(data)
    said = {cell: InputMessage(OURS, text) for cell, text in messages.items()}
    usual = {cell: InputMessage("題", text) for cell, text in drawn.items()}
    put_input_messages(edit, "Sheet", said, usual, OURS)
    return edit.finished()


@given(areas=AREAS, said=SAID, later=SAID)
def test_only_the_message_of_the_named_cells_changes(
    areas: list[str], said: dict[str, str], later: dict[str, str]
) -> None:
    data = book_of(disjoint(areas))
    before = rules_by_cell(data)
    first = put(data, said, {})
    assert put(first, said, {}) == first
    after = rules_by_cell(first)
    for cell in CELLS:
        kind, formula, title, text = before.get(cell, (None, None, None, None))
        if cell in said:
            title, text = OURS, said[cell] if len(said[cell]) <= 255 else said[cell][:254] + "…"
        assert after.get(cell, (None, None, None, None)) == (kind, formula, title, text)
    drawn = {cell: "もと" for cell in CELLS if cell not in later}
    last = rules_by_cell(put(first, later, drawn))
    for cell in CELLS:
        wanted = OURS if cell in later else before.get(cell, (None, None, None))[2]
        restored = cell in said and cell not in later
        assert last.get(cell, (None, None, None))[2] == ("題" if restored else wanted)

"""Some cells asked for by themselves are what they are among all of them, whoever wrote the worksheet."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import exploring
from tests.cities import city, through_openpyxl
from tests.ooxml import samples
from xlsync.ooxml.read.cell_lookup import look_up_cells
from xlsync.ooxml.read.reader import open_workbook
from xlsync.workbook.checks.check_layout import WORKSHEET

TITLE = "評価シート"
ROWS = (
    '<row r="2"><c r="A2" s="1"><v>5</v></c><c r="B2" s="3"/><c r="C2" t="str"><f>A2&amp;"x"</f><v>&lt;5x</v></c></row>'
    '<row r="3"><c r="A3" t="inlineStr"><is><t xml:space="preserve"> 空 </t></is></c><c r="AA3" t="b"><v>1</v></c></row>'
)
ADDRESSES = ("A1", "A2", "B2", "C2", "A3", "AA3", "A23", "XFD9")


@pytest.fixture(scope="module")
def given_out(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, bytes]:
    """A workbook as it is given out, and as another program saves it."""
    town = city(tmp_path_factory.mktemp("市"))
    town.register()
    issued = town.give_out()
    return issued, through_openpyxl(issued)


@pytest.mark.parametrize(
    "rows",
    [
        ROWS,
        ROWS.replace('<c r="A2" s="1">', '<c s="1" r="A2">'),
        ROWS.replace('<c r="A2" s="1">', "<c r='A2' s='1'>"),
        ROWS.replace(' r="A2"', ""),
        ROWS.replace('<row r="3">', "<row>"),
        ROWS.replace("<c ", "<c\n"),
        ROWS + ROWS.replace("<v>5<", "<v>6<"),
        "",
    ],
    ids=["usual", "style first", "single quotes", "no reference", "row without a number", "line break", "twice", "empty"],
)  # fmt: skip
def test_some_cells_are_those_among_all(rows: str) -> None:
    data = samples.book(rows)
    every = open_workbook(data).cells(TITLE)
    found = open_workbook(data).cells_at(TITLE, ADDRESSES)
    assert {at: found[at] for at in ADDRESSES if at in found} == {
        at: every[at] for at in ADDRESSES if at in every
    }


def test_cells_of_the_usual_shape_are_found_without_the_rest() -> None:
    part = samples.book(ROWS)
    book = open_workbook(part)
    assert set(book.cells_at(TITLE, ("A2", "A3"))) == {"A2", "A3"}
    assert look_up_cells(b"<worksheet>", ("A1",)) is None


@settings(max_examples=exploring.examples(20))
@given(data=st.data())
def test_the_checks_are_read_alike_whoever_saved_them(
    given_out: tuple[bytes, bytes], data: st.DataObject
) -> None:
    for saved in given_out:
        every = open_workbook(saved).cells(WORKSHEET)
        asked = data.draw(st.lists(st.sampled_from(sorted(every)), max_size=20))
        found = open_workbook(saved).cells_at(WORKSHEET, [*asked, "ZZ1", "A9999"])
        assert dict(found) == {at: every[at] for at in asked}

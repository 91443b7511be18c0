"""LAW: whatever happens to a worksheet, each field is read from its own cell or reported; nothing is guessed."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, note
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests import papers
from tests.healing.pages import LAST_COLUMN, LAST_ROW, Paper, Place, filled
from xlsync.errors import NotOurForm
from xlsync.form.library import load_form
from xlsync.workbook.form_reader import Reading, read
from xlsync.workbook.page_plan import plan_of
from xlsync.workbook.reader import Cell
from xlsync.workbook.references import split_reference

EDITION = papers.edition()
PLAN = plan_of(load_form(), EDITION.year)
NAMES = {field.cell_name: field.path for field in EDITION.fields}
LABELS = [label.box.place for label in PLAN.labels]
TEXTS = [label.text for label in PLAN.labels]

ROW, COLUMN = st.integers(1, LAST_ROW + 2), st.integers(1, LAST_COLUMN + 2)
COUNT = st.integers(1, 4)
Step = tuple[object, ...]

INSERTED: SearchStrategy[Step] = st.one_of(
    st.tuples(st.just("rows"), ROW, COUNT), st.tuples(st.just("columns"), COLUMN, COUNT)
)
DELETED: SearchStrategy[Step] = st.one_of(
    st.tuples(st.just("no rows"), ROW, COUNT), st.tuples(st.just("no columns"), COLUMN, COUNT)
)
TYPED: SearchStrategy[Step] = st.one_of(
    st.tuples(st.just("label"), st.sampled_from(LABELS), st.sampled_from(["変更", None, *TEXTS])),
    st.tuples(st.just("value"), st.sampled_from(sorted(NAMES)), st.sampled_from(TEXTS)),
    st.tuples(st.just("swap"), st.sampled_from(LABELS), st.sampled_from(LABELS)),
)
PUSHED: SearchStrategy[Step] = st.tuples(
    st.just("push"), ROW, COLUMN, st.integers(0, 3), st.integers(0, 3), st.booleans()
)


def do(paper: Paper, step: Step) -> None:
    """Do one thing to the worksheet."""
    match step:
        case ("rows", int(at), int(count)):
            paper.insert_rows(at, count)
        case ("columns", int(at), int(count)):
            paper.insert_columns(at, count)
        case ("no rows", int(at), int(count)):
            paper.delete_rows(at, count)
        case ("no columns", int(at), int(count)):
            paper.delete_columns(at, count)
        case ("label", (int(row), int(column)), str() | None as text):
            paper.cells[row, column] = Cell(text, None)
        case ("value", str(name), str(text)):
            if (place := paper.truth[name]) is not None:
                paper.cells[place] = Cell(text, None)
        case ("swap", (int(), int()) as one, (int(), int()) as two):
            blank = Cell(None, None)
            first, second = paper.cells.get(one, blank), paper.cells.get(two, blank)
            paper.cells[one], paper.cells[two] = second, first
        case ("push", int(row), int(column), int(rows), int(columns), bool(right)):
            paper.push((row, column, row + rows, column + columns), right=right)


def damaged(
    key: str, before: list[Step], lost: set[str] | None, after: list[Step], *, broken: bool
) -> tuple[Paper, Reading]:
    """A sheet treated so, some or (None) all of its names gone in between, and what is read of it."""
    paper = filled(key)
    stamp = paper.stamp
    for step in before:
        do(paper, step)
    if lost is None:
        paper.forget()
    elif lost:
        (paper.break_names if broken else paper.forget)(*lost)
    for step in after:
        do(paper, step)
    try:
        (reading,) = read(paper.save(properties=stamp))
    except NotOurForm:
        assume(False)  # refused as a whole: that is said as well
        raise
    return paper, reading


def astray(paper: Paper, reading: Reading) -> dict[str, tuple[Place | None, Place | None]]:
    """The fields read from a cell that is not theirs, or not read and not reported: the cell read, the right one."""
    reported = {f.path for f in reading.findings if f.severity == "error"}
    wrong: dict[str, tuple[Place | None, Place | None]] = {}
    for name, path in NAMES.items():
        place, address = paper.truth[name], reading.cells.get(path)
        found = None if address is None else split_reference(address)
        if found is None and path in reading.unlocated and path in reported:
            continue
        if found is None or found != place:
            wrong[path] = (found, place)
    return wrong


KEYS = st.sampled_from(papers.KEYS)
LOST = st.none() | st.sets(st.sampled_from(sorted(NAMES)), min_size=1)


@given(KEYS, st.lists(INSERTED, max_size=4), LOST, st.lists(INSERTED, max_size=2), st.booleans())
def test_inserting_loses_no_field(
    key: str, before: list[Step], lost: set[str] | None, after: list[Step], broken: bool
) -> None:
    paper, reading = damaged(key, before, lost, after, broken=broken)
    assert astray(paper, reading) == {}
    assert reading.unlocated == set()
    assert reading.sheet.values == papers.sheet(key).values


@given(
    KEYS, st.lists(INSERTED | TYPED, max_size=6), LOST, st.lists(TYPED, max_size=3), st.booleans()
)
def test_typing_over_labels_leads_no_field_astray(
    key: str, before: list[Step], lost: set[str] | None, after: list[Step], broken: bool
) -> None:
    assert astray(*damaged(key, before, lost, after, broken=broken)) == {}


@given(KEYS, st.lists(INSERTED | TYPED, max_size=3), DELETED, LOST)
def test_deleting_leads_no_field_astray(
    key: str, before: list[Step], deleted: Step, lost: set[str] | None
) -> None:
    paper, reading = damaged(key, before, lost, [deleted], broken=False)
    note(str(reading.repaired))
    starts = {area[:2] for area in paper.areas}
    for found, place in astray(paper, reading).values():
        # rows put into a merged area before its first ones went: what is left is its own area, and blank
        assert place is None
        assert found in starts
        assert paper.cells.get(found) is None


@given(KEYS, st.lists(PUSHED | INSERTED, min_size=1, max_size=3), LOST)
def test_pushing_cells_aside_leads_no_field_astray(
    key: str, before: list[Step], lost: set[str] | None
) -> None:
    assert astray(*damaged(key, before, lost, [], broken=False)) == {}


@pytest.mark.parametrize("path", sorted(EDITION.by_path))
def test_every_field_has_a_label_it_is_read_by(path: str) -> None:
    paper = filled()
    paper.forget(EDITION.by_path[path].cell_name)
    (reading,) = read(paper.save())
    assert dict(reading.repaired) == {path: "healed"}

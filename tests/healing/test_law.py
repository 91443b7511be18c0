"""LAW: whatever happens to a worksheet, each field is read from its own cell or reported; nothing is guessed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from tests import papers
from tests.healing.pages import LAST_COLUMN, LAST_ROW, Paper, Place, filled
from xlsync.errors import NotOurForm
from xlsync.form.library import load_form
from xlsync.ooxml.a1 import split_reference
from xlsync.ooxml.read.reader import Cell
from xlsync.workbook.reading.form_reader import read
from xlsync.workbook.reading.page_alignment import address
from xlsync.workbook.reading.page_layout import plan_of
from xlsync.workbook.reading.reading import Reading

pytestmark = pytest.mark.slow

EDITION = papers.edition()
PLAN = plan_of(load_form(), EDITION.year)
NAMES = {field.cell_name: field.path for field in EDITION.fields}
LABELS = [label.box.position for label in PLAN.labels]
TEXTS = [label.text for label in PLAN.labels]


@dataclass(frozen=True)
class Step:
    """Something done to a worksheet, with the numbers it needs."""

    what: str
    at: Place = (1, 1)
    more: Place = (0, 0)
    text: str | None = None


@dataclass(frozen=True)
class Loss:
    """Names lost: these or all (None), gone or turned into #REF!."""

    names: frozenset[str] | None
    broken: bool = False


CELLS = st.tuples(st.integers(1, LAST_ROW + 2), st.integers(1, LAST_COLUMN + 2))
COUNTS = st.tuples(st.integers(1, 4), st.integers(1, 4))
OVERTYPED = st.sampled_from(["変更", None, *TEXTS])
PLACES = st.sampled_from(LABELS)

INSERTED = st.builds(Step, st.sampled_from(["rows", "columns"]), CELLS, COUNTS)
DELETED = st.builds(Step, st.sampled_from(["no rows", "no columns"]), CELLS, COUNTS)
PUSHED = st.builds(Step, st.sampled_from(["push right", "push down"]), CELLS, COUNTS)
TYPED = st.one_of(
    st.builds(Step, st.just("label"), PLACES, text=OVERTYPED),
    st.builds(Step, st.just("swap"), PLACES, PLACES),
    st.builds(Step, st.just("value"), st.tuples(st.integers(0, 127), st.just(0)), text=OVERTYPED),
)
KEYS = st.sampled_from(papers.KEYS)
LOST = st.one_of(
    st.just(Loss(None)),
    st.builds(Loss, st.frozensets(st.sampled_from(sorted(NAMES)), min_size=1), st.booleans()),
)


def do(paper: Paper, step: Step) -> None:
    """Do one thing to the worksheet."""
    (row, column), (down, across) = step.at, step.more
    match step.what:
        case "rows":
            paper.insert_rows(row, down)
        case "columns":
            paper.insert_columns(column, across)
        case "no rows":
            paper.delete_rows(row, down)
        case "no columns":
            paper.delete_columns(column, across)
        case "label":
            paper.cells[step.at] = Cell(step.text, None)
        case "swap":
            paper.swap(address(step.at), address(step.more))
        case "value":
            if (place := paper.truth[list(NAMES)[row]]) is not None:
                paper.cells[place] = Cell(step.text, None)
        case _:
            area = (row, column, row + down - 1, column + across - 1)
            paper.push(area, right=step.what == "push right")


def damaged(
    key: str, before: list[Step], loss: Loss, after: Iterable[Step] = ()
) -> tuple[Paper, Reading]:
    """A sheet treated so, names lost in between, and what is read of it."""
    paper = filled(key)
    stamp = paper.stamp
    for step in before:
        do(paper, step)
    if loss.names is None:
        paper.forget()
    else:
        (paper.break_names if loss.broken else paper.forget)(*loss.names)
    for step in after:
        do(paper, step)
    try:
        (reading,) = read(paper.save(properties=stamp))
    except NotOurForm:
        reject()  # refused as a whole: that is said as well
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


@given(KEYS, st.lists(INSERTED, max_size=4), LOST, st.lists(INSERTED, max_size=2))
def test_inserting_loses_no_field(
    key: str, before: list[Step], loss: Loss, after: list[Step]
) -> None:
    paper, reading = damaged(key, before, loss, after)
    assert astray(paper, reading) == {}
    assert reading.unlocated == set()
    assert dict(reading.sheet) == dict(papers.sheet(key))


@given(KEYS, st.lists(INSERTED | TYPED, max_size=6), LOST, st.lists(TYPED, max_size=3))
def test_typing_over_labels_leads_no_field_astray(
    key: str, before: list[Step], loss: Loss, after: list[Step]
) -> None:
    assert astray(*damaged(key, before, loss, after)) == {}


@given(KEYS, st.lists(INSERTED | TYPED, max_size=3), DELETED, LOST)
def test_deleting_leads_no_field_astray(
    key: str, before: list[Step], deleted: Step, loss: Loss
) -> None:
    paper, reading = damaged(key, before, loss, [deleted])
    starts = {area[:2] for area in paper.areas}
    for found, place in astray(paper, reading).values():
        # rows put into a merged area before its first ones went: what is left is its own area, and blank
        assert place is None
        assert found in starts
        assert paper.cells.get(found) is None


@given(KEYS, st.lists(INSERTED, max_size=2), PUSHED, LOST)
def test_pushing_cells_aside_leads_no_field_astray(
    key: str, before: list[Step], pushed: Step, loss: Loss
) -> None:
    assert astray(*damaged(key, [*before, pushed], loss)) == {}


@pytest.mark.parametrize("path", sorted(EDITION.by_path))
def test_every_field_has_a_label_it_is_read_by(path: str) -> None:
    paper = filled()
    paper.forget(EDITION.by_path[path].cell_name)
    (reading,) = read(paper.save())
    assert dict(reading.repaired) == {path: "healed"}

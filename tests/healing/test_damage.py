"""What staff and other programs do to a worksheet, and what is read of it: the right value or a finding, nothing else."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable

import pytest

from tests import papers
from tests.healing import pages
from tests.healing.pages import Paper, filled
from xlsync.form.library import load_form
from xlsync.ooxml.a1 import split_reference
from xlsync.ooxml.read.reader import Cell
from xlsync.sheet import Sheet
from xlsync.workbook.reading.field_recovery import states
from xlsync.workbook.reading.form_reader import read
from xlsync.workbook.reading.page_layout import plan_of
from xlsync.workbook.reading.reading import Reading
from xlsync.workbook.template.template import build_template

GENERAL = "costs.2017-settled.sources.general"
NATIONAL = "costs.2017-settled.sources.national"
ALL = 128


def name(path: str) -> str:
    return papers.edition().by_path[path].cell_name


def read_one(paper: Paper, *others: Paper, properties: str = "") -> Reading:
    (reading,) = read(paper.save(*others, properties=properties))
    return reading


def counted(reading: Reading) -> Counter[str]:
    return Counter(states(load_form(), reading).values())


def dependent(sheet: Sheet, unlocated: frozenset[str]) -> set[str]:
    """The computed fields that cannot be reckoned without the fields that were not found."""
    gone = set(unlocated)
    for _ in range(3):
        gone |= {path for path, rule in sheet.edition.formulas.items() if gone & set(rule.parts)}
    return gone


_UNLOCATED = {"lost-cell", "ambiguous-cell", "misplaced-name"}


def assert_right(reading: Reading, key: str = papers.CLEAN) -> None:
    """Every field that was found has its value, and each other one has an error."""
    want = papers.sheet(key)
    open_paths = dependent(want, reading.unlocated)
    wrong = {p for p in want if p not in open_paths and reading.sheet[p] != want[p]}
    assert wrong == set()
    told = {f.path for f in reading.findings if f.code in _UNLOCATED}
    assert told == reading.unlocated


@pytest.mark.parametrize("key", papers.KEYS)
def test_a_sheet_without_any_name_is_read_by_its_labels(key: str) -> None:
    paper = filled(key)
    paper.forget()
    reading = read_one(paper)
    assert counted(reading) == {"healed": ALL}
    assert reading.sheet.same_content(papers.sheet(key))
    assert (reading.stamp, reading.sheet.key) == (None, key)


def test_healed_fields_are_told_in_one_note() -> None:
    paper = filled()
    paper.forget()
    (note,) = (found for found in read_one(paper).findings if found.code == "healed")
    assert (note.severity, note.path, note.worksheet, note.cell) == ("note", "", paper.title, "")
    assert note.message.startswith("128個の欄は")


def test_the_stamp_in_the_document_outlives_the_names() -> None:
    paper = filled()
    stamp = paper.stamp
    paper.forget()
    reading = read_one(paper, properties=stamp)
    assert reading.stamp is not None
    assert reading.stamp.text() == stamp


def test_a_worksheet_with_all_its_names_is_intact_and_says_nothing() -> None:
    reading = read(pages.given_out())[0]
    assert counted(reading) == {"intact": ALL}
    assert (reading.findings, dict(reading.repaired)) == ((), {})


def test_an_intact_worksheet_is_read_without_the_healing_code(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def never(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr("xlsync.workbook.reading.field_recovery.heal", never)
    monkeypatch.setattr("xlsync.workbook.reading.field_recovery.recognise", never)
    assert len(read(pages.given_out())) == 1


@pytest.mark.parametrize("year", [2017, 2018, 2019, 2024])
def test_the_plan_has_every_field_where_the_template_has_it(year: int) -> None:
    template, plan = build_template(load_form(), year), plan_of(load_form(), year)
    assert {path: split_reference(at) for path, at in template.addresses.items()} == {
        path: box.position for path, box in plan.field_boxes.items()
    }


@pytest.mark.parametrize("at", range(1, pages.LAST_ROW + 2))
@pytest.mark.parametrize("kept", [True, False], ids=["names kept", "names lost"])
def test_rows_may_be_inserted_anywhere(at: int, *, kept: bool) -> None:
    paper = filled()
    paper.insert_rows(at, 2)
    if not kept:
        paper.forget()
    reading = read_one(paper)
    assert reading.unlocated == set()
    assert_right(reading)


@pytest.mark.parametrize("at", range(1, pages.LAST_COLUMN + 2))
@pytest.mark.parametrize("kept", [True, False], ids=["names kept", "names lost"])
def test_columns_may_be_inserted_anywhere(at: int, *, kept: bool) -> None:
    paper = filled()
    paper.insert_columns(at)
    if not kept:
        paper.forget()
    reading = read_one(paper)
    assert reading.unlocated == set()
    assert_right(reading)


@pytest.mark.parametrize(
    "title", ["H30 評価", "It's 100%!", "シート [2]".replace("[", "(").replace("]", ")")]
)
def test_a_worksheet_may_be_renamed(title: str) -> None:
    reading = read_one(filled().copy(title))
    assert (reading.worksheet, counted(reading)) == (title, {"intact": ALL})


@pytest.mark.parametrize(
    "paths", [(GENERAL,), ("project.number",), ("purpose", "outline"), (NATIONAL, GENERAL)]
)
@pytest.mark.parametrize("how", [Paper.forget, Paper.break_names], ids=["gone", "#REF!"])
def test_single_names_are_healed(how: Callable[..., None], paths: tuple[str, ...]) -> None:
    paper = filled()
    how(paper, *map(name, paths))
    reading = read_one(paper)
    assert dict(reading.repaired) == dict.fromkeys(paths, "healed")
    assert reading.sheet.same_content(papers.sheet())


def test_a_name_that_points_to_another_worksheet_is_a_lost_one() -> None:
    paper = filled()
    del paper.names[name(GENERAL)]
    paper.extra[name(GENERAL)] = "'計算'!$A$1"
    other = Paper({(1, 1): Cell(999, None)}, [], {}, "計算")
    reading = read_one(paper, other)
    assert dict(reading.repaired) == {GENERAL: "healed"}
    assert_right(reading)


def test_names_of_the_whole_workbook_serve_the_worksheet_they_point_into() -> None:
    paper = filled()
    paper.workbook_scoped = True
    reading = read_one(paper)
    assert counted(reading) == {"intact": ALL}
    assert reading.stamp is not None
    assert reading.stamp.text() == paper.stamp


def test_a_broken_name_of_the_worksheet_does_not_hide_a_good_one_of_the_workbook() -> None:
    paper, memo = filled(), Paper({}, [], {}, "控え")
    paper.break_names(name(GENERAL))
    memo.workbook_scoped = True
    memo.extra[name(GENERAL)] = f"'{paper.title}'!$AA$24"
    assert counted(read_one(paper, memo)) == {"intact": ALL}


def test_names_of_the_whole_workbook_are_not_stolen_from_another_worksheet() -> None:
    first, second = filled(papers.KEYS[0]), filled(papers.KEYS[1]).copy("写し")
    first.workbook_scoped = True
    second.forget(*map(name, ("purpose", GENERAL)))
    one, two = read(first.save(second))
    assert one.sheet.same_content(papers.sheet(papers.KEYS[0]))
    assert two.sheet.same_content(papers.sheet(papers.KEYS[1]))
    assert set(two.repaired) == {"purpose", GENERAL}


def test_a_worksheet_copied_twice_is_read_three_times() -> None:
    paper = filled()
    readings = read(paper.save(paper.copy("評価シート (2)"), paper.copy("評価シート (3)")))
    assert [counted(reading) for reading in readings] == [{"intact": ALL}] * 3
    assert {reading.stamp for reading in readings} == {readings[0].stamp}


def test_values_pasted_without_their_merged_cells_are_read_where_nothing_was_moved() -> None:
    paper = filled()
    paper.forget()
    paper.areas.clear()
    paper.insert_rows(1, 3)
    assert_right(read_one(paper))


def test_a_label_typed_over_leaves_its_lost_fields_unread() -> None:
    paper = filled()
    paper.forget()
    paper.relabel("X24", "市の負担")
    reading = read_one(paper)
    assert reading.repaired[GENERAL] == "lost"
    assert len(reading.unlocated) == 4
    assert_right(reading)


def test_a_label_typed_over_does_no_harm_where_a_field_beside_it_has_its_name() -> None:
    paper = filled()
    paper.forget(name(GENERAL))
    paper.relabel("X24", "市の負担")
    reading = read_one(paper)
    assert dict(reading.repaired) == {GENERAL: "healed"}
    assert_right(reading)


def test_two_labels_exchanged_make_their_rows_ambiguous() -> None:
    paper = filled()
    paper.forget()
    paper.swap("X16", "X24")
    reading = read_one(paper)
    assert {reading.repaired[NATIONAL], reading.repaired[GENERAL]} == {"ambiguous"}
    assert_right(reading)


def test_a_year_label_put_forward_by_hand_makes_its_column_ambiguous() -> None:
    paper = filled()
    paper.forget()
    paper.relabel("Z13", "H29年度決算")
    reading = read_one(paper)
    assert "costs.2016-settled.sources.general" in reading.unlocated
    assert_right(reading)


def test_a_field_that_repeats_a_label_leads_nobody_astray() -> None:
    paper = filled()
    paper.forget()
    for where in ("B25", "I48", "O14", "N3", "D49"):
        paper.relabel(where, "一般財源")
    reading = read_one(paper)
    assert reading.unlocated == set()
    assert reading.sheet["purpose"] == reading.sheet["budget.name"] == "一般財源"


def test_a_deleted_row_is_reported_and_the_others_are_read() -> None:
    paper = filled()
    paper.delete_rows(24, 2)
    paper.forget()
    reading = read_one(paper)
    assert GENERAL in reading.unlocated
    assert_right(reading)


def test_cells_pushed_under_other_labels_are_not_read_with_their_names_or_without() -> None:
    paper = filled()
    assert paper.push((3, 26, 3, 26), right=True)
    lost = paper.copy(paper.title)
    lost.forget()
    named = read_one(paper)
    assert counted(named)["misplaced"] == 4
    assert_right(named)
    reading = read_one(lost)
    pushed = {path for path in reading.sheet if path.startswith("program_totals.")}
    assert len(reading.unlocated & pushed) == 4
    assert_right(reading)


def test_codes_the_stamp_knows_are_not_asked_for_again() -> None:
    paper = filled()
    paper.delete_rows(7)
    reading = read_one(paper)
    assert {"project.number", "project.name"} <= reading.unlocated
    assert reading.sheet["project.number"] == papers.sheet()["project.number"]
    assert reading.sheet.key == papers.CLEAN
    assert reading.doubt is None


@pytest.mark.parametrize("nowhere", ["$XFE$1", "$A$1048577", "$A$0", "#REF!"])
def test_a_name_that_points_off_the_worksheet_is_a_lost_one(nowhere: str) -> None:
    paper = filled()
    del paper.names[name(GENERAL)]
    paper.extra[name(GENERAL)] = f"'{paper.title}'!{nowhere}"
    reading = read_one(paper)
    assert dict(reading.repaired) == {GENERAL: "healed"}
    assert_right(reading)


def test_a_worksheet_of_very_many_merged_cells_is_healed_in_time() -> None:
    paper = filled()
    paper.forget()
    paper.areas += [(row, 40, row, 41) for row in range(1, 4_501)]
    started = time.process_time()
    reading = read_one(paper)
    assert time.process_time() - started < 5
    assert_right(reading)

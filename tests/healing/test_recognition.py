"""A worksheet without names is ours by its labels; one of another kind never is."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path

import openpyxl
import pytest

from tests import papers
from tests.cities import saved
from tests.healing.pages import Paper, filled
from xlsync.errors import NotOurForm, WorkbookError
from xlsync.form.library import load_form
from xlsync.ooxml.read.reader import Cell
from xlsync.summary import Item, summarize
from xlsync.workbook.reading.form_reader import read
from xlsync.workbook.reading.page_layout import plan_of
from xlsync.workbook.stamp import HIDDEN_WORKSHEET
from xlsync.workbook.template.template import build_template

TODAY = dt.date(2018, 7, 2)


def nameless(data: bytes) -> bytes:
    """The workbook saved again by openpyxl without any name, document property or stamp in the hidden worksheet."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    for worksheet in book.worksheets:
        worksheet.defined_names.clear()
    book.defined_names.clear()
    book.custom_doc_props.props.clear()  # type: ignore[attr-defined]  # the stubs do not know it
    for cell in book[HIDDEN_WORKSHEET][1]:
        cell.value = None if str(cell.value).startswith("form=") else cell.value
    return saved(book)


@pytest.mark.parametrize("year", [2017, 2018, 2019, 2020, 2026])
def test_the_year_labels_tell_the_edition(year: int) -> None:
    (reading,) = read(nameless(build_template(load_form(), year).data))
    assert reading.sheet.edition.year == year
    assert reading.unlocated == set()
    assert reading.stamp is None


@pytest.mark.corpus
def test_no_workbook_of_another_kind_is_taken_for_ours(corpus_file: Path) -> None:
    with pytest.raises(WorkbookError):
        read(corpus_file.read_bytes())


def test_a_summary_of_ours_is_no_sheet() -> None:
    items = [Item(papers.sheet(key), ()) for key in papers.KEYS]
    with pytest.raises(NotOurForm):
        read(summarize(items, department=None, edition=papers.edition(), made_on=TODAY))


def listed(texts: list[str]) -> Paper:
    """The label texts one below the other."""
    return Paper({(row, 1): Cell(text, None) for row, text in enumerate(texts, 1)}, [], {}, "一覧")


def test_a_list_of_the_labels_is_no_sheet() -> None:
    texts = [label.text for label in plan_of(load_form(), papers.EDITION).labels]
    with pytest.raises(NotOurForm):
        read(listed(texts).save())


@pytest.mark.parametrize("rows", [(1, 12), (13, 40), (30, 55)])
def test_a_part_of_the_form_is_no_sheet(rows: tuple[int, int]) -> None:
    paper = filled()
    paper.forget()
    paper.delete_rows(rows[0], rows[1] - rows[0] + 1)
    with pytest.raises(NotOurForm):
        read(paper.save())


def test_the_form_turned_on_its_side_is_no_sheet() -> None:
    paper = filled()
    paper.forget()
    turned = {(column, row): cell for (row, column), cell in paper.cells.items()}
    with pytest.raises(NotOurForm):
        read(Paper(turned, [], {}).save())


def test_labels_of_two_years_are_of_neither() -> None:
    paper = filled()
    paper.forget()
    old, new = plan_of(load_form(), papers.EDITION), plan_of(load_form(), papers.EDITION + 1)
    for before, after in zip(old.labels, new.labels, strict=True):
        if before.text != after.text and before.box.left > 20:
            paper.cells[after.box.position] = Cell(after.text, None)
    try:
        (reading,) = read(paper.save())
    except NotOurForm:
        return
    assert reading.unlocated


def test_a_memo_without_names_beside_its_own_worksheet_is_left_aside() -> None:
    paper = filled()
    memo = paper.copy("控え")
    memo.forget()
    memo.relabel("B25", "古い内容")
    (reading,) = read(paper.save(memo))
    assert reading.worksheet == paper.title
    assert reading.sheet.same_content(papers.sheet())


def test_a_sheet_of_another_project_without_names_is_read_beside_the_first() -> None:
    second = filled(papers.KEYS[1]).copy("その2")
    second.forget()
    readings = read(filled(papers.KEYS[0]).save(second))
    assert [reading.sheet.key for reading in readings] == list(papers.KEYS[:2])


def test_two_sheets_without_names_are_both_read() -> None:
    one, two = filled(papers.KEYS[0]), filled(papers.KEYS[1]).copy("その2")
    one.forget()
    two.forget()
    readings = read(one.save(two))
    assert [reading.sheet.key for reading in readings] == list(papers.KEYS[:2])


def test_a_worksheet_that_cannot_be_read_beside_ours_does_no_harm() -> None:
    paper = filled()
    other = Paper({(1, 1): Cell("x" * 40_000, None)}, [(1, 1, 2, 2)] * 3, {}, "資料")
    (reading,) = read(paper.save(other))
    assert reading.sheet.same_content(papers.sheet())

"""The second layout: rows on a grid as the form says, no line too long, no heading alone at the foot of a page."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import papers
from tests.publication.test_derivable_fields import hiding
from xlsync.form.publication_pages import OnlySheets, ReportLayout
from xlsync.publication.book.report_pages import (
    ReportCell,
    ReportRow,
    in_pages,
    is_reported,
    report_rows,
)
from xlsync.publication.book.wrapped_lines import wrapped_lines
from xlsync.publication.public_fields import public_edition
from xlsync.publication.published_year import PublicSheet
from xlsync.sheet import Sheet

PAGE = 262.0


def layout() -> ReportLayout:
    """The layout of the shipped form."""
    found = papers.edition().definition.publication.report
    assert found is not None
    return found


def public(key: str = papers.CLEAN) -> PublicSheet:
    """An official sheet."""
    return PublicSheet(papers.sheet(key), ("部",), "final")


def width(line: str) -> int:
    """How many half-width characters a line takes."""
    return sum(2 if unicodedata.east_asian_width(each) in "WFA" else 1 for each in line)


@given(st.text(alphabet="あア漢、。」）ab1 \n-é", max_size=200), st.integers(4, 60))
def test_lines_together_are_the_text_and_only_closing_marks_hang_behind_them(
    text: str, columns: int
) -> None:
    lines = list(wrapped_lines(text, columns))
    assert "".join(lines) == text.replace("\n", "")
    for line in lines:
        assert (
            width(line.rstrip("、。」）-")) <= columns or width(line) - width(line[-1]) <= columns
        )
    for before, line in pairwise(lines):
        assert line[:1] not in {*"、。」）"} or f"{before}\n{line}" in text


def test_every_row_fills_the_grid_and_values_stand_beside_their_labels() -> None:
    rows = list(report_rows(layout(), public()))
    assert {sum(cell.span for cell in row.report_cells) for row in rows} == {24}
    texts = ["｜".join("".join(cell.printed_lines) for cell in row.report_cells) for row in rows]
    assert texts[:2] == ["平成29年度 主要な施策の成果説明書", "01-02-01-08-14-01　情報化推進事業"]
    assert "部等名｜政策イノベーション部｜課等名｜情報政策課" in texts
    assert "｜H28年度決算｜H29年度決算｜H30年度当初" in texts
    assert "事業費(A)（千円）｜23,387｜31,149｜26,111" in texts
    assert "実績｜10,143件｜20,116件｜19,767件｜-" in texts


def test_what_is_not_public_has_no_row_and_no_heading_of_its_own() -> None:
    costs = [path for path in papers.edition().by_path if path.startswith("costs.")]
    edition = public_edition(hiding("purpose", *costs))
    sheet = papers.sheet()
    shown = PublicSheet(
        Sheet(edition, sheet.key, {path: sheet[path] for path in edition.by_path}), ("部",), "final"
    )
    texts = "".join(
        "".join(cell.printed_lines)
        for row in report_rows(layout(), shown)
        for cell in row.report_cells
    )
    assert "事業の概要" in texts
    assert "決算額と財源" not in texts
    assert "事業の目的" not in texts
    assert "31,149" not in texts


def test_only_the_sheets_that_the_form_chooses_are_reported() -> None:
    chosen = layout().model_copy(
        update={"only": OnlySheets(field="classification", says=["Ａ　任意的事業"])}
    )
    assert [is_reported(chosen, public(key)) for key in papers.KEYS[:2]] == [True, False]
    assert is_reported(layout(), public(papers.KEYS[1]))


@pytest.mark.parametrize("lines", [20, 300])
def test_a_heading_goes_with_its_text_and_a_text_runs_on(lines: int) -> None:
    line = ReportRow((ReportCell(24, ("文",), "line"),))
    heading = ReportRow((ReportCell(24, ("課題",), "label"),), is_leading=True)
    rows = list(in_pages([heading, *[line] * lines, heading, line]))
    used, pages = 0.0, 1
    for row in rows:
        if row.starts_page:
            used, pages = 0.0, pages + 1
        used += row.millimetres
        assert used <= PAGE
    assert pages == (1 if lines == 20 else 1 + int(lines * line.millimetres // PAGE))
    starts = [index for index, row in enumerate(rows) if row.starts_page]
    assert all(not rows[index - 1].is_leading for index in starts)


def test_a_heading_does_not_stay_behind_at_the_foot_of_a_page() -> None:
    line = ReportRow((ReportCell(24, ("文",), "line"),))
    full = int(PAGE // line.millimetres) - 1
    heading = ReportRow((ReportCell(24, ("課題",), "label"),), is_leading=True)
    rows = list(in_pages([*[line] * full, heading, replace(line)]))
    assert rows[full].starts_page
    assert not rows[full + 1].starts_page

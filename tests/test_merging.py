"""Law 3: three sides, never the newest wins, and no change disappears unless it is reported as a conflict."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import papers
from tests.strategies import sheets
from xlsync.errors import SheetError
from xlsync.merging import Conflict, merge
from xlsync.sheet import Sheet

KEY = papers.CLEAN
ANY = sheets(papers.edition(), KEY)


def cells(sheet: Sheet | None) -> dict[str, object]:
    """Everything a sheet says, unreadable texts included."""
    edition = papers.edition()
    if sheet is None:
        return dict.fromkeys(edition.by_path, (None, None))
    return {path: (sheet[path], sheet.unreadable.get(path)) for path in edition.by_path}


@given(base=ANY, theirs=ANY)
def test_an_unchanged_side_yields_the_other(base: Sheet, theirs: Sheet) -> None:
    taken = merge(base, base, theirs)
    assert taken.sheet.same_content(theirs)
    assert taken.conflicts == ()
    kept = merge(base, theirs, base)
    assert kept.sheet.same_content(theirs)
    assert (kept.conflicts, kept.changes) == ((), ())


@given(base=ANY | st.none(), both=ANY)
def test_the_same_change_on_both_sides_is_no_conflict(base: Sheet | None, both: Sheet) -> None:
    result = merge(base, both, both)
    assert result.sheet.same_content(both)
    assert (result.conflicts, result.changes) == ((), ())


@given(base=ANY | st.none(), ours=ANY, theirs=ANY)
def test_swapping_sides_gives_the_same_conflicts(base: Sheet | None, ours: Sheet, theirs: Sheet) -> None:
    there, back = merge(base, ours, theirs), merge(base, theirs, ours)
    swapped = tuple(Conflict(c.path, c.base, c.theirs, c.ours) for c in back.conflicts)
    assert there.conflicts == swapped
    conflicting = {conflict.path for conflict in there.conflicts}
    one, other = cells(there.sheet), cells(back.sheet)
    assert {path: cell for path, cell in one.items() if path not in conflicting} == {
        path: cell for path, cell in other.items() if path not in conflicting
    }


@given(base=ANY | st.none(), ours=ANY, theirs=ANY)
def test_no_change_disappears_unless_it_is_reported(base: Sheet | None, ours: Sheet, theirs: Sheet) -> None:
    result = merge(base, ours, theirs)
    conflicting = {conflict.path for conflict in result.conflicts}
    before, merged = cells(base), cells(result.sheet)
    for side in (ours, theirs):
        for path, cell in cells(side).items():
            if cell != before[path]:
                assert merged[path] == cell or path in conflicting, path


@given(base=ANY | st.none(), ours=ANY, theirs=ANY)
def test_the_changes_told_are_exactly_what_ours_goes_through(base: Sheet | None, ours: Sheet, theirs: Sheet) -> None:
    result = merge(base, ours, theirs)
    before, after = cells(ours), cells(result.sheet)
    assert [change.path for change in result.changes] == [p for p in before if before[p] != after[p]]
    for conflict in result.conflicts:
        assert after[conflict.path] == before[conflict.path]
        assert conflict.ours != conflict.theirs


@given(base=ANY, ours=ANY, theirs=ANY)
def test_merging_what_was_merged_changes_nothing(base: Sheet, ours: Sheet, theirs: Sheet) -> None:
    once = merge(base, ours, theirs)
    again = merge(base, once.sheet, theirs)
    assert again.sheet.same_content(once.sheet)
    assert again.changes == ()
    assert again.conflicts == once.conflicts


def test_an_unreadable_text_is_a_value_of_its_own() -> None:
    path = "costs.2017-settled.sources.general"
    base = papers.sheet()
    blank = papers.with_values(KEY, {path: None})
    one = replace(blank, unreadable={path: "未定"})
    other = replace(blank, unreadable={path: "不明"})
    assert merge(base, one, one).conflicts == ()
    told = merge(base, one, other).conflicts
    assert [(c.path, c.base, c.ours, c.theirs) for c in told] == [
        (path, 25777, {"unreadable": "未定"}, {"unreadable": "不明"})
    ]
    assert merge(base, blank, other).conflicts[0].ours is None
    assert merge(base, base, other).sheet.unreadable == {path: "未定"} | {path: "不明"}


def test_blank_dash_and_zero_are_three_changes() -> None:
    path = "costs.2017-settled.sources.general"
    base = papers.sheet()
    for one in (None, "-", 0):
        for other in (None, "-", 0):
            result = merge(base, papers.with_values(KEY, {path: one}), papers.with_values(KEY, {path: other}))
            assert bool(result.conflicts) == (one is not other)


def test_sheets_of_two_keys_or_editions_are_not_merged() -> None:
    ours, theirs = papers.sheet(papers.KEYS[0]), papers.sheet(papers.KEYS[1])
    for base, other in ((None, theirs), (theirs, ours)):
        with pytest.raises(SheetError, match="別のシート"):
            merge(base, ours, other)
    with pytest.raises(SheetError, match="別のシート"):
        merge(None, ours, Sheet(papers.edition(2019), KEY, {}))


def test_the_revision_of_ours_stays() -> None:
    ours = papers.sheet().with_revision(4)
    assert merge(papers.sheet(), ours, papers.sheet().with_revision(1)).sheet.revision == 4

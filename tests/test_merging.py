"""Law 3: three sides, never the newest wins, and no change disappears unless it is reported as a conflict."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import papers
from tests.small_forms import FOLDER
from tests.strategies import sheets
from xlsync.errors import SheetError
from xlsync.form.definition import read_definition
from xlsync.form.edition import Edition
from xlsync.form.expansion import edition_of
from xlsync.kinds.registry import KINDS
from xlsync.merging import Conflict, field_as_json, json_as_text, merge, replace_fields
from xlsync.sheet import Sheet

KEY = papers.CLEAN
COMPUTED = {row["path"] for row in papers.field_table() if row["filled_by"] == "computed"}
"""What is reckoned is nobody's typing: laws of their own hold for it."""
MONEY = "costs.2018-initial.sources.national"

ANY = sheets(papers.edition(), KEY)
Groups = tuple[tuple[str, ...], ...]


def cells(sheet: Sheet | None) -> dict[str, object]:
    """Everything a sheet says, unreadable texts included."""
    edition = papers.edition()
    if sheet is None:
        return dict.fromkeys(edition.by_path, (None, None))
    return {path: (sheet[path], sheet.unreadable.get(path)) for path in edition.by_path}


@given(base=ANY, incoming=ANY)
def test_an_unchanged_side_yields_the_other(base: Sheet, incoming: Sheet) -> None:
    taken = merge(base, base, incoming)
    assert taken.sheet.same_content(incoming)
    assert taken.conflicts == ()
    kept = merge(base, incoming, base)
    assert kept.sheet.same_content(incoming)
    assert (kept.conflicts, kept.changes) == ((), ())


@given(base=ANY | st.none(), both=ANY)
def test_the_same_change_on_both_sides_is_no_conflict(base: Sheet | None, both: Sheet) -> None:
    result = merge(base, both, both)
    assert result.sheet.same_content(both)
    assert (result.conflicts, result.changes) == ((), ())


def typed_cells(sheet: Sheet | None) -> dict[str, object]:
    """Everything people typed into a sheet."""
    return {path: cell for path, cell in cells(sheet).items() if path not in COMPUTED}


@given(base=ANY | st.none(), head=ANY, incoming=ANY)
def test_swapping_sides_gives_the_same_conflicts(
    base: Sheet | None, head: Sheet, incoming: Sheet
) -> None:
    there, back = merge(base, head, incoming), merge(base, incoming, head)
    swapped = tuple(Conflict(c.path, c.base, c.incoming, c.head) for c in back.conflicts)
    assert there.conflicts == swapped
    conflicting = {conflict.path for conflict in there.conflicts}
    other = typed_cells(back.sheet)
    for path, cell in typed_cells(there.sheet).items():
        assert cell == other[path] or path in conflicting, path


@given(base=ANY | st.none(), head=ANY, incoming=ANY)
def test_no_change_disappears_unless_it_is_reported(
    base: Sheet | None, head: Sheet, incoming: Sheet
) -> None:
    result = merge(base, head, incoming)
    conflicting = {conflict.path for conflict in result.conflicts}
    before, merged = typed_cells(base), typed_cells(result.sheet)
    for side in (head, incoming):
        for path, cell in typed_cells(side).items():
            if cell != before[path]:
                assert merged[path] == cell or path in conflicting, path


SUMS = {
    f"costs.{period}.project_cost": tuple(
        f"costs.{period}.sources.{source}"
        for source in ("national", "prefectural", "local_bonds", "other_specific", "general")
    )
    for period in ("2016-settled", "2017-settled", "2018-initial", "2019-initial")
}


def holds(sheet: Sheet, total: str) -> bool:
    """True where a total is what its formula gives: the sum, or blank where a part is no number."""
    parts = [sheet[part] for part in SUMS[total]]
    known = [part for part in parts if isinstance(part, int)]
    return sheet[total] == (sum(known) if len(known) == len(parts) else None)


@given(base=ANY, head=ANY, incoming=ANY)
def test_sums_that_held_on_every_side_hold_afterwards(
    base: Sheet, head: Sheet, incoming: Sheet
) -> None:
    merged = merge(base, head, incoming)
    for total in SUMS:
        if all(
            holds(side, total) and total not in side.unreadable for side in (base, head, incoming)
        ):
            assert holds(merged.sheet, total), total
            assert total not in [conflict.path for conflict in merged.conflicts]


@given(base=ANY, head=ANY, incoming=ANY)
def test_a_sum_typed_over_is_kept_or_reported(base: Sheet, head: Sheet, incoming: Sheet) -> None:
    merged = merge(base, head, incoming)
    conflicting = {conflict.path for conflict in merged.conflicts}
    for total in SUMS:
        for side in (head, incoming):
            if not holds(side, total) and cells(side)[total] != cells(base)[total]:
                assert cells(merged.sheet)[total] == cells(side)[total] or total in conflicting


@given(base=ANY | st.none(), head=ANY, incoming=ANY)
def test_the_changes_told_are_exactly_what_ours_goes_through(
    base: Sheet | None, head: Sheet, incoming: Sheet
) -> None:
    result = merge(base, head, incoming)
    before, after = cells(head), cells(result.sheet)
    assert [change.path for change in result.changes] == [
        path for path in before if before[path] != after[path]
    ]
    for change in result.changes:
        told = (change.before, change.after)
        assert told == tuple(field_as_json(sheet, change.path) for sheet in (head, result.sheet))
    for conflict in result.conflicts:
        if conflict.path not in COMPUTED:
            assert after[conflict.path] == before[conflict.path]
            assert conflict.head != conflict.incoming


@given(sheet=ANY, donor=ANY, paths=st.sets(st.sampled_from(sorted(papers.edition().by_path))))
def test_the_named_fields_come_from_the_donor_and_the_others_stay(
    sheet: Sheet, donor: Sheet, paths: set[str]
) -> None:
    replaced = cells(replace_fields(sheet, donor, paths))
    for path in replaced.keys() - COMPUTED:
        assert replaced[path] == cells(donor if path in paths else sheet)[path]


def test_a_value_of_a_change_is_told_as_people_read_it() -> None:
    sheet = papers.with_values(KEY, {MONEY: 1_234, "purpose": "目的"})
    unreadable = papers.with_values(KEY, {MONEY: None}).with_values(unreadable={MONEY: "未定"})
    shown = [
        json_as_text(papers.edition(), path, field_as_json(of, path))
        for path, of in ((MONEY, sheet), ("purpose", sheet), (MONEY, unreadable))
    ]
    assert shown == ["1,234千円", "目的", "未定"]
    assert json_as_text(papers.edition(), MONEY, None) == ""


@given(base=ANY, head=ANY, incoming=ANY)
def test_merging_what_was_merged_changes_nothing(base: Sheet, head: Sheet, incoming: Sheet) -> None:
    once = merge(base, head, incoming)
    again = merge(base, once.sheet, incoming)
    assert typed_cells(again.sheet) == typed_cells(once.sheet)
    assert {c.path for c in again.conflicts} - COMPUTED == {
        c.path for c in once.conflicts
    } - COMPUTED


OPTIONS = {
    "choice": 'choices = "grade"\n',
    "several": 'choices = "grade"\n',
    "money": 'unit = "千円"\n',
    "measure": 'unit = "人"\n',
}
"""What an entry of a kind needs beside the kind's name."""


def edition_with(kind: str) -> Edition:
    """A small form with one field of a kind that staff fill in."""
    text = (FOLDER / "kenshu.toml").read_text(encoding="utf-8")
    before = 'path = "teacher"\nlabel = "講師"\npart = "report"\nkind = "person"\n'
    assert before in text
    after = before.replace('"person"', f'"{kind}"') + OPTIONS.get(kind, "")
    return edition_of(read_definition(text.replace(before, after), "form.toml"), 2018, "form.toml")


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_what_two_people_typed_and_nobody_can_read_is_lost_in_no_kind(kind: str) -> None:
    """Neither has a value yet: that makes them no more the same than two texts are."""
    edition, path = edition_with(kind), "teacher"
    base = Sheet(edition, "a-b", {"course": "a", "trainee": "b", "learned": "前"})
    one, other = (base.with_values(unreadable={path: text}) for text in ("一つめ？", "二つめ？"))
    (conflict,) = merge(base, one, other).conflicts
    assert conflict == Conflict(path, None, {"unreadable": "一つめ？"}, {"unreadable": "二つめ？"})
    filled = next(
        value
        for typed in ("一つめ", 1, 0.5, "一", "9:30", "8時間", "2025年4月1日", "2025年4月", "〇", "01",
                      "よく理解できた", "305-0001", "029-883-1111", "a@example.jp")
        if (value := getattr(edition.by_path[path].kind.parse(typed), "value", None)) is not None
    )  # fmt: skip
    known = base.with_values({path: filled})
    (conflict,) = merge(known, base, known.with_values({path: None}, {path: "二つめ？"})).conflicts
    assert (conflict.head, conflict.incoming) == (None, {"unreadable": "二つめ？"})


def test_an_unreadable_text_is_a_value_of_its_own() -> None:
    path = "costs.2017-settled.sources.general"
    base = papers.sheet()
    blank = papers.with_values(KEY, {path: None})
    one = blank.with_values(unreadable={path: "未定"})
    other = blank.with_values(unreadable={path: "不明"})
    assert merge(base, one, one).conflicts == ()
    told = merge(base, one, other).conflicts
    assert [(c.path, c.base, c.head, c.incoming) for c in told] == [
        (path, 25777, {"unreadable": "未定"}, {"unreadable": "不明"})
    ]
    assert merge(base, blank, other).conflicts[0].head is None
    assert merge(base, base, other).sheet.unreadable == {path: "未定"} | {path: "不明"}


@pytest.mark.parametrize(
    ("base", "head", "incoming", "merged"),
    [
        ("甲", "乙", "甲 ", "乙"),
        ("甲", "乙", "乙\n", "乙"),
        ("甲", "甲 ", "丙", "丙"),
        ("甲", "甲\n", "甲 ", "甲\n"),
        (None, "乙 ", "乙", "乙 "),
    ],
)
def test_texts_that_look_alike_are_the_same_text(
    base: str | None, head: str, incoming: str, merged: str
) -> None:
    sides = (
        Sheet(papers.edition(), KEY, {"purpose": text}) if text is not None else None
        for text in (base, head, incoming)
    )
    result = merge(*sides)  # type: ignore[arg-type]
    assert (result.sheet["purpose"], result.conflicts) == (merged, ())
    readings = (
        Sheet(papers.edition(), KEY, unreadable={MONEY: f"約{text}"})
        for text in (base, head, incoming)
    )
    result = merge(*readings)
    assert (result.sheet.unreadable[MONEY], result.conflicts) == (f"約{merged}", ())


def test_blank_dash_and_zero_are_three_changes() -> None:
    path = "costs.2017-settled.sources.general"
    base = papers.sheet()
    for one in (None, "-", 0):
        for other in (None, "-", 0):
            result = merge(
                base, papers.with_values(KEY, {path: one}), papers.with_values(KEY, {path: other})
            )
            assert bool(result.conflicts) == (one is not other)


def test_sheets_of_two_keys_or_editions_are_not_merged() -> None:
    head, incoming = papers.sheet(papers.KEYS[0]), papers.sheet(papers.KEYS[1])
    for base, other in ((None, incoming), (incoming, head)):
        with pytest.raises(SheetError, match="：別のシート"):
            merge(base, head, other)
    with pytest.raises(SheetError, match="：別のシート"):
        merge(None, head, Sheet(papers.edition(2019), KEY, {}))


def test_the_revision_of_ours_stays() -> None:
    head = papers.sheet().with_revision(4)
    assert merge(papers.sheet(), head, papers.sheet().with_revision(1)).sheet.revision == 4


# --- groups: fields merged as one unit

COLUMNS = tuple(
    tuple(row["path"] for row in papers.field_table() if row["path"].startswith(f"costs.{period}."))
    for period in ("2016-settled", "2017-settled", "2018-initial", "2019-initial")
)
IN_COLUMN = {path: column for column in COLUMNS for path in column}
GROUPS = st.sampled_from(
    [(), COLUMNS, COLUMNS[:1], (tuple(sorted(set(SUMS) | {"purpose", "outline"})),)]
)


@given(base=ANY, incoming=ANY, groups=GROUPS)
def test_with_groups_an_unchanged_side_yields_the_other(
    base: Sheet, incoming: Sheet, groups: Groups
) -> None:
    assert merge(base, base, incoming, groups).sheet.same_content(incoming)
    kept = merge(base, incoming, base, groups)
    assert kept.sheet.same_content(incoming)
    assert (kept.conflicts, kept.changes) == ((), ())
    both = merge(base, incoming, incoming, groups)
    assert (both.conflicts, both.changes) == ((), ())


@given(base=ANY | st.none(), head=ANY, incoming=ANY, groups=GROUPS)
def test_with_groups_swapping_gives_the_same_conflicts_and_nothing_disappears(
    base: Sheet | None, head: Sheet, incoming: Sheet, groups: Groups
) -> None:
    there, back = merge(base, head, incoming, groups), merge(base, incoming, head, groups)
    swapped = tuple(Conflict(c.path, c.base, c.incoming, c.head) for c in back.conflicts)
    assert there.conflicts == swapped
    conflicting = {conflict.path for conflict in there.conflicts}
    before, after = typed_cells(base), typed_cells(there.sheet)
    for side in (head, incoming):
        for path, cell in typed_cells(side).items():
            assert cell == before[path] or after[path] == cell or path in conflicting, path


@given(base=ANY | st.none(), head=ANY, incoming=ANY)
def test_a_column_is_wholly_of_one_side(base: Sheet | None, head: Sheet, incoming: Sheet) -> None:
    """Never a mixture of two people's halves; live sums follow from it."""
    merged = merge(base, head, incoming, COLUMNS)
    for column in COLUMNS:
        typed = [path for path in column if path not in COMPUTED]
        after, mine, new = (
            [cells(sheet)[path] for path in typed] for sheet in (merged.sheet, head, incoming)
        )
        assert after in (mine, new), column[0]


@given(base=ANY, head=ANY, incoming=ANY)
def test_groups_never_decide_what_single_fields_would_ask(
    base: Sheet, head: Sheet, incoming: Sheet
) -> None:
    single = {one.path for one in merge(base, head, incoming).conflicts}
    grouped = merge(base, head, incoming, COLUMNS)
    asked = {one.path for one in grouped.conflicts}
    assert single <= asked
    for path in asked - single:
        assert asked & set(IN_COLUMN[path]) - {path}, "because of another field of its column"


def test_two_halves_of_a_column_are_a_conflict_only_where_it_is_whole() -> None:
    base = papers.sheet()
    national, general = COLUMNS[2][1], COLUMNS[2][5]
    head = papers.with_values(KEY, {national: 1})
    incoming = papers.with_values(KEY, {general: 2})
    assert merge(base, head, incoming).conflicts == ()
    told = merge(base, head, incoming, COLUMNS)
    paths = [one.path for one in told.conflicts]
    assert {national, general} <= set(paths) <= set(COLUMNS[2])
    assert told.changes == ()
    assert [
        (one.base, one.head, one.incoming) for one in told.conflicts if one.path == general
    ] == [(base[general], base[general], 2)]


def test_what_both_typed_alike_in_a_column_asks_nothing() -> None:
    """Ours holds all that incoming does: taking head whole mixes nothing."""
    base, both = papers.sheet(), COLUMNS[2][5]
    head = papers.with_values(KEY, {both: 2, COLUMNS[2][1]: 1})
    incoming = papers.with_values(KEY, {both: 2})
    assert merge(base, head, incoming, COLUMNS).conflicts == ()
    assert merge(base, incoming, head, COLUMNS).sheet.same_content(head)

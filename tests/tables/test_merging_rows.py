"""Law 3 for rows: nobody's row, edit or deletion is lost in silence, whatever two sides do to a table."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.tables.items import names, row, sheet, table
from xlsync.kinds import Value
from xlsync.merging import Merge, changes_between, field_as_json, merge, replace_fields
from xlsync.sheet import Sheet
from xlsync.sheet_rows import row_ids

IDS = [f"R{number}" for number in range(1, 6)]
BASE = sheet({row_id: row(row_id, name=f"もの{row_id}") for row_id in IDS})


@st.composite
def sides(draw: st.DrawFn, prefix: str) -> Sheet:
    """The base after somebody has edited, deleted, moved and added rows; ids of added rows begin with a prefix."""
    ids = draw(st.permutations(IDS)) if draw(st.booleans()) else list(IDS)
    ids = [row_id for row_id in ids if draw(st.integers(0, 3))]
    values: dict[str, Value] = {}
    for row_id in ids:
        if not draw(st.integers(0, 2)):
            word = draw(st.sampled_from(["name", "note", "count"]))
            value: Value = (
                draw(st.integers(1, 3)) if word == "count" else draw(st.sampled_from("甲乙"))
            )
            values[f"items.{row_id}.{word}"] = value
    for number in range(draw(st.integers(0, 3))):
        new = f"{prefix}{number}"
        ids.insert(draw(st.integers(0, len(ids))), new)
        values[f"items.{new}.name"] = new
    return BASE.with_values({"items": tuple(ids), **values})


def has(sheet: Sheet, row_id: str) -> bool:
    return row_id in row_ids(sheet, "items")


def is_changed(side: Sheet, row_id: str) -> bool:
    return any(side[path] != BASE[path] for path in table().cell_paths(row_id))


def conflicts(merged: Merge) -> set[str]:
    return {conflict.path for conflict in merged.conflicts}


@given(side=sides("RX"))
def test_an_unchanged_side_yields_the_other(side: Sheet) -> None:
    assert merge(BASE, BASE, side).sheet.same_content(side)
    assert merge(BASE, side, BASE).sheet.same_content(side)
    assert merge(BASE, side, side).sheet.same_content(side)
    assert not merge(BASE, BASE, side).conflicts + merge(BASE, side, side).conflicts


@given(head=sides("RH"), incoming=sides("RI"))
def test_no_row_edit_or_deletion_is_lost_in_silence(head: Sheet, incoming: Sheet) -> None:
    merged = merge(BASE, head, incoming)
    in_conflict, result = conflicts(merged), merged.sheet
    for side in (head, incoming):
        for row_id in set(row_ids(side, "items")) - set(IDS):
            assert has(result, row_id), "what somebody added is there"
    for row_id in IDS:
        kept = [side for side in (head, incoming) if has(side, row_id)]
        if len(kept) == 1:
            changed = is_changed(kept[0], row_id)
            assert (f"items.{row_id}" in in_conflict) == changed
            assert has(result, row_id) == (changed and kept[0] is head)
        for side in kept if len(kept) > 1 else ():
            for path in table().cell_paths(row_id):
                assert side[path] in {BASE[path], result[path]} or path in in_conflict


@given(head=sides("RH"), incoming=sides("RI"))
def test_swapping_sides_gives_the_same_conflicts_and_the_same_rows(
    head: Sheet, incoming: Sheet
) -> None:
    there, back = merge(BASE, head, incoming), merge(BASE, incoming, head)
    assert conflicts(there) == conflicts(back)
    if not there.conflicts:
        ids = [row_ids(merged.sheet, "items") for merged in (there, back)]
        assert sorted(ids[0]) == sorted(ids[1])
        assert all(there.sheet[path] == back.sheet[path] for path in there.sheet if path != "items")


@given(head=sides("RH"), incoming=sides("RI"))
def test_receiving_the_same_again_changes_nothing(head: Sheet, incoming: Sheet) -> None:
    merged = merge(BASE, head, incoming)
    known = replace_fields(incoming, BASE, conflicts(merged))
    again = merge(known, merged.sheet, incoming)
    assert again.sheet.same_content(merged.sheet)
    assert conflicts(again) == conflicts(merged)


@given(head=sides("RH"), incoming=sides("RI"))
def test_each_side_can_be_chosen_for_every_conflict(head: Sheet, incoming: Sheet) -> None:
    merged = merge(BASE, head, incoming)
    for path in conflicts(merged):
        chosen = replace_fields(merged.sheet, incoming, [path])
        assert field_as_json(chosen, path) == field_as_json(incoming, path)


@given(side=sides("RX"))
def test_the_rows_that_both_have_keep_the_order_of_who_moved_them(side: Sheet) -> None:
    other = BASE.with_values({"items": (*IDS, "RN"), "items.RN.name": "新しい"})
    merged = row_ids(merge(BASE, other, side).sheet, "items")
    assert [i for i in merged if i != "RN"] == list(row_ids(side, "items"))


def test_a_deleted_row_is_one_change_and_an_added_one_too() -> None:
    after = BASE.with_values({"items": ("R1", "R3", "RN", "R4", "R5"), "items.RN.name": "新"})
    changes = {
        change.path: (change.before, change.after) for change in changes_between(BASE, after)
    }
    assert set(changes) == {"items.R2", "items.RN"}
    assert changes["items.R2"][0]["name"] == "ものR2"
    assert changes["items.R2"][1] is None
    assert changes["items.RN"][1]["name"] == "新"


def test_rows_put_behind_one_row_by_two_people_are_both_behind_it() -> None:
    mine = BASE.with_values({"items": ("R1", "R2", "RA", "R3", "R4", "R5"), "items.RA.name": "甲"})
    yours = BASE.with_values({"items": ("R1", "R2", "RB", "R3", "R4", "R5"), "items.RB.name": "乙"})
    assert set(names(merge(BASE, mine, yours).sheet)[2:4]) == {"甲", "乙"}


def test_a_text_that_cannot_be_read_in_a_deleted_row_is_offered_with_it() -> None:
    theirs = BASE.with_values({}, {"items.R2.count": "三つ"})
    [conflict] = merge(BASE, BASE.with_values({"items.R2": None}), theirs).conflicts
    assert conflict.path == "items.R2"
    assert conflict.incoming["count"] == {"unreadable": "三つ"}
    assert conflict.head is None


def test_a_row_that_says_nothing_is_none() -> None:
    cleared = BASE.with_values(dict.fromkeys(table().cell_paths("R2")))
    assert row_ids(cleared, "items") == ("R1", "R3", "R4", "R5")
    assert cleared["items.R2"] is None
    assert cleared["items.R2.name"] is None

"""A sheet in the fields of the next version of its form, and back: nothing that was typed vanishes untold."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests import papers
from tests.papers import edited_form, in_field
from tests.strategies import sheets
from xlsync.carry_over import LostValue, carried_paths, carry_over
from xlsync.errors import FormError
from xlsync.form.edition import Edition
from xlsync.sheet import Sheet

FITS_MOVED = ('code = "fits-outline"\nof = "outline"', 'code = "fits-outline"\nof = "plan.outline"')
MOVED = (*in_field("outline", 'path = "outline"', 'path = "plan.outline"\nformer = ["outline"]'),)
DROPPED = "mayoral_pledge"


def version(folder: Path, *replaced: tuple[str, str]) -> Edition:
    return edited_form(folder / "form", *replaced).at(papers.EDITION)


def without(edition: Edition, *paths: str) -> Edition:
    fields = tuple(field for field in edition.fields if field.path not in paths)
    return replace(edition, fields=fields, rules=())


def taking_over(edition: Edition, path: str, *former: str) -> Edition:
    """An edition whose field took over from others, which are gone."""
    return replace(without(edition, *former), former_paths={path: former})


def test_a_moved_field_keeps_its_value_and_gets_it_back_on_the_way_back(tmp_path: Path) -> None:
    old, new = papers.edition(), version(tmp_path, MOVED, FITS_MOVED)
    sheet = papers.sheet()
    moved, lost = carry_over(sheet, new)
    assert sheet["outline"]
    assert moved["plan.outline"] == sheet["outline"]
    assert lost == ()
    assert carry_over(moved, old) == (sheet, ())


NAMES = st.lists(st.sampled_from(["first", "second", "third"]), min_size=2, max_size=5).filter(
    lambda names: all(one != other for one, other in pairwise(names))
)


@example(names=["first", "second", "third"], way=[True, True, False])
@given(names=NAMES, way=st.lists(st.booleans(), max_size=8))
def test_a_value_keeps_by_its_field_through_every_name_there_and_back(
    names: list[str], way: list[bool]
) -> None:
    """Each version names the field otherwise than the one before; the way leads forwards and backwards between them."""
    (field,) = (field for field in papers.edition().fields if field.path == "outline")
    versions = []
    for former, name in pairwise(["", *names]):
        fields = (*without(papers.edition(), "outline").fields, replace(field, path=name))
        taken = {name: (former,)} if former else {}
        edition = without(papers.edition(), "outline")
        versions.append(replace(edition, fields=fields, former_paths=taken))
    sheet = Sheet(versions[0], papers.CLEAN, {names[0]: "概要"})
    at = 0
    for is_forwards in way:
        at = min(at + 1, len(names) - 1) if is_forwards else max(at - 1, 0)
        sheet, lost = carry_over(sheet, versions[at])
        assert (sheet[names[at]], lost) == ("概要", ())


def test_a_text_that_cannot_be_read_moves_with_its_field_and_is_read_where_the_new_one_can() -> (
    None
):
    money = [path for path, field in papers.edition().by_path.items() if field.kind.name == "money"]
    heir, former = money[:2]
    old = without(papers.edition(), heir, "mayoral_pledge")
    sheet = Sheet(old, papers.CLEAN, {}, None, {former: "約12万"})
    moved = carry_over(sheet, taking_over(papers.edition(), heir, former))[0]
    assert (moved[heir], moved.unreadable) == (None, {heir: "約12万"})
    reread = carry_over(sheet, taking_over(papers.edition(), "mayoral_pledge", former))[0]
    assert (reread["mayoral_pledge"], reread.unreadable) == ("約12万", {})


def test_texts_that_are_merged_stand_one_below_the_other() -> None:
    old = without(papers.edition(), "other_indicators")
    new = taking_over(papers.edition(), "other_indicators", "purpose", "outline")
    sheet = Sheet(old, papers.CLEAN, {"purpose": "目的", "outline": "概要"})
    assert carry_over(sheet, new)[0]["other_indicators"] == "目的\n概要"
    only = Sheet(old, papers.CLEAN, {"purpose": "-", "outline": "概要"})
    assert carry_over(only, new)[0]["other_indicators"] == "概要"


def test_amounts_of_one_unit_that_are_merged_are_added_up() -> None:
    fields = papers.edition().by_path.values()
    into, first, second = [field.path for field in fields if field.kind.name == "money"][:3]
    old = without(papers.edition(), into)
    new = taking_over(papers.edition(), into, first, second)
    sheet = Sheet(old, papers.CLEAN, {first: 1200, second: 34})
    assert carry_over(sheet, new)[0][into] == 1234


def test_of_a_field_that_is_split_the_first_takes_the_value() -> None:
    old = without(papers.edition(), "purpose", "outline")
    new = replace(
        without(papers.edition(), "mayoral_pledge"),
        former_paths={"purpose": ("mayoral_pledge",), "outline": ("mayoral_pledge",)},
    )
    taken = [path for path in new.by_path if path in {"purpose", "outline"}]
    sheet = Sheet(old, papers.CLEAN, {"mayoral_pledge": "公約"})
    moved, lost = carry_over(sheet, new)
    assert ([moved[path] for path in taken], lost) == (["公約", None], ())


def test_a_dropped_field_is_named_with_what_stood_there() -> None:
    sheet = papers.sheet().with_values({DROPPED: "公約１"})
    lost = carry_over(sheet, without(papers.edition(), DROPPED))[1]
    assert lost == (LostValue(DROPPED, papers.edition().by_path[DROPPED].title, "公約１"),)


@pytest.mark.parametrize(
    ("former", "word"),
    [('["purpose"]', "まだある欄"), ('["gone", "gone"]', "二度"), ('["gone.{nowhere}"]', "軸")],
)
def test_a_field_that_takes_over_what_it_cannot_is_refused(
    tmp_path: Path, former: str, word: str
) -> None:
    entry = in_field(DROPPED, f'path = "{DROPPED}"', f'path = "{DROPPED}"\nformer = {former}')
    with pytest.raises(FormError, match=word):
        version(tmp_path, entry)


@given(st.data())
def test_no_value_vanishes_without_being_told_when_fields_are_renamed_merged_and_dropped(
    data: st.DataObject,
) -> None:
    """Law: what a field held is read where it is taken over, is text that is unreadable there, or is lost by name."""
    edition = papers.edition()
    paths = sorted(edition.by_path)
    gone = data.draw(st.lists(st.sampled_from(paths), unique=True, max_size=12))
    heirs = data.draw(st.lists(st.sampled_from([p for p in paths if p not in gone]), unique=True))
    merged: dict[str, tuple[str, ...]] = {}
    for path, heir in zip(gone, [heir for heir in heirs for _ in range(2)], strict=False):
        merged[heir] = (*merged.get(heir, ()), path)
    old = without(edition, *merged)
    new = replace(without(edition, *gone), former_paths=merged)
    sheet = carry_over(data.draw(sheets(edition)), old)[0]
    carried, lost = carry_over(sheet, new)
    sources = carried_paths(old, new)
    assert {one.path for one in lost} == {
        path
        for path in old.by_path
        if path not in {former for formers in sources.values() for former in formers}
        and (path in sheet.unreadable or sheet[path] not in {None, "-"})
    }
    for path, former in sources.items():
        filled = [p for p in former if p in sheet.unreadable or sheet[p] not in {None, "-"}]
        assert not filled or carried[path] is not None or path in carried.unreadable
        if former == (path,):
            assert carried[path] == sheet[path]

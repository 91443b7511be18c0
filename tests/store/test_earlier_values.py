"""A form put into use again after another one was: what revisions made in between had no field for says what it said last."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.small_forms import FOLDER, YEAR, laid_out
from tests.store.on_disk import on_disk
from xlsync.exchange import Source, Terms
from xlsync.exchange.form_adoption import adopt_form, adopt_previous
from xlsync.exchange.form_dry_run import dry_run
from xlsync.exchange.resolution import as_of
from xlsync.form.library import Form, load_form
from xlsync.sheet import Sheet
from xlsync.store import Draft, Store

KEY = "0012345-04"
FIRST = (
    (FOLDER / "jikangai.toml")
    .read_text(encoding="utf-8")
    .replace('kind = "measure"\nunit = "時間"', 'kind = "money"\nunit = "円"')
)
OFFICE = {
    "unit.bureau": "総務局",
    "unit.division": "人事課",
    "person.number": "0012345",
    "month": "04",
    "person.name": "佐藤",
}
TYPED = {
    **OFFICE,
    "days.01.hours": 2,
    "days.02.hours": 3,
    "days.03.hours": 4,
    "days.03.work": "月末の締め",
    "total": 9,
}
THIRD_DAY = '  { key = "03", label = "3日" },\n'
WORK = """
[[field]]
path = "days.{day}.work"
label = "用務"
part = "hours"
kind = "text"
filled-by = "staff"
"""
MERGED = """
[[field]]
path = "work"
label = "用務"
part = "hours"
kind = "text"
multiline = true
filled-by = "staff"
former = ["days.01.work", "days.02.work", "days.03.work"]
"""
NOTE = """
[[field]]
path = "note"
label = "備考"
part = "hours"
kind = "code"
filled-by = "staff"
"""


def form_of(folder: Path, *replaced: tuple[str, str], added: str = "") -> Form:
    """The form of hours with these texts replaced and fields added."""
    text = FIRST + added
    for old, new in replaced:
        assert old in text
        text = text.replace(old, new)
    folder.mkdir()
    (folder / "form.toml").write_text(text, encoding="utf-8")
    (folder / "drawing.xlsx").write_bytes(laid_out(text))
    return load_form(str(folder))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store with one sheet, made under the first version."""
    made = Store(tmp_path / "store", form_of(tmp_path / "form"), must_exist=False)
    made.create()
    saved(made, 1, TYPED)
    return made


def saved(
    store: Store,
    day: int,
    values: Mapping[str, Any],
    texts: Mapping[str, str] = {},
    unplaced: tuple[Mapping[str, str], ...] = (),
) -> None:
    """A revision that somebody makes on a day of July, under the version in use."""
    before = store.head(KEY, YEAR) or Sheet(store.form.at(YEAR), KEY)
    sheet = before.with_values(values, texts).with_revision(None)
    with store.writing():
        store.commit(Draft(sheet, f"2018-07-{day:02}T10:00:00+09:00", "佐藤", unplaced=unplaced))


def adopted(store: Store, day: int, form: Form) -> Store:
    """The store as the next process opens it, once a form was put into use on a day of July."""
    adopt_form(store, Terms(store.form, YEAR, {}), form, on(day))
    return Store(store.folder, form)


def back(store: Store, day: int) -> Store:
    adopt_previous(store, Terms(store.form, YEAR, {}), on(day))
    return Store(store.folder, store.form)


def on(day: int) -> Source:
    return Source("様式", f"2018-07-{day:02}T08:00:00+09:00", "企画課")


def head(store: Store) -> Sheet:
    sheet = store.head(KEY, YEAR)
    assert sheet is not None
    return sheet


def two_days(folder: Path) -> Form:
    return form_of(folder, (THIRD_DAY, ""), (', "days.03.hours"]', "]"))


def test_a_dropped_field_comes_back_with_its_value_though_revisions_were_made_meanwhile(
    store: Store, tmp_path: Path
) -> None:
    store = adopted(store, 2, two_days(tmp_path / "two-days"))
    for day, hours in ((3, 5), (4, 6)):
        saved(store, day, {"days.01.hours": hours, "total": hours + 3})
    assert "days.03.hours" not in head(store)
    store = back(store, 5)
    sheet = head(store)
    assert (sheet["days.01.hours"], sheet["days.03.hours"], sheet["days.03.work"]) == (
        6,
        4,
        "月末の締め",
    )
    assert sheet["total"] == 6 + 3 + 4
    assert [revision.sheet["days.03.hours"] for revision in store.revisions(KEY, YEAR)] == [4, 4, 4]
    saved(store, 6, {"days.03.hours": 1})
    assert (head(store)["days.03.hours"], head(store)["days.03.work"]) == (1, "月末の締め")


def test_a_total_that_was_typed_meanwhile_stays_as_it_was_typed(
    store: Store, tmp_path: Path
) -> None:
    store = adopted(store, 2, two_days(tmp_path / "two-days"))
    saved(store, 3, {"days.01.hours": 5, "total": 100})
    assert head(back(store, 4))["total"] == 100


def test_what_was_entered_in_a_new_field_is_there_again_when_the_form_is_put_into_use_again(
    store: Store, tmp_path: Path
) -> None:
    """A code is two digits: the text cannot be read, and stays as it was typed."""
    newer = form_of(tmp_path / "note", added=NOTE)
    store = adopted(store, 2, newer)
    saved(store, 3, {}, {"note": "代休あり"})
    store = back(store, 4)
    saved(store, 5, {"days.02.work": "窓口"})
    assert "note" not in head(store)
    store = adopted(store, 6, newer)
    assert head(store).unreadable == {"note": "代休あり"}
    assert head(store)["days.02.work"] == "窓口"


def test_fields_that_were_merged_come_back_each_with_its_value(
    store: Store, tmp_path: Path
) -> None:
    saved(store, 2, {"days.01.work": "月初の締め"})
    store = adopted(store, 3, form_of(tmp_path / "merged", (WORK, MERGED)))
    assert head(store)["work"] == "月初の締め\n月末の締め"
    saved(store, 4, {"days.02.hours": 8})
    sheet = head(back(store, 5))
    works = [sheet[f"days.0{day}.work"] for day in (1, 2, 3)]
    assert works == ["月初の締め", None, "月末の締め"]
    assert sheet["days.02.hours"] == 8


def test_a_field_that_a_later_form_has_again_does_not_take_up_what_an_older_one_said(
    store: Store, tmp_path: Path
) -> None:
    """Only the version itself comes back: another field of that path may ask for something else."""
    store = adopted(store, 2, two_days(tmp_path / "two-days"))
    saved(store, 3, {"days.01.hours": 5})
    store = adopted(store, 4, form_of(tmp_path / "again", added=NOTE))
    assert head(store)["days.03.work"] is None


def test_the_sheet_of_a_day_has_what_came_back_by_then(store: Store, tmp_path: Path) -> None:
    store = adopted(store, 2, two_days(tmp_path / "two-days"))
    saved(store, 3, {"days.01.hours": 5})
    store = back(store, 4)
    asked = {day: as_of(store, KEY, YEAR, f"2018-07-0{day}") for day in (1, 3, 4)}
    sheets = {day: answer[0] for day, answer in asked.items() if answer is not None}
    assert [sheets[day].get("days.03.hours") for day in (1, 3, 4)] == [4, None, 4]
    assert [sheets[day]["days.01.hours"] for day in (1, 3, 4)] == [2, 5, 5]


@pytest.mark.parametrize(
    ("typed", "work"),
    [
        (["棚卸し"], "棚卸し"),
        (["棚卸し", "棚卸し"], "棚卸し"),
        (["棚卸し", "窓口"], "月末の締め"),
        ([], "月末の締め"),
    ],
)
def test_what_workbooks_of_the_form_said_meanwhile_comes_back_where_they_agree(
    store: Store, tmp_path: Path, typed: list[str], work: str
) -> None:
    store = adopted(store, 2, two_days(tmp_path / "two-days"))
    for day, text in enumerate(typed, 3):
        value = {"path": "days.03.work", "field": "3日 用務", "value": text}
        saved(store, day, {"days.01.hours": day}, unplaced=(value,))
    saved(store, 6, {"days.01.hours": 8})
    assert head(back(store, 7))["days.03.work"] == work


def test_a_damaged_revision_is_passed_over(store: Store, tmp_path: Path) -> None:
    saved(store, 2, {"days.03.work": "棚卸し"})
    store = adopted(store, 3, two_days(tmp_path / "two-days"))
    saved(store, 4, {"days.01.hours": 5})
    on_disk(store.revision_file(KEY, YEAR, 2)).write_bytes(b"{}")
    assert head(back(store, 5))["days.03.work"] == "月末の締め"


def test_a_sheet_read_from_its_heads_file_has_what_comes_back(store: Store, tmp_path: Path) -> None:
    store = adopted(store, 2, two_days(tmp_path / "two-days"))
    saved(store, 3, {"days.01.hours": 5})
    on_disk(store.revision_file(KEY, YEAR, 2)).write_bytes(b"{}")
    sheet = head(back(store, 4))
    assert (sheet["days.01.hours"], sheet["days.03.hours"]) == (5, 4)


def test_a_form_put_into_use_for_the_first_time_looks_for_no_earlier_revision(
    store: Store, tmp_path: Path
) -> None:
    saved(store, 2, {"days.02.work": "窓口"})
    store = adopted(store, 3, form_of(tmp_path / "note", added=NOTE))
    on_disk(store.revision_file(KEY, YEAR, 1)).unlink()
    assert head(store)["note"] is None
    assert store.stored_form.earlier_fields(YEAR, 1, 2) == {}


def test_a_trial_of_a_version_that_was_in_use_says_what_comes_back(
    store: Store, tmp_path: Path
) -> None:
    """Also of a field that went through two names since: each version is carried into the next."""
    first = store.form
    renamed = (
        ('path = "total"\nlabel', 'path = "{}"\nformer = ["{}"]\nlabel'),
        ('total = "total"', 'total = "{}"'),
    )
    for number, (name, former) in enumerate([("sum", "total"), ("all", "sum")], 2):
        (old, new), (old_rule, new_rule) = renamed
        changes = [(old, new.format(name, former)), (old_rule, new_rule.format(name))]
        dropped = [(THIRD_DAY, ""), (', "days.03.hours"]', "]")] if name == "all" else []
        store = adopted(store, number, form_of(tmp_path / name, *changes, *dropped))
    saved(store, 4, {"days.01.hours": 5, "all": 8})
    trial = dry_run(store, Terms(store.form, YEAR, {}), first)
    assert [field.path for field in trial.new] == []
    assert [(effect.field.path, effect.heir and effect.heir.path) for effect in trial.effects] == [
        ("all", "total")
    ]
    assert trial.is_clean
    store = adopted(store, 5, first)
    assert (head(store)["total"], head(store)["days.03.hours"]) == (5 + 3 + 4, 4)

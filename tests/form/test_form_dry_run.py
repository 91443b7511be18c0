"""A changed form tried over stored sheets and living workbooks: what newly fails, what no longer fits, what is lost."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import exploring, papers
from tests.cities import City, city, typed
from tests.papers import edited_form, in_field
from tests.rules.ruled import ruled
from tests.strategies import sheets
from xlsync.carry_over import carry_over
from xlsync.errors import FormError
from xlsync.exchange.form_dry_run import FormDryRun, SheetDryRun, dry_run
from xlsync.form.library import load_form

DELIVERY = (
    """\
items = ["直営", "一部委託", "全て委託", "指定管理", "補助・助成"]
assumed = ["直営", "指定管理", "補助・助成"]""",
    'items = ["直営", "全て委託", "指定管理", "補助・助成"]',
)

FITS_SKETCH = ('code = "fits-outline"\nof = "outline"', 'code = "fits-outline"\nof = "sketch"')


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> City:
    """A city that holds the five official sheets."""
    made = city(tmp_path_factory.mktemp("town"))
    made.register()
    return made


def tried(
    town: City,
    folder: Path,
    *replaced: tuple[str, str],
    added: str = "",
    books: list[Any] | None = None,
) -> FormDryRun:
    """The shipped form with these changes, tried over a city."""
    form = edited_form(folder / "form", *replaced, added=added)
    return dry_run(town.store, town.terms, form, books or [])


def of(made: FormDryRun, key: str = papers.CLEAN) -> SheetDryRun:
    return next(one for one in made.dry_runs if one.key == key)


def codes(made: FormDryRun, name: str) -> dict[str, int]:
    """How often each code newly fails."""
    found = [finding.code for one in made.dry_runs for finding in getattr(one, name)]
    return {code: found.count(code) for code in found}


def test_the_same_form_changes_nothing(town: City, tmp_path: Path) -> None:
    made = tried(town, tmp_path)
    assert made.is_clean
    assert len(made.dry_runs) == len(papers.KEYS)
    assert (made.new, made.gone) == ((), ())
    assert made.to_document()["totals"] == {
        "sheets": 5, "touched": 0, "failing": 0, "unfit": 0, "lost": 0,
    }  # fmt: skip


def test_a_shortened_list_names_the_sheets_with_the_word_that_went(
    town: City, tmp_path: Path
) -> None:
    made = tried(town, tmp_path, DELIVERY)
    with_word = {key for key in papers.KEYS if papers.sheet(key)["delivery"] == "一部委託"}
    assert len(with_word) in range(1, 5)
    assert {one.key for one in made.dry_runs if one.unfit} == with_word
    assert codes(made, "unfit") == {"not-in-list": len(with_word)}
    assert codes(made, "failing") == {}


def test_a_word_spelled_in_another_width_still_fits(town: City, tmp_path: Path) -> None:
    made = tried(town, tmp_path, ('"A 任意的事業"', '"Ａ任意的事業"'))
    assert made.is_clean


def test_a_renamed_field_loses_its_values_and_asks_for_the_new_one(
    town: City, tmp_path: Path
) -> None:
    form = edited_form(tmp_path / "form", ('path = "outline"', 'path = "sketch"'), FITS_SKETCH)
    made = dry_run(town.store, town.terms, form)
    assert [field.path for field in made.new] == ["sketch"]
    assert [field.path for field in made.gone] == ["outline"]
    assert codes(made, "failing") == {"required": 5}
    for one in made.dry_runs:
        (lost,) = one.lost
        assert lost.path == "outline"
        assert lost.shown == papers.sheet(one.key)["outline"]


def test_a_field_renamed_in_the_definition_loses_nothing(town: City, tmp_path: Path) -> None:
    moved = in_field("outline", 'path = "outline"', 'path = "sketch"\nformer = ["outline"]')
    made = dry_run(town.store, town.terms, edited_form(tmp_path / "form", moved, FITS_SKETCH))
    assert (made.new, made.gone) == ((), ())
    assert made.is_clean


LONG = '\n[[rule]]\ncheck = "range"\ncode = "small"\nof = "costs.{period}.project_cost"\nmost = 1\n'


@pytest.mark.parametrize(
    ("more", "severities"),
    [
        ("", {"warning"}),
        ('severity = "error"', {"error"}),
        ('severity = "error"\ntrial = true', {"warning"}),
    ],
)
def test_a_rule_added_fails_where_it_speaks(
    town: City, tmp_path: Path, more: str, severities: set[str]
) -> None:
    made = tried(town, tmp_path, added=LONG + more)
    assert set(codes(made, "failing")) == {"small"}
    told = [found for one in made.dry_runs for found in one.failing]
    assert {found.severity for found in told} == severities
    assert all(("試行中" in found.message) == ("trial" in more) for found in told)
    assert not made.is_clean


def test_a_note_is_nothing_to_fail_by(town: City, tmp_path: Path) -> None:
    assert tried(town, tmp_path, added=LONG + 'severity = "note"').is_clean


def test_what_fails_today_is_not_told_anew_but_what_grows_graver_is(tmp_path: Path) -> None:
    town = city(tmp_path / "town")
    town.register(papers.CLEAN)
    data = typed(town.give_out(), {"delivery": "その他"})
    assert town.bring_one(data).outcome == "accepted"
    assert tried(town, tmp_path / "same").is_clean
    closed = ('label = "執行体制"\nitems', 'label = "執行体制"\nclosed = true\nitems')
    made = tried(town, tmp_path / "graver", closed)
    assert [(f.code, f.severity) for f in of(made).unfit] == [("not-in-closed-list", "error")]


def test_a_field_of_another_kind_reads_its_text_anew(town: City, tmp_path: Path) -> None:
    money = in_field("outline", 'kind = "text"', 'kind = "money"\nunit = "千円"')
    plain = ("multiline = true\n", "")
    entry, changed = money
    replaced = (entry, changed.replace(*plain))
    rules = ('\n[[rule]]\ncheck = "fits"\ncode = "fits-outline"\nof = "outline"\n', "")
    made = tried(town, tmp_path, replaced, rules)
    assert codes(made, "unfit") == {"unreadable": 5}
    assert codes(made, "failing") == {}
    assert papers.sheet()["outline"] is not None


def test_an_axis_that_lost_a_place_loses_what_stands_there(town: City, tmp_path: Path) -> None:
    gone = ('  { key = 2, label = "3行目" },\n', "")
    made = tried(town, tmp_path, gone)
    assert {field.path.split(".")[1] for field in made.gone} == {"2"}
    held = {
        key: {
            path
            for path, value in papers.sheet(key).items()
            if path in {field.path for field in made.gone} and value not in {None, "-"}
        }
        for key in papers.KEYS
    }
    assert {one.key: {lost.path for lost in one.lost} for one in made.dry_runs} == held


def test_a_living_workbook_is_tried_by_what_it_says_beyond_the_store(tmp_path: Path) -> None:
    town = city(tmp_path / "town")
    town.register(papers.CLEAN)
    same = town.give_out()
    other = typed(same, {"delivery": "一部委託", "purpose": "別の目的"})
    books = [("同じ.xlsx", same), ("違う.xlsx", other), ("何か.xlsx", b"PK\x03\x04")]
    made = tried(town, tmp_path, DELIVERY, books=books)
    assert [(one.file, bool(one.unfit)) for one in made.dry_runs] == [
        ("", papers.sheet()["delivery"] == "一部委託"),
        ("違う.xlsx", True),
    ]
    assert [file for file, _ in made.unread] == ["何か.xlsx"]


def test_a_program_is_carried_over_as_a_whole(town: City, tmp_path: Path) -> None:
    """The sums over a program's sheets are those of the changed form."""
    limit = (
        '\n[[rule]]\ncheck = "at-most"\ncode = "within"\nof = "costs.{period}.project_cost"\n'
        'limit = "program_totals.{period}.project_cost"\n'
    )
    assert tried(town, tmp_path, added=limit).is_clean


def test_another_form_is_no_change_of_this_one(town: City, tmp_path: Path) -> None:
    with pytest.raises(FormError, match="another-form"):
        tried(town, tmp_path, ('id = "jimu-jigyo-hyoka"', 'id = "another-form"'))


def test_a_dash_is_nothing_to_be_lost() -> None:
    gone = ruled('check = "fits"\nof = "purpose"')
    fields = tuple(field for field in gone.fields if field.path != "mayoral_pledge")
    rules = tuple(rule for rule in gone.rules if rule.path != "mayoral_pledge")
    without = replace(gone, fields=fields, rules=rules)
    for value, lost in (("-", []), (None, []), ("公約", ["mayoral_pledge"])):
        sheet = papers.sheet().with_values({"mayoral_pledge": value})
        assert [one.path for one in carry_over(sheet, without)[1]] == lost


@settings(suppress_health_check=exploring.ONE_FIXTURE)
@given(st.data())
def test_any_sheet_is_the_same_in_the_same_form(data: st.DataObject) -> None:
    """Law: what is carried into the same fields stays as it was, and nothing is lost."""
    sheet = data.draw(sheets(papers.edition()))
    moved, lost = carry_over(sheet, load_form().at(papers.EDITION))
    assert (moved, lost) == (sheet, ())


@given(st.data())
def test_no_value_vanishes_without_being_told(data: st.DataObject) -> None:
    """Law: each value is in the carried sheet, unreadable there, or lost by name."""
    sheet = data.draw(sheets(papers.edition()))
    kept = data.draw(st.sets(st.sampled_from(sorted(sheet)), min_size=40))
    some = replace(
        papers.edition(),
        fields=tuple(f for f in papers.edition().fields if f.path in kept),
        rules=(),
    )
    moved, lost = carry_over(sheet, some)
    gone = {one.path for one in lost}
    for path, value in sheet.items():
        if path in kept:
            assert moved[path] == value
            assert moved.unreadable.get(path) == sheet.unreadable.get(path)
        elif value not in {None, "-"} or path in sheet.unreadable:
            assert path in gone

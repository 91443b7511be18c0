"""Which version of the form the sheets of a past year are read in."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cities import City, city
from tests.papers import CLEAN, KEYS, edited_form, in_field
from xlsync.form.library import Form
from xlsync.store import Draft
from xlsync.store.rollover_acts import EditionAct, write_edition_act
from xlsync.store.year_version import form_version_of_year

YEAR = 2018
CHANGED = in_field("organization.department", 'label = "部等名"', 'label = "部"')
APRIL, MAY, JUNE, JULY = (f"2019-{month:02}-01T09:00:00+09:00" for month in range(4, 8))


@pytest.fixture
def here(tmp_path: Path) -> City:
    """A city with a sheet of 2018, made under the first version of the form."""
    made = city(tmp_path)
    made.register(CLEAN)
    return made


@pytest.fixture
def changed(tmp_path: Path) -> Form:
    return edited_form(tmp_path / "changed", CHANGED)


def begin_next_year(here: City, when: str) -> None:
    with here.store.writing():
        next_year = here.head().edition.year + 1
        sheet = here.head()
        here.store.commit(
            Draft(type(sheet)(here.store.form.at(next_year), CLEAN, {}), when, "企画")
        )
        write_edition_act(here.store.files, next_year, EditionAct("begin", YEAR, when, "企画"))


def adopt(here: City, form: Form, when: str) -> None:
    with here.store.writing():
        here.store.stored_form.adopt(form, when, "企画")


def save(here: City, when: str) -> None:
    """Write a revision of last year's sheet under the version in use, as a release before did with late saves."""
    with here.store.writing():
        here.store.commit(Draft(here.head(), when, "職員"))


def test_a_form_adopted_after_the_year_change_changes_nothing_of_the_year_before(
    here: City, changed: Form
) -> None:
    begin_next_year(here, APRIL)
    adopt(here, changed, MAY)
    assert form_version_of_year(here.store, YEAR) == 1


def test_a_form_adopted_before_the_year_change_changes_nothing_where_nothing_was_saved_since(
    here: City, changed: Form
) -> None:
    adopt(here, changed, APRIL)
    begin_next_year(here, MAY)
    assert form_version_of_year(here.store, YEAR) == 1


def test_a_form_under_which_sheets_were_saved_in_its_year_is_the_form_of_that_year(
    here: City, changed: Form
) -> None:
    adopt(here, changed, APRIL)
    save(here, MAY)
    begin_next_year(here, JUNE)
    assert form_version_of_year(here.store, YEAR) == 2


def test_what_was_saved_late_under_a_later_form_changes_nothing(here: City, changed: Form) -> None:
    begin_next_year(here, APRIL)
    adopt(here, changed, MAY)
    save(here, JUNE)
    assert form_version_of_year(here.store, YEAR) == 1


def test_the_version_that_was_put_into_use_again_counts_where_sheets_were_saved_under_both(
    here: City, changed: Form
) -> None:
    first = here.store.form
    here.register(KEYS[1])
    adopt(here, changed, APRIL)
    save(here, MAY)
    adopt(here, first, MAY)
    begin_next_year(here, JULY)
    assert form_version_of_year(here.store, YEAR) == 1


def test_what_goes_into_the_store_of_a_past_year_is_written_under_the_form_of_then(
    here: City, changed: Form
) -> None:
    begin_next_year(here, APRIL)
    adopt(here, changed, MAY)
    then = here.store.at_form_version(form_version_of_year(here.store, YEAR))
    with then.writing():
        head = then.head(CLEAN, YEAR)
        assert head is not None
        written = then.commit(Draft(head, JUNE, "職員"))
    assert (written.form_version, head.edition.by_path["organization.department"].label) == (
        1,
        "部等名",
    )
    assert here.store.head(CLEAN, YEAR) != head
    assert then.at_form_version(1) is then
    assert here.store.at_form_version(1) is then

"""What a sheet takes over from another form: exactly what stands there, or nothing, and then it is said."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import papers
from xlsync.errors import FormError
from xlsync.exchange.same_as.taken_over import TakenOver, linked_key, taken_over_by
from xlsync.form.definition import read_definition
from xlsync.form.edition import Edition
from xlsync.form.expansion import edition_of
from xlsync.form.same_fields import OtherField, same_fields
from xlsync.kinds import fold
from xlsync.sheet import Sheet

HEAD = """
format = 1
id = "jisshi-keikaku"
title = "実施計画調書"
[page]
worksheet = "調書"
[identity]
key = ["number"]
title = "name"
[linked]
jimu-jigyo-hyoka = "project"
[parts]
plan = "計画"
[axes]
period = [{ key = "{-1}-settled", label = "前年度", finished = true }]
"""
FIELD = """
[[field]]
path = "{path}"
label = "{path}"
part = "plan"
filled-by = "staff"
{more}
"""
FIELDS = {
    "number": 'kind = "code"\nshape = "[0-9]+"',
    "project": 'kind = "text"',
    "name": 'kind = "text"\nsame-as = "jimu-jigyo-hyoka:project.name"',
    "cost.{period}": 'kind = "money"\nunit = "円"\nsame-as = "jimu-jigyo-hyoka:costs.{period}.project_cost"',
    "rough": 'kind = "money"\nunit = "百万円"\nsame-as = "jimu-jigyo-hyoka:costs.{-1}-settled.project_cost"',
}


def definition(**changed: str) -> str:
    fields = {**FIELDS, **changed}
    return HEAD + "".join(
        FIELD.replace("{path}", path).replace("{more}", more) for path, more in fields.items()
    )


@cache
def edition(text: str = definition()) -> Edition:
    return edition_of(read_definition(text, "form.toml"), papers.EDITION, "form.toml")


def plan(**values: Any) -> Sheet:
    return Sheet(edition(), "7", {"number": "7", "project": papers.CLEAN, **values})


def taken(sheet: Sheet, *owners: Sheet) -> TakenOver:
    by_key = {fold(owner.key): owner for owner in owners}
    key = linked_key(sheet, "jimu-jigyo-hyoka")
    return taken_over_by(sheet, edition(), {"jimu-jigyo-hyoka": by_key.get(key)})


def owner(name: str | None, cost: int | str | None) -> Sheet:
    return papers.sheet().with_values(
        {"project.name": name, "costs.2017-settled.project_cost": cost}
    )


def test_axes_and_years_are_written_out_as_in_the_fields_own_path() -> None:
    assert same_fields(edition()) == {
        "name": OtherField("jimu-jigyo-hyoka", "project.name"),
        "cost.2017-settled": OtherField("jimu-jigyo-hyoka", "costs.2017-settled.project_cost"),
        "rough": OtherField("jimu-jigyo-hyoka", "costs.2017-settled.project_cost"),
    }


@given(
    name=st.none() | st.sampled_from(["情報化推進事業", "-", "001", "10,000"]),
    cost=st.none() | st.just("-") | st.integers(0, 10**9),
    typed=st.none() | st.sampled_from(["職員の名称", "-"]),
)
def test_a_linked_field_says_what_its_owner_says_and_a_second_run_changes_nothing(
    name: str | None, cost: int | str | None, typed: str | None
) -> None:
    sheet = plan(name=typed)
    done = taken(sheet, owner(name, cost))
    assert done.sheet["name"] == (typed if name is None else name)
    yen = cost * 1000 if isinstance(cost, int) else cost
    assert done.sheet["cost.2017-settled"] == yen
    rough = done.sheet["rough"]
    if isinstance(cost, int) and cost % 1000:
        assert rough is None
        assert [fault for fault in done.faults if "rough" in fault]
    elif isinstance(cost, int):
        assert rough is not None
        assert Decimal(str(rough)) * 1000 == cost
    assert {*done.field_owners} == {
        path
        for path in same_fields(edition())
        if done.sheet[path] is not None and (path != "name" or name is not None)
    }
    assert all(change.path in done.field_owners for change in done.changes)
    assert (done.sheet["number"], done.sheet["project"]) == ("7", papers.CLEAN)
    again = taken(done.sheet, owner(name, cost))
    assert (again.changes, again.field_owners) == ((), done.field_owners)


def test_without_a_sheet_of_that_key_the_fields_are_the_staffs_own() -> None:
    done = taken(plan(name="職員の名称", project="99-99"), owner("情報化推進事業", 1))
    assert (done.field_owners, done.changes, done.faults) == ({}, (), ())


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"name": 'kind = "text"\nsame-as = "jisshi-keikaku:number"'}, "ほかの様式の欄を"),
        ({"number": FIELDS["number"] + '\nsame-as = "jimu-jigyo-hyoka:purpose"'}, "見分ける欄"),
        ({"name": 'kind = "text"\nsame-as = "jimu-jigyo-hyoka:costs.{period}.x"'}, "軸「period」"),
        ({"name": 'kind = "text"\nsame-as = "project.name"'}, "same-as"),
    ],
)
def test_a_wrong_same_as_is_told_when_the_form_is_read(changed: dict[str, str], why: str) -> None:
    with pytest.raises(FormError, match=why):
        edition(definition(**changed))


def test_a_link_by_a_field_that_is_not_there_is_told() -> None:
    wrong = definition().replace('jimu-jigyo-hyoka = "project"', 'jimu-jigyo-hyoka = "nothing"')
    with pytest.raises(FormError, match="nothing"):
        edition(wrong)
    other = definition().replace('jimu-jigyo-hyoka = "project"', 'hojokin-check = "project"')
    with pytest.raises(FormError, match="hojokin-check"):
        edition(other)

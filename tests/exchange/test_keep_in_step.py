"""Sheets are kept in step by reading what changed: that comes to what reading everything comes to."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import exploring
from tests.typed_forms import YEAR, made_form
from xlsync.exchange import Source, Terms
from xlsync.exchange.receive import receive
from xlsync.exchange.same_as.form_sheets import FormSheets
from xlsync.exchange.same_as.keep_in_step import InStep, keep_in_step
from xlsync.exchange.sheet_of_key import json_with_id
from xlsync.form.library import Form
from xlsync.kinds import Value
from xlsync.sheet import Sheet
from xlsync.sheet_keys import SheetId
from xlsync.store import Store
from xlsync.store.shared_fields import shared_fields

FORM: Final = """
format = 1
id = "{id}"
title = "{id}"
page.worksheet = "{id}"
identity.key = ["number"]
{more}
parts = {{ all = "項目" }}
"""
FIELD: Final = '[[field]]\npath = "{}"\nlabel = "{}の欄"\npart = "all"\nfilled-by = "staff"\n{}\n'
OWNER: Final = {
    "number": 'kind = "text"',
    "name": 'kind = "text"',
    "cost": 'kind = "money"\nunit = "千円"',
}
TAKING: Final = {
    "number": 'kind = "text"',
    "project": 'kind = "text"',
    "name": 'kind = "text"\nsame-as = "moto:name"',
    "cost": 'kind = "money"\nunit = "百万円"\nsame-as = "moto:cost"',
    "note": 'kind = "text"',
}
SOURCE: Final = Source("試験", "2018-06-01T09:00:00+09:00", "職員")
KEYS: Final = ("1", "2", "3")


@cache
def form(name: str, more: str, fields: tuple[tuple[str, str], ...]) -> Form:
    entries = [FIELD.format(path, path, lines) for path, lines in fields]
    return made_form(FORM.format(id=name, more=more) + "".join(entries))


class Forms:
    """Two forms of a city with a store each."""

    def __init__(self, folder: Path) -> None:
        made = form("moto", "", tuple(OWNER.items()))
        taking = form("saki", 'linked.moto = "project"', tuple(TAKING.items()))
        self.owner = Store(folder / "moto", made, must_exist=False)
        self.taking = Store(folder / "saki", taking, must_exist=False)
        for store in (self.owner, self.taking):
            store.create()

    def register(self, store: Store, values: dict[str, Value]) -> None:
        """Receive a sheet that says this beside what is registered."""
        key = str(values["number"])
        terms, edition = Terms(store.form, YEAR), store.form.at(YEAR)
        before = store.head(store.id_of(key, YEAR), YEAR)
        sheet = Sheet(edition, key, {**(before or {}), **values})
        receipts = receive(store, terms, json_with_id(sheet), SOURCE)
        assert all(receipt.outcome != "refused" for receipt in receipts), receipts

    def step(self) -> InStep:
        others = {"moto": FormSheets(self.owner, self.owner.form, YEAR)}
        return keep_in_step(self.taking, Terms(self.taking.form, YEAR), others, SOURCE)

    def state(self) -> list[tuple[dict[str, Value], set[str]]]:
        heads = self.taking.heads(YEAR)
        return [(dict(head), {*shared_fields(self.taking.files, head.id, YEAR)}) for head in heads]


OWNED = st.tuples(
    st.just("owner"),
    st.fixed_dictionaries(
        {
            "number": st.sampled_from(KEYS),
            "name": st.none() | st.sampled_from(["道路", "-", "公園"]),
            "cost": st.none() | st.sampled_from([0, 2000, 2500, "-"]),
        }
    ),
)
TOOK = st.tuples(
    st.just("taking"),
    st.fixed_dictionaries(
        {"number": st.sampled_from(KEYS), "note": st.sampled_from(["甲", "乙"])},
        optional={
            "project": st.none() | st.sampled_from(KEYS),
            "name": st.sampled_from(["職員の名称"]),
        },
    ),
)


@given(st.lists(OWNED | TOOK, min_size=1, max_size=6))
@settings(max_examples=exploring.examples(12))
def test_reading_what_changed_comes_to_what_reading_everything_comes_to(
    acts: list[tuple[str, dict[str, Value]]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        forms = Forms(Path(folder))
        for act, values in acts:
            forms.register(forms.owner if act == "owner" else forms.taking, values)
            done = forms.step()
            state = forms.state()
            FormSheets(forms.taking, forms.taking.form, YEAR).record.delete()
            full = forms.step()
            assert (full.step_receipts, full.faults) == ([], done.faults)
            assert forms.state() == state
        owners = {head.key: head for head in forms.owner.heads(YEAR)}
        for head in forms.taking.heads(YEAR):
            owner = owners.get(str(head["project"]))
            if owner is not None and owner["name"] is not None:
                assert head["name"] == owner["name"]


def test_an_owner_that_is_saved_just_after_it_was_read_is_read_again(tmp_path: Path) -> None:
    class SavedMeanwhile(FormSheets):
        def head(self, sheet_id: SheetId | None) -> Sheet | None:
            head = super().head(sheet_id)
            forms.register(forms.owner, {"number": "1", "name": "公園"})
            return head

    forms = Forms(tmp_path)
    forms.register(forms.owner, {"number": "1", "name": "道路"})
    forms.register(forms.taking, {"number": "1", "project": "1"})
    assert len(forms.step().step_receipts) == 1
    others = {"moto": SavedMeanwhile(forms.owner, forms.owner.form, YEAR)}
    assert keep_in_step(forms.taking, Terms(forms.taking.form, YEAR), others, SOURCE) == InStep()
    forms.step()
    assert [head["name"] for head in forms.taking.heads(YEAR)] == ["公園"]


def test_what_is_in_step_is_not_read_again_until_it_or_its_owner_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forms = Forms(tmp_path)
    for key in KEYS:
        forms.register(forms.owner, {"number": key, "name": "道路", "cost": 2500})
        forms.register(forms.taking, {"number": key, "project": key})
    assert len(forms.step().step_receipts) == len(KEYS)
    told = forms.step().faults
    assert len(told) == len(KEYS)  # half a million yen has no place in a field of millions
    read: list[tuple[str, str]] = []
    real = Store.newest

    def reading(self: Store, key: str, edition: int) -> object:
        read.append((self.form.id, key))
        return real(self, key, edition)

    monkeypatch.setattr(Store, "newest", reading)
    assert forms.step().faults == told
    assert read == []
    forms.register(forms.owner, {"number": "2", "name": "公園", "cost": 2500})
    read.clear()
    (receipt,) = forms.step().step_receipts
    assert receipt.key == "2"
    assert {key for _, key in read} == {"2"}
    forms.step()
    read.clear()
    forms.register(forms.owner, {"number": "4", "name": "新しい事業"})
    forms.register(forms.taking, {"number": "3", "project": "4"})
    read.clear()
    assert len(forms.step().step_receipts) == 1
    assert {*read} == {("saki", "3"), ("moto", "4")}

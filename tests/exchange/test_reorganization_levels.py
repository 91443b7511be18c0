"""A reorganisation on forms whose organization has no, one, two or four levels."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
import shutil
from pathlib import Path
from typing import Final

import pytest

from tests import example_forms
from tests.cities import City
from xlsync.errors import StoreError
from xlsync.exchange import Source, Terms
from xlsync.exchange.receive import receive
from xlsync.exchange.reorganization.reorganization_plan import plan_reorganization
from xlsync.exchange.reorganization.reorganization_run import (
    act_to_take_back,
    run_reorganization,
    take_reorganization_back,
)
from xlsync.form.library import load_form
from xlsync.organization import read_organization
from xlsync.store import Store, audit
from xlsync.unit_lines import Unit

YEAR: Final = example_forms.YEAR
DAY: Final = dt.date(YEAR, 10, 1)
SOURCE: Final = Source("企画", f"{YEAR}-10-01T09:00:00+09:00", "企画")
KENSHU = """\
所属,いつから,いつまで,改編後の所属
市民課,,2026-09-30,市民窓口課
税務課,,,
危機管理課,,,
市民窓口課,2026-10-01,,
"""
BIHIN = """\
部,課,いつから,いつまで,改編後の部,改編後の課
総務部,,,2026-09-30,財務部,
財務部,管財課,2026-10-01,,,
"""
JIKANGAI = """\
局,課,係,班,いつから,いつまで,改編後の局,改編後の課,改編後の係,改編後の班
総務局,人事課,,,,2026-09-30,総務局,職員課,,
総務局,職員課,給与係,一班,2026-10-01,,,,,
総務局,職員課,人材育成係,,2026-10-01,,,,,
危機管理局,防災課,,,,2026-09-30,危機管理局,防災課,防災係,一班
危機管理局,防災課,防災係,一班,2026-10-01,,,,,
"""
LISTS: Final[dict[str, tuple[str, dict[Unit, Unit]]]] = {
    "kenshu": (KENSHU, {("市民課",): ("市民窓口課",)}),
    "bihin": (BIHIN, {("総務部", "管財課"): ("財務部", "管財課")}),
    "jikangai": (
        JIKANGAI,
        {
            ("総務局", "人事課", "給与係", "一班"): ("総務局", "職員課", "給与係", "一班"),
            ("総務局", "人事課", "人材育成係", ""): ("総務局", "職員課", "人材育成係", ""),
            ("危機管理局", "防災課", "", ""): ("危機管理局", "防災課", "防災係", "一班"),
        },
    ),
}


def registered(folder: Path, name: str) -> City:
    """A city with the filled sheets of an example form."""
    form = example_forms.form(name)
    store = Store(folder / "store", form, must_exist=False)
    store.create()
    terms = Terms(form, YEAR)
    for sheet in example_forms.filled(name):
        list(receive(store, terms, sheet.to_json(), SOURCE))
    return City(store, terms)


def units(city: City) -> dict[str, tuple[str, ...]]:
    return {head.key: head.units for head in city.store.heads(YEAR)}


@pytest.mark.parametrize("name", LISTS)
def test_every_sheet_goes_where_the_list_sends_its_unit_and_comes_back(
    name: str, tmp_path: Path
) -> None:
    text, moves = LISTS[name]
    here = registered(tmp_path, name)
    definition = here.terms.form.definition
    levels = [level.name for level in definition.identity.organization]
    listed = read_organization(text, "組織.csv", levels, definition.words.key)
    terms = dataclasses.replace(here.terms, organization=listed)
    before = units(here)
    plan = plan_reorganization(here.store, terms, listed, DAY)
    assert (plan.faults, plan.undecided_sheets, plan.unlisted_sheets) == ((), (), ())
    assert units(here) == before
    receipts = list(run_reorganization(here.store, terms, plan, SOURCE, list))
    assert {receipt.outcome for receipt in receipts} == {"accepted"}
    assert units(here) == {key: moves.get(unit, unit) for key, unit in before.items()}
    assert plan_reorganization(here.store, terms, listed, DAY).transfers == ()
    act = act_to_take_back(here.store, YEAR, has_files_left=False)
    list(take_reorganization_back(here.store, terms, act, SOURCE, list))
    assert units(here) == before
    assert audit(here.store) == []


def test_a_form_without_an_organization_says_so(tmp_path: Path) -> None:
    shutil.copytree(example_forms.FOLDER / "bihin", tmp_path / "form")
    text = (tmp_path / "form/form.toml").read_text(encoding="utf-8")
    bare, count = re.subn(r"organization = \[.*?\n\]\n", "", text, flags=re.DOTALL)
    assert count == 1
    (tmp_path / "form/form.toml").write_text(bare, encoding="utf-8")
    form = load_form(str(tmp_path / "form"))
    store = Store(tmp_path / "store", form, must_exist=False)
    store.create()
    listed = read_organization("所属\n税務課\n", "組織.csv", ("所属",))
    with pytest.raises(StoreError, match="所属の欄がありません"):
        plan_reorganization(store, Terms(form, YEAR), listed, DAY)

"""Digests of inputs: equal for equal values in every process, another one whenever anything is another."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import subprocess
import sys
import time
from dataclasses import fields, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests import papers
from tests.cities import City, typed
from tests.store.on_disk import on_disk
from xlsync.checks import Rate
from xlsync.derived.derived_record import DerivedRecord
from xlsync.derived.input_digest import digest_of
from xlsync.derived.sheet_inputs import SheetInputs
from xlsync.exchange.phases import Extension, Phase
from xlsync.exchange.receipt import ProcedureRules, ReviewRules, Terms
from xlsync.exchange.tiers.tier import Tier
from xlsync.form.library import load_form
from xlsync.organization import read_organization
from xlsync.plan_list import CodeLists, PlanEntry, PlanList
from xlsync.sheet_keys import SheetId
from xlsync.store.own_paths import KEPT
from xlsync.version import program_digest

KEY = SheetId(papers.CLEAN)


def _full_terms() -> Terms:
    units = read_organization("部,課,係\n総務部,総務課,総務係\n", "x.csv", ("部", "課", "係"))
    day = dt.date(2018, 5, 31)
    phase = Phase("計画", day, day, ("計画",), (Extension(("総務部",), day),), None, (day,))
    tier = Tier("二次評価", {"grade": "evaluation.x"}, ("A", "B"))
    return Terms(
        load_form(),
        2018,
        {"2017-settled": Rate(Decimal(7000), Decimal(3000))},
        ("costs",),
        ("plan",),
        units,
        frozenset({"01-02", "01-03", "01-04"}),
        CodeLists({"01": "総務費"}, PlanList((PlanEntry("公約", (), "子育て"),))),
        ProcedureRules(ReviewRules(("plan",), day), "saved", phase, (tier,)),
    )


OTHERWISE: dict[str, Any] = {
    "form": replace(load_form(), version=7),
    "fiscal_year": 2019,
    "rates": {"2017-settled": Rate(Decimal(7000), Decimal(3001))},
    "whole_parts": (),
    "office_parts": None,
    "organization": None,
    "complete_programs": True,
    "code_lists": CodeLists({"01": "総務費"}, PlanList((PlanEntry("公約", (), "教育"),))),
    "procedure_rules": ProcedureRules(),
}


@pytest.mark.parametrize("name", [each.name for each in fields(Terms)])
def test_every_field_of_the_terms_is_an_input(name: str) -> None:
    terms = _full_terms()
    assert digest_of(terms) == digest_of(_full_terms())
    assert digest_of(replace(terms, **{name: OTHERWISE[name]})) != digest_of(terms)


def test_what_a_phase_asks_for_is_an_input() -> None:
    phases = load_form().definition.phases
    assert len({digest_of(asked) for asked in phases.values()}) == len(phases)


def test_the_digest_is_the_same_in_every_process() -> None:
    script = (
        "from tests.derived.test_inputs import _full_terms\n"
        "from xlsync.derived.input_digest import digest_of\n"
        "from xlsync.version import program_digest\n"
        "print(digest_of(_full_terms()), program_digest())"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }
    assert told == {f"{digest_of(_full_terms())} {program_digest()}"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("ab", "c"), ("a", "bc")),
        ((1, "1"), ("1", 1)),
        (([1], [2]), ([1, 2], [])),
        (({"a": 1},), ({"a": "1"},)),
        ((Decimal("1.0"),), (Decimal(1),)),
        ((None,), ("",)),
        ((frozenset("ab"),), (("a", "b"),)),
    ],
)
def test_different_values_have_different_digests(one: tuple[object], other: tuple[object]) -> None:
    assert digest_of(*one) != digest_of(*other)


def test_what_has_no_digest_is_refused() -> None:
    with pytest.raises(TypeError, match="object"):
        digest_of(object())


def _digests(city: City) -> tuple[dict[SheetId, str], str]:
    files = SheetInputs(city.store.files, DerivedRecord(city.store.folder))
    return files.of_sheets(2018, city.store.keys(2018)), files.of_edition(2018)


def test_every_file_that_a_store_keeps_is_an_input_of_its_sheet_or_of_the_edition(
    city: City,
) -> None:
    city.register(papers.CLEAN, papers.KEYS[1])
    before, of_edition = _digests(city)
    for kind in KEPT:
        if kind in {"received", "seals"}:
            continue
        file = city.store.folder / kind / "2018" / KEY / "77.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("{}", encoding="utf-8")
        after, of_edition_after = _digests(city)
        assert (after[KEY], of_edition_after) != (before[KEY], of_edition), kind
        assert after[SheetId(papers.KEYS[1])] == before[SheetId(papers.KEYS[1])], kind
        file.unlink()
        assert _digests(city) == (before, of_edition), kind


def test_the_contents_count_and_not_the_times(city: City, tmp_path: Path) -> None:
    city.register()
    city.bring_one(typed(city.give_out(), {"purpose": "目的"}))
    before = _digests(city)
    shutil.copytree(city.store.folder, tmp_path / "copied")
    files = SheetInputs(tmp_path / "copied", DerivedRecord(tmp_path / "copied"))
    assert files.of_sheets(2018, city.store.keys(2018)) == before[0]
    for file in city.store.folder.rglob("*.json"):
        os.utime(file, (1, 1))
    assert _digests(city) == before


def test_a_change_is_seen_though_size_and_time_are_as_before(city: City) -> None:
    city.register(papers.CLEAN)
    time.sleep(3.1)  # until the files count as still
    before = _digests(city)
    record = DerivedRecord(city.store.folder)
    assert len(record.rows("inputs")) == 2
    assert _digests(city) == before
    file = on_disk(city.store.revision_file(KEY, 2018, 1))
    status, data = file.stat(), file.read_bytes()
    file.write_bytes(data.replace(b"2018", b"2019", 1))
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert file.stat().st_size == status.st_size
    assert _digests(city)[0] != before[0]
    file.write_bytes(data)
    assert _digests(city) == before

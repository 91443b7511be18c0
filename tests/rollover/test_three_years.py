"""A city lives three years: typing, late saves, reorganisations, mergers, ended projects, a changed form, and roll-overs.

What the store, the summaries and the years side by side say is compared with a model that knows plain dictionaries alone.
"""

from __future__ import annotations

import copy
import datetime as dt
import shutil
import tempfile
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests import exploring, papers
from tests.cities import City, city
from xlsync.canonical_json import canonical
from xlsync.exchange import Source, Terms, resolve
from xlsync.exchange.department_summaries import survey
from xlsync.exchange.form_adoption import adopt_form
from xlsync.exchange.lineage import record_lineage
from xlsync.exchange.over_years import sheets_over_years, year_rows
from xlsync.exchange.past_editions import store_of_year, terms_at_year
from xlsync.exchange.receive import receive
from xlsync.exchange.reorganization.reorganization_plan import plan_reorganization
from xlsync.exchange.reorganization.reorganization_run import (
    act_to_take_back,
    run_reorganization,
    take_reorganization_back,
)
from xlsync.exchange.reorganization.todays_units import todays_units
from xlsync.exchange.resolution import FieldChoice
from xlsync.exchange.rollover.descendants import carry_descendants
from xlsync.exchange.rollover.rollover_plan import plan_rollover
from xlsync.exchange.rollover.rollover_run import run_rollover
from xlsync.exchange.sheet_status import is_started, sheet_statuses
from xlsync.organization import read_organization
from xlsync.publication.open_data.figure_table import figure_table
from xlsync.publication.open_data.predecessor_table import predecessor_table
from xlsync.publication.publishable_sheets import published_year
from xlsync.publication.published_year import PublishedYear, Publisher
from xlsync.publication.site.page_content import site_parts
from xlsync.publication.site.site_parts import NOT_FILLED
from xlsync.sheet import Sheet
from xlsync.sheet_keys import SheetId
from xlsync.store import Store, audit, pending_changes
from xlsync.store.lineage_acts import LineageAct, Predecessor
from xlsync.store.register_acts import RegisterAct, write_register_act
from xlsync.summary.figures.figures import figures_of
from xlsync.workbook.reading.reading import Reading
from xlsync.workbook.stamp import Stamp

FIRST = papers.EDITION
KEYS = papers.KEYS[:4]
Unit = tuple[str, str, str]
UNITS: list[Unit] = [("甲部", "一課", "係"), ("甲部", "二課", "係"), ("乙部", "三課", "係")]
WHICH = st.integers(0, len(KEYS) - 1)
TEXTS = st.sampled_from(["あ", "い", "う"])
AMOUNTS = st.integers(0, 9999)
SOURCE = Source("企画", "2018-07-04T09:00:00+09:00", "企画")
TAKEN = frozenset({"accepted", "unchanged"})
HEAD = "部,課,係,いつから,いつまで,改編後の部,改編後の課,改編後の係\n"


@dataclass
class Modelled:
    """What a sheet of an edition says: its unit, texts, amounts by column, and the columns typed in this edition."""

    unit: Unit
    purpose: str | None = None
    law: str | None = None
    amounts: dict[str, int | None] = field(default_factory=dict)
    typed: set[str] = field(default_factory=set)
    result: str | None = None
    brought: bool = False
    ended: bool = False
    parts: tuple[tuple[str, Decimal], ...] = ()


def columns(year: int) -> list[str]:
    return [f"{year - 2}-settled", f"{year - 1}-settled", f"{year}-initial", f"{year + 1}-initial"]


def moved(old: Modelled, year: int) -> Modelled:
    """The sheet of the next year: amounts stay with their years, texts stay, results and what is settled now are blank."""
    amounts = {each: old.amounts.get(each) for each in columns(year)}
    return Modelled(old.unit, old.purpose, old.law, amounts)


def combined(parts: list[tuple[Modelled, Decimal]]) -> Modelled:
    """Last year's sheet of a merged project: amounts by their shares, everything else of the first."""
    whole = copy.deepcopy(parts[0][0])
    for column in whole.amounts:
        known = [(old.amounts[column], share) for old, share in parts]
        if any(amount is None for amount, _ in known):
            whole.amounts[column] = None
        else:
            total = sum((Decimal(amount or 0) * share for amount, share in known), Decimal(0))
            whole.amounts[column] = int(total.quantize(Decimal(1), ROUND_HALF_UP))
    return whole


class ThreeYears(RuleBasedStateMachine):
    """Four projects, three units, one office."""

    here: City
    folder: Path

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="years-"))
        self.here = city(self.folder)
        self.year, self.clock, self.forms = FIRST, dt.date(2018, 5, 1), 0
        self.model: dict[int, dict[str, Modelled]] = {FIRST: {}}
        self.acts: list[list[tuple[str, Unit, Unit]]] = []
        self.waiting: dict[tuple[int, str], str] = {}
        self.shown: dict[tuple[str, str, int], str] = {}
        for number, key in enumerate(KEYS):
            unit = UNITS[number % len(UNITS)]
            amounts = {each: 100 * number + at for at, each in enumerate(columns(FIRST))}
            own = Modelled(unit, "はじめ", "法", dict(amounts), result="A")
            self.model[FIRST][key] = own
            self.commit(self.sheet(key, own))

    def teardown(self) -> None:
        if hasattr(self, "here"):
            self.compare_everything()
        shutil.rmtree(getattr(self, "folder", Path("/nonexistent")), ignore_errors=True)

    @property
    def terms(self) -> Terms:
        return replace(self.here.terms, form=self.here.store.form, fiscal_year=self.year)

    def sheet(self, key: str, own: Modelled) -> Sheet:
        edition = self.here.store.form.at(FIRST)
        codes = dict(zip(edition.definition.identity.key, key.split("-"), strict=True))
        units = zip(
            (level.field for level in edition.definition.identity.organization),
            own.unit,
            strict=True,
        )
        amounts = {f"costs.{each}.sources.general": value for each, value in own.amounts.items()}
        texts = {"purpose": own.purpose, "legal_basis": own.law, "project.name": f"事業{key[-5:]}"}
        return Sheet(edition, key, {**codes, **dict(units), **texts, **amounts}).with_id(
            SheetId(key)
        )

    def commit(self, sheet: Sheet) -> None:
        data = canonical({**sheet.to_document(), "id": sheet.id})
        (receipt,) = receive(self.here.store, self.terms, data, SOURCE)
        assert receipt.outcome in {"accepted", "unchanged"}, receipt.reason

    def head(self, key: str, year: int | None = None) -> Sheet:
        head = self.here.store.head(SheetId(key), year or self.year)
        assert head is not None
        return head

    def own(self, which: int) -> tuple[str, Modelled] | None:
        key = KEYS[which]
        modelled = self.model[self.year].get(key)
        return None if modelled is None else (key, modelled)

    @rule(which=WHICH, at=st.integers(0, 3), amount=AMOUNTS)
    def type_an_amount(self, which: int, at: int, amount: int) -> None:
        if known := self.own(which):
            key, own = known
            column = columns(self.year)[at]
            path = f"costs.{column}.sources.general"
            self.commit(self.head(key).with_values({path: amount}))
            if own.amounts[column] != amount:
                own.typed.add(column)
            own.amounts[column] = amount

    @rule(which=WHICH, text=TEXTS)
    def save_a_workbook(self, which: int, text: str) -> None:
        if known := self.own(which):
            key, own = known
            heirs = self.heirs(key, self.year)
            if not heirs:
                self.save(self.head(key), text)
                own.brought = own.brought or own.purpose != text
                own.purpose = self.shown[key, key, self.year] = text
            elif len(heirs) == 1:
                self.save_a_former_workbook(key, heirs[0], text)

    def save_a_former_workbook(self, key: str, heir: str, text: str) -> None:
        """What somebody typed since goes to the sheet that the project became; what both changed is asked, and stays."""
        own, target = self.model[self.year][key], self.model[self.year][heir]
        before = self.shown.get((heir, key, self.year), own.purpose)
        if before != text and target.purpose not in {before, text}:
            self.save(self.head(key), text, {"conflict"})
            source = Source("入力の重なりの解消", SOURCE.when, "企画")
            seen = self.here.store.last(SheetId(heir), self.year)
            chosen: dict[str, FieldChoice] = {"purpose": "ours"}
            resolve(self.here.store, SheetId(heir), self.year, chosen, source, seen=seen)
        else:
            self.save(self.head(key), text)
            target.purpose = target.purpose if before == text else text
        self.shown[heir, key, self.year] = text

    def heirs(self, key: str, year: int) -> list[str]:
        """The sheets of a year that a project that ended in it was merged into."""
        sheets = self.model[year]
        if not sheets[key].ended:
            return []
        merged = {heir for heir, each in sheets.items() if key in dict(each.parts)}
        return [heir for heir in sorted(merged) if not sheets[heir].ended]

    def save(self, head: Sheet, text: str, told: AbstractSet[str] = TAKEN) -> None:
        copy_id = f"{KEYS.index(head.id):07x}a"
        stamp = Stamp(head.edition.form, head.edition.year, head.id, head.revision or 0, copy_id)
        stamp = replace(stamp, version=self.here.store.stored_form.number or 1)
        page = head.with_values({"purpose": text}).with_revision(None)
        reading = Reading("評価シート", stamp, page, ())
        source = Source(f"評価シート/{head.edition.year}/{head.id}.xlsx", SOURCE.when, "職員")
        read = lambda _data, _form: [reading]  # noqa: E731
        (receipt,) = receive(self.here.store, self.terms, b"PK", source, read)
        assert receipt.outcome in told, receipt.reason

    @precondition(lambda self: self.year > FIRST)
    @rule(which=WHICH, text=TEXTS)
    def save_last_years_workbook_late(self, which: int, text: str) -> None:
        """It waits for the office: nothing of either year changes."""
        key = KEYS[which]
        if key in self.model[self.year - 1] and not self.heirs(key, self.year - 1):
            self.save(self.head(key, self.year - 1), text)
            same = self.model[self.year - 1][key].purpose == text
            if same:
                self.waiting.pop((self.year - 1, key), None)
            else:
                self.waiting[self.year - 1, key] = text

    @rule(steps=st.dictionaries(st.sampled_from(UNITS), st.sampled_from(UNITS), max_size=3))
    def reorganize(self, steps: dict[Unit, Unit]) -> None:
        """Units are renamed, merged and exchanged on one day."""
        self.clock += dt.timedelta(days=1)
        eve = self.clock - dt.timedelta(days=1)
        rows = [f"{','.join(old)},,{eve},{','.join(new)}\n" for old, new in steps.items()]
        listed = read_organization(HEAD + "".join(rows) + "丙部,四課,,,,,,\n", "組織.csv")
        plan = plan_reorganization(self.here.store, self.terms, listed, self.clock)
        assert (plan.faults, plan.undecided_sheets) == ((), ())
        list(run_reorganization(self.here.store, self.terms, plan, SOURCE, lambda each: each))
        act = []
        for key, own in self.model[self.year].items():
            new = steps.get(own.unit, own.unit)
            if new != own.unit:
                act.append((key, own.unit, new))
                own.unit = new
        if act:
            self.acts.append(act)

    @precondition(lambda self: self.acts)
    @rule()
    def take_the_reorganisation_back(self) -> None:
        store = self.here.store
        act = act_to_take_back(store, self.year, has_files_left=False)
        list(take_reorganization_back(store, self.terms, act, SOURCE, lambda each: each))
        for key, old, _ in self.acts.pop():
            self.model[self.year][key].unit = old

    @rule(which=WHICH)
    def end_a_project(self, which: int) -> None:
        if known := self.own(which):
            key, own = known
            act = RegisterAct("retire", "2018-04-01", "完了", SOURCE.when, SOURCE.who)
            if not own.ended and sum(not each.ended for each in self.model[self.year].values()) > 2:
                write_register_act(self.here.store.files, SheetId(key), self.year, act)
                own.ended = True

    @precondition(lambda self: self.year > FIRST)
    @rule(which=WHICH, other=WHICH, percent=st.sampled_from([25, 50, 100]))
    def merge_projects(self, which: int, other: int, percent: int) -> None:
        key, old = KEYS[which], KEYS[other]
        own, before = self.model[self.year].get(key), self.model[self.year - 1]
        if own is None or own.parts or key == old or key not in before or old not in before:
            return
        share = Decimal(percent) / 100
        given = [part for each in self.model[self.year].values() for part in each.parts]
        if sum((part for name, part in given if name == old), Decimal(0)) + share > 1:
            return
        if any(name == key for name, _ in given):
            return
        former = (
            Predecessor(SheetId(key), self.year - 1),
            Predecessor(SheetId(old), self.year - 1, share),
        )
        act = LineageAct("merge", former, "", SOURCE.when, SOURCE.who)
        record_lineage(self.here.store, SheetId(key), self.year, act)
        carry_descendants(self.here.store, self.year, [SheetId(key)], SOURCE)
        own.parts = ((key, Decimal(1)), (old, share))
        self.carry_again(key)

    def carry_again(self, key: str) -> None:
        """What nobody has typed in this year follows last year's sheets."""
        own, before = self.model[self.year][key], self.model[self.year - 1]
        parts = own.parts or ((key, Decimal(1)),)
        fresh = moved(combined([(before[name], share) for name, share in parts]), self.year)
        for column in columns(self.year):
            if column not in own.typed:
                own.amounts[column] = fresh.amounts[column]

    @precondition(lambda self: self.year < FIRST + 2)
    @rule()
    def roll_over(self) -> None:
        plan = plan_rollover(self.here.store, self.terms, self.year + 1)
        for _, reason in run_rollover(self.here.store, plan, SOURCE, lambda each: each):
            assert reason == ""
        self.year += 1
        self.acts, self.clock = [], max(self.clock, dt.date(self.year, 4, 1))
        self.model[self.year] = {
            key: moved(own, self.year)
            for key, own in self.model[self.year - 1].items()
            if not own.ended
        }
        statuses = sheet_statuses(self.here.store, self.terms)
        assert not any(is_started(self.here.store, self.terms, each) for each in statuses)

    @precondition(lambda self: self.forms < 2)
    @rule()
    def change_the_form(self) -> None:
        self.forms += 1
        label = f"事業の目的（第{self.forms}案）"
        changed = papers.edited_form(
            self.folder / f"form{self.forms}", ('label = "事業の目的"', f'label = "{label}"')
        )
        adopt_form(self.here.store, self.terms, changed, SOURCE)
        self.here.store = Store(self.here.store.folder, changed)

    @invariant()
    def the_present_year_says_what_the_model_says(self) -> None:
        if hasattr(self, "here"):
            self.compare(self.year)

    def compare(self, year: int) -> None:
        heads = {head.id: head for head in self.here.store.heads(year)}
        assert heads.keys() == self.model[year].keys()
        for key, own in self.model[year].items():
            head = heads[SheetId(key)]
            assert head.units == own.unit
            assert (head["purpose"], head["legal_basis"]) == (own.purpose, own.law)
            said = {each: head[f"costs.{each}.sources.general"] for each in columns(year)}
            assert said == own.amounts, (year, key)

    def compare_everything(self) -> None:
        store = self.here.store
        for year in self.model:
            self.compare(year)
            self.compare_sums(year)
            self.compare_publication(year)
        for key, own in self.model[self.year].items():
            self.compare_years(key, own)
        for key in self.model[FIRST]:
            self.compare_published_years(key)
        for (year, key), text in self.waiting.items():
            changes = pending_changes(store, SheetId(key), year).values()
            assert [each.after for each in changes if each.is_open] == [text]
        assert audit(store) == []

    def compare_sums(self, year: int) -> None:
        """The units' sums of one column, by the names of the time and by those of today."""
        store, terms = self.here.store, self.terms.at_year(year)
        seen = survey(store, terms)
        counted = {key: own for key, own in self.model[year].items() if not own.ended}
        figures = figures_of(
            seen.items(lambda _sheet: ""), department=None, edition=store.form.at(year)
        )
        path = f"costs.{year}-initial.sources.general"
        sums: dict[str, int] = {}
        for project in figures.projects:
            sums[project.names[0]] = sums.get(project.names[0], 0) + int(
                str(project.sheet[path] or 0)
            )
        expected: dict[str, int] = {}
        for own in counted.values():
            amount = own.amounts[f"{year}-initial"] or 0
            expected[own.unit[0]] = expected.get(own.unit[0], 0) + amount
        assert sums == expected
        today = todays_units(store, self.terms, store.heads(year), self.clock)
        for key, own in self.model[year].items():
            present = self.model[self.year].get(key)
            whole = [
                heir
                for heir, each in self.model[self.year].items()
                if (key, Decimal(1)) in each.parts
            ]
            if present is not None and (year == self.year or whole in ([], [key])):
                assert today[SheetId(key)] == present.unit, own

    def published(self, year: int) -> PublishedYear:
        store = store_of_year(self.here.store, self.terms, year)
        terms = terms_at_year(self.here.store, self.terms, year)
        return published_year(store, terms, Publisher("市"), has_unconfirmed=True)

    def compare_publication(self, year: int) -> None:
        """What is published of a year: which sheets, every amount of theirs, and where they come from."""
        made, sheets = self.published(year), self.model[year]
        counted = {key: own for key, own in sheets.items() if not own.ended}
        assert {each.sheet.id for each in made.public_sheets} == counted.keys()
        assert {each.sheet.id for each in made.left_out_sheets} == sheets.keys() - counted.keys()
        rows = (row for row in figure_table(made).rows if row["item"] == "costs.sources.general")
        said = {(row["id"], row["at"]): row["value"] for row in rows}
        amounts = ((key, own.amounts) for key, own in counted.items())
        assert said == {(key, at): own[at] for key, own in amounts for at in columns(year)}
        came_from = {
            (row["id"], row["former_id"], row["share_percent"])
            for row in predecessor_table(made).rows
        }
        shares = {key: own.parts for key, own in counted.items()}
        assert came_from == {
            (key, old, float(100 * share)) for key, parts in shares.items() for old, share in parts
        }

    def compare_published_years(self, key: str) -> None:
        """A project's page over the years: each column once, as the newest sheet that has it says it."""
        of_project = [
            each
            for year in self.model
            for each in self.published(year).public_sheets
            if each.sheet.id == key
        ]
        said: dict[str, tuple[int, int | None]] = {}
        for year, sheets in self.model.items():
            if key in sheets and not sheets[key].ended:
                for column in columns(year):
                    since = said.get(column, (year, None))[0]
                    said[column] = since, sheets[key].amounts[column]
        if not of_project:
            assert not said
            return
        parts = site_parts(of_project)
        tables = [table for part in parts for table in part.site_tables]
        [row] = [row for table in tables for row in table.site_rows if row.words == "一般財源"]
        in_order = sorted(said, key=lambda column: (int(column[:4]), said[column][0]))
        amounts = [said[column][1] for column in in_order]
        shown = [NOT_FILLED if each is None else f"{each:,}" for each in amounts]
        assert list(row.texts) == shown

    def compare_years(self, key: str, own: Modelled) -> None:
        """Years side by side: each year's amount as its newest sheet says it, merged projects added up."""
        expected = {each: value for each, value in own.amounts.items() if value is not None}
        if any(name != key for each in self.model.values() for name, _ in each.get(key, own).parts):
            return
        for year in range(self.year - 1, FIRST - 1, -1):
            for column, value in self.model[year][key].amounts.items():
                if value is not None:
                    expected.setdefault(column, value)
        over = sheets_over_years(self.here.store, SheetId(key), self.year)
        assert over is not None
        (row,) = [row for row in year_rows(over) if row.field_title.endswith("一般財源")]
        said = [str(each.year_value.value) for each in row.year_values]
        assert sorted(said) == sorted(map(str, expected.values()))


TestThreeYears = ThreeYears.TestCase
TestThreeYears.settings = exploring.state_machine(6, 14)

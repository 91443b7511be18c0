"""Store → summaries: every sheet is read and checked once, then each department's workbook is made of what was read.

seen = survey(store, terms)                       the whole city, read once
seen = renewed(seen, store, keys)                 after some sheets changed: only their budget programs are read
for department in affected(store, seen, keys):    whose summaries those changes touch; None is the whole city
seen.summary(department, seen.items(link))    name and bytes
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Final

from xlsync.exchange.lineage import last_years_sheet
from xlsync.exchange.past_sheets import past_sheets
from xlsync.exchange.phase_view import shown_edition, shown_in_phase
from xlsync.exchange.reflection.budget_response import BudgetResponse, budget_responses
from xlsync.exchange.reflection.reflection_pages import reflection_lists
from xlsync.exchange.sheet_status import is_started, sheet_statuses
from xlsync.exchange.tiers.former_opinions import former_opinions
from xlsync.exchange.tiers.known_grades import known_grades
from xlsync.exchange.tiers.tier_pages import tier_pages
from xlsync.file_names import distinct_names
from xlsync.organization import plain_name
from xlsync.summary import Item, figures_of, state_word, workbook_of
from xlsync.summary.excel.frame import CITY
from xlsync.summary.figures.unit_names import names_of, spelling_of

if TYPE_CHECKING:
    from xlsync.exchange.receipt import Terms
    from xlsync.exchange.sheet_status import SheetStatus
    from xlsync.exchange.tiers.former_opinions import OpinionsBySheet
    from xlsync.exchange.tiers.known_grades import GradesByTier
    from xlsync.sheet import Sheet
    from xlsync.sheet_keys import SheetId
    from xlsync.store import Store
    from xlsync.summary.figures.year_values import PastSheet

Link = Callable[["Sheet"], str]
"""The way from the summaries to a sheet's workbook, as `Item.link` wants it."""
UNNAMED: Final = "部未記入"


@dataclass(frozen=True, slots=True)
class Summary:
    """A finished summary: the name of its file without ending, and its bytes."""

    department: str | None
    name: str
    data: bytes


def summary_name(departments: Iterable[str], department: str) -> str:
    """Return the name of a department's summary without ending: no two departments share one, and none is the city's."""
    if not department:
        return UNNAMED
    every = set(departments)
    reserved = [CITY, UNNAMED] if "" in every else [CITY]
    return distinct_names((every | {department}) - {""}, reserved)[department]


@dataclass(frozen=True)
class Survey:
    """Every sheet of the terms' edition as it stands, by id, and those of the edition a year earlier.

    `linked_sheets` are the sheets, by id, whose workbooks links lead to, where those are not the sheets as they are shown;
    `opinions` what the tiers said of the sheets before them.
    """

    terms: Terms
    sheet_statuses: Mapping[SheetId, SheetStatus] = field(repr=False)
    started_keys: frozenset[str] = field(repr=False)
    last_year: Mapping[str, Sheet] = field(repr=False)
    kept_grades: GradesByTier = field(default_factory=dict, repr=False)
    past_sheets: Mapping[str, tuple[PastSheet, ...]] = field(default_factory=dict, repr=False)
    responses: Sequence[BudgetResponse] = field(default=(), repr=False)
    linked_sheets: Mapping[SheetId, Sheet] = field(default_factory=dict, repr=False)
    opinions: OpinionsBySheet = field(default_factory=dict, repr=False)

    @property
    def has_departments(self) -> bool:
        """Whether the form has an organization, whose uppermost units have summaries of their own."""
        return bool(self.terms.form.definition.identity.organization)

    @cached_property
    def departments(self) -> Mapping[str, str]:
        """The department of each key, in the one spelling that stands for all; none where the form has no organization."""
        if not self.has_departments:
            return {}
        typed = {key: names_of(status.sheet) for key, status in self.sheet_statuses.items()}
        spelled = spelling_of(typed.values(), self.terms.organization)
        return {key: spelled[names][0] for key, names in typed.items()}

    def called(self, typed: str) -> str:
        """Return a department in that spelling, whatever width and spaces it is typed with."""
        known = (
            name for name in self.departments.values() if plain_name(name) == plain_name(typed)
        )
        return next(known, typed)

    def name(self, department: str | None) -> str:
        """Return the name of a summary's file, without ending: no two departments share one, and none is the city's."""
        return CITY if department is None else summary_name(self.departments.values(), department)

    def items(self, link: Link) -> list[Item]:
        """Return the sheets as the summaries take them."""
        return [self._item(status, link) for status in self.sheet_statuses.values()]

    def _item(self, status: SheetStatus, link: Link) -> Item:
        key = status.sheet.id
        return Item(
            shown_in_phase(self.terms, status.sheet),
            status.findings,
            link(self.linked_sheets.get(key, status.sheet)),
            status.conflict_findings,
            state_word(
                started=key in self.started_keys,
                blank=status.blank,
                errors=status.errors,
                conflicts=status.open_conflicts,
                stage=status.procedure.state.stage,
            ),
            status.locations,
            self.last_year.get(key),
            self.past_sheets.get(key, ()),
        )

    def made_on(self, department: str | None) -> date | None:
        """Return the day of the newest revision in a summary, so that equal data gives an equal file; None without sheets."""
        days = [
            status.when[:10]
            for key, status in self.sheet_statuses.items()
            if status.when and (department is None or self.departments.get(key) == department)
        ]
        return date.fromisoformat(max(days)) if days else None

    def responses_of(self, sheets: Sequence[Sheet]) -> list[BudgetResponse]:
        """Return what became of some sheets' directions; of several that were merged, with those of the first."""
        by_id = {each.own_sheets[0].id: each for each in self.responses}
        return [by_id[sheet.id] for sheet in sheets if sheet.id in by_id]

    def summary(self, department: str | None, items: Iterable[Item]) -> Summary:
        """Return the summary workbook of a department (one of `departments`), or of the whole city; `items` of all."""
        figures = figures_of(
            list(items),
            department=department,
            edition=shown_edition(self.terms, self.terms.form.at(self.terms.fiscal_year)),
            organization=self.terms.organization,
            budget_names=self.terms.budget_names,
        )
        figures = replace(figures, code_lists=self.terms.code_lists)
        made_on, version = self.made_on(department), self.terms.form.version
        tiers = self.terms.procedure_rules.tiers
        sheets = [project.sheet for project in figures.projects]
        edition = figures.form_fields.edition
        further = [
            *tier_pages(tiers, sheets, self.kept_grades, edition, self.opinions),
            *reflection_lists(self.responses_of(sheets), edition),
        ]
        data = workbook_of(figures, made_on, version, further if sheets else ())
        return Summary(department, self.name(department), data)


def survey(store: Store, terms: Terms) -> Survey:
    """Read every sheet of the terms' edition, and of the one before it."""
    statuses = _by_id(sheet_statuses(store, terms))
    started = frozenset(key for key, status in statuses.items() if is_started(store, terms, status))
    before = _last_years(store, statuses, terms.fiscal_year)
    edition = terms.form.at(terms.fiscal_year)
    past, grades = past_sheets(store, edition, statuses), _kept_grades(store, terms)
    responses = _responses(store, terms, statuses)
    opinions = _opinions(store, terms, statuses)
    return Survey(terms, statuses, started, before, grades, past, responses, opinions=opinions)


def _responses(
    store: Store, terms: Terms, statuses: Mapping[SheetId, SheetStatus]
) -> list[BudgetResponse]:
    sheets = [status.sheet for status in statuses.values()]
    edition = terms.form.at(terms.fiscal_year)
    return budget_responses(store, edition, sheets, terms.code_lists.skeleton_years)


def _last_years(store: Store, ids: Iterable[SheetId], year: int) -> dict[str, Sheet]:
    sheets = {key: last_years_sheet(store, key, year) for key in ids}
    return {key: sheet for key, sheet in sheets.items() if sheet is not None}


def _kept_grades(store: Store, terms: Terms) -> GradesByTier:
    return known_grades(store, terms.procedure_rules.tiers, terms.fiscal_year)


def _opinions(store: Store, terms: Terms, ids: Iterable[SheetId]) -> OpinionsBySheet:
    edition = terms.form.at(terms.fiscal_year)
    return former_opinions(store, terms.procedure_rules.tiers, edition, ids)


def renewed(seen: Survey, store: Store, keys: Collection[SheetId]) -> Survey:
    """Return the survey with some sheets read again, and those of their budget programs: their findings hang together."""
    programs = programs_of(store, seen.terms, keys)
    fresh = _by_id(sheet_statuses(store, seen.terms, programs))
    kept = {
        key: status
        for key, status in seen.sheet_statuses.items()
        if seen.terms.program_of_key(status.sheet.key) not in programs
    }
    started = {key for key, status in fresh.items() if is_started(store, seen.terms, status)}
    ordered = _by_id([*kept.values(), *fresh.values()])
    edition = seen.terms.form.at(seen.terms.fiscal_year)
    return replace(
        seen,
        last_year={**seen.last_year, **_last_years(store, fresh, edition.year)},
        past_sheets={**seen.past_sheets, **past_sheets(store, edition, fresh)},
        sheet_statuses=ordered,
        started_keys=(seen.started_keys & kept.keys()) | started,
        kept_grades=_kept_grades(store, seen.terms),
        responses=_responses(store, seen.terms, ordered),
        opinions=_opinions(store, seen.terms, ordered),
    )


def affected(store: Store, seen: Survey, keys: Collection[SheetId]) -> list[str | None]:
    """Return the departments whose summaries a change of these sheets touches, the whole city (None) last.

    Touched are those of every sheet in the same budget programs, and those a sheet belonged to in an earlier revision.
    """
    if not keys:
        return []
    programs = programs_of(store, seen.terms, keys)
    touched = {
        department
        for key, department in seen.departments.items()
        if seen.terms.program_of_key(seen.sheet_statuses[key].sheet.key) in programs
    }
    year = seen.terms.fiscal_year
    for key in keys:
        revisions = store.revisions(key, year) if seen.has_departments else []
        touched |= {seen.called(revision.sheet.department) for revision in revisions}
    stems = {_stem(seen.name(department)) for department in touched}
    touched |= {name for name in seen.departments.values() if _stem(seen.name(name)) in stems}
    return [*sorted(touched), None]


def _by_id(statuses: Iterable[SheetStatus]) -> dict[SheetId, SheetStatus]:
    ordered = sorted(statuses, key=lambda status: (status.sheet.key, status.sheet.id))
    return {status.sheet.id: status for status in ordered}


def programs_of(store: Store, terms: Terms, ids: Collection[SheetId]) -> set[str]:
    """Return the budget programs that sheets belong to, and those that they belonged to under a former key."""
    keys = {key for each in ids for key in store.keys_of(each, terms.fiscal_year)}
    return set(map(terms.program_of_key, keys))


def _stem(name: str) -> str:
    """The name that several departments would share, but for the number behind it."""
    return name.rpartition("_")[0] or name

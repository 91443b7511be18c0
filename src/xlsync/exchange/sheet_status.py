"""The status of each stored sheet: its findings against today's store, and who brought it last."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from xlsync.checks import check
from xlsync.exchange.check_context import beside_reading, conflict_findings, context_of
from xlsync.exchange.program_totals import with_known_totals
from xlsync.exchange.reading_findings import stored_reading_findings
from xlsync.exchange.reconcile.unresolved_conflicts import open_conflicts
from xlsync.exchange.returned_values import stored_returned_findings
from xlsync.exchange.stages.hand_in_findings import stored_conflicts
from xlsync.exchange.stages.sheet_procedure import SheetProcedure, sheet_procedure, with_rule
from xlsync.finding import Finding
from xlsync.finding_counts import FindingCounts, count_findings
from xlsync.ooxml.titled_references import split_title
from xlsync.store import pending_changes, unplaced_changes
from xlsync.store.rollover_acts import rollover_act
from xlsync.store.stage_acts import ActSource, StageAct
from xlsync.workbook.reading.page_layout import drawn_cells

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from xlsync.exchange.receipt import Terms
    from xlsync.organization import Organization
    from xlsync.sheet import Sheet
    from xlsync.sheet_keys import SheetId
    from xlsync.store import Draft, Store


@dataclass(frozen=True, slots=True)
class SheetStatus:
    """One stored sheet, every finding on it, conflicts still open, and when (ISO 8601) and by whom it last changed.

    `locations` holds (worksheet, cell) of each field in its workbook; `brought_count` says how many fields the workbook
    changed that brought the newest revision, None where none brought it; `waiting_count` how many changes wait for the
    planning office; `procedure` what was done about the sheet since it was given out.
    """

    sheet: Sheet
    findings: tuple[Finding, ...]
    conflict_findings: tuple[Finding, ...]
    when: str
    who: str
    locations: Mapping[str, tuple[str, str]] = field(default_factory=dict, repr=False)
    brought_count: int | None = None
    waiting_count: int = 0
    procedure: SheetProcedure = field(default_factory=SheetProcedure)

    @property
    def brought(self) -> bool:
        """Whether a workbook brought the newest revision."""
        return self.brought_count is not None

    @property
    def is_complete(self) -> bool:
        """Whether nothing is left to fill in or to put right."""
        counts = self.counts
        return not (counts.blanks or counts.errors or self.open_conflicts)

    @property
    def counts(self) -> FindingCounts:
        """How many findings and open conflicts there are of each class."""
        return count_findings((*self.conflict_findings, *self.findings))

    @property
    def open_conflicts(self) -> int:
        """How many conflicts nobody has decided yet."""
        return len(self.conflict_findings)

    @property
    def blank(self) -> int:
        """How many required fields are blank."""
        return self.counts.blanks

    @property
    def errors(self) -> int:
        """How many errors there are beside blank fields."""
        return self.counts.errors

    @property
    def warnings(self) -> int:
        """How many warnings there are."""
        return self.counts.warnings


def sheet_statuses(
    store: Store,
    terms: Terms,
    programs: Collection[str] | None = None,
    sheet_ids: Collection[SheetId] | None = None,
) -> list[SheetStatus]:
    """Return the status of every sheet of the terms' edition that counts, or of some budget programs (their keys) only.

    `sheet_ids` are the sheets of these programs where the caller knows them.
    They stand by department, division, section (in the order of the city's list, where it has given one) and key.
    """
    statuses = []
    for program, drafts in _drafts_by_program(store, terms, programs, sheet_ids).items():
        known = [draft for draft in drafts if draft is not None]
        # Of a complete program with a sheet that cannot be read, nobody knows the totals.
        is_known = len(known) == len(drafts) or not terms.is_complete(program)
        sheets = tuple(draft.sheet for draft in known) if is_known else ()
        statuses += [_sheet_status(store, terms, draft, sheets) for draft in known]
    return sorted(statuses, key=lambda status: status_order(status, terms.organization))


def _drafts_by_program(
    store: Store,
    terms: Terms,
    programs: Collection[str] | None,
    sheet_ids: Collection[SheetId] | None,
) -> dict[str, list[Draft | None]]:
    """Return the newest revision of each sheet by budget program, None for one that cannot be read."""
    by_program: dict[str, list[Draft | None]] = {}
    year = terms.fiscal_year
    asked = store.counted_keys(year) if sheet_ids is None else sheet_ids
    for sheet_id, key in store.keys_by_id(year, asked).items():
        program = terms.program_of_key(key)
        if programs is None or program in programs:
            revision = store.find_newest(sheet_id, year)
            draft = None if revision is None else revision.draft
            by_program.setdefault(program, []).append(draft)
    return by_program


def is_started(store: Store, terms: Terms, status: SheetStatus) -> bool:
    """False for a sheet as it was issued: blank but for the office's fields, or never brought back by a workbook.

    Where a complete sheet counts as handed in by that alone, one that another system filled is started as well.
    """
    sheet = status.sheet
    staff = [typed.path for typed in sheet.edition.fields if typed.filled_by == "staff"]
    if not any(sheet[path] is not None or path in sheet.unreadable for path in staff):
        return False
    if _counts_when_complete(store, terms, sheet) and not status.blank:
        return True
    return is_saved(store, status)


def _counts_when_complete(store: Store, terms: Terms, sheet: Sheet) -> bool:
    """Whether a complete sheet counts as handed in although no workbook brought it; one made of last year's never does."""
    made_of_last_year = rollover_act(store.files, sheet.id, sheet.edition.year) is not None
    return terms.procedure_rules.handing_in == "complete" and not made_of_last_year


def is_saved(store: Store, status: SheetStatus) -> bool:
    """Whether a workbook ever brought anything of a sheet."""
    sheet = status.sheet
    revisions = () if status.brought else store.revisions(sheet.id, sheet.edition.year)
    return status.brought or any(rev.draft.submission.workbook_hash for rev in revisions)


def _sheet_status(
    store: Store, terms: Terms, draft: Draft, program: tuple[Sheet, ...]
) -> SheetStatus:
    """Return one sheet's status; cells are named as in the workbook the sheet last came from, else as in the template."""
    context = context_of(store, terms, draft.sheet, program)
    head, locations = with_known_totals(draft.sheet, context), _locations(draft, terms)

    def located(finding: Finding) -> Finding:
        location = locations.get(finding.path)
        return finding if location is None else finding.at(*location)

    reading = stored_reading_findings(store, draft.sheet)
    checked = beside_reading(reading, check(head, context))
    conflicts = open_conflicts(store, terms, head.id, draft.sheet)
    proposals = pending_changes(store, head.id, head.edition.year)
    unplaced = unplaced_changes(store, head.id, head.edition.year)
    status = SheetStatus(
        head,
        tuple(map(located, (*reading, *checked, *stored_returned_findings(draft)))),
        (
            *map(located, conflict_findings(store, head, conflicts)),
            *stored_conflicts(store, terms, head.id),
        ),
        draft.when,
        draft.who,
        locations,
        len(draft.changes) if draft.submission.workbook_hash else None,
        len(unplaced) + sum(change.is_open for change in proposals.values()),
        sheet_procedure(
            store,
            head.id,
            head.edition.year,
            head.revision or 0,
            terms.procedure_rules.since,
        ),
    )
    return _with_implied_act(store, terms, status)


def _with_implied_act(store: Store, terms: Terms, status: SheetStatus) -> SheetStatus:
    """Return the status with the handing in that the city's rule sees in a complete sheet."""
    rule = terms.procedure_rules.handing_in
    if rule == "act" or not status.is_complete or not is_started(store, terms, status):
        return status
    if status.when[:10] < terms.procedure_rules.since:
        return status  # complete since an earlier phase: nobody has said anything in this one
    number = status.sheet.revision or 0
    by_rule = ActSource("rule")
    implied = StageAct("submit", number, status.when, status.who, act_source=by_rule)
    is_saved_once = rule == "saved" and is_saved(store, status)
    procedure = with_rule(status.procedure, rule, implied, is_saved=is_saved_once)
    return replace(status, procedure=procedure)


def _locations(draft: Draft, terms: Terms) -> Mapping[str, tuple[str, str]]:
    worksheet = draft.submission.worksheet or terms.form.definition.page.worksheet
    cells = drawn_cells(terms.form, terms.fiscal_year)
    in_template = {path: split_title(cell, worksheet) for path, cell in cells.items()}
    in_workbook = {
        finding["path"]: (finding["worksheet"], finding["cell"])
        for finding in draft.findings
        if finding["cell"]
    }
    return {**in_template, **in_workbook}


def status_order(status: SheetStatus, organization: Organization | None) -> tuple[object, ...]:
    """Return what sheets are sorted by: their units, in the order of the city's list where it has given one, and the key."""
    return unit_order(status.sheet.units, status.sheet.key, organization)


def unit_order(
    units: tuple[str, ...], key: str, organization: Organization | None
) -> tuple[object, ...]:
    """Return what sheets are sorted by, from the units and the key of one."""
    listed = () if organization is None else organization.sort_key(organization.spelled(units))
    return (listed, units, key)

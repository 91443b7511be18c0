"""What every exchange takes (terms, source) and returns (a receipt per sheet)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Literal

from xlsync.checks import Rate
from xlsync.exchange.phases import Phase
from xlsync.exchange.tiers.tier import Tier
from xlsync.finding import Finding
from xlsync.form.phase_fields import NO_FIELDS
from xlsync.merging import Change, Conflict
from xlsync.organization import Organization
from xlsync.plan_list import CodeLists
from xlsync.sheet import program_of
from xlsync.sheet_keys import SheetId

if TYPE_CHECKING:
    from xlsync.form.edition import Edition
    from xlsync.form.library import Form

_OVERTAKEN: Final = "そのあとに変わっています。もう一度実行してください"
Outcome = Literal["accepted", "unchanged", "conflict", "refused", "trial"]
HandingIn = Literal["complete", "saved", "act"]
"""When a sheet is handed in: as soon as it is complete, once staff have saved it so, or by an act alone."""


@dataclass(frozen=True, slots=True)
class ReviewRules:
    """Which changes of staff wait for the planning office (確認待ち), none by default.

    `reviewed_fields` are "office" (those the office decides), "all", or parts of the form's [parts]; `last_day` is the last
    day on which a change of any field is taken at once.
    """

    reviewed_fields: Literal["office", "all"] | tuple[str, ...] = ()
    last_day: dt.date | None = None


@dataclass(frozen=True, slots=True)
class ProcedureRules:
    """What the city has decided about the way of a sheet: which changes wait, when it is handed in, the phase, the tiers."""

    review_rules: ReviewRules = ReviewRules()
    handing_in: HandingIn = "complete"
    phase: Phase | None = None
    tiers: tuple[Tier, ...] = ()

    @property
    def since(self) -> str:
        """The day (ISO 8601) from which acts count, "" for all of them."""
        return "" if self.phase is None else self.phase.first_day.isoformat()


@dataclass(frozen=True)
class Terms:
    """What the city has decided: the form, the fiscal year now taken in, its personnel rates by period key.

    `whole_parts` names parts (of the form's [parts]) of which each column is merged as one; `office_parts` the
    parts whose fields the planning office decides, None for those it fills by the form. `organization` is the
    city's own list of 部・課・係. `complete_programs` are the budget programs of which the office says that all sheets
    are registered (True: all programs).
    `code_lists` are the city's names of budget codes (01-02: 総務費), its 施策, and its years of 骨格予算.
    `procedure_rules` say which changes wait for the office, and when a sheet is handed in.
    """

    form: Form
    fiscal_year: int
    rates: Mapping[str, Rate] = dataclass_field(default_factory=dict)
    whole_parts: tuple[str, ...] = ()
    office_parts: tuple[str, ...] | None = None
    organization: Organization | None = None
    complete_programs: bool | frozenset[str] = False
    code_lists: CodeLists = dataclass_field(default_factory=CodeLists)
    procedure_rules: ProcedureRules = ProcedureRules()

    @property
    def budget_names(self) -> Mapping[str, str]:
        """The city's names of budget codes."""
        return self.code_lists.budget_names

    def is_complete(self, program: str) -> bool:
        """True where the office says that every sheet of a budget program is registered."""
        if isinstance(self.complete_programs, bool):
            return self.complete_programs
        return program in self.complete_programs

    def at_year(self, year: int) -> Terms:
        """Return the terms of another fiscal year, with the units of its time: the phase is of the year now taken in."""
        if year == self.fiscal_year:
            return self
        rules = replace(self.procedure_rules, phase=None)
        then = None if self.organization is None else self.organization.in_year(year)
        return replace(self, fiscal_year=year, organization=then, procedure_rules=rules)

    def program_of_key(self, key: str) -> str:
        """Return the budget program that a sheet's key belongs to."""
        return program_of(self.form.at(self.fiscal_year), key)

    @cached_property
    def groups(self) -> tuple[tuple[str, ...], ...]:
        """The paths that are merged as one: the fields of the key, and those of a part at one place of its axes.

        Of two changes of a key, a merge field by field would make a third one, which may be another sheet's.
        """
        parts = self._labels(self.whole_parts)
        edition, key = self.form.at(self.fiscal_year), self.form.definition.identity.key
        groups: dict[tuple[str, str], list[str]] = {}
        for field in edition.fields:
            if field.part in parts and field.path not in key:
                groups.setdefault((field.part, field.axis_label), []).append(field.path)
        return (tuple(key), *(tuple(paths) for paths in groups.values()))

    @cached_property
    def owned(self) -> frozenset[str]:
        """The paths of which the planning office decides: there the store wins over a workbook."""
        fields = self.form.at(self.fiscal_year).fields
        if self.office_parts is None:
            return frozenset(field.path for field in fields if field.filled_by == "office")
        parts = self._labels(self.office_parts)
        return frozenset(field.path for field in fields if field.part in parts)

    def reviewed(self, when: str) -> frozenset[str]:
        """The paths of which a change made at a time (ISO 8601, "" for any in time) waits for the planning office."""
        review, fields = self.procedure_rules.review_rules, self.form.at(self.fiscal_year).fields
        is_late = review.last_day is not None and when[:10] > review.last_day.isoformat()
        if is_late or review.reviewed_fields == "all":
            return frozenset(field.path for field in fields)
        if review.reviewed_fields == "office":
            return self.owned
        parts = self._labels(review.reviewed_fields)
        return frozenset(field.path for field in fields if field.part in parts)

    def closed_now(self) -> frozenset[str]:
        """The paths that are closed in the present phase: changes of staff wait for the planning office."""
        phase, fields = self.procedure_rules.phase, self.form.at(self.fiscal_year).fields
        parts = self._labels(phase.closed_parts) if phase is not None else set[str]()
        return frozenset(field.path for field in fields if field.part in parts)

    def phase_marks(self, edition: Edition) -> Mapping[str, str]:
        """Return what the present phase says of an edition's fields: that they are due, or not due yet."""
        phase = self.procedure_rules.phase
        if phase is None or edition.year != self.fiscal_year:
            return NO_FIELDS
        fields = phase.phase_fields or edition.definition.phases.get(phase.name)
        return NO_FIELDS if fields is None else fields.marks(edition)

    def _labels(self, parts: Collection[str]) -> set[str]:
        """Return the labels of parts as the edition's fields have them, of those that it has."""
        form = self.form.at(self.fiscal_year)
        return {form.expand(word) for part, word in form.definition.parts.items() if part in parts}


def _never(_path: str) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Source:
    """Where something came from: the file as shown to people, ISO 8601 time, and who brought it.

    `source_path` is the file's path in the watched folder, by which its copy state is found ("" takes `file`); `vanished` tells
    whether nothing lies at a place any more: then the file that lay there was moved. `clearing_meant` takes it as meant
    that many fields were cleared at once, which is held back otherwise. `state` (hexadecimal digits, new each time) is given
    where a button was pressed in a live workbook: what lies at its place may never hear of it. `saved` is when the file was
    saved (ISO 8601), "" where only `when` is known. `leaving` are the sheets that give up their keys together with it.
    """

    file: str
    when: str
    who: str
    source_path: str = ""
    vanished: Callable[[str], bool] = dataclass_field(default=_never, compare=False)
    clearing_meant: bool = False
    state: str = ""
    saved: str = ""
    leaving: frozenset[SheetId] = frozenset()


@dataclass(frozen=True, slots=True)
class SheetIdentity:
    """Which sheet a receipt is about: worksheet ("" for JSON), key, the project's name, fiscal year of the form, id."""

    worksheet: str = ""
    key: str = ""
    title: str = ""
    fiscal_year: int | None = None
    sheet_id: str = ""
    further_worksheets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a worksheet was refused, in Japanese; `is_retryable` says that the store, not the workbook, is the reason."""

    reason: str = ""
    is_retryable: bool = False


@dataclass(frozen=True)
class Receipt:
    """What became of one worksheet (or JSON sheet).

    Attributes:
        file: The file, as shown to people.
        outcome: "accepted", "unchanged", "conflict" or "refused"; "trial" for a trial workbook, which is never stored.
        sheet_identity: Worksheet, key, title and edition, each also a property of the receipt.
        revision: The sheet's revision in the store after it; None of a check and where it was refused.
        changes: The fields that it changed in the store.
        conflicts: The fields that somebody else changed too; the store keeps its value.
        findings: What is to be corrected, or was noticed.
        refusal: Why it was refused; `reason` is its sentence.
        new_stamp: What a live workbook is to be stamped with from now on, "" where it keeps its own; not part of the JSON.

    Example:
        >>> (receipt,) = open_city("city").check("sheet.xlsx")
        >>> receipt.key, receipt.outcome, receipt.revision, receipt.reason
        ('01-02-01-08-14-01', 'accepted', None, '')

    """

    file: str
    outcome: Outcome
    sheet_identity: SheetIdentity = SheetIdentity()
    revision: int | None = None
    changes: tuple[Change, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    findings: tuple[Finding, ...] = ()
    refusal: Refusal = Refusal()
    new_stamp: str = ""

    @property
    def worksheet(self) -> str:
        """The title of its worksheet, of several the first, "" for JSON or where the whole file was refused."""
        return self.sheet_identity.worksheet

    @property
    def worksheets(self) -> tuple[str, ...]:
        """The titles of all its worksheets."""
        return (self.worksheet, *self.sheet_identity.further_worksheets)

    @property
    def key(self) -> str:
        """The sheet's key, "" where it is not known."""
        return self.sheet_identity.key

    @property
    def sheet_id(self) -> SheetId:
        """The sheet's id in the store, "" where it is not known."""
        return SheetId(self.sheet_identity.sheet_id or self.key)

    @property
    def title(self) -> str:
        """The project's name, for people."""
        return self.sheet_identity.title

    @property
    def edition(self) -> int | None:
        """The fiscal year of the form, None where the whole file was refused."""
        return self.sheet_identity.fiscal_year

    @property
    def reason(self) -> str:
        """A Japanese sentence where it was refused, "" otherwise."""
        return self.refusal.reason

    @property
    def undone_reason(self) -> str:
        """Why an act of the office did not change the sheet, in Japanese, "" where it did or had nothing to change."""
        if self.outcome == "conflict":
            return self.reason or _OVERTAKEN
        return self.reason if self.outcome == "refused" else ""

    @property
    def needs_attention(self) -> bool:
        """True where an error, a conflict or a refusal remains."""
        severities = {finding.severity for finding in self.findings}
        return "error" in severities or self.outcome in {"conflict", "refused"}

    def to_document(self, *, with_changes: bool = True) -> dict[str, Any]:
        """Return the receipt as JSON; a check has no changes to tell of, and leaves them out (`with_changes=False`)."""
        document: dict[str, Any] = {
            "file": self.file,
            "worksheet": self.worksheet,
            "outcome": self.outcome,
            "key": self.key,
            "edition": self.edition,
            "revision": self.revision,
        }
        if with_changes:
            document["changes"] = [change.to_document() for change in self.changes]
            document["conflicts"] = [conflict.to_document() for conflict in self.conflicts]
        document["findings"] = [finding.to_document() for finding in self.findings]
        document["reason"] = self.reason
        return document

"""Try a changed form over every sheet there is, before anybody gets it: what would newly fail, what would not go in.

Each sheet is carried over into the changed edition by the paths of its fields; nothing is written anywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from typing import TYPE_CHECKING, Any, Final

from xlsync.carry_over import LostValue, carry_over, heirs_of
from xlsync.checks import check
from xlsync.errors import FormError, SheetError, WorkbookError
from xlsync.exchange.check_context import context_of
from xlsync.exchange.form_effects import FieldEffect, field_effects
from xlsync.exchange.incoming import complete, read_incoming
from xlsync.exchange.past_editions import is_of_past_year
from xlsync.exchange.receipt import Source
from xlsync.finding_catalogue import SEVERITIES

if TYPE_CHECKING:
    from xlsync.exchange.receipt import Terms
    from xlsync.finding import Finding
    from xlsync.form.edition import Edition, Field
    from xlsync.form.library import Form
    from xlsync.sheet import Sheet
    from xlsync.store import Store

_UNFIT: Final = frozenset(
    {
        "unreadable",
        "dash-refused",
        "not-in-list",
        "not-in-closed-list",
        "too-long",
        "length",
        "pattern",
        "fits",
    }
)
"""Checks that say a value itself no longer fits its field, or a text its box on the page."""


@dataclass(frozen=True, slots=True)
class SheetDryRun:
    """One sheet under the changed form; `file` is the workbook it stands in, "" for the store's head.

    `failing` are errors and warnings that it does not have today, or less gravely; `unfit` those among them that say a value
    itself no longer fits its field; `lost` the values whose field is gone.
    """

    key: str
    title: str
    file: str
    failing: tuple[Finding, ...] = ()
    unfit: tuple[Finding, ...] = ()
    lost: tuple[LostValue, ...] = ()

    @property
    def is_clean(self) -> bool:
        """True where nothing newly fails and nothing is lost."""
        return not (self.failing or self.unfit or self.lost)

    def to_document(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "key": self.key,
            "file": self.file,
            "failing": _documents(self.failing),
            "unfit": _documents(self.unfit),
            "lost": [value.to_document() for value in self.lost],
        }


@dataclass(frozen=True)
class FormDryRun:
    """What a changed form would do.

    Attributes:
        edition: The changed form at the fiscal year.
        dry_runs: Every sheet under it.
        new: The fields that take over no value.
        effects: The fields of the form in use that it does not keep as they are.
        unread: The workbooks that nothing can be said about, each with its reason.

    """

    edition: Edition
    dry_runs: tuple[SheetDryRun, ...]
    new: tuple[Field, ...]
    effects: tuple[FieldEffect, ...]
    unread: tuple[tuple[str, str], ...] = ()

    @property
    def gone(self) -> tuple[Field, ...]:
        """The fields whose values no field takes over."""
        return tuple(effect.field for effect in self.effects if effect.heir is None)

    @property
    def is_clean(self) -> bool:
        """True where the changed form can be given out without anything failing or being lost."""
        return all(sheet.is_clean for sheet in self.dry_runs)

    def to_document(self) -> dict[str, Any]:
        """Return it as JSON: the sheets that are touched, and the totals of all."""
        touched = [sheet for sheet in self.dry_runs if not sheet.is_clean]
        totals = {"sheets": len(self.dry_runs), "touched": len(touched)}
        for name in ("failing", "unfit", "lost"):
            totals[name] = sum(len(getattr(sheet, name)) for sheet in touched)
        document: dict[str, Any] = {"edition": self.edition.year, "sheets": _documents(touched)}
        document["new-fields"] = [field.path for field in self.new]
        document["gone-fields"] = [field.path for field in self.gone]
        document["fields"] = _documents(self.effects)
        document["unread"] = [{"file": file, "reason": reason} for file, reason in self.unread]
        document["totals"] = totals
        return document


def _documents(items: Iterable[Finding | SheetDryRun | FieldEffect]) -> list[dict[str, Any]]:
    return [item.to_document() for item in items]


def dry_run(
    store: Store, terms: Terms, changed: Form, workbooks: Iterable[tuple[str, bytes]] = ()
) -> FormDryRun:
    """Try a changed form over the heads of the terms' edition and over what workbooks (name, bytes) say otherwise.

    FormError where it is another form, or cannot be followed.
    """
    if changed.id != terms.form.id:
        reason = f"別の様式（{changed.id}）です。いまの様式（{terms.form.id}）を直したものを指定してください"
        raise FormError(reason, changed.where)
    heads = {head.id: head for head in store.heads(terms.fiscal_year)}
    change = _change(store, terms, changed)
    changed = store.stored_form.of(change.version) if change.version else changed
    comparison = _Comparison(store, terms, replace(terms, form=changed), change, _by_program(heads))
    sheets = [comparison.of(head, "") for head in heads.values()]
    unread: list[tuple[str, str]] = []
    for file, data in workbooks:
        unstored = _unstored_sheets((store, terms), (file, data), heads, unread)
        sheets += [comparison.of(sheet, file) for sheet in unstored]
    now, then = terms.form.at(terms.fiscal_year), changed.at(terms.fiscal_year)
    return FormDryRun(
        then,
        tuple(sheets),
        tuple(field for field in then.fields if field.path not in change.filled),
        field_effects(now, then, change.heirs, comparison.carried_sheets),
        tuple(unread),
    )


@dataclass(frozen=True)
class _FormChange:
    """What takes over what in a changed form.

    Attributes:
        version: The number of the version that it is equal to, which was in use before; 0 where it is new.
        heirs: The field that takes over the value of each field in use, where one does.
        filled: The fields that begin with a value in some sheet: those, and fields of the version that come back.

    """

    version: int
    heirs: Mapping[str, str]
    filled: frozenset[str]


def _change(store: Store, terms: Terms, changed: Form) -> _FormChange:
    form, year = store.stored_form, terms.fiscal_year
    version = form.versions.number_of(changed) if form.number else 0
    if not version:
        heirs = heirs_of(terms.form.at(year), changed.at(year))
        return _FormChange(0, heirs, frozenset(heirs.values()))
    heirs = form.heirs(year, form.number, version)
    return _FormChange(
        version,
        heirs,
        frozenset(heirs.values()).union(form.earlier_fields(year, form.number, version).values()),
    )


def _unstored_sheets(
    city: tuple[Store, Terms],
    workbook: tuple[str, bytes],
    heads: Mapping[str, Sheet],
    unread: list[tuple[str, str]],
) -> Iterator[Sheet]:
    """Yield the sheets of a workbook that say something else than their heads; what cannot be read goes to `unread`.

    Those of a past year stay in the form of then.
    """
    (store, terms), (file, data) = city, workbook
    try:
        sheets = read_incoming(terms, data, Source(file, "", ""), store=store)
    except (WorkbookError, SheetError, FormError) as fault:
        unread.append((file, fault.reason))
        return
    for incoming in sheets:
        head = heads.get(incoming.sheet_id)
        if is_of_past_year(store, terms, incoming.sheet.edition):
            continue
        if incoming.barred:
            unread.append((file, incoming.barred))
            continue
        sheet = complete(incoming, head).sheet
        if head is None or not sheet.same_content(head):
            yield sheet


def _by_program(heads: Mapping[str, Sheet]) -> dict[str, tuple[Sheet, ...]]:
    programs: dict[str, tuple[Sheet, ...]] = {}
    for head in heads.values():
        programs[head.program] = (*programs.get(head.program, ()), head)
    return programs


@dataclass(frozen=True)
class _Comparison:
    """The checks of a sheet under the form of today and under the changed one."""

    store: Store
    current_terms: Terms
    changed_terms: Terms
    form_change: _FormChange
    programs: dict[str, tuple[Sheet, ...]]
    carried_programs: dict[str, tuple[Sheet, ...]] = dataclass_field(default_factory=dict)
    carried_sheets: list[tuple[Sheet, Sheet]] = dataclass_field(default_factory=list)

    def of(self, sheet: Sheet, file: str) -> SheetDryRun:
        """Return what the changed form would do to a sheet of a workbook, or of the store (file "")."""
        edition = self.changed_terms.form.at(self.changed_terms.fiscal_year)
        carried, lost = self._carried(sheet, is_head=not file)
        self.carried_sheets.append((sheet, carried))
        program = self.programs.get(sheet.program, ())
        if sheet.program not in self.carried_programs:
            others = tuple(self._carried(other, is_head=True)[0] for other in program)
            self.carried_programs[sheet.program] = others
        carried_program = self.carried_programs[sheet.program]
        before = check(sheet, context_of(self.store, self.current_terms, sheet, program))
        after = check(carried, context_of(self.store, self.changed_terms, carried, carried_program))
        failing: list[Finding] = []
        unfit: list[Finding] = []
        checks = {rule.code: rule.check for rule in edition.rules}
        for finding in _worse(before, after, self.form_change.heirs):
            is_unfit = checks.get(finding.code, finding.code) in _UNFIT
            (unfit if is_unfit else failing).append(finding)
        return SheetDryRun(sheet.key, sheet.title, file, tuple(failing), tuple(unfit), lost)

    def _carried(self, sheet: Sheet, *, is_head: bool) -> tuple[Sheet, tuple[LostValue, ...]]:
        """Return a sheet under the changed form as it will be read then, and what has no field there."""
        if not self.form_change.version:
            return carry_over(sheet, self.changed_terms.form.at(sheet.edition.year))
        form = self.store.stored_form
        carried, lost = form.carry(sheet, form.number, self.form_change.version)
        newest = self.store.find_newest(sheet.id, sheet.edition.year) if is_head else None
        if newest is None:
            return carried, lost
        return self.store.in_version(newest, self.form_change.version), lost


def _worse(
    before: Sequence[Finding], after: Sequence[Finding], heirs: Mapping[str, str]
) -> Iterator[Finding]:
    """Yield the errors and warnings that were not there, or less gravely; `heirs` are the paths of fields by their old ones."""
    ranks = {severity: rank for rank, severity in enumerate(SEVERITIES)}
    known: dict[tuple[str, str], int] = {}
    for finding in before:
        identity = (finding.code, heirs.get(finding.path, finding.path))
        known[identity] = min(known.get(identity, len(ranks)), ranks[finding.severity])
    for finding in after:
        rank_before = known.get((finding.code, finding.path), len(ranks))
        if finding.severity != "note" and ranks[finding.severity] < rank_before:
            yield finding

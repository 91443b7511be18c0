"""What the store and the city know beside a sheet: the context its checks are made in, and the facts its workbook carries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from xlsync.checks import Context, beside_the_sheet, check
from xlsync.computed import PROGRAM_TOTAL, share_of
from xlsync.exchange.blame import Origin, blame_fields
from xlsync.exchange.lineage import last_years_sheet
from xlsync.exchange.program_totals import program_of, with_known_totals
from xlsync.exchange.returned_values import stored_returned_findings
from xlsync.exchange.rollover.carried_marks import carried_marks
from xlsync.file_names import last_part
from xlsync.finding import Finding, finding
from xlsync.merging import json_as_text
from xlsync.rules import facts_of
from xlsync.rules.facts import issued_total, others_share
from xlsync.sheet_keys import SheetId
from xlsync.workbook.reading.text_capacity import room_of

if TYPE_CHECKING:
    from xlsync.exchange.incoming import Incoming
    from xlsync.exchange.receipt import Terms
    from xlsync.form.edition import Edition
    from xlsync.kinds import Value
    from xlsync.sheet import Sheet
    from xlsync.store import Store

_COVERED_BY_READER: Final = frozenset({"unreadable", "required"})
"""What the checks need not say of a cell that the reader has called an error."""


def context_of(
    store: Store | None, terms: Terms, sheet: Sheet, program: tuple[Sheet, ...] | None = None
) -> Context:
    """The context of a sheet's checks; `program` is what `program_of` returns where the caller has it.

    Else they are read from the store, but only where the office says that the program is complete: a sheet that comes
    alone is not to be blamed for others that are still to come.
    """
    complete = terms.is_complete(sheet.program)
    if program is None:
        program = program_of(store, terms, sheet) if store is not None and complete else ()
    return Context(
        program=program,
        program_complete=complete,
        rates=terms.rates,
        last_year=_last_year(store, sheet),
        room=room_of(terms.form, sheet.edition.year),
        organization=terms.organization,
        carried_paths=carried_marks(store, sheet),
        phase_marks=terms.phase_marks(sheet.edition),
        plan_list=terms.code_lists.plan_list,
    )


def facts_for(store: Store | None, terms: Terms, sheet: Sheet) -> dict[str, Value]:
    """Return the facts written into a workbook of the sheet, so that its formulas can use them."""
    context = context_of(store, terms, sheet, ())
    known = facts_of(
        sheet.edition, context.rates, context.last_year, context.room, context.phase_marks
    )
    for path, rule in sheet.edition.formulas.items():
        share = share_of(rule, sheet)
        if rule.check == PROGRAM_TOTAL and share is not None:
            known[others_share(path)] = share.other_total
            known[issued_total(path)] = share.issued_total
    return known


def findings_on(
    store: Store | None, terms: Terms, incoming: Incoming, sheet: Sheet
) -> tuple[Finding, ...]:
    """Return what was found while an incoming sheet was read, and what the checks say of `sheet`, which is made from it."""
    context = context_of(store, terms, sheet)
    checked = check(with_known_totals(sheet, context), context)
    further = beside_reading(incoming.findings, checked)
    return (*incoming.findings, *map(incoming.located, further))


def beside_reading(reading: Iterable[Finding], checked: Iterable[Finding]) -> list[Finding]:
    """Return what the checks say beside what was found while the workbook was read."""
    with_error = {finding.path for finding in reading if finding.severity == "error"}
    return [
        finding
        for finding in checked
        if finding.code not in _COVERED_BY_READER or finding.path not in with_error
    ]


def findings_from_store(store: Store, terms: Terms, sheet: Sheet) -> list[Finding]:
    """Return the findings that depend on the store: formulas in the workbook cannot make them."""
    program = program_of(store, terms, sheet)
    beside = beside_the_sheet(sheet, context_of(store, terms, sheet, program))
    newest = store.find_newest(sheet.id, sheet.edition.year)
    return beside if newest is None else [*beside, *stored_returned_findings(newest.draft)]


def conflict_findings(
    store: Store, head: Sheet, conflicts: Iterable[Mapping[str, Any]]
) -> list[Finding]:
    """Return open conflicts (the contract's JSON) as findings, one a field: the values, and whose each is."""
    by_path: dict[str, list[Mapping[str, Any]]] = {}
    for conflict in conflicts:
        by_path.setdefault(conflict["path"], []).append(conflict)
    blame = blame_fields(store, head, by_path) if by_path else {}
    return [
        _conflict_finding(head.edition, path, offers, blame.get(path, Origin()))
        for path, offers in by_path.items()
    ]


def _conflict_finding(
    edition: Edition, path: str, offers: Sequence[Mapping[str, Any]], origin: Origin
) -> Finding:
    kept = json_as_text(edition, path, offers[0]["ours"]) or "空欄"
    registered = f"、登録 {origin.words()}" if origin.words() else ""
    shown = "、".join(_offer_words(edition, offer) for offer in offers)
    facts = {"field": edition.by_path[path].title, "shown": shown, "kept": kept}
    return finding("conflict", path, **facts, registered=registered)


def _offer_words(edition: Edition, offer: Mapping[str, Any]) -> str:
    """Return what a workbook says in a conflict, and where it is known, who saved which file."""
    value = json_as_text(edition, offer["path"], offer["theirs"]) or "空欄"
    whose = " ".join(filter(None, (last_part(offer.get("file", "")), offer.get("who", ""))))
    return f"{value}（{whose}）" if whose else value


def _last_year(store: Store | None, sheet: Sheet) -> Sheet | None:
    """Return last year's sheet of the same project, None where the store has none."""
    if store is None or not sheet.id:
        return None
    return last_years_sheet(store, SheetId(sheet.id), sheet.edition.year)

"""Totals of a budget program over all its sheets, where the office calls the program complete: shown, never stored.

The store keeps each sheet's total as it was delivered. What is computed here depends on every sheet of the program, so that
a change of one shows in the workbooks and summaries of all, without a revision of the others.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from xlsync.computed import ALONE, PROGRAM_TOTAL, Share, results, share_of
from xlsync.exchange.phase_view import shown_in_phase

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from xlsync.checks import Context
    from xlsync.exchange.receipt import Terms
    from xlsync.form.edition import Edition
    from xlsync.sheet import Sheet
    from xlsync.store import Store


def with_program_totals(sheet: Sheet, program: Collection[Sheet]) -> Sheet:
    """Return the sheet with its program totals computed over every sheet of the program. Pure.

    A total stays as delivered where any sheet has no number to add, or where the text in the total's own cell could not
    be read. `program` may hold the sheet itself, which counts as it is given; an empty one is not known.
    """
    others = [other for other in program if other.id != sheet.id]
    shares = _program_shares(sheet, others) if program else {}
    if not shares:
        return sheet
    sums = dict.fromkeys(_sums_of(sheet.edition, shares) - sheet.unreadable.keys(), ALONE)
    live = {**_live_formulas(sheet), **sums, **shares}
    totals = results(sheet.edition, live, sheet)
    accepted = all(_is_accepted(sheet.edition, path, total) for path, total in totals.items())
    return sheet.with_values(totals) if accepted else sheet


def with_known_totals(sheet: Sheet, context: Context) -> Sheet:
    """Return the sheet with its program totals computed where its context holds every sheet of the program."""
    return with_program_totals(sheet, context.program) if context.program_complete else sheet


def program_of(store: Store, terms: Terms, sheet: Sheet) -> tuple[Sheet, ...]:
    """Return the stored sheets of a sheet's program; none of a complete program of which any cannot be read."""
    program = store.program(sheet)
    if not terms.is_complete(sheet.program):
        return program
    counted = {sheet.id, *store.counted_keys(sheet.edition.year)}
    stored = counted.intersection(store.program_ids(sheet))
    return program if stored == {member.id for member in program} else ()


def with_stored_totals(store: Store, terms: Terms, sheet: Sheet) -> Sheet:
    """Return the sheet as it is shown now: its program totals computed over the store where the office calls it complete.

    What the present phase does not ask for is not due in its edition.
    """
    sheet = shown_in_phase(terms, sheet)
    if not terms.is_complete(sheet.program):
        return sheet
    return with_program_totals(sheet, program_of(store, terms, sheet))


def program_total_paths(edition: Edition) -> frozenset[str]:
    """Return the computed fields that are totals over a program, and the sums of such totals."""
    totals = program_totals(edition)
    return totals | _sums_of(edition, totals)


def program_totals(edition: Edition) -> frozenset[str]:
    """Return the computed fields that are totals over a program."""
    formulas = edition.formulas.items()
    return frozenset(path for path, rule in formulas if rule.check == PROGRAM_TOTAL)


def with_shares(sheet: Sheet, live: Mapping[str, Share]) -> Sheet:
    """Return the sheet with its program totals as a workbook's live formulas give them: nobody types what those add.

    A copy of a program that was complete when it was given out adds the other sheets' sum, not what the store has.
    """
    paths = program_total_paths(sheet.edition) & live.keys() - sheet.unreadable.keys()
    return sheet.with_values(results(sheet.edition, {path: live[path] for path in paths}, sheet))


def keep_totals(sheet: Sheet, head: Sheet, paths: Collection[str]) -> Sheet:
    """Return the sheet with the head's totals at some paths, unless they are only the formula's result over the sheet alone."""
    formulas = sheet.edition.formulas
    delivered = {path for path in paths if share_of(formulas[path], head) != ALONE}
    kept = {path: head[path] for path in delivered - head.unreadable.keys()}
    if not kept:
        return sheet
    live = {path: share for path, share in _live_formulas(sheet).items() if path not in kept}
    totals = results(sheet.edition, live, {**sheet, **kept})
    return sheet.with_values({**kept, **totals})


def _program_shares(sheet: Sheet, others: Collection[Sheet]) -> dict[str, Share]:
    """Return what the other sheets add to each program total of which every sheet has its part."""
    shares = {}
    for path in program_totals(sheet.edition) - sheet.unreadable.keys():
        part = sheet.edition.formulas[path].parts[0]
        amounts = [other[part] for other in others]
        known = [amount for amount in amounts if isinstance(amount, int)]
        if isinstance(sheet[part], int) and len(known) == len(amounts):
            shares[path] = Share(other_total=sum(known))
    return shares


def _sums_of(edition: Edition, paths: Collection[str]) -> frozenset[str]:
    """Return the computed fields all of whose parts are among the paths."""
    formulas = edition.formulas.items()
    return frozenset(path for path, rule in formulas if set(rule.parts) <= set(paths))


def _live_formulas(sheet: Sheet) -> dict[str, Share]:
    """Return the share of each computed field whose formula gives what the sheet says."""
    live = {}
    for path, rule in sheet.edition.formulas.items():
        share = share_of(rule, sheet) if path not in sheet.unreadable else None
        if share is not None:
            live[path] = share
    return live


def _is_accepted(edition: Edition, path: str, total: int | Decimal | None) -> bool:
    """False for a total beyond what its field can hold."""
    try:
        edition.by_path[path].kind.from_json(total)
    except ValueError:
        return False
    return True

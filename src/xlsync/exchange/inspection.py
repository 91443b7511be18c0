"""Checking a workbook's sheets without the store: what would be said of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from xlsync.exchange.check_context import findings_on
from xlsync.exchange.incoming import Incoming, Reader, read_incoming
from xlsync.exchange.past_editions import city_of_year
from xlsync.exchange.sheet_receipts import receipt, receipts
from xlsync.finding import finding
from xlsync.store.shared_fields import delivered_fields
from xlsync.workbook.reading.form_reader import read

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xlsync.exchange.receipt import Outcome, Receipt, Source, Terms
    from xlsync.finding import Finding
    from xlsync.store import Store


def inspect(
    terms: Terms,
    data: bytes,
    source: Source,
    store: Store | None = None,
    reader: Reader = read,
) -> list[Receipt]:
    """Check a workbook or JSON sheet and take nothing in.

    The store, if given, only tells of the program's other sheets, and of figures that staff do not decide about.
    """

    def look(incoming: Incoming) -> Receipt:
        if store is None:
            return checked(store, terms, incoming, source)
        own_store, own_terms = city_of_year(store, terms, incoming.sheet.edition.year)
        return checked(own_store, own_terms, incoming, source)

    return receipts(lambda: read_incoming(terms, data, source, reader, store), source, look)


def checked(store: Store | None, terms: Terms, incoming: Incoming, source: Source) -> Receipt:
    """Return the receipt of a sheet that is checked and not stored."""
    findings = (
        *findings_on(store, terms, incoming, incoming.sheet),
        *_overruled_figures(store, terms, incoming, source),
    )
    if incoming.is_trial:
        findings = (finding("trial", "").at(incoming.worksheet, ""), *findings)
    outcome: Outcome = "trial" if incoming.is_trial else "accepted"
    return replace(receipt(incoming, source, outcome), findings=findings)


def _overruled_figures(
    store: Store | None, terms: Terms, incoming: Incoming, source: Source
) -> Iterable[Finding]:
    """Return a finding for each value typed over what the financial system or another form says, which is not taken."""
    key, year = incoming.sheet_id, incoming.sheet.edition.year
    if store is None or incoming.barred or incoming.is_trial or not key:
        return ()
    figures = delivered_fields(store.files, key, year)
    if not figures:
        return ()
    # A workbook outside a city is checked without them: they take a third of the time to start.
    from xlsync.exchange.reconcile.field_ownership import overruled_findings
    from xlsync.exchange.reconcile.reconcile import read_facts, reconcile

    decision = reconcile(read_facts(store, terms, incoming, source), terms)
    overruled = (value for value in decision.overruled if value["path"] in figures)
    return tuple(overruled_findings(decision.incoming, overruled, figures))

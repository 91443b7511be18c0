"""Checking a workbook's sheets without the store: what would be said of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from xlsync.exchange.check_context import findings_on
from xlsync.exchange.incoming import Incoming, Reader, read_incoming
from xlsync.exchange.sheet_receipts import receipt, receipts
from xlsync.finding import finding
from xlsync.workbook.reading.form_reader import read

if TYPE_CHECKING:
    from xlsync.exchange.receipt import Outcome, Receipt, Source, Terms
    from xlsync.store import Store


def inspect(
    terms: Terms,
    data: bytes,
    source: Source,
    store: Store | None = None,
    reader: Reader = read,
) -> list[Receipt]:
    """Check a workbook or JSON sheet and take nothing in; the store, if given, only tells of the program's other sheets."""

    def look(incoming: Incoming) -> Receipt:
        return checked(store, terms, incoming, source)

    return receipts(lambda: read_incoming(terms, data, source, reader, store), source, look)


def checked(store: Store | None, terms: Terms, incoming: Incoming, source: Source) -> Receipt:
    """Return the receipt of a sheet that is checked and not stored."""
    findings = findings_on(store, terms, incoming, incoming.sheet)
    if incoming.is_trial:
        findings = (finding("trial", "").at(incoming.worksheet, ""), *findings)
    outcome: Outcome = "trial" if incoming.is_trial else "accepted"
    return replace(receipt(incoming, source, outcome), findings=findings)

"""What the planning office lets a sheet's own workbook say on チェック, beside findings: where values come from, tiers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlsync.exchange.figures.figure_notes import figure_findings
from xlsync.exchange.same_as.owner_notes import owner_findings
from xlsync.exchange.tiers.sheet_tiers import tier_findings

if TYPE_CHECKING:
    from xlsync.exchange.receipt import Terms
    from xlsync.finding import Finding
    from xlsync.sheet import Sheet
    from xlsync.store import Store


def office_notes(store: Store, terms: Terms, sheet: Sheet) -> list[Finding]:
    """Return the notes on a sheet: where its figures and fields of other forms come from, and what each tier said of it."""
    owned = [*figure_findings(store, sheet), *owner_findings(store, sheet)]
    return [*owned, *tier_findings(store, terms, sheet)]


__all__ = ["office_notes"]

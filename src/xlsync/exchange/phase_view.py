"""Editions and sheets as they are shown in the present phase: what it does not ask for is not due, totals of it print "－"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlsync.form.phase_fields import edition_in_phase
from xlsync.sheet import Sheet

if TYPE_CHECKING:
    from xlsync.exchange.receipt import Terms
    from xlsync.form.edition import Edition


def shown_edition(terms: Terms, edition: Edition) -> Edition:
    """Return an edition as the present phase asks for its fields."""
    return edition_in_phase(edition, terms.phase_marks(edition))


def shown_in_phase(terms: Terms, sheet: Sheet) -> Sheet:
    """Return the same sheet in its edition as the present phase asks for it."""
    return in_edition(sheet, shown_edition(terms, sheet.edition))


def in_edition(sheet: Sheet, edition: Edition) -> Sheet:
    """Return the same sheet in another view of its edition, which has the same fields."""
    if sheet.edition is edition:
        return sheet
    moved = Sheet(edition, sheet.key, sheet, sheet.revision, sheet.unreadable)
    return moved.with_id(sheet.id)


__all__ = ["in_edition", "shown_edition", "shown_in_phase"]

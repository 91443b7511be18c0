"""What of a year is not finished when it is rolled over: told, and nothing that keeps anybody from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from xlsync.exchange.reconcile.unresolved_conflicts import open_conflicts
from xlsync.sheet_stage import state_of
from xlsync.store import pending_changes
from xlsync.store.stage_acts import stage_acts

if TYPE_CHECKING:
    from xlsync.exchange.receipt import Terms
    from xlsync.sheet import Sheet
    from xlsync.store import DamagedSheet, Store

_CONFIRMED: Final = frozenset({"confirmed", "final", "published"})


@dataclass(frozen=True, slots=True)
class Unfinished:
    """What of last year's is not finished: nothing of it keeps anybody from rolling over. Keys each.

    `damaged` are sheets that cannot be read; `conflicting` have open conflicts, `undecided` changes that the planning office
    has not decided; `unconfirmed` were not confirmed.
    """

    damaged: tuple[DamagedSheet, ...] = ()
    conflicting: tuple[str, ...] = ()
    undecided: tuple[str, ...] = ()
    unconfirmed: tuple[str, ...] = ()

    def to_document(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "damaged": [{"key": each.key, "reason": each.reason} for each in self.damaged],
            "conflicts": list(self.conflicting),
            "waiting": list(self.undecided),
            "unconfirmed": list(self.unconfirmed),
        }


def find_unfinished(store: Store, terms: Terms, sheets: Sequence[Sheet]) -> Unfinished:
    """Return what is not finished of the sheets of the terms' year."""
    conflicting = [each for each in sheets if open_conflicts(store, terms, each.id, each)]
    waiting = [each for each in sheets if _is_waiting(store, each)]
    unconfirmed = [each for each in sheets if not _is_confirmed(store, each)]
    damaged = tuple(store.damaged(terms.fiscal_year))
    return Unfinished(damaged, *map(_keys, (conflicting, waiting, unconfirmed)))


def _keys(sheets: Sequence[Sheet]) -> tuple[str, ...]:
    return tuple(sheet.key for sheet in sheets)


def _is_waiting(store: Store, sheet: Sheet) -> bool:
    proposals = pending_changes(store, sheet.id, sheet.edition.year).values()
    return any(change.is_open for change in proposals)


def _is_confirmed(store: Store, sheet: Sheet) -> bool:
    acts = stage_acts(store.files, sheet.id, sheet.edition.year)
    return state_of(act.stage_act_kind for act in acts).stage in _CONFIRMED


__all__ = ["Unfinished", "find_unfinished"]

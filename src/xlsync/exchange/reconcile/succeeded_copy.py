"""What a workbook of a sheet that has become another was last known to hold: the base of its merge into that other."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from xlsync.exchange.reconcile.copy_state_names import copy_state_name
from xlsync.sheet_keys import SheetId
from xlsync.store import CopyFile, CopyState

if TYPE_CHECKING:
    from xlsync.exchange.incoming import Incoming
    from xlsync.store import Store


def state_of_succeeded(store: Store, incoming: Incoming, source_path: str = "") -> CopyState | None:
    """Return the state of a copy under the sheet that its own has become, None where it is of no such sheet.

    What it said when it was last received, or was made from, is nobody's change of the sheet that it belongs to now.
    """
    stamp, year = incoming.former_stamp, incoming.sheet.edition.year
    if stamp is None:
        return None
    name = copy_state_name(stamp, source_path)
    file, known = CopyFile(source_path), _known_state(store, stamp.key, year, name)
    if known is not None:
        file = replace(file, hand_in_words=known.copy_file.hand_in_words)
        state = CopyState(known.sheet, (), file, known.when, known.who)
    else:
        issued = store.find_revision(SheetId(stamp.key), year, stamp.base_revision)
        if issued is None:
            return None
        state = CopyState(issued.sheet, (), file, issued.draft.when, issued.draft.who)
    return replace(state, sheet=state.sheet.with_id(incoming.sheet_id))


def _known_state(store: Store, sheet_id: str, year: int, name: str) -> CopyState | None:
    """Return the state of a copy in its file, else the newest of this copy in any file."""
    copy = name.partition("-")[0]
    states = store.copy_states(SheetId(sheet_id), year, f"{copy}-")
    if name in states:
        return states[name]
    return max(states.values(), key=lambda state: state.when, default=None)


__all__ = ["state_of_succeeded"]

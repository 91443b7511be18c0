"""Save the state of a copy once its workbook was received, and delete the states that are obsolete by then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from xlsync.exchange.reconcile.copy_state_names import copy_state_name
from xlsync.exchange.reconcile.merge_base import MergeBase
from xlsync.store import CopyState, Store
from xlsync.workbook.stamp import Stamp


def save_merge_base(store: Store, merge_base: MergeBase, known: CopyState) -> None:
    """Save what the copy's file holds now; call within `store.writing()`, after the commit."""
    key, year = known.sheet.id, known.sheet.edition.year
    last = store.last(key, year)
    now = replace(known, copy_file=merge_base.file_seen(known.copy_file, last))
    save = merge_base.save
    store.save_copy_state(key, year, save.name, now)
    moved = [save.moved_from] if save.moved_from else []
    for name in (*moved, *_obsolete_states(store, merge_base, known)):
        store.delete_copy_state(key, year, name)


def save_live_merge_base(
    store: Store, merge_base: MergeBase, known: CopyState, stamp: Stamp
) -> None:
    """Save what a live workbook holds once it carries the stamp; call within `store.writing()`, after the commit.

    The state of its file stays: nobody knows yet whether the workbook will be saved.
    """
    save = merge_base.save
    key, year = known.sheet.id, known.sheet.edition.year
    last = store.last(key, year)
    file = replace(known.copy_file, path=save.source_path, seen=last)
    state = replace(
        known,
        base_revision=stamp.base_revision,
        copy_file=file,
        earlier=None,
        parent_state=save.stored_name,
    )
    store.save_copy_state(key, year, copy_state_name(stamp, save.source_path), state)


def _obsolete_states(store: Store, merge_base: MergeBase, now: CopyState) -> list[str]:
    """Return the names of the states that are obsolete once the file is saved.

    Those it went on from, and those of live workbooks that were never saved and ask nothing; not what went on from here, for
    that may be saved next. Should one turn up again, the revision it was made from is its base: older, so that at worst it
    asks a question twice.
    """
    if not now.parent_state:
        return []
    own_name, source_path = merge_base.save.name, merge_base.save.source_path
    copy = own_name.partition("-")[0]
    others = store.copy_states(now.sheet.id, now.sheet.edition.year, f"{copy}-", own_name)
    here = {name: state for name, state in others.items() if state.copy_file.path == source_path}
    unsaved = {
        name
        for name, state in here.items()
        if state.parent_state and not state.conflicts and own_name not in _ancestors(here, state)
    }
    return sorted(unsaved.union(_ancestors(here, now)).intersection(here))


def _ancestors(states: Mapping[str, CopyState], state: CopyState) -> set[str]:
    """Return the names of all states from which one went on."""
    ancestors, name = set[str](), state.parent_state
    while name and name not in ancestors:
        ancestors.add(name)
        name = states[name].parent_state if name in states else ""
    return ancestors

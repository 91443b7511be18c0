"""Deduce the stamp of a workbook whose program dropped it: which copy it is, and from which revision it went on.

The store knows the file that lay at this path, or the only one that has vanished. Else the workbook went on from the revision
that it equals, or from the only one. Where none of that tells, a field that never changed in the store has one possible
base; of a field that did, nobody knows the base, and a difference is a conflict.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from xlsync.exchange.reconcile.copy_state_names import copy_state_name, is_unstamped, source_path_of
from xlsync.finding import finding
from xlsync.merging import field_as_json
from xlsync.store import with_documents
from xlsync.workbook.stamp import Stamp

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlsync.exchange.incoming import Incoming
    from xlsync.exchange.receipt import Source
    from xlsync.finding import Finding
    from xlsync.sheet import Sheet
    from xlsync.store import CopyState, Store

UNKNOWN: Final = "不明"
"""What stands for the base of a field of which nobody knows it."""


def is_stamp_lost(incoming: Incoming) -> bool:
    """True for a worksheet that carries no stamp at all."""
    return incoming.reading is not None and incoming.reading.stamp is None and not incoming.barred


def with_deduced_stamp(store: Store, incoming: Incoming, source: Source) -> Incoming:
    """Return the incoming sheet with the stamp its workbook has lost; one that the store does not hold keeps none."""
    key, year = incoming.sheet_id, incoming.sheet.edition.year
    if not is_stamp_lost(incoming) or not store.last(key, year):
        return incoming
    form, source_path = incoming.sheet.edition.form, source_path_of(source)
    states = list(_own_states(store, incoming, source_path, source))
    if states:
        name, state = max(states, key=lambda known: known[1].when)
        return _with_stamp(
            incoming, Stamp(form, year, key, state.base_revision, name.partition("-")[0])
        )
    copy = hashlib.sha256(f"{key}\n{year}\n{source_path}".encode("utf-8", "backslashreplace"))
    base = _deduced_revision(store, incoming)
    return _with_stamp(incoming, Stamp(form, year, key, base, copy.hexdigest()[:16]))


def field_bases(store: Store, incoming: Incoming) -> Sheet:
    """Return for each field the only value it ever had in the store, and "unknown" where that may be one of several."""
    sheet = incoming.sheet
    past = [revision.sheet for revision in store.revisions(incoming.sheet_id, sheet.edition.year)]
    bases: dict[str, Any] = {}
    for path in sheet:
        known = [field_as_json(revision, path) for revision in past]
        if all(value == known[0] for value in known):
            bases[path] = known[0]
        elif field_as_json(sheet, path) != known[-1]:
            bases[path] = {"unreadable": UNKNOWN}
    return with_documents(sheet, bases)


def is_stamp_newer(store: Store, incoming: Incoming) -> bool:
    """True where the stamp names a revision that the store of this sheet does not have yet."""
    return (
        0
        < store.last(incoming.sheet_id, incoming.sheet.edition.year)
        < incoming.stamp.base_revision
    )


def stamp_findings(store: Store, incoming: Incoming) -> Iterator[Finding]:
    """Yield a finding where the stamp is lost, or names a revision that is not in the store.

    It is a warning where nobody knows what the workbook went on from.
    """
    if is_stamp_lost(incoming):
        code = (
            "stamp-lost"
            if incoming.stamp.base_revision or not incoming.stamp.copy
            else "stamp-unknown"
        )
        yield finding(code, "").at(incoming.worksheet, "")
    elif is_stamp_newer(store, incoming) and not incoming.is_document:
        last = store.last(incoming.sheet_id, incoming.sheet.edition.year)
        facts = {"shown": str(incoming.stamp.base_revision), "kept": str(last)}
        yield finding("stamp-newer", "", **facts).at(incoming.worksheet, "")


def _own_states(
    store: Store, incoming: Incoming, source_path: str, source: Source
) -> list[tuple[str, CopyState]]:
    """Return the states, by name, of files at this path; without any, that of the only file that has vanished."""
    stamp = incoming.stamp
    states = [
        (name, state)
        for name, state in store.copy_states(incoming.sheet_id, stamp.fiscal_year).items()
        if not is_unstamped(name)
        and name
        == copy_state_name(replace(stamp, copy=name.partition("-")[0]), state.copy_file.path)
    ]
    here = [(name, state) for name, state in states if state.copy_file.path == source_path]
    if here:
        return here
    gone = [(name, state) for name, state in states if source.vanished(state.copy_file.path)]
    return gone if len(gone) == 1 else []


def _deduced_revision(store: Store, incoming: Incoming) -> int:
    """Return the newest revision that says what the workbook says, else the only one, else 0."""
    revisions = store.revisions(incoming.sheet_id, incoming.sheet.edition.year)
    same = [
        revision.number for revision in revisions if revision.sheet.same_content(incoming.sheet)
    ]
    if same:
        return same[-1]
    return revisions[0].number if len(revisions) == 1 else 0


def _with_stamp(incoming: Incoming, stamp: Stamp) -> Incoming:
    return replace(incoming, stamp=stamp)

"""What a copy of a workbook was last known to hold: the base of its merge.

A copied file carries its original's copy id and then goes its own way, so a memory belongs to a copy at a place. A file
that was moved takes its memory along: the place it is remembered at is empty now, and nothing in it is older than that.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from xlsync.exchange.arrival import Arrival
from xlsync.exchange.receipt import Source
from xlsync.merging import Conflict, graft
from xlsync.sheet import Sheet
from xlsync.store import Store, Taken

FEWEST_OF_A_SLIP: Final = 8
SHARE_OF_A_SLIP: Final = 0.1


@dataclass(frozen=True, slots=True)
class Memory:
    """A copy at its place: the name it is remembered under, the base of its next merge, its conflicts still open.

    `base` is what it last held, else the revision it was issued from, else None. `moved_from` is the name it had before
    it was moved, "" where it was not.
    """

    name: str
    place: str
    base: Sheet | None
    conflicts: tuple[Mapping[str, Any], ...] = ()
    moved_from: str = ""


def recall(store: Store, arrival: Arrival, source: Source) -> Memory:
    """Give the memory of an arriving copy."""
    key, year, copy = arrival.key, arrival.sheet.edition.year, arrival.stamp.copy
    place = unicodedata.normalize("NFC", source.place or source.file)
    digest = hashlib.sha256(place.encode("utf-8", "backslashreplace")).hexdigest()[:16]
    name = f"{copy or 'unstamped'}-{digest}"
    taken, moved_from = store.taken(key, year, name), ""
    if taken is None and copy:
        memories = store.memories(key, year).items()
        gone = [
            (n, t) for n, t in memories if n.startswith(f"{copy}-") and source.vanished(t.place)
        ]
        if len(gone) == 1 and not _is_older(store, arrival.sheet, gone[0][1].sheet):
            moved_from, taken = gone[0]
    if taken is not None:
        return Memory(name, place, taken.sheet, taken.conflicts, moved_from)
    issued = arrival.stamp.base
    known = 0 < issued <= store.last(key, year)
    return Memory(name, place, store.revision(key, year, issued).sheet if known else None)


def _is_older(store: Store, theirs: Sheet, held: Sheet) -> bool:
    """True where a field says what it said in some revision, and not what the vanished file last held.

    Then this is no moved file but a copy made earlier, and its old values must not pass for decisions to go back.
    """
    fields = (field for field in theirs.edition.fields if field.filled_by != "computed")
    differing = [field.path for field in fields if theirs[field.path] != held[field.path]]
    if not differing:
        return False
    past = [revision.sheet for revision in store.revisions(theirs.key, theirs.edition.year)]
    return any(sheet[path] == theirs[path] for path in differing for sheet in past)


def remember(store: Store, memory: Memory, sheet: Sheet, conflicts: Sequence[Conflict]) -> None:
    """Keep what the copy holds now; call within `store.writing()`, after the commit."""
    told = tuple(conflict.to_document() for conflict in conflicts)
    # Where a conflict is open the copy is compared with the old base next time: so it stays open.
    was = memory.base or Sheet(sheet.edition, sheet.key, {})
    held = graft(sheet, was, [conflict.path for conflict in conflicts])
    store.note_taken(sheet.key, sheet.edition.year, memory.name, Taken(held, told, memory.place))
    if memory.moved_from:
        store.forget_taken(sheet.key, sheet.edition.year, memory.moved_from)


def cleared_fields(base: Sheet | None, theirs: Sheet) -> list[str]:
    """Give the fields that held something at the base and are blank now; computed ones follow from others."""
    if base is None:
        return []
    fields = (field for field in theirs.edition.fields if field.filled_by != "computed")
    return [
        field.path
        for field in fields
        if _filled(base, field.path) and not _filled(theirs, field.path)
    ]


def is_a_slip(cleared: Sequence[str], base: Sheet | None) -> bool:
    """True where so many fields were cleared at once that Delete over a block is likelier than a decision."""
    if base is None or len(cleared) < FEWEST_OF_A_SLIP:
        return False
    filled = sum(
        _filled(base, field.path) for field in base.edition.fields if field.filled_by != "computed"
    )
    return len(cleared) >= filled * SHARE_OF_A_SLIP


def _filled(sheet: Sheet, path: str) -> bool:
    return sheet[path] is not None or path in sheet.unreadable

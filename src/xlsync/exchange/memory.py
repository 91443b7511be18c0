"""What a copy of a workbook was last known to hold: the base of its merge.

A copied file carries its original's copy id and then goes its own way, so a memory belongs to a copy at a place. A file
that was moved takes its memory along: the place it is remembered at is empty now, and nothing in it is older than that.

The stamp names the revision the file was made from or last brought up to by us, so a memory speaks of the file only where
both name the same one. Else the file was written into after the memory, or is a state from before that, saved again by a
program that still had it open or restored from a backup: then what it was made from is its base.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from xlsync.exchange.arrival import Arrival
from xlsync.exchange.receipt import Source
from xlsync.exchange.settle import offered, with_documents
from xlsync.merging import Conflict, changes_between, graft
from xlsync.sheet import Sheet
from xlsync.store import Store, Taken

FEWEST_OF_A_SLIP: Final = 8
SHARE_OF_A_SLIP: Final = 0.1


@dataclass(frozen=True, slots=True)
class Memory:
    """A copy at its place: the name it is remembered under, the base of its next merge, its conflicts still open.

    `base` is what it last held, else the revision it was issued from, else None. `moved_from` is the name it had before
    it was moved, "" where it was not. `was` is what was remembered; `when` and `who` are those of the save now arriving,
    `stamp` is the revision its stamp names. `overruled` are values the owner of a field has decided against.
    """

    name: str
    place: str
    base: Sheet | None
    conflicts: tuple[Mapping[str, Any], ...] = ()
    moved_from: str = ""
    when: str = ""
    who: str = ""
    was: Taken | None = None
    stamp: int = 0
    overruled: tuple[Mapping[str, Any], ...] = ()

    def holding(
        self,
        sheet: Sheet,
        conflicts: tuple[Mapping[str, Any], ...],
        overruled: tuple[Mapping[str, Any], ...] = (),
    ) -> Taken:
        """Give what is to be remembered of the copy; a save that changed nothing leaves when and by whom it was changed."""
        was = self.was
        now = Taken(
            sheet, conflicts, self.place, self.when, self.who, self.when, self.stamp, overruled
        )
        if was is None:
            return now
        same = was.sheet.same_content(sheet) and _offered(was.conflicts) == _offered(conflicts)
        when, who = (was.when, was.who) if same else (self.when, self.who)
        earlier = was.earlier if self.stamp == was.base else None
        if self.stamp > was.base:
            earlier = replace(was, earlier=None)
        return replace(now, when=when, who=who, since=was.since, earlier=earlier)


def _offered(conflicts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Give what the copy's cells say where it is in conflict: the head's side of it is not the copy's doing."""
    return {one["path"]: one["theirs"] for one in conflicts}


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
        if len(gone) == 1 and not _is_older(store, arrival.sheet, gone[0][1]):
            moved_from, taken = gone[0]
    held = _of_its_state(store, arrival, taken)
    return Memory(
        name,
        place,
        base=issued_as(store, arrival) if held is None else held.sheet,
        conflicts=() if taken is None else taken.conflicts,
        moved_from=moved_from,
        when=source.when,
        who=arrival.who,
        was=taken,
        stamp=arrival.stamp.base,
        overruled=() if held is None else held.overruled,
    )


def _of_its_state(store: Store, arrival: Arrival, taken: Taken | None) -> Taken | None:
    """Give the memory made of the state the workbook goes on from, None where it is another one's."""
    stamped = arrival.stamp.base
    if taken is None or not _is_known(store, arrival) or taken.base == stamped:
        return taken
    earlier = taken.earlier
    return earlier if earlier is not None and earlier.base == stamped else None


def issued_as(store: Store, arrival: Arrival) -> Sheet | None:
    """Give what a copy of which nothing is remembered was made from: the revision its stamp names, None where it is unknown.

    Where this copy's value was in conflict by then, it was written into around that: there the conflict's base counts, so
    that a value nobody has decided for never passes for a change of its own.
    """
    if not _is_known(store, arrival):
        return None
    key, year, stamp = arrival.key, arrival.sheet.edition.year, arrival.stamp
    issued = store.revision(key, year, stamp.base).sheet
    if not stamp.copy:
        return issued
    offers = {change.path: change.after for change in changes_between(issued, arrival.sheet)}
    asked: dict[str, Any] = {}
    exact: dict[str, Any] = {}
    for number in range(1, stamp.base + 1):
        draft = store.revision(key, year, number).draft
        if draft.copy == stamp.copy:
            asked |= {one["path"]: one["base"] for one in draft.conflicts}
            exact |= {
                one["path"]: one["base"]
                for one in draft.conflicts
                if one["path"] in offers and offers[one["path"]] == one["theirs"]
            }
    bases = {path: base for path, base in (asked | exact).items() if path in offers}
    return graft(issued, with_documents(issued, bases), bases)


def _is_known(store: Store, arrival: Arrival) -> bool:
    """True where the store holds the revision the stamp names."""
    return 0 < arrival.stamp.base <= store.last(arrival.key, arrival.sheet.edition.year)


def _is_older(store: Store, theirs: Sheet, vanished: Taken) -> bool:
    """True where a field says what it said in some revision, and not what the vanished file last held.

    Then this is no moved file but a copy made earlier, and its old values must not pass for decisions to go back.
    """
    held = offered(vanished.sheet, vanished.conflicts)
    fields = (field for field in theirs.edition.fields if field.filled_by != "computed")
    differing = [field.path for field in fields if theirs[field.path] != held[field.path]]
    if not differing:
        return False
    past = [revision.sheet for revision in store.revisions(theirs.key, theirs.edition.year)]
    return any(sheet[path] == theirs[path] for path in differing for sheet in past)


def remember(
    store: Store,
    memory: Memory,
    sheet: Sheet,
    conflicts: Sequence[Conflict],
    overruled: tuple[Mapping[str, Any], ...] = (),
) -> None:
    """Keep what the copy holds now; call within `store.writing()`, after the commit."""
    told = tuple(conflict.to_document() for conflict in conflicts)
    # Where a conflict is open the copy is compared with the old base next time: so it stays open.
    was = memory.base or Sheet(sheet.edition, sheet.key, {})
    held = graft(sheet, was, [conflict.path for conflict in conflicts])
    now = memory.holding(held, told, overruled)
    store.note_taken(sheet.key, sheet.edition.year, memory.name, now)
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

"""What a copy of a workbook was last known to hold: the base of its merge.

A copied file carries its original's copy id and then goes its own way, so a memory belongs to a copy at a place. A file
that was moved takes its memory along: the place it is remembered at is empty now, and nothing in it is older than that.

The stamp names the revision the file was made from or last brought up to by us, so a memory speaks of the file only where
both name the same one. Else the file was written into after the memory, or is a state from before that, saved again by a
program that still had it open or restored from a backup: then what it was made from is its base.

A button pressed in a live workbook tells of values that its file may never hold: the workbook may be closed without saving.
So that is remembered as a state of its own, which the live workbook carries in its stamp from then on and the file only once
it is saved. The state it went on from stays remembered until then.
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
from xlsync.store.revision import hash_of
from xlsync.workbook.stamp import Stamp

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
        kept = replace(now, when=when, who=who, since=was.since, parent=was.parent)
        return replace(kept, earlier=earlier)


def _offered(conflicts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Give what the copy's cells say where it is in conflict: the head's side of it is not the copy's doing."""
    return {one["path"]: one["theirs"] for one in conflicts}


def recall(store: Store, arrival: Arrival, source: Source) -> Memory:
    """Give the memory of an arriving copy."""
    key, year, copy = arrival.key, arrival.sheet.edition.year, arrival.stamp.copy
    place = unicodedata.normalize("NFC", source.place or source.file)
    name = _name(arrival.stamp, place)
    taken, moved_from = store.taken(key, year, name), ""
    if taken is None and copy:
        memories = store.memories(key, year, f"{copy}-").items()
        gone = [
            (n, t)
            for n, t in memories
            if n == _name(arrival.stamp, t.place) and source.vanished(t.place)
        ]
        if len(gone) == 1 and not _is_older(store, arrival.sheet, gone[0][1]):
            moved_from, taken = gone[0]
    held = _of_its_state(store, arrival, taken)
    if held is not None:
        base: Sheet | None = held.sheet
    elif taken is None and _is_an_old_save(store, arrival, source, name):
        base = arrival.sheet
    else:
        base = issued_as(store, arrival)
    return Memory(
        name,
        place,
        base=base,
        conflicts=() if taken is None else taken.conflicts,
        moved_from=moved_from,
        when=source.when,
        who=arrival.who,
        was=taken,
        stamp=arrival.stamp.base,
        overruled=() if held is None else held.overruled,
    )


def _name(stamp: Stamp, place: str) -> str:
    """Give the name a copy is remembered under at a place, in the state its stamp names."""
    told = f"{place}\n{stamp.state}" if stamp.state else place
    digest = hashlib.sha256(told.encode("utf-8", "backslashreplace")).hexdigest()[:16]
    return f"{stamp.copy or 'unstamped'}-{digest}"


def _of_its_state(store: Store, arrival: Arrival, taken: Taken | None) -> Taken | None:
    """Give the memory made of the state the workbook goes on from, None where it is another one's."""
    stamped = arrival.stamp.base
    if taken is None or not _is_known(store, arrival) or taken.base == stamped:
        return taken
    earlier = taken.earlier
    return earlier if earlier is not None and earlier.base == stamped else None


def _is_an_old_save(store: Store, arrival: Arrival, source: Source, name: str) -> bool:
    """True for the very bytes of a save received whole, lying beside the file that saved them or another copy of it.

    Where no other is left, they may have been put there to go back to them: that is for people to say.
    """
    key, year, copy = arrival.key, arrival.sheet.edition.year, arrival.stamp.copy
    digest = hash_of(arrival.workbook)
    if not copy or not store.received_file(digest).exists():
        return False
    drafts = (revision.draft for revision in store.revisions(key, year))
    whole = any(
        (one.workbook, one.copy, one.worksheet) == (digest, copy, arrival.worksheet)
        and not one.conflicts
        for one in drafts
    )
    others = store.memories(key, year, f"{copy}-", name).values() if whole else ()
    return any(not source.vanished(other.place) for other in others)


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


def known_now(
    memory: Memory,
    sheet: Sheet,
    conflicts: Sequence[Conflict],
    overruled: tuple[Mapping[str, Any], ...] = (),
) -> Taken:
    """Give what is known of a copy that holds the sheet."""
    told = tuple(conflict.to_document() for conflict in conflicts)
    # Where a conflict is open the copy is compared with the old base next time: so it stays open.
    was = memory.base or Sheet(sheet.edition, sheet.key, {})
    held = graft(sheet, was, [conflict.path for conflict in conflicts])
    return memory.holding(held, told, overruled)


def remember(store: Store, memory: Memory, known: Taken) -> None:
    """Keep what the copy's file holds now; call within `store.writing()`, after the commit."""
    key, year = known.sheet.key, known.sheet.edition.year
    store.note_taken(key, year, memory.name, known)
    moved = [memory.moved_from] if memory.moved_from else []
    for name in (*moved, *_left_behind(store, memory, known)):
        store.forget_taken(key, year, name)


def remember_live(store: Store, memory: Memory, known: Taken, stamp: Stamp) -> None:
    """Keep what a live workbook holds once it carries the stamp; call within `store.writing()`, after the commit.

    What is remembered of its file stays: nobody knows yet whether the workbook will be saved.
    """
    before = memory.moved_from or memory.name
    taken = replace(known, base=stamp.base, place=memory.place, earlier=None, parent=before)
    key, year = known.sheet.key, known.sheet.edition.year
    store.note_taken(key, year, _name(stamp, memory.place), taken)


def _left_behind(store: Store, memory: Memory, now: Taken) -> list[str]:
    """Give the states of a copy at its place that its file, saved now, has left behind.

    Those it went on from, and those of live workbooks that were never saved and ask nothing. Should one turn up again, the
    revision it was made from is its base: older, so that at worst it asks a question twice.
    """
    if not now.parent:
        return []
    copy = memory.name.partition("-")[0]
    others = store.memories(now.sheet.key, now.sheet.edition.year, f"{copy}-", memory.name)
    here = {name: taken for name, taken in others.items() if taken.place == memory.place}
    gone = {name for name, taken in here.items() if taken.parent and not taken.conflicts}
    name, line = now.parent, set[str]()
    while name in here and name not in line:
        line.add(name)
        name = here[name].parent
    return sorted(gone | line)


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

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

from xlsync.errors import XlsyncError
from xlsync.exchange.incoming import Arrival, completed
from xlsync.exchange.receipt import Source
from xlsync.exchange.reconcile.provenance import (
    is_an_old_save,
    is_known,
    issued_as,
    moved_from_among,
)
from xlsync.merging import Conflict, replace_fields
from xlsync.sheet import Sheet
from xlsync.store import CopyState, Draft, Store
from xlsync.workbook.reading.form_reader import read
from xlsync.workbook.stamp import Stamp

_UNSTAMPED: Final = "unstamped"


@dataclass(frozen=True, slots=True)
class Memory:
    """A copy at its place: the name it is remembered under, the base of its next merge, its conflicts still open.

    `base` is what it last held, else the revision it was issued from, else None. `moved_from` is the name it had before
    it was moved, "" where it was not. `was` is what was remembered; `when` and `who` are those of the save now arriving,
    `stamp` is the revision its stamp names. `overruled` are values the owner of a field has decided against. `noted` is what
    the store itself remembers: `was` holds besides it what a program killed in between had not noted.
    """

    name: str
    place: str
    base: Sheet | None
    conflicts: tuple[Mapping[str, Any], ...] = ()
    moved_from: str = ""
    when: str = ""
    who: str = ""
    was: CopyState | None = None
    stamp: int = 0
    overruled: tuple[Mapping[str, Any], ...] = ()
    noted: CopyState | None = None

    def holding(
        self,
        sheet: Sheet,
        conflicts: tuple[Mapping[str, Any], ...],
        overruled: tuple[Mapping[str, Any], ...] = (),
    ) -> CopyState:
        """Give what is to be remembered of the copy; a save that changed nothing leaves when and by whom it was changed."""
        was = self.was
        now = CopyState(
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
        return replace(kept, earlier=earlier, former=was.former)

    def former(self, last: int) -> Mapping[str, int]:
        """Give the places its file lay at before, each with the newest revision by then; `last` is the newest now."""
        if self.was is None:
            return {}
        return (
            {**self.was.former, self.was.source_path: last} if self.moved_from else self.was.former
        )


def _offered(conflicts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Give what the copy's cells say where it is in conflict: the head's side of it is not the copy's doing."""
    return {one["path"]: one["theirs"] for one in conflicts}


def recall(store: Store, arrival: Arrival, source: Source) -> Memory:
    """Give the memory of an arriving copy."""
    key, year, copy = arrival.key, arrival.sheet.edition.year, arrival.stamp.copy
    place = place_in(source)
    name = _name(arrival.stamp, place)
    was, moved_from = store.copy_state(key, year, name), ""
    copies = store.copy_states(key, year, f"{copy}-") if was is None and copy else {}
    since = max((one.former.get(place, 0) for one in copies.values()), default=0)
    taken = _with_what_was_cut_off(store, arrival, was, place, since)
    if taken is None and copies:
        gone = {
            other: _with_what_was_cut_off(store, arrival, one, one.source_path) or one
            for other, one in copies.items()
            if other == _name(arrival.stamp, one.source_path) and source.vanished(one.source_path)
        }
        moved_from = moved_from_among(store, arrival, gone)
        was, taken = copies.get(moved_from), gone.get(moved_from)
    memory = _memory(store, arrival, taken)
    if taken is None and is_an_old_save(store, arrival, source, name):
        memory = replace(memory, base=arrival.sheet)
    return replace(
        memory,
        name=name,
        place=place,
        moved_from=moved_from,
        when=source.when,
        who=arrival.who,
        noted=was,
    )


def place_in(source: Source) -> str:
    """Give the place a file is remembered at, the same however the system composes its signs."""
    return unicodedata.normalize("NFC", source.place or source.file)


def _memory(store: Store, arrival: Arrival, taken: CopyState | None) -> Memory:
    """Give what a memory means for a workbook: its base, and what is open."""
    held = _of_its_state(store, arrival, taken)
    return Memory(
        "",
        "" if taken is None else taken.source_path,
        base=issued_as(store, arrival) if held is None else held.sheet,
        conflicts=() if taken is None else taken.conflicts,
        was=taken,
        stamp=arrival.stamp.base,
        overruled=() if held is None else held.overruled,
    )


def _with_what_was_cut_off(
    store: Store, arrival: Arrival, taken: CopyState | None, place: str, since: int = 0
) -> CopyState | None:
    """Give the memory with the saves whose revision was written by a program that was killed before it noted them.

    What the file held then, the workbook tells that was received. Without this a person whose next save comes before the
    program is started again would conflict with the save before. What lay at the place by revision `since` was moved away.
    """
    key, year, copy = arrival.key, arrival.sheet.edition.year, arrival.stamp.copy
    seen, place = (since, place) if taken is None else (taken.seen, taken.source_path)
    if not copy or arrival.stamp.state:
        return taken
    for number in range(seen + 1, store.last(key, year) + 1):
        draft = store.revision(key, year, number).draft
        if draft.source.workbook and (draft.source.copy, draft.source.source_path) == (copy, place):
            taken = _noted_late(store, arrival, taken, draft) or taken
    return taken


def _noted_late(
    store: Store, arrival: Arrival, taken: CopyState | None, draft: Draft
) -> CopyState | None:
    """Give what would have been remembered of a save; None where its workbook cannot be read any more."""
    try:
        data = store.received(draft.source.workbook)
        then = next(
            one for one in read(data, store.form) if one.worksheet == draft.source.worksheet
        )
    except (XlsyncError, StopIteration):
        return None
    old = replace(arrival, sheet=then.sheet, stamp=then.stamp or arrival.stamp, reading=then)
    memory = _memory(store, old, taken)
    memory = replace(memory, place=draft.source.source_path, when=draft.when, who=draft.who)
    sheet = completed(old, memory.base).sheet
    return _known(memory, sheet, draft.conflicts, memory.overruled)


def _name(stamp: Stamp, place: str) -> str:
    """Give the name a copy is remembered under at a place, in the state its stamp names."""
    told = f"{place}\n{stamp.state}" if stamp.state else place
    digest = hashlib.sha256(told.encode("utf-8", "backslashreplace")).hexdigest()[:16]
    return f"{stamp.copy or _UNSTAMPED}-{digest}"


def is_unstamped(name: str) -> bool:
    """True for the name of a copy state of a workbook without a stamp, or of a sheet that came as JSON."""
    return name.partition("-")[0] == _UNSTAMPED


def _of_its_state(store: Store, arrival: Arrival, taken: CopyState | None) -> CopyState | None:
    """Give the memory made of the state the workbook goes on from, None where it is another one's."""
    stamped = arrival.stamp.base
    if taken is None or not is_known(store, arrival) or taken.base == stamped:
        return taken
    earlier = taken.earlier
    return earlier if earlier is not None and earlier.base == stamped else None


def known_now(
    memory: Memory,
    sheet: Sheet,
    conflicts: Sequence[Conflict],
    overruled: tuple[Mapping[str, Any], ...] = (),
) -> CopyState:
    """Give what is known of the copy once it holds this sheet, with these conflicts open."""
    told = tuple(conflict.to_document() for conflict in conflicts)
    return _known(memory, sheet, told, overruled)


def _known(
    memory: Memory,
    sheet: Sheet,
    conflicts: tuple[Mapping[str, Any], ...],
    overruled: tuple[Mapping[str, Any], ...],
) -> CopyState:
    # Where a conflict is open the copy is compared with the old base next time: so it stays open.
    was = memory.base or Sheet(sheet.edition, sheet.key, {})
    held = replace_fields(sheet, was, [one["path"] for one in conflicts])
    return memory.holding(held, conflicts, overruled)


def remember(store: Store, memory: Memory, known: CopyState) -> None:
    """Keep what the copy's file holds now; call within `store.writing()`, after the commit."""
    key, year = known.sheet.key, known.sheet.edition.year
    last = store.last(key, year)
    now = replace(known, seen=last, former=memory.former(last))
    store.save_copy_state(key, year, memory.name, now)
    moved = [memory.moved_from] if memory.moved_from else []
    for name in (*moved, *_left_behind(store, memory, known)):
        store.delete_copy_state(key, year, name)


def remember_live(store: Store, memory: Memory, known: CopyState, stamp: Stamp) -> None:
    """Keep what a live workbook holds once it carries the stamp; call within `store.writing()`, after the commit.

    What is remembered of its file stays: nobody knows yet whether the workbook will be saved.
    """
    before = memory.moved_from or memory.name
    key, year = known.sheet.key, known.sheet.edition.year
    last = store.last(key, year)
    state = replace(known, base=stamp.base, source_path=memory.place, earlier=None, parent=before)
    taken = replace(state, seen=last)
    store.save_copy_state(key, year, _name(stamp, memory.place), taken)


def _left_behind(store: Store, memory: Memory, now: CopyState) -> list[str]:
    """Give the states of a copy at its place that its file, saved now, has left behind.

    Those it went on from, and those of live workbooks that were never saved and ask nothing; not what went on from here, for
    that may be saved next. Should one turn up again, the revision it was made from is its base: older, so that at worst it
    asks a question twice.
    """
    if not now.parent:
        return []
    copy = memory.name.partition("-")[0]
    others = store.copy_states(now.sheet.key, now.sheet.edition.year, f"{copy}-", memory.name)
    here = {name: taken for name, taken in others.items() if taken.source_path == memory.place}
    unsaved = {
        name
        for name, taken in here.items()
        if taken.parent and not taken.conflicts and memory.name not in _line(here, taken)
    }
    return sorted(unsaved.union(_line(here, now)).intersection(here))


def _line(states: Mapping[str, CopyState], taken: CopyState) -> set[str]:
    """Give the names of all states that one went on from."""
    found, name = set[str](), taken.parent
    while name and name not in found:
        found.add(name)
        name = states[name].parent if name in states else ""
    return found

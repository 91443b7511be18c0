"""Conflicts chosen in Excel: the rows of the worksheet 競合, and what a choice settles when the workbook is saved."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from xlsync.canonical_json import canonical
from xlsync.exchange.blame import Origin, origins
from xlsync.exchange.resolution import answered, with_documents
from xlsync.finding import Finding, finding
from xlsync.merging import field_as_json, json_as_text, replace_fields
from xlsync.sheet import Sheet
from xlsync.workbook.reading.conflict_choices import MINE, OTHER, ConflictRow

if TYPE_CHECKING:
    from xlsync.exchange.incoming import Arrival
    from xlsync.exchange.reconcile.merge_base import Memory
    from xlsync.store import CopyState, Store
    from xlsync.workbook.reading.reading import Choice, Reading

BLANK: Final = "（空欄）"
_SIDES: Final = {"theirs": MINE, "ours": OTHER}
_MARK_LENGTH: Final = 16


@dataclass(frozen=True, slots=True)
class Settled:
    """What the choices of an arriving workbook settle: merge it over `base` into `head`, as if both had known.

    `paths` are the fields settled; `others` the memories of other copies that asked the very same, by name, as they are to
    be noted; `findings` say what was chosen, and what was not taken because the values are others by now.
    """

    base: Sheet | None
    head: Sheet | None
    paths: frozenset[str] = frozenset()
    others: Mapping[str, CopyState] | None = None
    findings: tuple[Finding, ...] = ()

    def note(self, store: Store) -> None:
        """Note that the other copies' questions are answered; call within `store.writing()`, after the commit."""
        for name, memory in (self.others or {}).items():
            store.save_copy_state(memory.sheet.key, memory.sheet.edition.year, name, memory)


def settle_choices(
    arrival: Arrival,
    memory: Memory,
    head: Sheet | None,
    memories: Mapping[str, CopyState],
    groups: Iterable[Collection[str]] = (),
) -> Settled:
    """Settle the open conflicts for which the workbook says a side, before it is merged.

    A choice counts where a conflict of this sheet is open with exactly the values it was made for; else it is passed over.
    自分 (theirs): the head takes what the workbook offered. If its cell says something else by now, that is a change over
    what was offered, and stands: the one who chose his own side and typed goes on typing.
    相手 (ours): the head stays, and what the workbook offered counts as known, so that its cell asks nothing again. If its
    cell says something else by now, cell and choice contradict each other, and nobody knows which came last: the choice is
    passed over, the head stays, and the new value is the conflict to choose in, unless it equals the head's or the base's.
    Of `groups`, paths merged as one, the choices wait until the last conflict of the group is chosen: then all count at once.
    Nothing is lost: what was offered is in the revision that told of the conflict, and in the workbook received.
    """
    if head is None or not arrival.choices:
        return Settled(memory.base, head)
    own = memories.get(memory.moved_from or memory.name)
    valid = _valid(arrival, memories, head)
    waiting = _waiting(valid, own, head, groups)
    offered = {path: theirs for path, theirs in valid.items() if path not in waiting}
    mine = [path for path in offered if arrival.choices[path].side == "theirs"]
    marks = {arrival.choices[path].mark for path in offered}
    told = (*_told(arrival, head, offered), *_left(arrival, waiting))
    base = memory.base or Sheet(head.edition, head.key, {})
    return Settled(
        replace_fields(base, with_documents(base, offered), offered) if offered else memory.base,
        replace_fields(head, with_documents(head, offered), mine) if mine else head,
        frozenset(offered),
        _others(memories, head, marks, {memory.name, memory.moved_from}),
        (*told, *_stale(arrival, own, head, valid)),
    )


def conflict_rows(
    store: Store, reading: Reading | Arrival, conflicts: Iterable[Mapping[str, Any]]
) -> list[ConflictRow]:
    """Give the rows of the worksheet 競合 for a form worksheet and the conflicts (contract JSON) open with its copy.

    What the store holds is the head's value now, whatever the conflict says it was; one that the head has come to agree
    with, or whose value the worksheet no longer holds, asks nothing and is left out.
    """
    head = store.head(reading.sheet.key, reading.sheet.edition.year)
    by_path = {conflict["path"]: conflict for conflict in conflicts}
    if head is None or not by_path:
        return []
    blame = origins(store, head, by_path)
    return [
        _row(reading, head, by_path[path], blame.get(path, Origin()))
        for path in head
        if path in by_path and field_as_json(head, path) != by_path[path]["theirs"]
    ]


def _row(
    reading: Reading | Arrival, head: Sheet, conflict: Mapping[str, Any], blame: Origin
) -> ConflictRow:
    path = conflict["path"]
    cell = reading.cells.get(path, "")
    base, incoming, kept = (
        json_as_text(head.edition, path, value) or BLANK
        for value in (conflict["base"], conflict["theirs"], field_as_json(head, path))
    )
    return ConflictRow(
        head.key,
        path,
        head.edition.by_path[path].title,
        reading.worksheet if cell else "",
        cell,
        base,
        incoming,
        kept,
        blame.who,
        spoken_time(blame.when),
        mark_of(head, path, conflict["theirs"]),
    )


def mark_of(head: Sheet, path: str, theirs: Any) -> str:
    """Give the mark of a conflict: the same for the same two values of a field of a sheet, and for nothing else."""
    told = {
        "key": head.key,
        "edition": head.edition.year,
        "path": path,
        "ours": field_as_json(head, path),
        "theirs": theirs,
    }
    return hashlib.sha256(canonical(told)).hexdigest()[:_MARK_LENGTH]


def spoken_time(moment: str) -> str:
    """Give an ISO 8601 time as people write it: 2018/07/02 09:05."""
    return moment[:16].replace("-", "/").replace("T", " ")


def _asked(
    memories: Mapping[str, CopyState], head: Sheet
) -> Iterable[tuple[str, Mapping[str, Any]]]:
    """Give every open conflict of a sheet with its mark as it would be asked now."""
    for memory in memories.values():
        for one in memory.conflicts:
            yield mark_of(head, one["path"], one["theirs"]), one


def _valid(arrival: Arrival, memories: Mapping[str, CopyState], head: Sheet) -> dict[str, Any]:
    """Give, for each path whose choice counts, what was offered there."""
    asked = dict(_asked(memories, head))
    valid = {}
    for path, choice in arrival.choices.items():
        one = asked.get(choice.mark)
        if one is None or one["path"] != path:
            continue
        if choice.side == "theirs" or _offers(arrival, path, one["theirs"]):
            valid[path] = one["theirs"]
    return valid


def _offers(arrival: Arrival, path: str, theirs: Any) -> bool:
    """True where the workbook still holds what it offered; a cell that was not found says nothing else."""
    return path in arrival.unlocated or field_as_json(arrival.sheet, path) == theirs


def _others(
    memories: Mapping[str, CopyState], head: Sheet, marks: Collection[str], own: Collection[str]
) -> dict[str, CopyState]:
    """Give the memories of other copies that asked exactly what is settled now, with that answered."""
    found = {}
    for name, memory in memories.items():
        paths = {one["path"] for mark, one in _asked({name: memory}, head) if mark in marks}
        if paths and name not in own:
            found[name] = answered(memory, paths)
    return found


def _told(arrival: Arrival, head: Sheet, offered: Mapping[str, Any]) -> Iterable[Finding]:
    """Say what was chosen."""
    edition = arrival.sheet.edition
    for path, theirs in offered.items():
        side = arrival.choices[path].side
        typed = theirs if path in arrival.unlocated else field_as_json(arrival.sheet, path)
        stands = typed if side == "theirs" else field_as_json(head, path)
        shown = json_as_text(edition, path, stands) or BLANK
        facts = {"field": edition.by_path[path].title, "side": _SIDES[side], "shown": shown}
        yield arrival.located(finding("choice-taken", path, **facts))


def _waiting(
    taken: Collection[str], own: CopyState | None, head: Sheet, groups: Iterable[Collection[str]]
) -> list[str]:
    """Give the paths chosen in groups of which other conflicts of the copy are not chosen yet."""
    conflicts = own.conflicts if own is not None else ()
    asked = {one["path"] for one in conflicts if field_as_json(head, one["path"]) != one["theirs"]}
    together = [asked.intersection(group) for group in groups]
    return [
        path for path in taken if any(path in group and group - set(taken) for group in together)
    ]


def _left(arrival: Arrival, waiting: Iterable[str]) -> Iterable[Finding]:
    """Say which choices wait for others."""
    by_path = arrival.sheet.edition.by_path
    for path in waiting:
        facts = {"field": by_path[path].title, "side": _SIDES[arrival.choices[path].side]}
        yield arrival.located(finding("choice-waiting", path, **facts))


def _stale(
    arrival: Arrival, own: CopyState | None, head: Sheet, taken: Collection[str]
) -> Iterable[Finding]:
    """Say which choices were passed over because the values are others than those they were made for."""
    edition = arrival.sheet.edition
    for one in own.conflicts if own is not None else ():
        path = one["path"]
        choice: Choice | None = arrival.choices.get(path)
        now = field_as_json(arrival.sheet, path)
        if choice is None or path in taken or now in (field_as_json(head, path), one["base"]):
            continue
        shown, kept = (
            json_as_text(edition, path, value) or BLANK
            for value in (now, field_as_json(head, path))
        )
        facts = {"field": edition.by_path[path].title, "side": _SIDES[choice.side]}
        yield arrival.located(finding("choice-stale", path, **facts, shown=shown, kept=kept))

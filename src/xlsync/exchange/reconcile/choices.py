"""Conflicts resolved in Excel: the rows of the worksheet of conflicts, and what a choice resolves once it is saved."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from xlsync.canonical_json import canonical
from xlsync.exchange.blame import Origin, blame_fields, spoken_time
from xlsync.exchange.resolution import with_conflicts_resolved
from xlsync.file_names import last_part
from xlsync.finding import Finding, finding
from xlsync.merging import field_as_json, json_as_text, replace_fields
from xlsync.ooxml.titled_references import split_title
from xlsync.row_titles import title_of
from xlsync.sheet import Sheet
from xlsync.store import with_documents
from xlsync.workbook.reading.conflict_choices import MINE, OTHER, ConflictRow, link_to

if TYPE_CHECKING:
    from xlsync.exchange.incoming import Incoming
    from xlsync.exchange.reconcile.merge_base import MergeBase
    from xlsync.store import CopyState, Store
    from xlsync.workbook.reading.reading import Choice, Reading

BLANK: Final = "（空欄）"
_SIDES: Final = {"theirs": MINE, "ours": OTHER}
_MARK_LENGTH: Final = 16


@dataclass(frozen=True, slots=True)
class ResolvedChoices:
    """What the choices of an incoming workbook resolve: merge it over `base` into `head`, as if both had known.

    `paths` are the fields resolved; `other_copies` the states of other copies in the very same conflicts, by name, as they
    are to be saved; `findings` say what was chosen, and what was not taken because the values are others by now.
    """

    base: Sheet | None
    head: Sheet | None
    paths: frozenset[str] = frozenset()
    other_copies: Mapping[str, CopyState] | None = None
    findings: tuple[Finding, ...] = ()

    def save_others(self, store: Store) -> None:
        """Save that the other copies' conflicts are resolved; call within `store.writing()`, after the commit."""
        for name, state in (self.other_copies or {}).items():
            store.save_copy_state(state.sheet.id, state.sheet.edition.year, name, state)


def resolve_choices(
    incoming: Incoming,
    merge_base: MergeBase,
    head: Sheet | None,
    copy_states: Mapping[str, CopyState],
    groups: Iterable[Collection[str]] = (),
) -> ResolvedChoices:
    """Resolve the open conflicts for which the workbook says a side, before it is merged.

    A choice counts where a conflict of this sheet is open with exactly the values it was made for; else it is passed over.
    このファイル (theirs): the head takes what the workbook offered. If its cell says something else by now, that changes
    what was offered, and stands: the one who chose his own side and typed goes on typing.
    登録済み (ours): the head stays, and what the workbook offered counts as known, so that its cell asks nothing again. If its
    cell says something else by now, cell and choice contradict each other, and nobody knows which came last: the choice is
    passed over, the head stays, and the new value is the conflict to choose in, unless it equals the head's or the base's.
    Of `groups`, paths merged as one, the choices wait until the last conflict of the group is chosen: then all count at once.
    Nothing is lost: what was offered is in the revision that told of the conflict, and in the workbook received.
    """
    if head is None or not incoming.choices:
        return ResolvedChoices(merge_base.sheet, head)
    save = merge_base.save
    own = copy_states.get(save.stored_name)
    valid = _valid_values(incoming, copy_states, head)
    waiting = _paths_waiting(valid, own, head, groups)
    values = {path: theirs for path, theirs in valid.items() if path not in waiting}
    base, resolved_head = _resolved_sides(incoming, merge_base.sheet, head, values)
    marks = {incoming.choices[path].mark for path in values}
    findings = (*_taken_choices(incoming, head, values), *_waiting_choices(incoming, waiting))
    return ResolvedChoices(
        base,
        resolved_head,
        frozenset(values),
        _others(copy_states, head, marks, {save.name, save.moved_from}),
        (*findings, *_outdated_choices(incoming, own, head, valid)),
    )


def _resolved_sides(
    incoming: Incoming, base: Sheet | None, head: Sheet, values: Mapping[str, Any]
) -> tuple[Sheet | None, Sheet]:
    """Return base and head as if both had known the workbook's chosen values (JSON), the head only those of このファイル."""
    if not values:
        return base, head
    base = base or Sheet(head.edition, head.key).with_id(head.id)
    mine = [path for path in values if incoming.choices[path].side == "theirs"]
    resolved_head = replace_fields(head, with_documents(head, values), mine) if mine else head
    return replace_fields(base, with_documents(base, values), values), resolved_head


def conflict_rows(
    store: Store, reading: Reading | Incoming, conflicts: Iterable[Mapping[str, Any]]
) -> list[ConflictRow]:
    """Return the rows of the worksheet 入力の重なり for a form worksheet and the conflicts (contract JSON) open with its copy.

    What the store holds is the head's value now, whatever the conflict says it was; one that the head has come to agree
    with, or whose value the worksheet no longer holds, asks nothing and is left out.
    """
    head = store.head(reading.sheet.id, reading.sheet.edition.year)
    by_path = {conflict["path"]: conflict for conflict in conflicts}
    if head is None or not by_path:
        return []
    blame = blame_fields(store, head, by_path)
    return [
        _row(reading, head, by_path[path], blame.get(path, Origin()))
        for path in head
        if path in by_path and field_as_json(head, path) != by_path[path]["theirs"]
    ]


def _row(
    reading: Reading | Incoming, head: Sheet, conflict: Mapping[str, Any], blame: Origin
) -> ConflictRow:
    path = conflict["path"]
    cell = reading.cells.get(path, "")
    base, offer, kept = (
        json_as_text(head.edition, path, value) or BLANK
        for value in (conflict["base"], conflict["theirs"], field_as_json(head, path))
    )
    return ConflictRow(
        key=head.key,
        path=path,
        title=title_of(reading.sheet if head[path] is None else head, path),
        base_text=base,
        mine=offer,
        other=kept,
        changed_by="\n".join((blame.who, spoken_time(blame.when), last_part(blame.file))).rstrip(
            "\n"
        ),
        mark=mark_of(head, path, conflict["theirs"]),
        link=link_to(*split_title(cell, reading.worksheet)),
    )


def mark_of(head: Sheet, path: str, theirs: Any) -> str:
    """Return the mark of a conflict: the same for the same two values of a field of a sheet, and for nothing else."""
    identity = {
        "key": head.id,
        "edition": head.edition.year,
        "path": path,
        "ours": field_as_json(head, path),
        "theirs": theirs,
    }
    return hashlib.sha256(canonical(identity)).hexdigest()[:_MARK_LENGTH]


def _asked(
    copy_states: Mapping[str, CopyState], head: Sheet
) -> Iterable[tuple[str, Mapping[str, Any]]]:
    """Yield every open conflict of a sheet with its mark as it would be asked now."""
    for state in copy_states.values():
        for conflict in state.conflicts:
            yield mark_of(head, conflict["path"], conflict["theirs"]), conflict


def _valid_values(
    incoming: Incoming, copy_states: Mapping[str, CopyState], head: Sheet
) -> dict[str, Any]:
    """Return the workbook's value in conflict for each path whose choice counts."""
    asked = dict(_asked(copy_states, head))
    valid = {}
    for path, choice in incoming.choices.items():
        conflict = asked.get(choice.mark)
        if conflict is None or conflict["path"] != path:
            continue
        if choice.side == "theirs" or _holds(incoming, path, conflict["theirs"]):
            valid[path] = conflict["theirs"]
    return valid


def _holds(incoming: Incoming, path: str, theirs: Any) -> bool:
    """True where the workbook still holds what it offered; a cell that was not found says nothing else."""
    return path in incoming.unlocated or field_as_json(incoming.sheet, path) == theirs


def _others(
    copy_states: Mapping[str, CopyState], head: Sheet, marks: Collection[str], own: Collection[str]
) -> dict[str, CopyState]:
    """Return the states of other copies in exactly the conflicts resolved now, with these resolved."""
    resolved = {}
    for name, state in copy_states.items():
        asked = _asked({name: state}, head)
        paths = {conflict["path"] for mark, conflict in asked if mark in marks}
        if paths and name not in own:
            resolved[name] = with_conflicts_resolved(state, paths)
    return resolved


def _taken_choices(incoming: Incoming, head: Sheet, values: Mapping[str, Any]) -> Iterable[Finding]:
    """Yield a finding for each choice that counts."""
    edition = incoming.sheet.edition
    for path, theirs in values.items():
        side = incoming.choices[path].side
        typed = theirs if path in incoming.unlocated else field_as_json(incoming.sheet, path)
        stands = typed if side == "theirs" else field_as_json(head, path)
        shown = json_as_text(edition, path, stands) or BLANK
        facts = {"field": edition.by_path[path].title, "side": _SIDES[side], "shown": shown}
        yield incoming.located(finding("choice-taken", path, **facts))


def _paths_waiting(
    chosen: Collection[str], own: CopyState | None, head: Sheet, groups: Iterable[Collection[str]]
) -> list[str]:
    """Return the paths chosen in groups of which other conflicts of the copy are not chosen yet."""
    conflicts = own.conflicts if own is not None else ()
    asked = {
        conflict["path"]
        for conflict in conflicts
        if field_as_json(head, conflict["path"]) != conflict["theirs"]
    }
    unchosen = asked - set(chosen)
    waiting = {path for group in groups if unchosen.intersection(group) for path in group}
    return [path for path in chosen if path in waiting & asked]


def _waiting_choices(incoming: Incoming, waiting: Iterable[str]) -> Iterable[Finding]:
    """Yield a finding for each choice that waits for others of its group."""
    by_path = incoming.sheet.edition.by_path
    for path in waiting:
        facts = {"field": by_path[path].title, "side": _SIDES[incoming.choices[path].side]}
        yield incoming.located(finding("choice-waiting", path, **facts))


def _outdated_choices(
    incoming: Incoming, own: CopyState | None, head: Sheet, chosen: Collection[str]
) -> Iterable[Finding]:
    """Yield a finding for each choice passed over because its values are not those any more for which it was made."""
    edition = incoming.sheet.edition
    for conflict in own.conflicts if own is not None else ():
        path = conflict["path"]
        choice: Choice | None = incoming.choices.get(path)
        now = field_as_json(incoming.sheet, path)
        if choice is None or path in chosen or now in (field_as_json(head, path), conflict["base"]):
            continue
        shown, kept = (
            json_as_text(edition, path, value) or BLANK
            for value in (now, field_as_json(head, path))
        )
        facts = {"field": edition.by_path[path].title, "side": _SIDES[choice.side]}
        yield incoming.located(finding("choice-stale", path, **facts, shown=shown, kept=kept))

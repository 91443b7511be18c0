"""Find what a copy of a workbook was last known to hold: the base of its merge.

A copied file carries its original's copy id and then goes its own way, so a copy state belongs to a copy at a path. A file
that was moved takes its state along: nothing lies at the old path any more, and nothing in the file is older than the state.

The stamp names the revision the file was made from or last brought up to by us, so a copy state speaks of the file only
where both name the same one. Else the file was written into after the state was saved, or is a save from before that, stored
again by a program that still had it open or restored from a backup: then what it was made from is its base.

A button pressed in a live workbook submits values that its file may never hold: the workbook may be closed without saving.
So they are saved as a state of their own, which the live workbook carries in its stamp from then on and the file only once
it is saved. The state it went on from is kept until then.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from xlsync.errors import XlsyncError
from xlsync.exchange.carried_reading import carry_reading
from xlsync.exchange.incoming import Incoming, complete
from xlsync.exchange.receipt import Source
from xlsync.exchange.reconcile.copy_state_names import copy_state_name, source_path_of
from xlsync.exchange.reconcile.lost_stamp import (
    field_bases,
    is_stamp_lost,
    is_stamp_newer,
)
from xlsync.exchange.reconcile.provenance import (
    is_an_old_save,
    is_stamp_known,
    issued_as,
    moved_from_among,
)
from xlsync.exchange.reconcile.succeeded_copy import state_of_succeeded
from xlsync.exchange.resolution import incoming_values
from xlsync.exchange.review_acts import values_proposed_with
from xlsync.merging import Conflict, replace_fields
from xlsync.sheet import Sheet
from xlsync.store import CopyFile, CopyState, Draft, Store
from xlsync.workbook.reading.form_reader import read
from xlsync.workbook.stamp import Stamp


@dataclass(frozen=True, slots=True)
class CopySave:
    """A copy of a workbook in its file, as it is saved now.

    Attributes:
        name: The name of its copy state in the store.
        source_path: The path of the file in the watched folder.
        when: When it is saved (ISO 8601).
        who: Who saves it.
        moved_from: The name of its copy state before the file was moved, "" where it was not.
        stored: Its copy state as it is in the store.
        form_version: The version of the form its page was drawn by, 0 where that is not known.

    """

    name: str = ""
    source_path: str = ""
    when: str = ""
    who: str = ""
    moved_from: str = ""
    stored: CopyState | None = None
    form_version: int = 0

    @property
    def stored_name(self) -> str:
        """The name under which the store has its copy state until now."""
        return self.moved_from or self.name


@dataclass(frozen=True, slots=True)
class MergeBase:
    """What the next merge of a copy starts from.

    Attributes:
        save: The copy in its file.
        sheet: What it last held, else the revision it was issued from, else None.
        stamped_revision: The revision its stamp names.
        conflicts: Its conflicts still open (contract JSON).
        previous: Its copy state, with the saves that a program killed in between had not written down.
        overruled: Values that the owner of a field has decided against.

    """

    save: CopySave
    sheet: Sheet | None
    stamped_revision: int
    conflicts: tuple[Mapping[str, Any], ...] = ()
    previous: CopyState | None = None
    overruled: tuple[Mapping[str, Any], ...] = ()

    def holding(
        self,
        sheet: Sheet,
        conflicts: tuple[Mapping[str, Any], ...],
        overruled: tuple[Mapping[str, Any], ...] = (),
    ) -> CopyState:
        """Return the copy state to save; a save that changed nothing leaves when and by whom it was changed."""
        previous, save = self.previous, self.save
        file = CopyFile(save.source_path, since=save.when, form_version=save.form_version)
        now = CopyState(
            sheet, conflicts, file, save.when, save.who, self.stamped_revision, overruled
        )
        if previous is None:
            return now
        if _is_unchanged(previous, sheet, conflicts):
            now = replace(now, when=previous.when, who=previous.who)
        earlier = previous.earlier if self.stamped_revision == previous.base_revision else None
        if self.stamped_revision > previous.base_revision:
            earlier = replace(previous, earlier=None)
        before = previous.copy_file
        file = replace(
            file, since=before.since, former=before.former, hand_in_words=before.hand_in_words
        )
        return replace(now, copy_file=file, parent_state=previous.parent_state, earlier=earlier)

    def file_seen(self, file: CopyFile, last: int) -> CopyFile:
        """Return where the copy's file lies now, looked at when the sheet's newest revision was `last`."""
        previous = CopyFile() if self.previous is None else self.previous.copy_file
        former = previous.former
        if self.save.moved_from:
            former = {**former, previous.path: last}
        return replace(file, path=self.save.source_path, seen=last, former=former)


def _is_unchanged(
    previous: CopyState, sheet: Sheet, conflicts: Sequence[Mapping[str, Any]]
) -> bool:
    """True where the copy's cells say what they said when its state was saved, also where it is in conflict."""
    in_conflict = incoming_values(previous.conflicts)
    return previous.sheet.same_content(sheet) and in_conflict == incoming_values(conflicts)


def find_merge_base(store: Store, incoming: Incoming, source: Source) -> MergeBase:
    """Return the merge base of an incoming copy."""
    save, known = _find_unstamped(store, incoming, source) or _find_copy(store, incoming, source)
    state = known or state_of_succeeded(store, incoming, save.source_path)
    merge_base = _merge_base(store, incoming, save, state)
    if state is None and is_an_old_save(store, incoming, source, save.name):
        return replace(merge_base, sheet=incoming.sheet)
    if state is None and merge_base.sheet is None and _is_base_unknown(store, incoming):
        return replace(merge_base, sheet=field_bases(store, incoming))
    return merge_base


def _is_base_unknown(store: Store, incoming: Incoming) -> bool:
    """True for a workbook made from some revision, of which nobody can tell which."""
    if is_stamp_lost(incoming):
        return bool(incoming.stamp.copy)
    return is_stamp_newer(store, incoming) and not incoming.is_document


def _find_unstamped(
    store: Store, incoming: Incoming, source: Source
) -> tuple[CopySave, CopyState] | None:
    """Return the copy whose stamp was deduced only now, and the state its file had without one; None for others."""
    if not is_stamp_lost(incoming):
        return None
    key, year, source_path = incoming.sheet_id, incoming.sheet.edition.year, source_path_of(source)
    unstamped = copy_state_name(replace(incoming.stamp, copy=""), source_path)
    state = store.copy_state(key, year, unstamped)
    if state is None:
        return None
    name = copy_state_name(incoming.stamp, source_path)
    moved_from = "" if name == unstamped else unstamped
    version = incoming.form_version
    return CopySave(name, source_path, source.when, incoming.who, moved_from, state, version), state


def _find_copy(
    store: Store, incoming: Incoming, source: Source
) -> tuple[CopySave, CopyState | None]:
    """Return the incoming copy in its file, and its state with missed saves: the file's own, else that of one moved here."""
    key, year, copy = incoming.sheet_id, incoming.sheet.edition.year, incoming.stamp.copy
    source_path = source_path_of(source)
    name = copy_state_name(incoming.stamp, source_path)
    save = CopySave(
        name, source_path, source.when, incoming.who, form_version=incoming.form_version
    )
    stored = store.copy_state(key, year, name)
    copies = store.copy_states(key, year, f"{copy}-") if stored is None and copy else {}
    since = max(
        (other.copy_file.former.get(source_path, 0) for other in copies.values()), default=0
    )
    state = _with_missed_saves(store, incoming, stored, source_path, since)
    if state is not None or not copies:
        return replace(save, stored=stored), state
    gone = {
        other: _with_missed_saves(store, incoming, copies[other], copies[other].copy_file.path)
        or copies[other]
        for other in _vanished_files(copies, incoming.stamp, source)
    }
    moved_from = moved_from_among(store, incoming, gone)
    save = replace(save, moved_from=moved_from, stored=copies.get(moved_from))
    return save, gone.get(moved_from)


def _vanished_files(copies: Mapping[str, CopyState], stamp: Stamp, source: Source) -> Iterator[str]:
    """Yield the names of the copy states that this copy, as its stamp tells it, had in files that are gone."""
    for name, state in copies.items():
        path = state.copy_file.path
        if name == copy_state_name(stamp, path) and source.vanished(path):
            yield name


def _merge_base(
    store: Store, incoming: Incoming, save: CopySave, state: CopyState | None
) -> MergeBase:
    """Return the merge base that a copy state gives for an incoming workbook."""
    held = _state_of_stamp(store, incoming, state)
    return MergeBase(
        save,
        sheet=issued_as(store, incoming) if held is None else held.sheet,
        conflicts=() if state is None else state.conflicts,
        previous=state,
        stamped_revision=incoming.stamp.base_revision,
        overruled=() if held is None else held.overruled,
    )


def _with_missed_saves(
    store: Store, incoming: Incoming, state: CopyState | None, source_path: str, since: int = 0
) -> CopyState | None:
    """Return the copy state with the saves whose revision was written by a program killed before it saved the state.

    What the file held then, the workbook tells that was received. Without this a person whose next save comes before the
    program is started again would conflict with the save before. What lay at the place by revision `since` was moved away.
    """
    key, year, copy = incoming.sheet_id, incoming.sheet.edition.year, incoming.stamp.copy
    seen, source_path = (
        (since, source_path) if state is None else (state.copy_file.seen, state.copy_file.path)
    )
    if not copy or incoming.stamp.state:
        return state
    for number in range(seen + 1, store.last(key, year) + 1):
        draft = store.revision(key, year, number).draft
        if draft.submission.workbook_hash and (
            draft.submission.copy,
            draft.submission.source_path,
        ) == (
            copy,
            source_path,
        ):
            state = _state_after_save(store, incoming, state, draft) or state
    return state


def _state_after_save(
    store: Store, incoming: Incoming, state: CopyState | None, draft: Draft
) -> CopyState | None:
    """Return the copy state a save would have left; None where its workbook cannot be read any more."""
    try:
        data = store.received(draft.submission.workbook_hash)
        readings = {reading.worksheet: reading for reading in read(data, store.form)}
        then, _ = carry_reading(readings[draft.submission.worksheet], store.form)
    except (XlsyncError, KeyError):
        return None
    old = replace(incoming, sheet=then.sheet, stamp=then.stamp or incoming.stamp, reading=then)
    save = CopySave("", draft.submission.source_path, draft.when, draft.who)
    merge_base = _merge_base(store, old, save, state)
    sheet = complete(old, merge_base.sheet).sheet
    overruled = (*merge_base.overruled, *values_proposed_with(store, incoming, draft))
    return _state_holding(merge_base, sheet, draft.conflicts, overruled)


def _state_of_stamp(store: Store, incoming: Incoming, state: CopyState | None) -> CopyState | None:
    """Return the copy state from which the workbook goes on, None where its stamp names another."""
    stamped = incoming.stamp.base_revision
    if state is None or not is_stamp_known(store, incoming) or state.base_revision == stamped:
        return state
    earlier = state.earlier
    return earlier if earlier is not None and earlier.base_revision == stamped else None


def next_copy_state(
    merge_base: MergeBase,
    sheet: Sheet,
    conflicts: Sequence[Conflict],
    overruled: tuple[Mapping[str, Any], ...] = (),
) -> CopyState:
    """Return the copy state once the copy holds this sheet, with these conflicts open."""
    documents = tuple(conflict.to_document() for conflict in conflicts)
    return _state_holding(merge_base, sheet, documents, overruled)


def _state_holding(
    merge_base: MergeBase,
    sheet: Sheet,
    conflicts: tuple[Mapping[str, Any], ...],
    overruled: tuple[Mapping[str, Any], ...],
) -> CopyState:
    # Where a conflict is open the copy is compared with the old base next time: so it stays open.
    previous = merge_base.sheet or Sheet(sheet.edition, sheet.key).with_id(sheet.id)
    held = replace_fields(sheet, previous, [conflict["path"] for conflict in conflicts])
    return merge_base.holding(held, conflicts, overruled)

"""Find where a file first seen at its path comes from: one that was moved, an old save laid beside, or as it was issued.

A copy made of an older save and seen first when its original has gone on is compared with what both were issued from. If
its bytes are those of a save that was received, nothing was typed into it since, and it is its own base. If anything was,
nobody can tell what it inherited from what was typed again to the same words: a value of it that the original gave up since
is then a conflict, needless or not. To guess (the save it differs least from) would let a change disappear now and then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlsync.exchange.reconcile.succeeded_copy import state_of_succeeded
from xlsync.exchange.resolution import with_incoming_values
from xlsync.merging import field_as_json, replace_fields
from xlsync.store import pending_changes, with_documents
from xlsync.store.revision import hash_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from xlsync.exchange.incoming import Incoming
    from xlsync.exchange.receipt import Source
    from xlsync.sheet import Sheet
    from xlsync.store import CopyState, Store


def moved_from_among(store: Store, incoming: Incoming, gone: Mapping[str, CopyState]) -> str:
    """Return the name of the vanished file that was moved here, "" where it is none of them or nobody can tell.

    Where several may have, they must have held the same: then it does not matter. A file that was written into by a program
    killed before it was noted is remembered as it was before: it may have, too, unless some value tells that it has not.
    """
    likely = {
        name: state
        for name, state in gone.items()
        if not _is_older(store, incoming.sheet, with_incoming_values(state.sheet, state.conflicts))
    }
    if not likely:
        return ""
    newest = max(likely, key=lambda name: likely[name].when)
    if len(gone) == 1:
        return newest
    if any(
        state.base_revision < incoming.stamp.base_revision for state in gone.values()
    ) and _may_be_as_issued(store, incoming):
        return ""
    alike = all(_hold_the_same(state, likely[newest]) for state in likely.values())
    return newest if alike else ""


def _may_be_as_issued(store: Store, incoming: Incoming) -> bool:
    """True where every value is either of the revision the stamp names, or of no revision."""
    issued = issued_as(store, incoming)
    return issued is not None and not _is_older(store, incoming.sheet, issued)


def _hold_the_same(state: CopyState, other: CopyState) -> bool:
    return state.sheet.same_content(other.sheet) and (state.base_revision, state.conflicts) == (
        other.base_revision,
        other.conflicts,
    )


def _is_older(store: Store, theirs: Sheet, held: Sheet) -> bool:
    """True where a field says what it said in some revision, and not what the vanished file last held.

    Then this is no moved file but a copy made earlier, and its old values must not pass for decisions to go back.
    """
    fields = (field for field in theirs.edition.fields if field.filled_by != "computed")
    differing = [field.path for field in fields if theirs[field.path] != held[field.path]]
    if not differing:
        return False
    past = [revision.sheet for revision in store.revisions(theirs.id, theirs.edition.year)]
    return any(sheet[path] == theirs[path] for path in differing for sheet in past)


def is_an_old_save(store: Store, incoming: Incoming, source: Source, name: str) -> bool:
    """True for the very bytes of a file's save received whole, lying beside that file or another copy of it.

    What a button sent is no save of a file. Where no other is left, they may have been put there to go back to them: that
    is for people to say.
    """
    key, year, copy = incoming.sheet_id, incoming.sheet.edition.year, incoming.stamp.copy
    digest = hash_of(incoming.workbook_data)
    if not copy or not _is_received_whole(store, incoming, digest):
        return False
    drafts = (revision.draft for revision in store.revisions(key, year))
    whole = any(
        (draft.submission.workbook_hash, draft.submission.copy) == (digest, copy)
        and draft.submission.worksheet == incoming.worksheet
        and draft.submission.source_path
        and not draft.conflicts
        for draft in drafts
    )
    others = store.copy_states(key, year, f"{copy}-", name).values() if whole else ()
    return any(not source.vanished(other.copy_file.path) for other in others)


def _is_received_whole(store: Store, incoming: Incoming, digest: str) -> bool:
    """True for a received workbook of which nothing waits, or waited, for the planning office."""
    if not store.received_file(digest).exists():
        return False
    proposals = pending_changes(store, incoming.sheet_id, incoming.sheet.edition.year).values()
    return all(proposal.submission.workbook_hash != digest for proposal in proposals)


def issued_as(store: Store, incoming: Incoming) -> Sheet | None:
    """Return what a copy without a state was made from: the revision its stamp names, None where it is unknown.

    Where this copy's value was in conflict by then, it was written into around that: there the conflict's base counts, so
    that a value nobody has decided for never passes for a change of its own.
    """
    if incoming.former_stamp is not None:
        own = state_of_succeeded(store, incoming)
        return None if own is None else own.sheet
    if not is_stamp_known(store, incoming):
        return None
    key, year, stamp = incoming.sheet_id, incoming.sheet.edition.year, incoming.stamp
    issued = store.revision(key, year, stamp.base_revision).sheet
    if not stamp.copy:
        return issued
    bases: dict[str, Any] = {}
    bases_of_same_value: dict[str, Any] = {}
    for conflict in _conflicts_until(store, incoming):
        path, base = conflict["path"], conflict["base"]
        value = field_as_json(incoming.sheet, path)
        if value != field_as_json(issued, path):
            bases[path] = base
            if value == conflict["theirs"]:
                bases_of_same_value[path] = base
    bases |= bases_of_same_value
    return replace_fields(issued, with_documents(issued, bases), bases)


def _conflicts_until(store: Store, incoming: Incoming) -> Iterator[Mapping[str, Any]]:
    """Yield the conflicts that the copy was in until the revision its stamp names, oldest first."""
    for number in range(1, incoming.stamp.base_revision + 1):
        draft = store.revision(incoming.sheet_id, incoming.sheet.edition.year, number).draft
        if draft.submission.copy == incoming.stamp.copy:
            yield from draft.conflicts


def is_stamp_known(store: Store, incoming: Incoming) -> bool:
    """True where the store holds the revision the stamp names, or that its own sheet's stamp named."""
    return incoming.former_stamp is not None or (
        0
        < incoming.stamp.base_revision
        <= store.last(incoming.sheet_id, incoming.sheet.edition.year)
    )

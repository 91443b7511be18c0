"""Settling conflicts, taking back, and looking at a sheet as it stood: journeys within the store."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from xlsync.errors import StoreError
from xlsync.merging import changes_between, replace_fields
from xlsync.sheet import Sheet
from xlsync.store import CopyState, Draft, Revision, Store, Submission, typed_text

if TYPE_CHECKING:
    from xlsync.exchange.receipt import Source
    from xlsync.kinds import Value

Side = Literal["ours", "theirs"]


def resolve(
    store: Store, key: str, edition: int, choices: Mapping[str, Side], source: Source
) -> Revision:
    """Settle open conflicts: each path takes the store's value (ours) or the workbook's (theirs); one new revision.

    StoreError where the sheet is not held, a path has no open conflict, or two copies offer different values for it.
    """
    with store.writing():
        head = _head(store, key, edition)
        copy_states = store.copy_states(key, edition)
        with_incoming_values = _incoming_values(copy_states, choices, key)
        incoming_paths = [path for path, side in choices.items() if side == "theirs"]
        merged = replace_fields(
            head,
            with_documents(head, {path: with_incoming_values[path] for path in incoming_paths}),
            incoming_paths,
        )
        revision = store.commit(_draft(head, merged, source))
        for name, state in copy_states.items():
            if any(conflict["path"] in choices for conflict in state.conflicts):
                store.save_copy_state(key, edition, name, with_conflicts_resolved(state, choices))
    return revision


def revert(store: Store, key: str, edition: int, number: int, source: Source) -> Revision:
    """Make a new revision that says what an old one said; StoreError where there is no such revision.

    The newest one may be broken: so the office replaces it.
    """
    with store.writing():
        if not store.last(key, edition):
            raise _not_held(key)
        if not 1 <= number <= store.last(key, edition):
            raise StoreError(
                f"第{number}版はありません（最新は第{store.last(key, edition)}版です）", key
            )
        old = store.revision(key, edition, number).sheet
        newest = store.find_newest(
            key, edition
        )  # a broken one is what people want to get away from
        before = None if newest is None else newest.sheet
        return store.commit(_draft(before, old.with_revision(None), source))


def as_of(store: Store, key: str, edition: int, moment: str) -> Sheet | None:
    """Return the sheet as it was at a moment (ISO 8601; a date means its end), None where it was not there yet."""
    until = moment if "T" in moment else f"{moment}T24"
    revisions = [
        revision for revision in store.revisions(key, edition) if revision.draft.when <= until
    ]
    return revisions[-1].sheet if revisions else None


def _head(store: Store, key: str, edition: int) -> Sheet:
    head = store.head(key, edition)
    if head is None:
        raise _not_held(key)
    return head


def _not_held(key: str) -> StoreError:
    return StoreError("保管庫にありません。事業コードを確かめてください", key)


def _incoming_values(
    copy_states: Mapping[str, CopyState], choices: Mapping[str, Side], key: str
) -> dict[str, Any]:
    """Return the workbook's value of each path to resolve."""
    with_incoming_values: dict[str, Any] = {}
    for conflict in (conflict for state in copy_states.values() for conflict in state.conflicts):
        path = conflict["path"]
        if (
            choices.get(path) == "theirs"
            and with_incoming_values.get(path, conflict["theirs"]) != conflict["theirs"]
        ):
            reason = f"「{path}」は複数のブックの内容が違います。採用しないブックを直して受け取り直してください"
            raise StoreError(reason, key)
        with_incoming_values[path] = conflict["theirs"]
    missing = sorted(set(choices) - set(with_incoming_values))
    if missing:
        raise StoreError(f"「{missing[0]}」に競合はありません", key)
    return with_incoming_values


def with_conflicts_resolved(state: CopyState, paths: Collection[str]) -> CopyState:
    """Return a copy's state once its conflicts at some paths are resolved: its values there are part of its merge base now."""
    theirs = {
        conflict["path"]: conflict["theirs"]
        for conflict in state.conflicts
        if conflict["path"] in paths
    }
    held = replace_fields(state.sheet, with_documents(state.sheet, theirs), theirs)
    left = tuple(conflict for conflict in state.conflicts if conflict["path"] not in theirs)
    return replace(state, sheet=held, conflicts=left)


def with_incoming_values(sheet: Sheet, conflicts: Iterable[Mapping[str, Any]]) -> Sheet:
    """Return what a copy held when its state was saved: the merge base with the copy's own values in conflict."""
    theirs = {conflict["path"]: conflict["theirs"] for conflict in conflicts}
    return replace_fields(sheet, with_documents(sheet, theirs), theirs)


def with_documents(sheet: Sheet, documents: Mapping[str, Any]) -> Sheet:
    """Return the sheet with values given as JSON (unreadable text as {"unreadable": text}) at some paths."""
    values: dict[str, Value] = {}
    unreadable: dict[str, str] = {}
    for path, document in documents.items():
        if isinstance(document, dict) and "unreadable" in document:
            unreadable[path] = str(document["unreadable"])
        else:
            try:
                values[path] = sheet.edition.by_path[path].kind.from_json(document)
            except ValueError:  # an earlier release accepted it
                unreadable[path] = typed_text(document)
    return sheet.with_values(values, unreadable)


def _draft(before: Sheet | None, after: Sheet, source: Source) -> Draft:
    changes = tuple(change.to_document() for change in changes_between(before, after))
    return Draft(after, source.when, source.who, Submission(file=source.file), changes)

"""Resolve conflicts, take back an older revision, and return a sheet as of a moment: within the store."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from xlsync.errors import StoreError
from xlsync.merging import changes_between, field_as_json, replace_fields
from xlsync.store import CopyState, Draft, Revision, Store, Submission, with_documents

if TYPE_CHECKING:
    from xlsync.exchange.receipt import Source
    from xlsync.form.library import Form
    from xlsync.sheet import Sheet
    from xlsync.sheet_keys import SheetId

Side = Literal["ours", "theirs"]


def resolve(
    store: Store, key: SheetId, edition: int, choices: Mapping[str, Side], source: Source
) -> Revision:
    """Resolve open conflicts: each path takes the store's value (ours) or the workbook's (theirs); one new revision.

    StoreError where the sheet is not held, a path has no open conflict, or two copies offer different values for it.
    """
    with store.writing():
        head = _head(store, key, edition)
        copy_states = store.copy_states(key, edition)
        in_conflict = _values_in_conflict(copy_states, choices, key)
        chosen = {path: in_conflict[path] for path, side in choices.items() if side == "theirs"}
        merged = replace_fields(head, with_documents(head, chosen), chosen)
        revision = store.commit(_draft(head, merged, source))
        for name, state in copy_states.items():
            if any(conflict["path"] in choices for conflict in state.conflicts):
                store.save_copy_state(key, edition, name, with_conflicts_resolved(state, choices))
    return revision


def finish_resolution(store: Store, key: SheetId, edition: int) -> list[str]:
    """Finish a `resolve` that was killed after its commit; return the paths in which the head already agrees with a copy.

    The conflict is over there, but the copy's state still says otherwise: what its owner types next would conflict with
    what she herself had typed and was chosen.
    """
    with store.writing():
        head = _head(store, key, edition)
        finished = set[str]()
        for name, state in store.copy_states(key, edition).items():
            incoming = incoming_values(state.conflicts)
            agreed = {path for path in incoming if field_as_json(head, path) == incoming[path]}
            if agreed:
                store.save_copy_state(key, edition, name, with_conflicts_resolved(state, agreed))
            finished |= agreed
    return sorted(finished)


def revert(store: Store, key: SheetId, edition: int, number: int, source: Source) -> Revision:
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


def as_of(store: Store, key: SheetId, edition: int, moment: str) -> tuple[Sheet, Form] | None:
    """Return the sheet as it was at a moment, in the fields of the form that was in use then, and that form.

    `moment` is in ISO 8601; a date means its end. None where the sheet was not there yet.
    """
    until = moment if "T" in moment else f"{moment}T24"
    revisions = [
        revision for revision in store.revisions(key, edition) if revision.draft.when <= until
    ]
    if not revisions:
        return None
    form, revision = store.stored_form, revisions[-1]
    version = form.version_at(until) or revision.form_version or min(form.number, 1)
    return store.in_version(revision, version), form.of(version)


def _head(store: Store, key: SheetId, edition: int) -> Sheet:
    head = store.head(key, edition)
    if head is None:
        raise _not_held(key)
    return head


def _not_held(key: SheetId) -> StoreError:
    return StoreError("登録データにありません。事業コードを確かめてください", key)


def _values_in_conflict(
    copy_states: Mapping[str, CopyState], choices: Mapping[str, Side], key: SheetId
) -> dict[str, Any]:
    """Return the workbook's value of each path to resolve; StoreError where two workbooks differ in a chosen one."""
    values: dict[str, Any] = {}
    for state in copy_states.values():
        for path, value in incoming_values(state.conflicts).items():
            if choices.get(path) == "theirs" and values.get(path, value) != value:
                reason = f"「{path}」は複数のブックの内容が違います。使わないほうのファイルを直して受け取り直してください"
                raise StoreError(reason, key)
            values[path] = value
    missing = sorted(choices.keys() - values)
    if missing:
        raise StoreError(f"「{missing[0]}」に入力の重なりはありません", key)
    return values


def incoming_values(conflicts: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return what the copy's cells say (JSON) in each of its conflicts (contract JSON), by path."""
    return {conflict["path"]: conflict["theirs"] for conflict in conflicts}


def with_conflicts_resolved(state: CopyState, paths: Collection[str]) -> CopyState:
    """Return a copy's state once its conflicts at some paths are resolved: its values there are part of its merge base now."""
    resolved = [conflict for conflict in state.conflicts if conflict["path"] in paths]
    left = tuple(conflict for conflict in state.conflicts if conflict["path"] not in paths)
    return replace(state, sheet=with_incoming_values(state.sheet, resolved), conflicts=left)


def with_incoming_values(sheet: Sheet, conflicts: Iterable[Mapping[str, Any]]) -> Sheet:
    """Return what a copy held when its state was saved: the merge base with the copy's own values in conflict."""
    values = incoming_values(conflicts)
    return replace_fields(sheet, with_documents(sheet, values), values)


def _draft(before: Sheet | None, after: Sheet, source: Source) -> Draft:
    changes = tuple(change.to_document() for change in changes_between(before, after))
    return Draft(after, source.when, source.who, Submission(file=source.file), changes)

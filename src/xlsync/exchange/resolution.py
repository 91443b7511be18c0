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
        memories = store.copy_states(key, edition)
        offered = _offered(memories, choices, key)
        taken = [path for path, side in choices.items() if side == "theirs"]
        merged = replace_fields(
            head, with_documents(head, {path: offered[path] for path in taken}), taken
        )
        revision = store.commit(_draft(head, merged, source))
        for name, memory in memories.items():
            if any(one["path"] in choices for one in memory.conflicts):
                store.save_copy_state(key, edition, name, answered(memory, choices))
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
    """Give the sheet as it stood at a moment (ISO 8601; a date means its end), None where it was not there yet."""
    until = moment if "T" in moment else f"{moment}T24"
    found = [one for one in store.revisions(key, edition) if one.draft.when <= until]
    return found[-1].sheet if found else None


def _head(store: Store, key: str, edition: int) -> Sheet:
    head = store.head(key, edition)
    if head is None:
        raise _not_held(key)
    return head


def _not_held(key: str) -> StoreError:
    return StoreError("保管庫にありません。事業コードを確かめてください", key)


def _offered(
    memories: Mapping[str, CopyState], choices: Mapping[str, Side], key: str
) -> dict[str, Any]:
    """Give the workbook's value of each path to settle."""
    offered: dict[str, Any] = {}
    for conflict in (one for memory in memories.values() for one in memory.conflicts):
        path = conflict["path"]
        if (
            choices.get(path) == "theirs"
            and offered.get(path, conflict["theirs"]) != conflict["theirs"]
        ):
            reason = f"「{path}」は複数のブックの内容が違います。採用しないブックを直して受け取り直してください"
            raise StoreError(reason, key)
        offered[path] = conflict["theirs"]
    missing = sorted(set(choices) - set(offered))
    if missing:
        raise StoreError(f"「{missing[0]}」に競合はありません", key)
    return offered


def answered(memory: CopyState, paths: Collection[str]) -> CopyState:
    """Give a copy's memory once its conflicts at some paths are settled: what it offered there is known of it now."""
    theirs = {one["path"]: one["theirs"] for one in memory.conflicts if one["path"] in paths}
    held = replace_fields(memory.sheet, with_documents(memory.sheet, theirs), theirs)
    left = tuple(one for one in memory.conflicts if one["path"] not in theirs)
    return replace(memory, sheet=held, conflicts=left)


def offered(sheet: Sheet, conflicts: Iterable[Mapping[str, Any]]) -> Sheet:
    """Give what a copy held when its memory (the base of its next merge) was made: in conflict, what it offered."""
    theirs = {one["path"]: one["theirs"] for one in conflicts}
    return replace_fields(sheet, with_documents(sheet, theirs), theirs)


def with_documents(sheet: Sheet, documents: Mapping[str, Any]) -> Sheet:
    """Give the sheet with values given as JSON (unreadable text as {"unreadable": text}) at some paths."""
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

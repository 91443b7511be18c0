"""Resolve conflicts, take back an older revision, and return a sheet as of a moment: within the store."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from xlsync.errors import StoreError
from xlsync.excel_text import excel_length
from xlsync.exchange.newer_revision import refuse_newer
from xlsync.kinds import Unreadable
from xlsync.merging import changes_between, field_as_json, replace_fields
from xlsync.ooxml.limits import MAX_TEXT
from xlsync.store import CopyState, Draft, Revision, Store, Submission, with_documents
from xlsync.store.not_registered import not_registered

if TYPE_CHECKING:
    from xlsync.exchange.receipt import Source
    from xlsync.form.edition import Edition
    from xlsync.form.library import Form
    from xlsync.sheet import Sheet
    from xlsync.sheet_keys import SheetId

Side = Literal["ours", "theirs"]


@dataclass(frozen=True, slots=True)
class CopyValue:
    """The choice of what one copy of several offers, by the name of the copy's state."""

    copy_name: str


@dataclass(frozen=True, slots=True)
class OfficeValue:
    """The choice of what the planning office says itself, as JSON (`typed_document`)."""

    office_json: Any


FieldChoice = Side | CopyValue | OfficeValue
"""What a field takes: the store's value, the workbook's where all copies offer one, one copy's, or the office's own."""


def resolve(  # noqa: PLR0913 - what is decided, about which sheet, by whom, and on what
    store: Store,
    key: SheetId,
    edition: int,
    choices: Mapping[str, FieldChoice],
    source: Source,
    *,
    seen: int | None = None,
) -> Revision:
    """Resolve open conflicts, each path as chosen; one new revision.

    What a copy offers and is not chosen counts as known: its file gets the value that stands. It stays in the revision that
    told of the conflict, and in the workbook received.

    Args:
        store: The store.
        key: The sheet's id.
        edition: Its fiscal year.
        choices: What each path takes.
        source: Who decides, and when.
        seen: The number of the revision that was looked at, None where that does not matter.

    Raises:
        Stale: The sheet has a newer revision than the one looked at.
        StoreError: The sheet is not held, a path has no open conflict, or none in that copy, or copies offer several values
            for a path that takes "theirs".

    """
    with store.writing():
        refuse_newer(store, key, edition, seen)
        head = _head(store, key, edition)
        copy_states = store.copy_states(key, edition)
        chosen = _chosen_values(copy_states, choices, head)
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


def revert(  # noqa: PLR0913 - what is decided, about which sheet, by whom, and on what
    store: Store,
    key: SheetId,
    edition: int,
    number: int,
    source: Source,
    *,
    seen: int | None = None,
) -> Revision:
    """Make a new revision that says what an old one said; the newest one may be broken: so the office replaces it.

    Raises:
        Stale: The sheet has a newer revision than `seen`, the one looked at.
        StoreError: There is no such revision.

    """
    with store.writing():
        refuse_newer(store, key, edition, seen)
        if not store.last(key, edition):
            raise not_registered(store.form, key)
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
        raise not_registered(store.form, key)
    return head


def typed_document(edition: Edition, path: str, text: str) -> Any:
    """Return what the planning office types for a field as JSON; StoreError where the field cannot hold it."""
    field = edition.by_path.get(path)
    if field is None:
        raise StoreError("様式にない項目です", path)
    parsed = field.kind.parse(text)
    if isinstance(parsed, Unreadable):
        reason = f"「{field.title}」に登録できません（{parsed.reason}）。{field.expected}"
        raise StoreError(reason, path)
    if excel_length(text) > MAX_TEXT:
        raise StoreError(f"「{field.title}」の文章が長すぎて、Excelのセルに入りません", path)
    return field.kind.to_json(parsed.value)


def _chosen_values(
    copy_states: Mapping[str, CopyState], choices: Mapping[str, FieldChoice], head: Sheet
) -> dict[str, Any]:
    """Return the value (JSON) of each path that does not stay as the store has it; StoreError where one is not on offer."""
    offers = {name: incoming_values(state.conflicts) for name, state in copy_states.items()}
    chosen: dict[str, Any] = {}
    for path, choice in choices.items():
        by_copy = {name: values[path] for name, values in offers.items() if path in values}
        if not by_copy:
            raise StoreError(f"「{_title(head, path)}」に入力の重なりはありません", head.key)
        if isinstance(choice, OfficeValue):
            chosen[path] = choice.office_json
        elif isinstance(choice, CopyValue):
            chosen[path] = _value_of_copy(by_copy, choice.copy_name, path, head)
        elif choice == "theirs":
            chosen[path] = _only_value(by_copy, path, head)
    return chosen


def _title(head: Sheet, path: str) -> str:
    """Return what people call a field; a path that the form does not have, as it was given."""
    field = head.edition.by_path.get(path)
    return path if field is None else field.title


def _value_of_copy(by_copy: Mapping[str, Any], copy_name: str, path: str, head: Sheet) -> Any:
    if copy_name not in by_copy:
        reason = f"「{_title(head, path)}」のその内容は、もうありません。もう一度確かめてください"
        raise StoreError(reason, head.key)
    return by_copy[copy_name]


def _only_value(by_copy: Mapping[str, Any], path: str, head: Sheet) -> Any:
    values = list(by_copy.values())
    if any(value != values[0] for value in values):
        reason = f"「{_title(head, path)}」は複数のファイルの内容が違います。どのファイルの内容にするかを選んでください"
        raise StoreError(reason, head.key)
    return values[0]


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

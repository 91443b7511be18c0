"""A key that somebody typed into a workbook, accepted as a whole or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlsync.errors import StoreError
from xlsync.exchange.reconcile.pending_review import is_waiting
from xlsync.merging import field_as_json, replace_fields
from xlsync.store import with_documents

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from xlsync.sheet import Sheet
    from xlsync.store import CopyState, PendingChange, Store


def refuse_faulty_keys(
    store: Store,
    head: Sheet,
    chosen: Sequence[PendingChange],
    proposals: Mapping[int, PendingChange],
) -> None:
    """Raise StoreError where chosen proposals would make a key that no workbook has, or the key of another sheet."""
    parts = {
        proposal.path: proposal
        for proposal in chosen
        if proposal.path in head.edition.definition.identity.key
    }
    if not parts:
        return
    _refuse_half(store, head, parts, proposals)
    values = {path: proposal.after for path, proposal in parts.items()}
    sheet = replace_fields(head, with_documents(head, values), values)
    others = set(store.owners_of(sheet.key, head.edition.year).todays_owners) - {head.id}
    if others:
        reason = (
            f"番号「{sheet.key}」は、いま別の事業の番号です。このシートの変更は登録していません"
        )
        raise StoreError(reason, head.key)


def proposals_by_workbook(
    chosen: Sequence[PendingChange], key_paths: Collection[str]
) -> list[list[PendingChange]]:
    """Return proposals by the save that brought them; the parts of a key, of several saves of a workbook, by the last."""
    groups: dict[tuple[str, str, str], list[PendingChange]] = {}
    last_part = next((each for each in reversed(chosen) if each.path in key_paths), None)
    for proposal in chosen:
        brought = last_part if last_part and proposal.path in key_paths else proposal
        origin = brought.who, brought.submission.workbook_hash, brought.submission.worksheet
        groups.setdefault(origin, []).append(proposal)
    return list(groups.values())


def _refuse_half(
    store: Store,
    head: Sheet,
    parts: Mapping[str, PendingChange],
    proposals: Mapping[int, PendingChange],
) -> None:
    chosen = {proposal.number for proposal in parts.values()}
    keys = _typed_keys(store, head, proposals)
    if chosen in keys:
        return
    left = next((numbers - chosen for numbers in keys if numbers > chosen), set[int]())
    titles = [head.edition.by_path[proposals[number].path].title for number in sorted(left)]
    advice = "1つのファイルに入力されたものだけを選んでください"
    if titles:
        named = "、".join(f"「{title}」" for title in titles)
        advice = f"番号のほかの部分（{named}）と一緒に選んでください"
    reason = f"番号の変更は、{advice}。このシートの変更は登録していません"
    raise StoreError(reason, head.key)


def _typed_keys(
    store: Store, head: Sheet, proposals: Mapping[int, PendingChange]
) -> list[set[int]]:
    """Return the open proposals of parts of the key, by number, that each workbook holds.

    A workbook whose state was not saved yet is known by what it brought.
    """
    key = head.edition.definition.identity.key
    waiting = {
        number: proposal
        for number, proposal in proposals.items()
        if proposal.is_open
        and proposal.path in key
        and field_as_json(head, proposal.path) != proposal.after
    }
    held = [_held(state, waiting) for state in _newest_states(store, head)]
    unknown = waiting.keys() - set[int]().union(*held)
    by_save: dict[str, set[int]] = {}
    for number in unknown:
        by_save.setdefault(waiting[number].submission.workbook_hash, set()).add(number)
    return [*held, *by_save.values()]


def _held(state: CopyState, waiting: Collection[int]) -> set[int]:
    return {value["pending"] for value in state.overruled if is_waiting(value)} & set(waiting)


def _newest_states(store: Store, head: Sheet) -> Collection[CopyState]:
    """Return what each file holds: of one that buttons submitted several times, what was submitted last."""
    newest: dict[tuple[str, str], CopyState] = {}
    states = store.copy_states(head.id, head.edition.year)
    for name, state in sorted(states.items(), key=lambda named: named[1].when):
        newest[name.partition("-")[0], state.copy_file.path] = state
    return newest.values()


__all__ = ["proposals_by_workbook", "refuse_faulty_keys"]

"""A key that somebody typed into a workbook, accepted as a whole or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlsync.errors import StoreError
from xlsync.merging import replace_fields
from xlsync.store import with_documents

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlsync.sheet import Sheet
    from xlsync.store import PendingChange, Store


def refuse_faulty_keys(
    store: Store,
    head: Sheet,
    groups: Sequence[Sequence[PendingChange]],
    proposals: Mapping[int, PendingChange],
) -> None:
    """Raise StoreError where chosen proposals, by workbook, would make half a key or the key of another sheet."""
    key_paths = head.edition.definition.identity.key
    for chosen in groups:
        parts = {proposal.path: proposal.after for proposal in chosen if proposal.path in key_paths}
        if not parts:
            continue
        workbook = chosen[0].submission.workbook_hash
        _refuse_half(head, parts, workbook, proposals)
        sheet = replace_fields(head, with_documents(head, parts), parts)
        others = set(store.owners_of(sheet.key, head.edition.year).todays_owners) - {head.id}
        if others:
            reason = f"番号「{sheet.key}」は、いま別の事業の番号です。何もしていません"
            raise StoreError(reason, head.key)


def _refuse_half(
    head: Sheet,
    parts: Mapping[str, object],
    workbook: str,
    proposals: Mapping[int, PendingChange],
) -> None:
    whole = {
        proposal.path
        for proposal in proposals.values()
        if proposal.is_open and proposal.submission.workbook_hash == workbook
    }
    left = [path for path in head.edition.definition.identity.key if path in whole - parts.keys()]
    if left:
        titles = "、".join(f"「{head.edition.by_path[path].title}」" for path in left)
        reason = (
            f"番号の変更は、番号のほかの部分（{titles}）と一緒に選んでください。何もしていません"
        )
        raise StoreError(reason, head.key)


__all__ = ["refuse_faulty_keys"]

"""Fields of which the planning office decides: where it and a workbook changed one differently, the store wins.

The workbook's value is a finding then, and no conflict that somebody must settle. It stays one for as long as the workbook
says so; it is written down in one revision, not at every save.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from xlsync.errors import StoreError
from xlsync.finding import Finding, finding
from xlsync.merging import Conflict, changes_between, field_as_json, json_as_text, replace_fields
from xlsync.store.shared_fields import FieldOwner, delivered_fields

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from xlsync.exchange.incoming import Incoming
    from xlsync.merging import Merge
    from xlsync.sheet import Sheet
    from xlsync.store import PendingChange, Store
    from xlsync.store.shared_fields import FieldSource

_OF_FIGURES: Final = (
    "「{title}」には財務会計の数値（{source}）が入っています。見送るか、先に欄を職員に"
    "戻してください（figures release）。このシートの変更は登録していません"
)
_OF_OTHER_FORM: Final = (
    "「{title}」は、{source} と同じ内容にする欄です。見送って、{source} を直してください。"
    "このシートの変更は登録していません"
)


@dataclass(frozen=True, slots=True)
class Ownership:
    """A merge without the conflicts in owned fields, and the incoming values decided against there, as conflicts.

    `is_new` is true where one of these values is in no revision yet.
    """

    merge: Merge
    overruled: tuple[Mapping[str, Any], ...] = ()
    is_new: bool = False


def apply_ownership(
    merge: Merge,
    incoming: Sheet,
    overruled_before: Collection[Mapping[str, Any]],
    owned: Collection[str],
) -> Ownership:
    """Decide the conflicts in owned fields for the store.

    A field in which the workbook only holds the merge base's value (it is part of a group in conflict) is not overruled.
    """
    lost = [conflict for conflict in merge.conflicts if conflict.path in owned]
    new = [conflict.to_document() for conflict in lost if conflict.incoming != conflict.base]
    left = tuple(conflict for conflict in merge.conflicts if conflict.path not in owned)
    known = [_path_and_value(value) for value in overruled_before]
    return Ownership(
        replace(merge, conflicts=left),
        (*_still_overruled(merge, incoming, overruled_before), *new),
        is_new=any(_path_and_value(value) not in known for value in new),
    )


def keep_figures(merge: Merge, head: Sheet | None, figures: Collection[str]) -> Merge:
    """Return the merge in which a change of a figure of the financial system is a conflict, which the store then wins.

    Otherwise a workbook that changes such a field after it has received the figure would simply overwrite it.
    """
    changes = [change for change in merge.changes if change.path in figures]
    if head is None or not changes:
        return merge
    sheet = replace_fields(merge.sheet, head, {change.path for change in changes})
    typed = (
        Conflict(change.path, change.before, change.before, change.after) for change in changes
    )
    return replace(
        merge,
        sheet=sheet,
        changes=changes_between(head, sheet),
        conflicts=(*merge.conflicts, *typed),
    )


def refuse_figures(store: Store, head: Sheet, proposals: Iterable[PendingChange]) -> None:
    """Raise StoreError where the financial system or another form has filled a field since a change of it was proposed."""
    figures = delivered_fields(store.files, head.id, head.edition.year)
    for proposal in proposals:
        if proposal.path in figures:
            title, source = head.edition.by_path[proposal.path].title, figures[proposal.path]
            why = _OF_OTHER_FORM if isinstance(source, FieldOwner) else _OF_FIGURES
            raise StoreError(why.format(title=title, source=source.words), head.key)


def overruled_findings(
    incoming: Incoming, overruled: Iterable[Mapping[str, Any]], figures: Mapping[str, FieldSource]
) -> Iterator[Finding]:
    """Yield a finding for each value of the incoming sheet that the field's owner decided against.

    `figures` are the fields that figures of the financial system or another form fill, each with where they come from.
    """
    edition = incoming.sheet.edition
    for value in overruled:
        path = str(value["path"])
        shown, kept = (
            json_as_text(edition, path, value[side]) or "空欄" for side in ("theirs", "ours")
        )
        title = edition.by_path[path].title
        facts = {"field": title, "shown": shown, "kept": kept}
        yield incoming.located(_kept(path, facts, figures.get(path)))


def _kept(path: str, facts: Mapping[str, str], source: FieldSource | None) -> Finding:
    """Return the finding for a value decided against: for the planning office's own, or for that of a source."""
    if source is None:
        return finding("office-owned", path, **facts)
    if isinstance(source, FieldOwner):
        return finding("same-as-kept", path, **facts, owner=source.words)
    return finding("figure-kept", path, **facts, source=source.words)


def _still_overruled(
    merge: Merge, incoming: Sheet, overruled_before: Collection[Mapping[str, Any]]
) -> list[Mapping[str, Any]]:
    """Return what was decided before and is in the workbook still, beside what the store says now."""
    in_conflict = {conflict.path for conflict in merge.conflicts}
    return [
        {**value, "ours": kept}
        for value in overruled_before
        if (kept := field_as_json(merge.sheet, value["path"])) != value["theirs"]
        and field_as_json(incoming, value["path"]) == value["theirs"]
        and value["path"] not in in_conflict
    ]


def _path_and_value(conflict: Mapping[str, Any]) -> tuple[str, Any]:
    return conflict["path"], conflict["theirs"]

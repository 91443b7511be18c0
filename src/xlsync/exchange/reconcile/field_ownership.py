"""Fields of which the planning office decides: where it and a workbook changed one differently, the store wins.

The workbook's value is a finding then, and no conflict that somebody must settle. It stays one for as long as the workbook
says so; it is written down in one revision, not at every save.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from xlsync.finding import Finding, finding
from xlsync.merging import changes_between, json_as_text

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from xlsync.exchange.incoming import Arrival
    from xlsync.exchange.reconcile.merge_base import Memory
    from xlsync.merging import Merge


@dataclass(frozen=True, slots=True)
class Decided:
    """A merge without the conflicts that a field's owner decides, those values (told as conflicts are), and their findings.

    `fresh` is true where one of them is not yet written down.
    """

    merge: Merge
    overruled: tuple[Mapping[str, Any], ...] = ()
    findings: tuple[Finding, ...] = ()
    fresh: bool = False


def decide(result: Merge, memory: Memory, arrival: Arrival, owned: Collection[str]) -> Decided:
    """Decide the conflicts of a workbook in owned fields for the store; a canonical JSON sheet is the office's own word.

    A field in which the workbook only holds what was there before (it is part of a group in conflict) is none of its values.
    """
    if not arrival.workbook:
        return Decided(result)
    lost = [one for one in result.conflicts if one.path in owned]
    new = tuple(one.to_document() for one in lost if one.incoming != one.base)
    left = tuple(one for one in result.conflicts if one.path not in owned)
    overruled = (*_still(result, memory, arrival, {one.path for one in result.conflicts}), *new)
    known = [_offer(one) for one in memory.overruled]
    return Decided(
        replace(result, conflicts=left),
        overruled,
        tuple(_told(arrival, one) for one in overruled),
        fresh=any(_offer(one) not in known for one in new),
    )


def _still(
    result: Merge, memory: Memory, arrival: Arrival, asked: Collection[str]
) -> tuple[Mapping[str, Any], ...]:
    """Give what was decided before and is in the workbook still, beside what the store says now."""
    now = {one.path: one for one in changes_between(arrival.sheet, result.sheet)}
    return tuple(
        {**one, "ours": now[path].after}
        for one in memory.overruled
        if (path := one["path"]) in now and path not in asked and now[path].before == one["theirs"]
    )


def _offer(one: Mapping[str, Any]) -> tuple[str, Any]:
    return one["path"], one["theirs"]


def _told(arrival: Arrival, one: Mapping[str, Any]) -> Finding:
    edition, path = arrival.sheet.edition, str(one["path"])
    shown, kept = (json_as_text(edition, path, one[side]) or "空欄" for side in ("theirs", "ours"))
    told = finding("office-owned", path, field=edition.by_path[path].title, shown=shown, kept=kept)
    return told.at(arrival.worksheet, arrival.cells.get(path, ""))

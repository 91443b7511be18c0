"""Changes that wait for the planning office: which of an incoming sheet's are kept from the head, which it gave up.

A copy's state says of each value that waits: the head's value then (`base`), its own (`theirs`), and the number of the
proposal (`pending`). While that is open the copy is compared with the head's value, so that the same save proposes the same
again, another value another, and the head's own value withdraws it. Once it is accepted or rejected the copy's value counts
as known: the head wins, and write-back brings it, until something else is typed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from xlsync.computed import share_of
from xlsync.exchange.blame import spoken_time
from xlsync.exchange.reconcile.accidental_clearing import (
    NOTHING_CLEARED,
    Clearing,
    clearing_finding,
)
from xlsync.finding import Finding, finding
from xlsync.merging import Change, changes_between, field_as_json, json_as_text, replace_fields
from xlsync.store import with_documents

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from xlsync.exchange.incoming import Incoming
    from xlsync.finding_entry import Severity
    from xlsync.form.edition import Edition
    from xlsync.merging import Merge
    from xlsync.sheet import Sheet
    from xlsync.store import PendingChange

Waiting = tuple["Mapping[str, Any]", ...]
"""Values of a copy that wait or waited, as its state has them."""


@dataclass(frozen=True, slots=True)
class Review:
    """What is kept from the head, and what of earlier proposals the incoming sheet still holds or has given up.

    Attributes:
        waiting_changes: The changes that wait for the office, each from the head's value.
        rejected: Values that the office has rejected and the sheet still holds.
        withdrawn: The numbers of the open proposals whose value it no longer holds.
        cleared_paths: The fields among those that wait which somebody cleared along with many others.

    """

    waiting_changes: tuple[Change, ...] = ()
    rejected: Waiting = ()
    withdrawn: tuple[int, ...] = ()
    cleared_paths: frozenset[str] = frozenset()

    @property
    def paths(self) -> frozenset[str]:
        """The fields in which a change waits."""
        return frozenset(change.path for change in self.waiting_changes)


def is_waiting(value: Mapping[str, Any]) -> bool:
    """True for a value in a copy's state that was proposed, False for one that a field's owner decided against."""
    return "pending" in value


def compared_base(
    base: Sheet | None, incoming: Sheet, values: Waiting, proposals: Mapping[int, PendingChange]
) -> Sheet | None:
    """Return the merge base with the head's former value in each field whose value is no decided one."""
    if base is None:
        return None
    undecided = {
        value["path"]: value["base"]
        for value in values
        if not _is_decided(value, incoming, proposals)
    }
    return replace_fields(base, with_documents(base, undecided), undecided) if undecided else base


def _is_decided(
    value: Mapping[str, Any], incoming: Sheet, proposals: Mapping[int, PendingChange]
) -> bool:
    """True where a value was accepted, or rejected and is in the sheet still."""
    proposal = proposals.get(value["pending"])
    if proposal is None or proposal.decision is None:
        return False
    if proposal.decision.closing == "accept":
        return True
    return proposal.is_rejected and _holds(incoming, value)


def _holds(incoming: Sheet, value: Mapping[str, Any]) -> bool:
    return bool(field_as_json(incoming, value["path"]) == value["theirs"])


def review(  # noqa: PLR0913, PLR0917 (what waits, and why)
    merge: Merge,
    sides: tuple[Sheet, Sheet],
    reviewed: Collection[str],
    values: Waiting,
    proposals: Mapping[int, PendingChange],
    clearing: Clearing = NOTHING_CLEARED,
) -> tuple[Merge, Review]:
    """Keep the reviewed changes of a merge from the head.

    Args:
        merge: The merge.
        sides: The head it was merged into, and the incoming sheet.
        reviewed: The fields whose changes wait; what waits already goes on waiting, whatever the rules say by now.
        values: The values of the copy that waited until now.
        proposals: Every proposal of the sheet by number.
        clearing: The fields that were cleared along with many others, and what became of that.

    """
    head, incoming = sides
    wait = {*reviewed, *_still_waiting(incoming, values, proposals)} - clearing.decided_paths
    wait |= clearing.held_paths
    typed = (change for change in merge.changes if change.path in wait)
    waiting = tuple(change for change in typed if not _is_computed(change.path, head, merge.sheet))
    kept = {change.path for change in waiting}
    sheet = replace_fields(merge.sheet, head, kept) if kept else merge.sheet
    reviewed_merge = replace(merge, sheet=sheet, changes=changes_between(head, sheet))
    rejected = tuple(value for value in values if _is_rejected(value, incoming, proposals))
    given_up = _given_up(incoming, values, proposals, clearing.restored_paths)
    return reviewed_merge, Review(waiting, rejected, given_up, clearing.held_paths)


def _still_waiting(
    incoming: Sheet, values: Waiting, proposals: Mapping[int, PendingChange]
) -> list[str]:
    """Return the fields in which the sheet still holds what was proposed."""
    waiting = (value for value in values if _is_open(value, proposals))
    return [value["path"] for value in waiting if _holds(incoming, value)]


def _given_up(
    incoming: Sheet,
    values: Waiting,
    proposals: Mapping[int, PendingChange],
    restored: Collection[str],
) -> tuple[int, ...]:
    """Return the numbers of open proposals whose value the sheet no longer holds, or that are to be `restored`."""
    waiting = [value for value in values if _is_open(value, proposals)]
    return tuple(
        value["pending"]
        for value in waiting
        if value["path"] in restored or not _holds(incoming, value)
    )


def waiting_clearings(
    incoming: Sheet,
    values: Waiting,
    proposals: Mapping[int, PendingChange],
    reviewed: Collection[str],
) -> frozenset[str]:
    """Return the fields whose clearing waits already, but for those in which every change is reviewed."""
    still = set(_still_waiting(incoming, values, proposals))
    return frozenset(
        value["path"]
        for value in values
        if value["theirs"] is None and value["path"] in still and value["path"] not in reviewed
    )


def _is_computed(path: str, *sheets: Sheet) -> bool:
    """True for a field that is computed in every sheet: it follows from what is typed."""
    rule = sheets[0].edition.formulas.get(path)
    if rule is None:
        return False
    return all(
        path not in sheet.unreadable and share_of(rule, sheet) is not None for sheet in sheets
    )


def _is_rejected(
    value: Mapping[str, Any], incoming: Sheet, proposals: Mapping[int, PendingChange]
) -> bool:
    proposal = proposals.get(value["pending"])
    return proposal is not None and proposal.is_rejected and _holds(incoming, value)


def _is_open(value: Mapping[str, Any], proposals: Mapping[int, PendingChange]) -> bool:
    proposal = proposals.get(value["pending"])
    return proposal is not None and proposal.is_open


def waiting_values(proposals: Iterable[PendingChange]) -> Waiting:
    """Return proposals as the state of the copy that made them has them."""
    return tuple(
        {
            "path": proposal.path,
            "base": proposal.before,
            "ours": proposal.before,
            "theirs": proposal.after,
            "pending": proposal.number,
        }
        for proposal in proposals
    )


def review_findings(
    incoming: Incoming, review: Review, proposals: Mapping[int, PendingChange]
) -> Iterator[Finding]:
    """Yield a finding for each value of the incoming sheet that waits for the office, or was rejected by it."""
    yield from waiting_findings(incoming, review)
    for value in review.rejected:
        proposal = proposals[value["pending"]]
        yield incoming.located(rejection(incoming.sheet.edition, proposal, "warning"))


def waiting_findings(incoming: Incoming, review: Review) -> Iterator[Finding]:
    """Yield a finding for each value of the incoming sheet that waits for the office."""
    edition = incoming.sheet.edition
    cleared = [
        change.path for change in review.waiting_changes if change.path in review.cleared_paths
    ]
    if cleared:
        yield incoming.located(clearing_finding("cleared", edition, cleared))
    for change in review.waiting_changes:
        if change.path in review.cleared_paths:
            continue
        shown, kept = (
            json_as_text(edition, change.path, side) or "空欄"
            for side in (change.after, change.before)
        )
        title = edition.by_path[change.path].title
        waits = finding("review-waits", change.path, field=title, shown=shown, kept=kept)
        yield incoming.located(waits)


def rejection(edition: Edition, proposal: PendingChange, severity: Severity) -> Finding:
    """Return the finding that says a proposal was rejected, by whom and why."""
    decision = proposal.decision
    shown, kept = (
        json_as_text(edition, proposal.path, side) or "空欄"
        for side in (proposal.after, proposal.before)
    )
    words = f"{decision.who}、{spoken_time(decision.when)}" if decision is not None else ""
    reason = f"。理由：{decision.comment}" if decision is not None and decision.comment else ""
    title = edition.by_path[proposal.path].title
    facts = {"field": title, "shown": shown, "kept": kept, "registered": words, "reason": reason}
    return finding("review-rejected", proposal.path, severity, **facts)

"""Changes of sheets that wait for the planning office (確認待ち): what was proposed, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from xlsync.sheet_keys import SheetId
from xlsync.store.acts import (
    Decision,
    PendingChange,
    decision_of,
    proposal_document,
    proposal_of,
    readable_acts,
    write_act,
)

if TYPE_CHECKING:
    from xlsync.form.edition import Edition
    from xlsync.store.store import Store


@dataclass(frozen=True, slots=True)
class UnplacedChange:
    """An open proposal whose field the form in use does not have, or has of another kind or as one of several.

    Attributes:
        pending_change: The proposal, in the field it was written for.
        edition: The edition, of the version it was written under, that has this field.

    """

    pending_change: PendingChange
    edition: Edition


def pending_changes(store: Store, key: SheetId, edition: int) -> dict[int, PendingChange]:
    """Return every change of a sheet that was ever proposed, by number, in the fields of the form in use.

    One whose field has no place in that form is left out (`unplaced_changes`), and so is an act that cannot be read: the
    audit names it.
    """
    changes = {}
    for proposal, form_version in _proposals(store, key, edition):
        path = _path_in_use(store, proposal, edition, form_version)
        if path is not None:
            changes[proposal.number] = replace(proposal, path=path)
    return changes


def unplaced_changes(store: Store, key: SheetId, edition: int) -> dict[int, UnplacedChange]:
    """Return the open proposals of a sheet that have no place in the form in use, by number."""
    form = store.stored_form
    return {
        proposal.number: UnplacedChange(
            proposal, form.of(form_version if form.number else 0).at(edition)
        )
        for proposal, form_version in _proposals(store, key, edition)
        if proposal.is_open and _path_in_use(store, proposal, edition, form_version) is None
    }


def propose(
    store: Store, key: SheetId, edition: int, changes: Iterable[PendingChange]
) -> list[PendingChange]:
    """Write proposals, and return them with their numbers; one that is open already is not written again.

    Call within `store.writing`, after the workbook was kept.
    """
    known = [change for change in pending_changes(store, key, edition).values() if change.is_open]
    written = []
    for change in changes:
        asked = change.path, change.after
        same = (other for other in known if (other.path, other.after) == asked)
        proposal = next(same, None)
        if proposal is None:
            number = write_act(store, key, edition, proposal_document(change))
            proposal = replace(change, number=number)
        written.append(proposal)
    return written


def close(
    store: Store, key: SheetId, edition: int, numbers: Iterable[int], decision: Decision
) -> None:
    """Close proposals. Call within `store.writing`."""
    for number in numbers:
        document = {
            "kind": decision.closing,
            "of": number,
            "when": decision.when,
            "who": decision.who,
            "comment": decision.comment,
        }
        write_act(store, key, edition, document)


def _proposals(store: Store, key: SheetId, edition: int) -> list[tuple[PendingChange, int]]:
    """Return every readable proposal of a sheet as it was written, each with the version of the form it was written under."""
    proposals: dict[int, tuple[PendingChange, int]] = {}
    for act in readable_acts(store, key, edition):
        if act["kind"] == "propose":
            proposals[act["act"]] = proposal_of(act), act["form_version"]
        elif act["of"] in proposals:
            proposal, form_version = proposals[act["of"]]
            proposals[act["of"]] = replace(proposal, decision=decision_of(act)), form_version
    return list(proposals.values())


def _path_in_use(
    store: Store, change: PendingChange, edition: int, written_under: int
) -> str | None:
    """Return the path that a proposal's field has in the form in use, None where it has no place there."""
    form = store.stored_form
    carried = form.carry_conflicts(({"path": change.path},), edition, written_under)
    return next(
        (
            document["path"]
            for document in carried
            if document["path"] in form.form.at(edition).by_path
        ),
        None,
    )

"""What is written down of changes that wait for the planning office: proposals, and what the office decides about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xlsync.errors import StoreError
from xlsync.exchange.newer_revision import refuse_newer
from xlsync.exchange.reconcile.copy_state_names import source_path_of
from xlsync.exchange.reconcile.field_ownership import refuse_figures
from xlsync.exchange.reconcile.pending_review import Waiting, is_waiting, waiting_values
from xlsync.exchange.review_keys import proposals_by_workbook, refuse_faulty_keys
from xlsync.finding import finding
from xlsync.merging import changes_between, field_as_json, replace_fields
from xlsync.store import (
    Decision,
    Draft,
    PendingChange,
    Submission,
    close,
    pending_changes,
    propose,
    sheets_with_acts,
    unplaced_changes,
    with_documents,
)
from xlsync.store.not_registered import not_registered

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from xlsync.exchange.incoming import Incoming
    from xlsync.exchange.receipt import Source
    from xlsync.exchange.reconcile.pending_review import Review
    from xlsync.form.edition import Edition
    from xlsync.sheet import Sheet
    from xlsync.sheet_keys import SheetId
    from xlsync.store import Revision, Store


def propose_changes(
    store: Store,
    incoming: Incoming,
    review: Review,
    source: Source,
) -> Waiting:
    """Write down what waits and what was given up, and return the values that the copy's state is to name.

    Call within `store.writing`, before the commit: a program killed in between proposes the same once more, which is no new
    proposal. What another copy still holds is not given up.
    """
    key, year = incoming.sheet_id, incoming.sheet.edition.year
    workbook = (
        store.keep(incoming.workbook_data)
        if review.waiting_changes and incoming.workbook_data
        else ""
    )
    stamp = incoming.stamp
    submission = Submission(
        source.file, "", incoming.worksheet, workbook, stamp.copy, stamp.base_revision
    )
    changes = (
        PendingChange(
            change.path, change.before, change.after, source.when, incoming.who, submission
        )
        for change in review.waiting_changes
    )
    proposed = propose(store, key, year, changes)
    if review.withdrawn:
        held = _held_by_others(store, incoming, source)
        numbers = [number for number in review.withdrawn if number not in held]
        close(store, key, year, numbers, Decision("withdraw", source.when, incoming.who))
    return (*waiting_values(proposed), *review.rejected)


def values_proposed_with(store: Store, incoming: Incoming, draft: Draft) -> Waiting:
    """Return what a save proposed to the planning office beside the revision that it made."""
    proposals = pending_changes(store, incoming.sheet_id, incoming.sheet.edition.year).values()
    origin = draft.submission.workbook_hash, draft.submission.worksheet
    return waiting_values(
        proposal
        for proposal in proposals
        if (proposal.submission.workbook_hash, proposal.submission.worksheet) == origin
    )


def _held_by_others(store: Store, incoming: Incoming, source: Source) -> set[int]:
    """Return the numbers of the proposals whose value a copy in another file holds."""
    states = store.copy_states(incoming.sheet_id, incoming.sheet.edition.year).values()
    others = (state for state in states if state.copy_file.path != source_path_of(source))
    values = (value for state in others for value in state.overruled if is_waiting(value))
    return {value["pending"] for value in values}


def close_accepted(
    store: Store, sheet: Sheet, proposals: Mapping[int, PendingChange], source: Source
) -> None:
    """Close the open proposals whose value the head has by now; call within `store.writing`, after the commit."""
    _close_equal(store, sheet, proposals, Decision("accept", source.when, source.who))


def _close_equal(
    store: Store, sheet: Sheet, proposals: Mapping[int, PendingChange], decision: Decision
) -> None:
    numbers = [
        number
        for number, proposal in proposals.items()
        if proposal.is_open and field_as_json(sheet, proposal.path) == proposal.after
    ]
    close(store, sheet.id, sheet.edition.year, numbers, decision)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change that waits for the planning office.

    Attributes:
        head: Its sheet's head.
        pending_change: The change.
        former_edition: The edition that has its field, where the form in use has no place for it; such a change can only
            be rejected.

    """

    head: Sheet
    pending_change: PendingChange
    former_edition: Edition | None = None

    @property
    def key(self) -> str:
        """The sheet's key."""
        return self.head.key

    @property
    def sheet_id(self) -> SheetId:
        """The sheet's id in the store."""
        return self.head.id

    @property
    def edition(self) -> Edition:
        """The edition that has the change's field."""
        return self.former_edition or self.head.edition

    @property
    def has_field(self) -> bool:
        """True where the form in use has a place for the change."""
        return self.former_edition is None

    @property
    def registered(self) -> Any:
        """The head's value, as JSON; where it has no such field, the value when the change was proposed."""
        if not self.has_field:
            return self.pending_change.before
        return field_as_json(self.head, self.pending_change.path)

    @property
    def is_overtaken(self) -> bool:
        """True where the head says something else than when the change was proposed."""
        return bool(self.registered != self.pending_change.before)

    def to_document(self) -> dict[str, Any]:
        """Return it as JSON."""
        change = self.pending_change
        return {
            "key": self.key,
            "path": change.path,
            "number": change.number,
            "from": change.before,
            "to": change.after,
            "registered": self.registered,
            "who": change.who,
            "when": change.when,
            "file": change.submission.file,
            "has-field": self.has_field,
        }


def open_proposals(store: Store, edition: int) -> list[Proposal]:
    """Return every change of an edition that waits for the planning office, in order of key and number."""
    waiting: list[Proposal] = []
    for key in sheets_with_acts(store, edition):
        newest = store.find_newest(key, edition)
        if newest is not None:
            waiting += _open_proposals(store, newest.sheet)
    return waiting


def _open_proposals(store: Store, head: Sheet) -> list[Proposal]:
    """Return what waits of one sheet, but for what its head says by now; what has no field in the form in use comes last."""
    key, year = head.id, head.edition.year
    changes = pending_changes(store, key, year).values()
    proposals = (Proposal(head, change) for change in changes if change.is_open)
    unplaced = (
        Proposal(head, change.pending_change, change.edition)
        for change in unplaced_changes(store, key, year).values()
    )
    waiting = (
        proposal for proposal in proposals if proposal.registered != proposal.pending_change.after
    )
    return [*waiting, *unplaced]


def close_registered(store: Store, edition: int, decision: Decision) -> None:
    """Close the proposals whose value the head has: the program that accepted them was killed before it wrote that down."""
    for key in sheets_with_acts(store, edition):
        with store.writing():
            head = store.find_newest(key, edition)
            if head is not None:
                changes = pending_changes(store, key, edition)
                _close_equal(store, head.sheet, changes, decision)


def accept_changes(  # noqa: PLR0913 - what is decided, about which sheet, by whom, and on what
    store: Store,
    key: SheetId,
    edition: int,
    numbers: Collection[int],
    decision: Decision,
    *,
    seen: int | None = None,
) -> list[Revision]:
    """Take proposals into the sheet: a revision for each workbook that brought some, by who brought it.

    Stale where the sheet has a newer revision than `seen`, the one looked at; StoreError where a number is of no open
    proposal, two of them are about one field, or the financial system has filled the field since.
    """
    with store.writing():
        refuse_newer(store, key, edition, seen)
        chosen = _chosen(store, key, edition, numbers)
        if len({proposal.path for proposal in chosen}) < len(chosen):
            reason = "同じ欄の変更が2つ以上選ばれています。番号で1つだけ指定してください"
            raise StoreError(reason, key)
        head = store.head(key, edition)
        if head is None:
            raise not_registered(store.form, key)
        refuse_figures(store, head, chosen)
        refuse_faulty_keys(store, head, chosen, pending_changes(store, key, edition))
        groups = proposals_by_workbook(chosen, head.edition.definition.identity.key)
        revisions = [_accept(store, key, edition, group, decision) for group in groups]
        close(store, key, edition, [proposal.number for proposal in chosen], decision)
    return revisions


def reject_changes(  # noqa: PLR0913 - what is decided, about which sheet, by whom, and on what
    store: Store,
    key: SheetId,
    edition: int,
    numbers: Collection[int],
    decision: Decision,
    *,
    seen: int | None = None,
) -> None:
    """Close proposals without taking them; write-back then returns the head's values to the workbooks.

    Those without a field in the form in use can be closed too. Raises as `accept_changes` does.
    """
    with store.writing():
        refuse_newer(store, key, edition, seen)
        unplaced = unplaced_changes(store, key, edition)
        _chosen(store, key, edition, set(numbers) - unplaced.keys())
        close(store, key, edition, sorted(numbers), decision)
        store.touch_head(key, edition)


def _chosen(
    store: Store, key: SheetId, edition: int, numbers: Collection[int]
) -> list[PendingChange]:
    proposals = pending_changes(store, key, edition)
    for number in numbers:
        if number not in proposals or not proposals[number].is_open:
            raise StoreError(f"確認待ちの変更（番号 {number}）はありません", key)
    return [proposals[number] for number in sorted(numbers)]


def _accept(
    store: Store, key: SheetId, edition: int, chosen: Sequence[PendingChange], decision: Decision
) -> Revision:
    """Commit proposals of one workbook, by whom it was brought; a note names who accepted them."""
    head = store.head(key, edition)
    if head is None:
        raise not_registered(store.form, key)
    values = {proposal.path: proposal.after for proposal in chosen}
    sheet = replace_fields(head, with_documents(head, values), values)
    changes = tuple(change.to_document() for change in changes_between(head, sheet))
    fields = head.edition.by_path
    notes = tuple(
        finding("review-accepted", path, field=fields[path].title, registered=decision.who)
        for path in values
    )
    last = chosen[-1]
    documents = tuple(note.to_document() for note in notes)
    draft = Draft(sheet, decision.when, last.who, last.submission, changes, findings=documents)
    return store.commit(draft)

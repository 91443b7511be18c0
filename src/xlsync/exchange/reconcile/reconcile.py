"""The one decision about an incoming sheet: merge base, conflict choices, completion, three-way merge, field ownership.

What the store knows is read once (`read_facts`); what follows from it is decided without the store (`reconcile`); the
caller acts on it: taking a sheet in, writing into a workbook, listing open conflicts.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from xlsync.exchange.incoming import Incoming, complete
from xlsync.exchange.program_totals import keep_totals, program_total_paths, with_shares
from xlsync.exchange.reconcile.accidental_clearing import Clearing, accidental_clearing
from xlsync.exchange.reconcile.choices import ResolvedChoices, resolve_choices
from xlsync.exchange.reconcile.field_ownership import apply_ownership, keep_figures
from xlsync.exchange.reconcile.lost_stamp import with_deduced_stamp
from xlsync.exchange.reconcile.merge_base import (
    MergeBase,
    find_merge_base,
)
from xlsync.exchange.reconcile.page_request import (
    NO_ANSWERS,
    PageAnswers,
    PageRequest,
    TakenBack,
    read_page_request,
    taken_back,
)
from xlsync.exchange.reconcile.pending_review import (
    Review,
    compared_base,
    is_waiting,
    review,
    waiting_clearings,
)
from xlsync.exchange.resolution import with_incoming_values
from xlsync.exchange.sheet_of_key import proposes_key
from xlsync.exchange.stages.hand_in_cell import HandIn, read_hand_in
from xlsync.exchange.stages.sheet_procedure import is_closed
from xlsync.merging import Conflict, Merge, changes_between, merge, replace_fields
from xlsync.sheet import Sheet, key_of
from xlsync.store import pending_changes
from xlsync.store.shared_fields import delivered_fields

if TYPE_CHECKING:
    from xlsync.exchange.receipt import Source, Terms
    from xlsync.store import CopyState, PendingChange, Store
    from xlsync.store.shared_fields import FieldSource


@dataclass(frozen=True, slots=True)
class StoreFacts:
    """What the store knows about an incoming sheet.

    Attributes:
        incoming: The incoming sheet, with the stamp its workbook has lost.
        head: The newest revision, None where the sheet is not stored yet.
        merge_base: The copy's merge base and its open conflicts.
        copy_states: The states of all copies of the sheet by name, read only where the workbook brings conflict choices.
        proposals: The changes of the sheet that wait or waited for the planning office, by number.
        when: When the sheet was saved (ISO 8601), "" where that does not matter.
        is_closed: Whether the sheet is final, so that every change of staff waits for the planning office.
        figure_fields: The fields that figures of the financial system or another form fill, each with where they come from.
        page_answers: What チェック says about handing in, and what is asked for there.

    """

    incoming: Incoming
    head: Sheet | None
    merge_base: MergeBase
    copy_states: Mapping[str, CopyState]
    proposals: Mapping[int, PendingChange] = field(default_factory=dict)
    when: str = ""
    is_closed: bool = False
    figure_fields: Mapping[str, FieldSource] = field(default_factory=dict)
    page_answers: PageAnswers = NO_ANSWERS

    @property
    def hand_in(self) -> HandIn:
        """What チェック says about handing in."""
        return self.page_answers.hand_in

    @property
    def request(self) -> PageRequest:
        """What is asked for on チェック."""
        return self.page_answers.page_request


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What is decided about an incoming sheet.

    Attributes:
        incoming: The incoming sheet, completed from its merge base.
        merge_base: The merge base after the conflict choices.
        resolved: The conflicts that its choices decide.
        merge: The sheet to store, its changes against the head, the conflicts nobody decided.
        overruled: Values in fields for which the planning office decides otherwise, as conflicts (contract JSON).
        is_newly_overruled: True where one of these is in no revision yet.
        is_received: True where the sheet holds nothing that the store has not taken in.
        review: What waits for the planning office.
        taken_back: What taking the last save back came to, where that is asked for.

    """

    incoming: Incoming
    merge_base: MergeBase
    resolved: ResolvedChoices
    merge: Merge
    overruled: tuple[Mapping[str, Any], ...]
    is_newly_overruled: bool
    is_received: bool
    review: Review
    taken_back: TakenBack | None = None

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        """The conflicts nobody decided yet."""
        return self.merge.conflicts


def read_facts(store: Store, terms: Terms, incoming: Incoming, source: Source) -> StoreFacts:
    """Read from the store what the decision about an incoming sheet depends on."""
    key, year = incoming.sheet_id, incoming.sheet.edition.year
    incoming = with_deduced_stamp(store, incoming, source)
    merge_base = find_merge_base(store, incoming, source)
    known = None if merge_base.previous is None else merge_base.previous.copy_file
    return StoreFacts(
        incoming,
        store.head(key, year),
        merge_base,
        store.copy_states(key, year) if incoming.choices else {},
        pending_changes(store, key, year) if key else {},
        source.saved or source.when,
        is_closed=bool(key) and is_closed(store, key, year, terms.procedure_rules.since),
        figure_fields=delivered_fields(store.files, key, year) if key else {},
        page_answers=PageAnswers(
            read_hand_in(store, terms, incoming, known, source.file),
            read_page_request(store, incoming, known, source),
        ),
    )


def reconcile(facts: StoreFacts, terms: Terms) -> Reconciliation:
    """Decide what becomes of an incoming sheet. Pure."""
    incoming, head = facts.incoming, facts.head
    choices = resolve_choices(incoming, facts.merge_base, head, facts.copy_states, terms.groups)
    incoming = complete(incoming, choices.base)
    computed = _computed_totals(head, terms)
    untyped = computed & incoming.live.keys()
    known = _with_formulas_of(incoming, _with_codes_of(incoming, choices.base), untyped)
    merge_base = replace(facts.merge_base, sheet=known)
    base = compared_base(merge_base.sheet, incoming.sheet, _waited(facts), facts.proposals)
    clearing = _clearing(facts, terms, base, incoming)
    is_known = not choices.paths and _is_known(merge_base, incoming.sheet)
    undone = taken_back(facts.request, incoming.sheet, head, is_alone=is_known)
    merged = _merge(clearing.restored_base(base, incoming.sheet), choices.head, undone.sheet, terms)
    merged = _with_delivered_totals(merged, choices.head, untyped)
    merged = replace(merged, changes=changes_between(head, merged.sheet))
    merged, reviewed = _review(facts, terms, merged, incoming.sheet, clearing)
    # A sheet that comes as JSON is the planning office's own word.
    figures = _figure_fields(facts)
    merged = keep_figures(merged, head, figures)
    owned = frozenset[str]() if incoming.is_document else terms.owned | computed | figures
    overruled = tuple(value for value in merge_base.overruled if not is_waiting(value))
    decided = apply_ownership(merged, incoming.sheet, overruled, owned)
    return Reconciliation(
        incoming,
        merge_base,
        choices,
        decided.merge,
        decided.overruled,
        decided.is_new,
        is_received=is_known and not merged.changes and facts.page_answers.are_known,
        review=reviewed,
        taken_back=undone,
    )


def _review(
    facts: StoreFacts, terms: Terms, merged: Merge, incoming: Sheet, clearing: Clearing
) -> tuple[Merge, Review]:
    """Keep what waits for the planning office from the head; a first registration and the office's own JSON never wait."""
    if facts.head is None:
        return merged, Review()
    reviewed = _reviewed_fields(facts, terms, facts.head)
    sides = (facts.head, incoming)
    return review(merged, sides, reviewed, _waited(facts), facts.proposals, clearing)


def _reviewed_fields(facts: StoreFacts, terms: Terms, head: Sheet) -> frozenset[str]:
    """Return the fields in which every change of staff waits."""
    if facts.incoming.is_document:
        return frozenset()
    waiting = terms.reviewed(facts.when) | terms.closed_now()
    # A workbook changes no key by itself; where it only shows a former one, there is no change to wait.
    waiting |= frozenset(head.edition.definition.identity.key)
    fields = head.edition.by_path if facts.is_closed else waiting
    return frozenset(fields) - _computed_totals(head, terms) - _figure_fields(facts)


def _figure_fields(facts: StoreFacts) -> AbstractSet[str]:
    """Return the fields that figures of the financial system or another form fill, whatever staff type there."""
    is_free = facts.incoming.is_document or facts.head is None
    return frozenset() if is_free else facts.figure_fields.keys()


def _waited(facts: StoreFacts) -> tuple[Mapping[str, Any], ...]:
    return tuple(value for value in facts.merge_base.overruled if is_waiting(value))


def _clearing(facts: StoreFacts, terms: Terms, base: Sheet | None, incoming: Incoming) -> Clearing:
    """Return which fields somebody cleared along with many others, now or before, and what becomes of that."""
    if facts.head is None or incoming.is_document:
        return Clearing()
    reviewed = _reviewed_fields(facts, terms, facts.head)
    before = waiting_clearings(incoming.sheet, _waited(facts), facts.proposals, reviewed)
    paths = before | accidental_clearing(base, incoming.sheet)
    if facts.request.keeps_clearing:
        return Clearing(paths - reviewed, "meant")
    return Clearing(paths, "restored" if facts.request.word == "restore" else "held")


def _merge(base: Sheet | None, head: Sheet | None, incoming: Sheet, terms: Terms) -> Merge:
    if head is None:
        return Merge(incoming, (), ())
    return merge(base, head, incoming, terms.groups)


def _computed_totals(head: Sheet | None, terms: Terms) -> frozenset[str]:
    """Return the totals that are computed over the program's sheets, whatever a workbook says of them."""
    if head is None or not terms.is_complete(head.program):
        return frozenset()
    return program_total_paths(head.edition)


def _with_codes_of(incoming: Incoming, base: Sheet | None) -> Sheet | None:
    """Return the merge base with the key of a worksheet's page: a workbook changes no key, it only shows a former one.

    A key that somebody has typed is a change like any other, which waits for the planning office.
    """
    sheet = incoming.sheet
    if base is not None and proposes_key(incoming):
        return base
    if base is None and incoming.key != sheet.key:
        base = Sheet(sheet.edition, sheet.key).with_id(sheet.id)
    is_shown = key_of(sheet.edition, sheet) is not None
    if base is None or incoming.is_document or not is_shown:
        return base
    return replace_fields(base, sheet, base.edition.definition.identity.key)


def _with_formulas_of(
    incoming: Incoming, base: Sheet | None, untyped: Collection[str]
) -> Sheet | None:
    """Return the merge base with the incoming totals where our own formula stands: nobody has changed those."""
    if base is None:
        return None
    return replace_fields(with_shares(base, incoming.live), incoming.sheet, untyped)


def _with_delivered_totals(merged: Merge, head: Sheet | None, untyped: Collection[str]) -> Merge:
    """Return the merge with the head's totals where nobody typed any."""
    sheet = merged.sheet if head is None else keep_totals(merged.sheet, head, untyped)
    conflicts = (conflict for conflict in merged.conflicts if conflict.path not in untyped)
    return replace(merged, sheet=sheet, conflicts=tuple(conflicts))


def _is_known(merge_base: MergeBase, incoming: Sheet) -> bool:
    """True where the copy is known to hold just this sheet, its values in conflict included."""
    base = merge_base.sheet
    return base is not None and with_incoming_values(base, merge_base.conflicts).same_content(
        incoming
    )

"""Acts that a workbook says: somebody changed the cell in which a sheet is handed in, against what this copy last held."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from xlsync.exchange.reconcile.page_request import with_request_read
from xlsync.exchange.stages.hand_in_cell import HandIn, cell_id_of, stage_of, with_word_read
from xlsync.exchange.stages.hand_in_findings import (
    REFUSED_CODE,
    hand_in_findings,
    recorded,
    refusal,
)
from xlsync.finding import finding
from xlsync.merging import json_as_text
from xlsync.sheet_stage import STAGE_WORDS, WITH_STAFF, fault_of_act, state_after, state_of
from xlsync.store.stage_acts import ActSource, StageAct, stage_acts, write_stage_act

if TYPE_CHECKING:
    from xlsync.exchange.incoming import Incoming
    from xlsync.exchange.receipt import Source, Terms
    from xlsync.exchange.reconcile.page_request import PageRequest
    from xlsync.exchange.reconcile.reconcile import Reconciliation, StoreFacts
    from xlsync.finding import Finding
    from xlsync.form.submission_cells import SubmissionCells
    from xlsync.merging import Change
    from xlsync.sheet import Sheet
    from xlsync.sheet_stage import StageActKind, StageState
    from xlsync.store import CopyState, Store


@dataclass(frozen=True, slots=True)
class RecordedActs:
    """What a workbook says about handing in, and the findings on it."""

    hand_in: HandIn
    findings: tuple[Finding, ...]
    is_refused: bool

    @property
    def is_act(self) -> bool:
        """Whether it was written down as an act."""
        return self.hand_in.act_kind is not None and not self.is_refused

    def in_state(self, store: Store, state: CopyState, request: PageRequest) -> CopyState:
        """Return the copy's state with what its cells say."""
        count = len(stage_acts(store.files, state.sheet.id, state.sheet.edition.year))
        file = with_word_read(state.copy_file, self.hand_in, count, is_refused=self.is_refused)
        return replace(state, copy_file=with_request_read(file, request))


def record_acts(  # noqa: PLR0913 (what a save says)
    store: Store,
    terms: Terms,
    facts: StoreFacts,
    decision: Reconciliation,
    source: Source,
    *,
    commits: bool,
) -> RecordedActs:
    """Write down what a workbook says about handing in; the acts come before the revision that goes with them."""
    incoming, head = decision.incoming, facts.head
    number = None if head is None else head.revision
    revision = (number or 0) + int(commits)
    changes = decision.merge.changes
    refusals = _record_field(store, terms, incoming, changes, number, source)
    remarks = _record_cell(store, terms, incoming, facts.hand_in, revision, source)
    is_refused = any(remark.code == REFUSED_CODE for remark in remarks)
    if remarks and not is_refused and not commits:
        store.touch_head(incoming.sheet_id, incoming.sheet.edition.year)
    findings = (*refusals, *(remarks or hand_in_findings(facts.hand_in)))
    return RecordedActs(facts.hand_in, findings, is_refused)


def _record_field(  # noqa: PLR0913, PLR0917 (what a save and its revision say)
    store: Store,
    terms: Terms,
    incoming: Incoming,
    changes: Collection[Change],
    number: int | None,
    source: Source,
) -> list[Finding]:
    """Write the act that a save says in a field of the form, and return a finding where it cannot be done at this stage.

    Call within `store.writing`, before the revision is committed that follows the one with this `number`: a program
    killed in between receives the workbook again and finds the act there.
    """
    cells = incoming.sheet.edition.definition.submission
    kind = None if cells is None else _act_of(incoming, cells, changes)
    if cells is None or kind is None:
        return []
    act = _act(incoming, cells, (number or 0) + 1, source)
    state = _record(store, terms, incoming, kind, act)
    return [] if state is None else [incoming.located(_refusal(incoming.sheet, cells, state))]


def _record_cell(  # noqa: PLR0913, PLR0917 (as above)
    store: Store, terms: Terms, incoming: Incoming, hand_in: HandIn, revision: int, source: Source
) -> list[Finding]:
    """Write the act that the cell of チェック says, and return a finding where it cannot be done at this stage.

    Call as above; `revision` is the number of the revision that holds what the workbook brings.
    """
    cell, kind = hand_in.hand_in_cell, hand_in.act_kind
    if cell is None or kind is None:
        return []
    by_cell = ActSource("workbook", source.file, cell_id_of(incoming, cell))
    who = cell.person or incoming.who
    act = StageAct("submit", revision, source.when, who, cell.day_text, act_source=by_cell)
    state = _record(store, terms, incoming, kind, act)
    if state is None:
        remark = recorded(cell.typed, stage_of(store, terms, incoming.sheet_id))
    else:
        remark = refusal(cell.typed, state.stage)
    return [remark.at(cell.worksheet, cell.cell)]


def _record(
    store: Store, terms: Terms, incoming: Incoming, kind: StageActKind, act: StageAct
) -> StageState | None:
    """Write the acts by which a word is done; where it cannot be done, return what the sheet is at, else None."""
    year, since = incoming.sheet.edition.year, terms.procedure_rules.since
    written = stage_acts(store.files, incoming.sheet_id, year, since)
    state = state_of(act.stage_act_kind for act in written)
    kinds = possible_acts(state, kind)
    if kinds:
        _write(store, incoming, [replace(act, stage_act_kind=each) for each in kinds], written)
        return None
    is_pointless = kind == "withdraw" and state.stage in WITH_STAFF
    return None if is_pointless else state


def _act_of(
    incoming: Incoming, cells: SubmissionCells, changes: Collection[Change]
) -> StageActKind | None:
    """Return the act that the cell's new word stands for, None where it stands for none or nobody changed it."""
    word = next((change.after for change in changes if change.path == cells.field), None)
    return cells.acts.get(word) if isinstance(word, str) and not incoming.is_document else None


def _act(incoming: Incoming, cells: SubmissionCells, number: int, source: Source) -> StageAct:
    """Return a handing in as the workbook says it."""
    who, date = _who(incoming, cells), _date_words(incoming.sheet, cells)
    by_workbook = ActSource("workbook", source.file)
    return StageAct("submit", number, source.when, who, date, act_source=by_workbook)


def _write(
    store: Store, incoming: Incoming, acts: Sequence[StageAct], written: Sequence[StageAct]
) -> None:
    """Write acts, but for the one that a program wrote that was killed before it committed the revision."""
    newest = replace(written[-1], when=acts[-1].when) if written else None
    for act in acts if newest != acts[-1] else ():
        write_stage_act(store.files, incoming.sheet_id, incoming.sheet.edition.year, act)


def possible_acts(state: StageState, kind: StageActKind) -> Sequence[StageActKind]:
    """Return the acts by which a word is done: a head who endorses what nobody handed in hands it in as well."""
    if not fault_of_act(state, kind):
        return (kind,)
    if kind == "endorse" and not fault_of_act(state, "submit"):
        after = state_after(state, "submit")
        return ("submit", "endorse") if not fault_of_act(after, "endorse") else ()
    return ()


def _who(incoming: Incoming, cells: SubmissionCells) -> str:
    """Return who says so: the name that is typed, else who saved the workbook."""
    sheet = incoming.sheet
    typed = sheet[cells.name] if cells.name else None
    return str(typed) if typed else incoming.who


def _date_words(sheet: Sheet, cells: SubmissionCells) -> str:
    """Return the date that is typed, as the page shows it, "" where there is none."""
    if not cells.date or sheet[cells.date] is None:
        return ""
    field = sheet.edition.by_path[cells.date]
    return f"{field.label} {json_as_text(sheet.edition, cells.date, field.kind.to_json(sheet[cells.date]))}"


def _refusal(sheet: Sheet, cells: SubmissionCells, state: StageState) -> Finding:
    title = sheet.edition.by_path[cells.field].title
    shown = str(sheet[cells.field])
    return finding(
        "stage-refused", cells.field, field=title, shown=shown, kept=STAGE_WORDS[state.stage]
    )


__all__ = ["RecordedActs", "possible_acts", "record_acts"]

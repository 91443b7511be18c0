"""An act of the planning office about sheets: planned without writing anything, carried out for all of them or for none.

plan = plan_act(store, terms, keys, act)      what would become of each sheet, and why it cannot be done
run_plan(store, terms, plan)                  Stale where a sheet or its stage is no longer as the plan saw it
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from xlsync.errors import Stale, StoreError
from xlsync.exchange.department_summaries import programs_of
from xlsync.exchange.sheet_status import sheet_statuses
from xlsync.exchange.stages.sheet_procedure import sheet_procedure
from xlsync.merging import changes_between
from xlsync.sheet_stage import ACT_WORDS, REASON_NEEDED, WITH_STAFF, fault_of_act, state_after
from xlsync.store import Draft
from xlsync.store.stage_acts import stage_acts, write_stage_act

if TYPE_CHECKING:
    from xlsync.exchange.receipt import Terms
    from xlsync.exchange.sheet_status import SheetStatus
    from xlsync.exchange.stages.sheet_procedure import SheetProcedure
    from xlsync.sheet import Sheet
    from xlsync.sheet_keys import SheetId
    from xlsync.store import Store
    from xlsync.store.stage_acts import StageAct


@dataclass(frozen=True, slots=True)
class PlannedAct:
    """What an act is about to make of a sheet.

    Attributes:
        sheet: The sheet, as it was when the plan was made.
        procedure: What was done about it until then.
        stage_act: The act, decided on this revision.
        fault: Why it cannot be done, "" where it can.

    """

    sheet: Sheet
    procedure: SheetProcedure
    stage_act: StageAct
    fault: str = ""

    @property
    def key(self) -> str:
        """The sheet's key."""
        return self.sheet.key

    @property
    def is_written(self) -> bool:
        """Whether the newest act says all of this already and the sheet has not changed since: nothing is to be written.

        So it is where somebody does an act twice, or goes on after a run that did not come to its end.
        """
        acts = self.procedure.stage_acts
        return (
            bool(acts) and not self.procedure.is_changed and _adds_nothing(self.stage_act, acts[-1])
        )

    @property
    def before(self) -> str:
        """The stage before, in a word."""
        return self.procedure.state.word

    @property
    def after(self) -> str:
        """The stage that it leads to, in a word."""
        if self.is_written:
            return self.before
        return state_after(self.procedure.state, self.stage_act.stage_act_kind).word

    @property
    def outcome_words(self) -> str:
        """What becomes of the sheet, in Japanese: 入力中 → 提出済, or 提出済のまま where only the act is recorded."""
        if self.fault:
            return f"除きます（{self.fault}）"
        if self.is_written:
            return f"{self.before}のまま（すでに記録してあります）"
        if self.before == self.after:
            word = ACT_WORDS[self.stage_act.stage_act_kind]
            return f"{self.before}のまま（この{word}も記録します）"
        return f"{self.before} → {self.after}"

    def to_document(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "key": self.key,
            "title": self.sheet.title,
            "before": self.before,
            "after": self.before if self.fault else self.after,
            "revision": self.stage_act.revision,
            "already_recorded": self.is_written,
            "fault": self.fault,
        }


def plan_act(
    store: Store, terms: Terms, keys: Sequence[str], act: StageAct
) -> tuple[PlannedAct, ...]:
    """Return what an act would make of each sheet; nothing is written.

    Raises:
        StoreError: It needs a comment and has none, or a key is of no sheet that counts.

    """
    if act.stage_act_kind in REASON_NEEDED and not act.comment and not act.field_comments:
        raise StoreError("理由（--comment）を書いてください")
    named = {store.id_of(key, terms.fiscal_year): key for key in keys}
    programs = programs_of(store, terms, named)
    statuses = {status.sheet.id: status for status in sheet_statuses(store, terms, programs)}
    unknown = list(_unknown(store, terms, named, statuses.keys()))
    if unknown:
        raise StoreError("何もしていません。" + "。".join(unknown))
    return tuple(planned_act(statuses[sheet_id], act) for sheet_id in named)


def planned_act(status: SheetStatus, act: StageAct) -> PlannedAct:
    """Return what an act would make of one sheet; its revision is the sheet's newest."""
    sheet, procedure = status.sheet, status.procedure
    decided = replace(act, revision=sheet.revision or 0)
    planned = PlannedAct(sheet, procedure, decided)
    if planned.is_written:
        return planned
    kind = act.stage_act_kind
    fault = fault_of_act(procedure.state, kind, is_changed=procedure.is_changed_by_staff)
    return replace(planned, fault=fault)


def refuse_faulty(plan: Iterable[PlannedAct]) -> None:
    """Raise StoreError, naming each, where the act cannot be done about a sheet."""
    faults = [
        f"{planned.key} {planned.sheet.title}：{planned.fault}" for planned in plan if planned.fault
    ]
    if faults:
        raise StoreError("何もしていません。" + "。".join(faults))


def feasible(plan: Iterable[PlannedAct]) -> tuple[PlannedAct, ...]:
    """Return the sheets about which the act can be done."""
    return tuple(planned for planned in plan if not planned.fault)


def to_record(plan: Iterable[PlannedAct]) -> tuple[PlannedAct, ...]:
    """Return the sheets about which the act can be done and is not recorded yet."""
    return tuple(planned for planned in feasible(plan) if not planned.is_written)


def run_plan(store: Store, terms: Terms, plan: Sequence[PlannedAct]) -> None:
    """Write the act about every sheet of a plan, or about none.

    Raises:
        StoreError: It cannot be done about one of them.
        Stale: A sheet, or its stage, is no longer as the plan saw it.

    """
    refuse_faulty(plan)
    year = terms.fiscal_year
    with store.writing():
        _refuse_stale(store, terms, plan)
        for planned in plan:
            if not planned.is_written:
                _write(store, year, planned)
            _reset_cell(store, year, planned)
    for planned in plan:
        store.touch_head(planned.sheet.id, year)


def recorded_words(plan: Sequence[PlannedAct]) -> str:
    """Say about how many sheets carrying out a plan has written its act, and about how many it was written already."""
    if not plan:
        return "何も記録していません。"
    word = ACT_WORDS[plan[0].stage_act.stage_act_kind]
    already = sum(planned.is_written for planned in plan)
    new = len(plan) - already
    sentences = (
        f"{word} {new}件を記録しました。" if new else "",
        f"{word} {already}件は、すでに記録してあります。" if already else "",
    )
    return "".join(sentences)


def _write(store: Store, year: int, planned: PlannedAct) -> None:
    """Write the act; what the city's rule alone says by then is written down before it."""
    implied = planned.procedure.implied_act
    if implied is not None:
        write_stage_act(store.files, planned.sheet.id, year, implied)
    write_stage_act(store.files, planned.sheet.id, year, planned.stage_act)


def _reset_cell(store: Store, year: int, planned: PlannedAct) -> None:
    """Set the cell in which the sheet was handed in back, where staff are to hand it in again: one revision by the office."""
    head, act = store.head(planned.sheet.id, year), planned.stage_act
    cells = None if head is None else head.edition.definition.submission
    stage = state_after(planned.procedure.state, act.stage_act_kind).stage
    if head is None or cells is None or stage not in WITH_STAFF:
        return
    if head[cells.field] is None or head[cells.field] == cells.open:
        return
    sheet = head.with_values({cells.field: cells.open})
    changes = tuple(change.to_document() for change in changes_between(head, sheet))
    store.commit(Draft(sheet, act.when, act.who, changes=changes))


def _refuse_stale(store: Store, terms: Terms, plan: Iterable[PlannedAct]) -> None:
    """Raise Stale where a sheet has a newer revision, or another act, than the plan saw."""
    year, since = terms.fiscal_year, terms.procedure_rules.since
    newer = []
    for planned in plan:
        number = store.last(planned.sheet.id, year)
        acts = tuple(stage_acts(store.files, planned.sheet.id, year, since))
        if number != planned.stage_act.revision:
            newer.append(f"{planned.key} は第{number}版になりました")
        elif acts != planned.procedure.stage_acts:
            state = sheet_procedure(store, planned.sheet.id, year, number, since).state
            newer.append(f"{planned.key} は「{state.word}」になりました")
    if newer:
        raise Stale(
            "確かめたあとに変わったシートがあるため、何もしていません。"
            f"{'。'.join(newer)}。もう一度確かめてから実行してください"
        )


def _adds_nothing(act: StageAct, written: StageAct) -> bool:
    """Whether an act says nothing that a written one does not say, whoever wrote that, when and where."""
    return (
        written.stage_act_kind == act.stage_act_kind
        and act.comment in {"", written.comment}
        and set(act.field_comments) <= set(written.field_comments)
        and act.approval in {"", written.approval}
    )


def _unknown(
    store: Store, terms: Terms, named: Mapping[SheetId, str], known: Collection[str]
) -> Iterator[str]:
    missing = {sheet_id: key for sheet_id, key in named.items() if sheet_id not in known}
    registered = set(store.keys(terms.fiscal_year)) if missing else set()
    counted = set(store.counted_keys(terms.fiscal_year)) if missing else set()
    for sheet_id, key in missing.items():
        if sheet_id not in registered:
            yield f"{key} は登録されていません"
        elif sheet_id not in counted:
            yield f"{key} は、いま対象外か廃止です"
        else:
            yield f"{key} の記録が読めません。`xlsync audit` で確かめてください"


__all__ = [
    "PlannedAct",
    "feasible",
    "plan_act",
    "planned_act",
    "recorded_words",
    "refuse_faulty",
    "run_plan",
    "to_record",
]

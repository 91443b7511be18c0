"""Carry a roll-over out: a revision for each sheet of the new edition, each written for itself, so that a run can go on.

Whoever is killed half way runs it again: what is done is the same, and only what is missing is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from xlsync.errors import Stale, StoreError
from xlsync.exchange.rollover.carried_marks import carried_marks, marks_of
from xlsync.merging import changes_between
from xlsync.store import Draft, Submission, pending_changes, sheets_with_acts
from xlsync.store.register_acts import RegisterAct, register_acts, write_register_act
from xlsync.store.rollover_acts import (
    EditionAct,
    RolloverAct,
    edition_acts,
    is_closed,
    rollover_act,
    write_edition_act,
    write_rollover_act,
)

if TYPE_CHECKING:
    from xlsync.exchange.receipt import Source
    from xlsync.exchange.rollover.carried_sheets import PlannedRollover
    from xlsync.exchange.rollover.rollover_plan import RolloverPlan
    from xlsync.store import Store
    from xlsync.store.rollover_acts import EditionStep

Progress = Callable[[Sequence[Any]], Iterable[Any]]
_STALE: Final = "確かめたあとに変わっています。もう一度実行してください"


def run_rollover(
    store: Store, plan: RolloverPlan, source: Source, progress: Progress
) -> Iterator[tuple[PlannedRollover, str]]:
    """Make the sheets of a plan, and yield each with the reason why it could not be made, "" where it was.

    Each is decided on the revisions that the plan was made of; where one of them is no longer the newest, it is left out.
    """
    with store.writing():
        _write_step(store, plan, "begin", source)
    for planned in progress(plan.to_write):
        try:
            with store.writing():
                _write_sheet(store, plan, planned, source)
            yield planned, ""
        except Stale as fault:
            yield planned, fault.reason
    with store.writing():
        for planned in plan.planned:
            if planned.excluding is not None and planned.sheet_fate != "refused":
                _exclude(store, plan, planned, source)


def take_back(store: Store, plan: RolloverPlan, source: Source) -> None:
    """Write down that an edition is taken back; StoreError, naming the sheets, where somebody has typed in it already."""
    with store.writing():
        refuse_taking_back(store, plan)
        _write_step(store, plan, "take-back", source)


def refuse_taking_back(store: Store, plan: RolloverPlan) -> None:
    """Raise StoreError where an edition cannot be taken back: there is none, or somebody has typed in it already."""
    if not edition_acts(store.files, plan.to_year):
        raise StoreError(f"{plan.to_year}年度への年度更新はしていません")
    if is_closed(store.files, plan.from_year):
        raise StoreError(f"{plan.from_year}年度はもう締めているため、年度更新を取り消せません")
    typed = typed_keys(store, plan.to_year)
    if typed:
        some = "、".join(typed[:5])
        raise StoreError(
            f"もう入力されているシートが{len(typed)}件あるため、年度更新を取り消せません（{some}）"
        )


def typed_keys(store: Store, year: int) -> list[str]:
    """Return the keys of an edition's sheets in which somebody has typed: a workbook brought a change, or one waits."""
    proposed = {
        each for each in sheets_with_acts(store, year) if pending_changes(store, each, year)
    }
    brought = {each for each in store.keys(year) if _is_brought(store, each, year)}
    return [store.key_of(each, year) for each in sorted(proposed | brought)]


def _is_brought(store: Store, sheet_id: Any, year: int) -> bool:
    revisions = store.revisions(sheet_id, year)
    return any(revision.draft.submission.workbook_hash for revision in revisions)


def _write_sheet(
    store: Store, plan: RolloverPlan, planned: PlannedRollover, source: Source
) -> None:
    sheet, made_of = planned.sheet, planned.shifted.last_year
    last = store.last(sheet.id, plan.to_year)
    sources = planned.sources.items()
    is_old = any(store.last(each, plan.from_year) != number for each, number in sources)
    if last != planned.parent or is_old:
        raise Stale(_STALE, sheet.key)
    before = store.find_newest(sheet.id, plan.to_year)
    head = None if before is None else before.sheet
    marks = marks_of(sheet, _marked_paths(store, planned))
    act = RolloverAct(
        plan.from_year,
        made_of.revision or 0,
        last + 1,
        marks,
        source.when,
        source.who,
        planned.former_revisions,
    )
    written = rollover_act(store.files, sheet.id, plan.to_year)
    if written is None or not written.says_the_same(act):
        write_rollover_act(store.files, sheet.id, plan.to_year, act)
    file = f"年度更新（{made_of.edition.expand('{0年度}')}の{_source_words(store, plan, planned)}から）"
    changes = tuple(change.to_document() for change in changes_between(head, sheet))
    store.commit(Draft(sheet, source.when, source.who, Submission(file=file), changes))


def _source_words(store: Store, plan: RolloverPlan, planned: PlannedRollover) -> str:
    """Return of which revisions a sheet is made: 第3版; by its lineage 01-01 第3版・01-02 第1版."""
    if not planned.former_revisions:
        return f"第{planned.shifted.last_year.revision}版"
    return "・".join(
        f"{store.key_of(each.former_id, plan.from_year)} 第{each.revision}版"
        for each in planned.former_revisions
    )


def _marked_paths(store: Store, planned: PlannedRollover) -> list[str]:
    """Return the fields that are marked from now on: carried text that nobody has changed in the new edition."""
    sheet, shifted = planned.sheet, planned.shifted
    same = [path for path in shifted.marked_paths if sheet[path] == shifted.sheet[path]]
    before = store.find_newest(sheet.id, sheet.edition.year)
    if before is None:
        return same
    marked = carried_marks(store, before.sheet)
    changed = {change.path for change in changes_between(before.sheet, sheet)}
    return [path for path in same if path in marked | changed]


def _exclude(store: Store, plan: RolloverPlan, planned: PlannedRollover, source: Source) -> None:
    """Write that a new sheet does not count, as last year's did not; nothing where anything was ever said of it."""
    act = planned.excluding
    if act is None or register_acts(store.files, planned.sheet.id, plan.to_year):
        return
    register_act = RegisterAct(act.act_kind, act.from_day, act.reason, source.when, source.who)
    write_register_act(store.files, planned.sheet.id, plan.to_year, register_act)


def _write_step(store: Store, plan: RolloverPlan, step: EditionStep, source: Source) -> None:
    """Write a step of an edition unless it is the newest already. Call within `Store.writing`."""
    acts = edition_acts(store.files, plan.to_year)
    if not acts or acts[-1].step != step:
        act = EditionAct(step, plan.from_year, source.when, source.who)
        write_edition_act(store.files, plan.to_year, act)


def rolled_over_words(plan: RolloverPlan, made_count: int) -> str:
    """Say how many sheets were made, none where the year was rolled over already, and which year is the city's now."""
    sentence = (
        f"シートを作りました {made_count}件。" if made_count else "新しく作るシートはありません。"
    )
    return f"{sentence}対象年度は{plan.to_year}年度です"


__all__ = ["refuse_taking_back", "rolled_over_words", "run_rollover", "take_back", "typed_keys"]

"""`xlsync sheets add`: register the sheets of an Excel or CSV list, once it is shown what that does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from xlsync.city.board_update import renew_board
from xlsync.city.clock_and_user import now, user
from xlsync.city.register_list import REGISTER_HEADINGS
from xlsync.cli import ATTENTION
from xlsync.cli.abandoned_files import remove_abandoned
from xlsync.cli.agreement import ASK, Agreement
from xlsync.cli.cancellable_steps import CancellableSteps
from xlsync.cli.change_lines import change_lines, say_first
from xlsync.cli.console import complain, say
from xlsync.cli.current_city import current_city
from xlsync.cli.shared_fields_lines import keep_forms_in_step
from xlsync.cli.shown_plan import leave_plan, read_list, refuse_plan, report_plan
from xlsync.exchange import Source
from xlsync.exchange.register.register_plan import PlannedSheet, RegisterPlan, plan_register
from xlsync.exchange.register.register_run import run_register

if TYPE_CHECKING:
    from xlsync.city.settings import CitySettings
    from xlsync.exchange.receipt import Receipt

_QUESTION: Final = "このとおり登録しますか"
_NOT_DONE: Final = "登録していません。よければ --yes を付けて実行してください。"
_FAULTY: Final = "何も登録していません。上の行を直して、もう一度実行してください。"


@dataclass(frozen=True, slots=True)
class AddOptions:
    """What the options of `xlsync sheets add` say."""

    mapping_entries: Sequence[str] = ()
    agreement: Agreement = ASK


def add_sheets(folder: Path, file: Path, options: AddOptions) -> int:
    """Show what a list would change in the register, carry it out where that is agreed, and return the exit code."""
    city = current_city(folder)
    given = REGISTER_HEADINGS.of_options(city, options.mapping_entries)
    mapping = {**REGISTER_HEADINGS.read(city), **given}
    plan = plan_register(city.store, city.terms, read_list(file), file.name, mapping)
    if options.mapping_entries and not options.agreement.is_dry_run:
        remove_abandoned(city.folder)
        REGISTER_HEADINGS.save(city, mapping)
    if not options.agreement.as_json:
        _say_plan(city, plan, options)
    if plan.faults:
        return refuse_plan(plan, _FAULTY, as_json=options.agreement.as_json)
    steps = CancellableSteps("登録中")
    receipts = _carried_out(city, plan, file.name, options, steps)
    if receipts is None:
        return _left(plan, options)
    counted = frozenset(city.store.counted_keys(city.terms.fiscal_year))
    wanted, as_json = plan.to_export(receipts, counted), options.agreement.as_json
    return report_plan(folder, plan, receipts, wanted, "登録しました", as_json=as_json, steps=steps)


def _say_plan(city: CitySettings, plan: RegisterPlan, options: AddOptions) -> None:
    say(
        f"新しい事業 {len(plan.new_sheets)}件、変わる事業 {len(plan.changed_sheets)}件、同じ内容 {len(plan.same_sheets)}件、"
        f"一覧にない登録済みの事業 {len(plan.missing_sheets)}件"
    )
    for word, planned in (("新規", plan.new_sheets), ("変更", plan.changed_sheets)):
        say_first([line for sheet in planned for line in _lines(word, sheet)])
    say_first(
        [
            f"一覧にありません {sheet.key} {sheet.title}（何もしません）"
            for sheet in plan.missing_sheets
        ]
    )
    say_first([f"前身 {each.words(city.store)}" for each in plan.planned_lineage])
    say_first(plan.passed_over)
    say_first([f"確かめてください {doubt}" for doubt in plan.doubts])
    for fault in plan.faults:
        complain(fault)
    if options.mapping_entries and not options.agreement.is_dry_run:
        say(f"見出しを {REGISTER_HEADINGS.name} に控えました。次からは --map は要りません。")


def _lines(word: str, planned: PlannedSheet) -> list[str]:
    sheet = planned.sheet
    former = f"、番号 {planned.former_key} から" if planned.former_key else ""
    head = f"{word} {sheet.key} {sheet.title}（{planned.row}行目{former}）"
    if word == "新規":
        return [head]
    return [head, *change_lines(sheet, planned.changes)]


def _carried_out(
    city: CitySettings,
    plan: RegisterPlan,
    name: str,
    options: AddOptions,
    steps: CancellableSteps,
) -> list[Receipt] | None:
    """Return the receipts, None where it was not agreed to."""
    agreement = options.agreement
    if not (plan.is_something or agreement.is_given) or not agreement.is_reached(_QUESTION):
        return None
    source = Source(name, now(), user())
    receipts = list(run_register(city.store, city.terms, plan, source, steps))
    keep_forms_in_step(city, quiet=agreement.as_json)
    renew_board(city, receipts, complain)
    return receipts


def _left(plan: RegisterPlan, options: AddOptions) -> int:
    """Say that nothing was done, and return the exit code."""
    is_left = plan.is_something and not options.agreement.is_dry_run
    leave_plan(plan, _NOT_DONE if is_left else "", as_json=options.agreement.as_json)
    return ATTENTION if is_left or plan.doubts else 0


__all__ = ["AddOptions", "add_sheets"]

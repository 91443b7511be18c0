"""`xlsync plans indicators`: put the indicators that several sheets share into these, once it is shown what that changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from xlsync.city.board_update import renew_board
from xlsync.city.clock_and_user import now, user
from xlsync.cli import ATTENTION
from xlsync.cli.cancellable_steps import CancellableSteps
from xlsync.cli.change_lines import change_lines, say_first
from xlsync.cli.console import complain, say
from xlsync.cli.current_city import current_city
from xlsync.cli.shown_plan import leave_plan, refuse_plan, report_plan
from xlsync.errors import SettingsError
from xlsync.exchange import Source
from xlsync.exchange.plans.indicators_run import plan_indicators, run_indicators

if TYPE_CHECKING:
    from pathlib import Path

    from xlsync.cli.agreement import Agreement
    from xlsync.exchange.plans.indicators_run import IndicatorsPlan

_QUESTION: Final = "このとおり入れますか"
_NOT_DONE: Final = "入れていません。よければ --yes を付けて実行してください。"
_FAULTY: Final = "何も入れていません。一覧を直して、もう一度実行してください。"
_NO_LIST: Final = '共通の指標の一覧がありません。xlsync.toml の [plans] に indicators = "指標.csv" と書いてください'


def share_indicators(folder: Path, agreement: Agreement) -> int:
    """Show what the shared indicators change in the sheets, put them in where that is agreed, and return the exit code."""
    city = current_city(folder)
    if not city.terms.code_lists.plan_list.shared_indicators:
        raise SettingsError(_NO_LIST)
    plan, as_json = plan_indicators(city.store, city.terms), agreement.as_json
    if not as_json:
        _say_plan(plan)
    if plan.faults:
        return refuse_plan(plan, _FAULTY, as_json=as_json)
    if not plan.changed or not agreement.is_reached(_QUESTION):
        return _left(plan, agreement)
    source, steps = (
        Source("共通の指標の一覧", now(), user()),
        CancellableSteps("指標を入れています"),
    )
    receipts = list(run_indicators(city.store, city.terms, plan, source, steps))
    renew_board(city, receipts, complain)
    wanted = [each.sheet.id for each in plan.changed]
    return report_plan(folder, plan, receipts, wanted, "入れました", as_json=as_json, steps=steps)


def _left(plan: IndicatorsPlan, agreement: Agreement) -> int:
    """Say that nothing was done, and return the exit code."""
    is_left = bool(plan.changed) and not agreement.is_dry_run
    leave_plan(plan, _NOT_DONE if is_left else "", as_json=agreement.as_json)
    return ATTENTION if is_left else 0


def _say_plan(plan: IndicatorsPlan) -> None:
    say(
        f"共通の指標のあるシート {len(plan.indicator_sheets)}件、変わるシート {len(plan.changed)}件"
    )
    lines = []
    for each in plan.changed:
        lines += [f"変更 {each.sheet.key} {each.sheet.title}（{each.indicator_name}）"]
        lines += change_lines(each.sheet, each.changes)
    say_first(lines)
    for fault in plan.faults:
        complain(fault)


__all__ = ["share_indicators"]

"""`xlsync figures undo`: take the last import of a kind of file back, once it is shown what that does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from xlsync.city.board_update import renew_board
from xlsync.city.clock_and_user import now, user
from xlsync.cli import ATTENTION
from xlsync.cli.cancellable_steps import CancellableSteps
from xlsync.cli.change_lines import change_lines, say_first
from xlsync.cli.console import complain, say
from xlsync.cli.current_city import current_city
from xlsync.cli.shown_plan import leave_plan, report_plan
from xlsync.exchange import Source
from xlsync.exchange.figures.import_undo import keep_undo, plan_figures_undo, run_undo

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from xlsync.cli.agreement import Agreement
    from xlsync.exchange.figures.import_undo import FiguresUndo, UndoneSheet

_QUESTION: Final = "取り消しますか"
_NOT_DONE: Final = "取り消していません。よければ --yes を付けて実行してください。"


def undo_figures(folder: Path, kind: str, agreement: Agreement) -> int:
    """Show what taking the last import of a kind back would change, do so where that is agreed, and return the exit code."""
    city = current_city(folder)
    plan = plan_figures_undo(city.store, city.terms, kind)
    as_json = agreement.as_json
    if not as_json:
        say(f"{kind}：{plan.undone_import.file}（変わるシート {len(plan.changed)}件）")
        say_first([line for undone in plan.changed for line in _lines(undone)])
        say_first(list(_newer_lines(plan)))
    if not agreement.is_reached(_QUESTION):
        leave_plan(plan, "" if agreement.is_dry_run else _NOT_DONE, as_json=as_json)
        return 0 if agreement.is_dry_run else ATTENTION
    source, steps = Source(plan.file_words, now(), user()), CancellableSteps("取り消し中")
    keep_undo(city.store, city.terms, plan, source)
    receipts = list(run_undo(city.store, city.terms, plan, source, steps))
    renew_board(city, receipts, complain)
    wanted = [undone.sheet.id for undone in plan.undone_sheets]
    return report_plan(
        folder, plan, receipts, wanted, "取り消しました", as_json=as_json, steps=steps
    )


def _lines(undone: UndoneSheet) -> Iterator[str]:
    yield f"変更 {undone.sheet.key} {undone.sheet.title}"
    yield from change_lines(undone.sheet, undone.changes)


def _newer_lines(plan: FiguresUndo) -> Iterator[str]:
    for undone in plan.undone_sheets:
        fields = undone.sheet.edition.by_path
        titles = "、".join(fields[path].title for path in undone.newer_paths)
        if titles:
            named = f"{undone.sheet.key} {undone.sheet.title}"
            yield f"確かめてください {named}：その後に変わったため、そのままにします（{titles}）"


__all__ = ["undo_figures"]

"""Carrying out what `xlsync grades import` and `revert` have planned: shown, agreed to, recorded, written into workbooks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from xlsync.city.board_update import renew_board
from xlsync.city.clock_and_user import now, user
from xlsync.city.grade_headings import tiers_called
from xlsync.cli import ATTENTION
from xlsync.cli.cancellable_steps import CancellableSteps
from xlsync.cli.change_lines import say_first
from xlsync.cli.console import complain
from xlsync.cli.current_city import current_city
from xlsync.cli.shown_plan import leave_plan, report_plan
from xlsync.exchange import Source
from xlsync.exchange.tiers.grades_plan import part_words
from xlsync.exchange.tiers.grades_run import keep_grades_of, run_grades

if TYPE_CHECKING:
    from xlsync.city.settings import CitySettings
    from xlsync.cli.agreement import Agreement
    from xlsync.exchange.tiers.grades_plan import GradesPlan, SheetGrades


@dataclass(frozen=True, slots=True)
class ActWords:
    """What an act is called: the question before it, and what is said once it is done, and once it is not."""

    question: str
    sentence_after: str
    sentence_if_not: str
    is_undo: bool = False


def city_with_tiers(folder: Path) -> CitySettings:
    """Return the city's settings; SettingsError where it has no tiers."""
    city = current_city(folder)
    tiers_called(city)
    return city


def act_on_grades(
    city: CitySettings, plan: GradesPlan, file: str, words: ActWords, agreement: Agreement
) -> int:
    """Show what a plan changes, carry it out where that is agreed, and return the exit code.

    Args:
        city: The city's settings.
        plan: What is to be done; it has no faults.
        file: The table's name.
        words: What the act is called.
        agreement: What was agreed to so far.

    """
    if not agreement.as_json:
        say_first([line for each in plan.changed for line in _lines(each)])
    is_meant = not plan.changed or agreement.is_reached(words.question)
    if not is_meant or agreement.is_dry_run:
        return _left(plan, words.sentence_if_not, agreement)
    source = Source(file, now(), user())
    keep_grades_of(city.store, city.terms, plan, source, is_undo=words.is_undo)
    steps = CancellableSteps("書き込み中")
    receipts = list(run_grades(city.store, city.terms, plan, source, steps))
    renew_board(city, receipts, complain)
    code = report_plan(
        city.folder,
        plan,
        receipts,
        [each.sheet.id for each in plan.sheet_grades],
        words.sentence_after,
        as_json=agreement.as_json,
        count=len(plan.changed),
        steps=steps,
    )
    return code or ATTENTION * bool(plan.doubts)


def _left(plan: GradesPlan, not_done: str, agreement: Agreement) -> int:
    sentence = f"{not_done}。よければ --yes を付けて実行してください。"
    leave_plan(plan, "" if agreement.is_dry_run else sentence, as_json=agreement.as_json)
    is_left = plan.changed and not agreement.is_dry_run
    return ATTENTION if is_left or plan.doubts else 0


def _lines(each: SheetGrades) -> list[str]:
    words = [f"    {part_words(change, each.sheet)}" for change in each.part_changes]
    return [f"変更 {each.sheet.key} {each.sheet.title}", *words]


__all__ = ["ActWords", "act_on_grades", "city_with_tiers"]

"""`xlsync grades revert`: take the last table of a tier back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from xlsync.city.grade_headings import tiers_called
from xlsync.cli.change_lines import say_first
from xlsync.cli.commands.grades_act import ActWords, act_on_grades, city_with_tiers
from xlsync.cli.console import say
from xlsync.exchange.tiers.grades_run import plan_undo

if TYPE_CHECKING:
    from pathlib import Path

    from xlsync.cli.agreement import Agreement

_WORDS: Final = ActWords("取り消しますか", "取り消しました", "取り消していません", is_undo=True)


def revert_grades(folder: Path, name: str, agreement: Agreement) -> int:
    """Show what taking the last table of a tier back would change, do so where that is agreed, and return the exit code."""
    city = city_with_tiers(folder)
    file, plan = plan_undo(city.store, city.terms, tiers_called(city, name)[0])
    if not agreement.as_json:
        say(f"{name}：{file}")
        say_first([f"確かめてください {doubt}" for doubt in plan.doubts])
    return act_on_grades(city, plan, file, _WORDS, agreement)


__all__ = ["revert_grades"]

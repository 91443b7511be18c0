"""`xlsync grades import`: take grades and reasons from a table after a meeting, once it is shown what that does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from xlsync.city.grade_headings import GRADE_HEADINGS, planned_grades
from xlsync.cli.abandoned_files import remove_abandoned
from xlsync.cli.agreement import ASK, Agreement
from xlsync.cli.change_lines import say_first
from xlsync.cli.commands.grades_act import ActWords, act_on_grades, city_with_tiers
from xlsync.cli.console import complain, say
from xlsync.cli.shown_plan import read_list, refuse_plan
from xlsync.exchange.tiers.grades_plan import GradesFile

if TYPE_CHECKING:
    from xlsync.exchange.tiers.grades_plan import GradesPlan

_WORDS: Final = ActWords("このとおり取り込みますか", "取り込みました", "取り込んでいません")
_FAULTY: Final = "何も取り込んでいません。上の行を直して、もう一度実行してください。"


@dataclass(frozen=True, slots=True)
class GradesOptions:
    """What the options of `xlsync grades import` say; without a tier, the headings name them."""

    tier_name: str = ""
    mapping_entries: Sequence[str] = ()
    agreement: Agreement = ASK


def import_grades(folder: Path, file: Path, options: GradesOptions) -> int:
    """Show what a table would change, carry it out where that is agreed, and return the exit code."""
    city = city_with_tiers(folder)
    given = GRADE_HEADINGS.of_options(city, options.mapping_entries)
    mapping = {**GRADE_HEADINGS.read(city), **given}
    plan = planned_grades(city, GradesFile(read_list(file), file.name, mapping), options.tier_name)
    agreement = options.agreement
    if options.mapping_entries and not agreement.is_dry_run:
        remove_abandoned(city.folder)
        GRADE_HEADINGS.save(city, mapping)
        if not agreement.as_json:
            say(f"見出しを {GRADE_HEADINGS.name} に控えました。次からは --map は要りません。")
    if not agreement.as_json:
        _say_beside(plan)
    if plan.faults:
        return refuse_plan(plan, _FAULTY, as_json=agreement.as_json)
    return act_on_grades(city, plan, file.name, _WORDS, agreement)


def _say_beside(plan: GradesPlan) -> None:
    """Print what is read and what is not; `act_on_grades` prints what changes."""
    say(
        f"一覧にある事業 {len(plan.sheet_grades)}件（うち変わる事業 {len(plan.changed)}件）、"
        f"一覧にない事業 {len(plan.sheets_without)}件"
    )
    say_first([f"確かめてください {doubt}" for doubt in plan.doubts])
    say_first(plan.passed_over)
    say_first([f"一覧にない事業 {sheet.key} {sheet.title}" for sheet in plan.sheets_without])
    for fault in plan.faults:
        complain(fault)


__all__ = ["GradesOptions", "import_grades"]

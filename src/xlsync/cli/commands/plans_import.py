"""`xlsync plans import`: take the city's list of 施策 over from a file, once it is shown what that changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from xlsync.city.clock_and_user import now, user
from xlsync.city.list_replacement import former_lists, replace_list
from xlsync.city.plan_file import planned_plan_list, read_plan_file
from xlsync.city.settings_change import ChangedBy
from xlsync.cli import ATTENTION
from xlsync.cli.abandoned_files import remove_abandoned
from xlsync.cli.change_lines import say_first
from xlsync.cli.console import put_json, say
from xlsync.cli.current_city import current_city
from xlsync.cli.shown_plan import leave_plan, read_list
from xlsync.exchange.plans.plan_changes import PlanChanges, plan_changes, plan_words

if TYPE_CHECKING:
    from pathlib import Path

    from xlsync.cli.agreement import Agreement

_QUESTION: Final = "施策の一覧を置き換えますか"
_NOT_DONE: Final = "置き換えていません。よければ --yes を付けて実行してください。"


def import_plans(folder: Path, file: Path, agreement: Agreement) -> int:
    """Show what a list of 施策 changes, take it over where that is agreed, and return the exit code."""
    city = current_city(folder)
    listed, unread = read_plan_file(read_list(file), file.name)
    sheets = city.store.counted_heads(city.terms.fiscal_year)
    changes = plan_changes(city.terms.code_lists.plan_list, listed, sheets, unread)
    planned = planned_plan_list(city, listed)
    if not agreement.as_json:
        _say_changes(changes)
    if agreement.is_given:
        remove_abandoned(planned.file.parent, former_lists(city, planned.file))
    if not changes.is_something:
        leave_plan(changes, "", as_json=agreement.as_json)
        return 0
    if not agreement.is_reached(_QUESTION):
        leave_plan(changes, "" if agreement.is_dry_run else _NOT_DONE, as_json=agreement.as_json)
        return 0 if agreement.is_dry_run else ATTENTION
    kept = replace_list(city, planned, ChangedBy(user(), now()))
    if agreement.as_json:
        put_json({**changes.to_document(), "done": True})
    else:
        where = f"（前の一覧：{kept}）" if kept else ""
        say(f"施策の一覧を {planned.file} にしました{where}。")
    return 0


def _say_changes(changes: PlanChanges) -> None:
    counts = (len(changes.new_entries), len(changes.changed_entries), len(changes.missing_entries))
    say(
        f"新しい施策 {counts[0]}件、変わる施策 {counts[1]}件、一覧からなくなる施策 {counts[2]}件、"
        f"同じもの {changes.same_count}件"
    )
    say_first([f"新規 {plan_words(entry)}" for entry in changes.new_entries])
    say_first(
        [f"変更 {plan_words(old)} → {plan_words(new)}" for old, new in changes.changed_entries]
    )
    say_first([f"なくなる {plan_words(entry)}" for entry in changes.missing_entries])
    say_first([f"確かめてください {doubt}" for doubt in changes.doubts])


__all__ = ["import_plans"]

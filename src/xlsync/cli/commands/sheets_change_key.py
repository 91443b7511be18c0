"""`xlsync sheets change-key`: give a sheet another key; its revisions, copies and files stay those of the sheet."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from xlsync.city.board_update import renew_board
from xlsync.city.clock_and_user import now, user
from xlsync.cli import FAILED
from xlsync.cli.commands.export import export_sheets
from xlsync.cli.console import complain, put_json, say
from xlsync.cli.current_city import current_city
from xlsync.cli.receipt_lines import complain_not_done
from xlsync.exchange import Source
from xlsync.exchange.register.key_change import plan_key_change, register_plan_of
from xlsync.exchange.register.register_run import run_register

if TYPE_CHECKING:
    from xlsync.city.settings import CitySettings
    from xlsync.exchange.register.register_plan import PlannedSheet


def change_key(folder: Path, key: str, new_key: str, *, dry_run: bool, as_json: bool) -> int:
    """Change a sheet's key, bring its workbook up to date, and return the exit code."""
    city = current_city(folder)
    planned = plan_key_change(city.store, city.terms, key, new_key)
    sheet = planned.sheet
    if not as_json:
        same = f"番号はすでに {sheet.key} です（{sheet.title}）。何も変わりません。"
        changed = f"番号の変更 {planned.former_key} → {sheet.key} {sheet.title}"
        say(same if planned.former_key == sheet.key else changed)
    if dry_run:
        return _finished(planned, as_json=as_json, is_done=False)
    if not _is_changed(city, planned):
        return FAILED
    # also after a run that did not come to its end
    workbooks = export_sheets(city, [sheet.id], quiet=as_json)
    return _finished(planned, as_json=as_json, is_done=True) or workbooks.exit_code


def _is_changed(city: CitySettings, planned: PlannedSheet) -> bool:
    """Change the key; False, and said why, where that is refused."""
    source = Source("番号の変更", now(), user())
    plan = register_plan_of(planned)
    receipts = list(run_register(city.store, city.terms, plan, source, lambda sheets: sheets))
    if len(complain_not_done(receipts)) < len(receipts):
        return False
    if receipts:
        renew_board(city, receipts, complain)
    return True


def _finished(planned: PlannedSheet, *, as_json: bool, is_done: bool) -> int:
    sheet = planned.sheet
    if as_json:
        put_json(
            {"done": is_done, "id": sheet.id, "former_key": planned.former_key, "key": sheet.key}
        )
    elif not is_done:
        say("何もしていません（--dry-run）。")
    return 0


__all__ = ["change_key"]

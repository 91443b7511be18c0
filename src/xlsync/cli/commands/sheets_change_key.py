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
from xlsync.errors import StoreError
from xlsync.exchange import Source
from xlsync.exchange.register.register_plan import PlannedSheet, RegisterPlan
from xlsync.exchange.register.register_run import run_register
from xlsync.merging import changes_between
from xlsync.sheet_keys import split_key
from xlsync.store.not_registered import not_registered

if TYPE_CHECKING:
    from xlsync.city.settings import CitySettings
    from xlsync.kinds import Value
    from xlsync.sheet import Sheet


def change_key(folder: Path, key: str, new_key: str, *, dry_run: bool, as_json: bool) -> int:
    """Change a sheet's key, bring its workbook up to date, and return the exit code."""
    city = current_city(folder)
    year = city.terms.fiscal_year
    head = city.store.head(city.store.id_of(key, year), year)
    if head is None:
        raise not_registered(city.store.form, key)
    sheet = head.with_values(_codes(head, new_key))
    others = set(city.store.owners_of(sheet.key, year).todays_owners) - {head.id}
    if others:
        raise StoreError("いま別の事業の番号です。何もしていません", sheet.key)
    if not as_json:
        say(f"番号の変更 {head.key} → {sheet.key} {head.title}")
    if dry_run:
        return _finished(head, sheet, as_json=as_json, is_done=False)
    if sheet.key != head.key and not _is_changed(city, head, sheet):
        return FAILED
    # also after a run that did not come to its end
    workbooks = export_sheets(city, [head.id], quiet=as_json)
    return _finished(head, sheet, as_json=as_json, is_done=True) or workbooks.exit_code


def _codes(head: Sheet, new_key: str) -> dict[str, Value]:
    """Return the fields of a key by path; StoreError where it is no key of the form."""
    paths = head.edition.definition.identity.key
    parts = split_key(new_key, len(paths))
    word = head.edition.definition.words.key
    try:
        fields = [head.edition.by_path[path] for path in paths]
        values = [field.kind.from_json(part) for field, part in zip(fields, parts, strict=True)]
    except ValueError as fault:
        raise StoreError(f"{word}の形ではありません（例：{head.key}）", new_key) from fault
    return dict(zip(paths, values, strict=True))


def _is_changed(city: CitySettings, head: Sheet, sheet: Sheet) -> bool:
    """Change the key; False, and said why, where that is refused."""
    planned = PlannedSheet(0, sheet, changes_between(head, sheet), head.key)
    source = Source("番号の変更", now(), user())
    plan = RegisterPlan(changed_sheets=(planned,))
    (receipt,) = run_register(city.store, city.terms, plan, source, lambda sheets: sheets)
    if not complain_not_done([receipt]):
        return False
    renew_board(city, [receipt], complain)
    return True


def _finished(head: Sheet, sheet: Sheet, *, as_json: bool, is_done: bool) -> int:
    if as_json:
        put_json({"done": is_done, "id": head.id, "former_key": head.key, "key": sheet.key})
    elif not is_done:
        say("何もしていません（--dry-run）。")
    return 0


__all__ = ["change_key"]

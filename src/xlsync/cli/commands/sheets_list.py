"""`xlsync sheets list` and `export`: the register, on the screen or as a workbook that `sheets add` takes back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlsync.city.further_forms import form_of_city
from xlsync.city.list_for_other_form import list_for_other_form
from xlsync.city.settings import find_settings
from xlsync.cli.abandoned_files import remove_abandoned
from xlsync.cli.console import put_json, say
from xlsync.cli.current_city import current_city
from xlsync.cli.damaged_sheets import complain_damaged
from xlsync.disk import create_once
from xlsync.errors import StoreError
from xlsync.exchange.register.register_export import register_workbook
from xlsync.exchange.register.register_state import registered_sheets

if TYPE_CHECKING:
    from xlsync.exchange.register.register_state import RegisteredSheet


def list_sheets(folder: Path, edition: int | None = None, *, as_json: bool) -> int:
    """Print every sheet of the register with its state, and return the exit code; by default of the year of the settings."""
    city = current_city(folder, edition)
    complain_damaged(city)
    listed = registered_sheets(city.store, city.terms)
    if as_json:
        put_json({"sheets": [_document(registered) for registered in listed]})
        return 0
    for registered in listed:
        say(_line(registered))
    counted = sum(registered.is_counted for registered in listed)
    say(f"対象 {counted}件、対象外・廃止など {len(listed) - counted}件")
    return 0


def export_register(folder: Path, out: Path, edition: int | None = None) -> int:
    """Write the register as a workbook, and return the exit code; by default of the year of the settings."""
    city = current_city(folder, edition)
    complain_damaged(city)
    _write_list(out, register_workbook(city.store, city.terms))
    say(f"直したあと `xlsync sheets add {out}` で登録できます。")
    return 0


def export_for_form(folder: Path, out: Path, name: str, edition: int | None = None) -> int:
    """Write a list that registers sheets of another form of the city for those of this one, and return the exit code.

    By default those of the year that the other form is set to.
    """
    further = form_of_city(folder, name)
    terms = find_settings(further).terms
    city = current_city(folder, edition or terms.fiscal_year)
    complain_damaged(city)
    _write_list(out, list_for_other_form(city, terms))
    say(f"要らない行を消したあと `xlsync sheets add {out} -C {further}` で登録できます。")
    return 0


def _write_list(out: Path, data: bytes) -> None:
    remove_abandoned(out.parent)
    if not create_once(out, data):
        raise StoreError("すでにあります。別の名前を --out で指定してください", str(out))
    say(f"作成 {out}")


def _line(registered: RegisteredSheet) -> str:
    sheet, act = registered.sheet, registered.act
    why = "" if act is None else f"（{act.from_day}から、{act.reason}、{act.who}）"
    return f"{registered.state}  {sheet.key}  {sheet.title}{why}"


def _document(registered: RegisteredSheet) -> dict[str, Any]:
    sheet, act = registered.sheet, registered.act
    since = {} if act is None else {"day": act.from_day, "reason": act.reason, "who": act.who}
    return {
        "key": sheet.key,
        "id": sheet.id,
        "title": sheet.title,
        "department": sheet.department,
        "division": sheet.division,
        "section": sheet.section,
        "state": registered.state,
        "counted": registered.is_counted,
        **since,
    }


__all__ = ["export_for_form", "export_register", "list_sheets"]

"""入力の重なり: every open conflict by sheet, and settling them: by either side, any file, or a text of the office's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, url_for

from xlsync.errors import Stale, StoreError
from xlsync.exchange import resolve
from xlsync.exchange.field_conflicts import field_conflicts
from xlsync.exchange.resolution import CopyValue, FieldChoice, OfficeValue, typed_document
from xlsync.page.guard import allow
from xlsync.page.page_context import city, context, leave_message, note_act, note_changed, source
from xlsync.page.page_words import sheet_url
from xlsync.page.screens.conflict_forms import ConflictForm, conflict_form
from xlsync.page.screens.visible_sheets import visible_row, visible_rows
from xlsync.page.visitors import OFFICE, READERS
from xlsync.sheet_keys import key_of_name

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from xlsync.page.sheet_snapshot import SheetRow
    from xlsync.sheet import Sheet

settling = Blueprint("settling", __name__)
_CHOICE, _TEXT = "choice.", "text."


@dataclass(frozen=True, slots=True)
class SheetConflicts:
    """A sheet with its fields in conflict."""

    sheet_row: SheetRow
    forms: tuple[ConflictForm, ...]


@settling.get("/conflicts")
@allow(READERS)
def show_all() -> str:
    """Show every open conflict, by sheet."""
    rows = [row for row in visible_rows() if row.board_line.completion.open_conflicts]
    return render_template("conflicts.html", sheets=[_conflicts_of(row) for row in rows])


def _conflicts_of(row: SheetRow, faults: bool = False) -> SheetConflicts:  # noqa: FBT001, FBT002
    head, typed = row.progress.status.sheet, request.form.to_dict() if faults else {}
    forms = (
        conflict_form(head, conflict, typed)
        for conflict in field_conflicts(city().store, city().terms, head)
    )
    return SheetConflicts(row, tuple(forms))


@settling.post("/sheets/<sheet_name>/conflicts")
@allow(OFFICE)
def settle(sheet_name: str) -> Response | tuple[str, int]:
    """Register what was chosen; where something newer arrived, show that with what was chosen still marked."""
    row = visible_row(sheet_name)
    head = row.progress.status.sheet
    seen = request.form.get("seen", 0, type=int)
    try:
        choices = _choices(head)
        if not choices:
            return _again(sheet_name, "どの内容にするかを選んでから、登録してください。", 422)
        year, decided = city().terms.fiscal_year, source("入力の重なりの決定")
        resolve(city().store, row.sheet_id, year, choices, decided, seen=seen)
    except Stale:
        note_act("入力の重なりの決定", head.key, "その間に更新されたため登録せず")
        fault = "登録しませんでした。確かめている間に、このシートが更新されました。いまの内容を見て、もう一度登録してください。"
        return _again(sheet_name, f"{fault}選んだところは、そのまま残しています。", 409)
    except StoreError as fault:
        return _again(sheet_name, f"登録していません。{fault.reason}", 422)
    note_act("入力の重なりの決定", head.key, f"{len(choices)}件")
    note_changed([row.sheet_id])
    leave_message(f"{head.key} {head.title}：{len(choices)}件を登録しました。")
    return redirect(_next_address(row.sheet_id), 303)


def _choices(head: Sheet) -> dict[str, FieldChoice]:
    """Return what each field of the form takes; StoreError where a text is none that it can hold."""
    choices: dict[str, FieldChoice] = {}
    for path, value in _chosen_values().items():
        if value == "own":
            text = request.form.get(f"{_TEXT}{path}", "").replace("\r\n", "\n")
            choices[path] = OfficeValue(typed_document(head.edition, path, text))
        elif value == "ours":
            choices[path] = "ours"
        else:
            choices[path] = CopyValue(value.removeprefix("copy:"))
    return choices


def _chosen_values() -> dict[str, str]:
    """Return the option of each field; a text that somebody typed without choosing it is meant."""
    fields = request.form.items()
    texts = {
        name.removeprefix(_TEXT): "own" for name, text in fields if name.startswith(_TEXT) and text
    }
    chosen = {
        name.removeprefix(_CHOICE): value
        for name, value in request.form.items()
        if name.startswith(_CHOICE) and value
    }
    return {**texts, **chosen}


def _again(sheet_name: str, fault: str, status: int) -> tuple[str, int]:
    """Show the conflicts of the sheet as they are now, with what somebody has chosen."""
    sheet_id = key_of_name(sheet_name)
    context().sheet_snapshots.renew_of([sheet_id] if sheet_id else [])
    sheet = _conflicts_of(visible_row(sheet_name), faults=True)
    return render_template("conflicts.html", sheets=[sheet], fault=fault), status


def _next_address(sheet_id: str) -> str:
    """Return where to go on: to the sheet while it has conflicts left, else to the next sheet that has, else to the list."""
    rows = [row for row in visible_rows() if row.board_line.completion.open_conflicts]
    ids = [row.sheet_id for row in rows]
    if sheet_id in ids:
        return sheet_url("one_sheet.show", sheet_id)
    return url_for("settling.show_all")


__all__ = ["settling"]

"""シート: what it says, as on the form, what was found, what happened to it, and what can be done about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, render_template

from xlsync.exchange.field_conflicts import field_conflicts
from xlsync.exchange.former_forms import former_rows
from xlsync.exchange.over_years import sheets_over_years, year_rows
from xlsync.page.form_tables import form_parts, shown_values
from xlsync.page.guard import allow
from xlsync.page.history_feed import sheet_events
from xlsync.page.page_context import city, is_present, visitor
from xlsync.page.screens.conflict_forms import ConflictForm, conflict_form
from xlsync.page.screens.visible_sheets import filter_in_address, neighbours, visible_row
from xlsync.page.visitors import READERS
from xlsync.page.year_charts import charted_rows, year_charts
from xlsync.sheet_stage import ACT_WORDS, fault_of_act
from xlsync.summary.figures.form_fields import form_fields_of

if TYPE_CHECKING:
    from xlsync.exchange import SheetStatus
    from xlsync.page.sheet_snapshot import SheetRow
    from xlsync.sheet_stage import StageActKind

one_sheet = Blueprint("one_sheet", __name__)
_BUTTONS: tuple[StageActKind, ...] = (
    "accept",
    "return",
    "confirm",
    "finalize",
    "publish",
    "reopen",
    "endorse",
    "submit",
    "withdraw",
)
"""The acts in the order in which their buttons stand."""


@one_sheet.get("/sheets/<sheet_name>")
@allow(READERS)
def show(sheet_name: str) -> str:
    """Show a sheet."""
    row = visible_row(sheet_name)
    return render_template("sheet.html", **sheet_context(row))


def sheet_context(row: SheetRow) -> dict[str, Any]:
    """Return what the screen of a sheet shows, as the snapshot has it."""
    status, store, year = row.progress.status, city().store, city().terms.fiscal_year
    findings = [*status.conflict_findings, *status.findings]
    order = {"error": 0, "warning": 1, "note": 2}
    return {
        "row": row,
        "status": status,
        "sheet": status.sheet,
        "parts": form_parts(status.sheet.edition),
        "values": shown_values(status.sheet, findings),
        "findings": sorted(findings, key=lambda finding: order[finding.severity]),
        "events": sheet_events(store, row.sheet_id, year),
        "conflicts": _conflict_forms(row),
        "possible_acts": possible_acts(status),
        "returned": status.procedure.open_return,
        "beside": neighbours(row),
        "arguments": filter_in_address().arguments(),
        "numbers": list(range(1, row.seen_number + 1)),
        **_over_years(row),
    }


def _over_years(row: SheetRow) -> dict[str, Any]:
    """Return what was said of each year, as charts and as rows; of a sheet without earlier ones only what is drawn."""
    over = sheets_over_years(city().store, row.sheet_id, city().terms.fiscal_year)
    if over is None:
        return {"year_rows": [], "charts": []}
    rows = year_rows(over, city().terms.code_lists.skeleton_years)
    fields = form_fields_of(over.sheet.edition).over_years
    charts = year_charts(rows, fields)
    former = former_rows(city().store, over, city().terms.code_lists.skeleton_years)
    shown = [*rows, *former] if over.generations else charted_rows(rows, fields)
    return {"year_rows": shown if over.generations or charts else [], "charts": charts}


def _conflict_forms(row: SheetRow) -> list[ConflictForm]:
    head = row.progress.status.sheet
    if not row.board_line.completion.open_conflicts:
        return []
    return [
        conflict_form(head, conflict)
        for conflict in field_conflicts(city().store, city().terms, head)
    ]


def possible_acts(status: SheetStatus) -> dict[StageActKind, str]:
    """Return the acts that the planning office can do about a sheet, with their words; none for others."""
    if not visitor().is_office or not is_present():
        return {}
    procedure = status.procedure
    return {
        kind: ACT_WORDS[kind]
        for kind in _BUTTONS
        if not fault_of_act(procedure.state, kind, is_changed=procedure.is_changed_by_staff)
    }


__all__ = ["one_sheet", "possible_acts", "sheet_context"]

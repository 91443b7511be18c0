"""The sheets that a visitor may see: all, or those of one department; others are not there for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import request

from xlsync.exchange.phases import last_day_of
from xlsync.page.page_context import city, context, edition, is_present, snapshot, visitor
from xlsync.page.refusals import unknown_page
from xlsync.page.sheet_filter import SheetFilter, filter_of
from xlsync.page.sheet_snapshot import OpenCounts
from xlsync.sheet_keys import key_of_name
from xlsync.summary.figures.sheet_completion import HANDED_IN_STATES

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from xlsync.page.sheet_snapshot import SheetRow


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Where a sheet stands in the list it was opened from, and the ones before and behind it."""

    list_position: int
    list_length: int
    row_before: SheetRow | None
    row_behind: SheetRow | None


def visible_rows() -> Sequence[SheetRow]:
    """Return the rows that the visitor may see, in the city's order."""
    return snapshot().by_department.get(visitor().department, ())


def open_counts() -> OpenCounts:
    """Return how much there is to decide among the sheets that the visitor may see."""
    return snapshot().counts.get(visitor().department, OpenCounts())


def visible_row(sheet_name: str) -> SheetRow:
    """Return the row of a sheet by its name in an address; not found where there is none, or it is not to be seen."""
    sheet_id = key_of_name(sheet_name)
    row = snapshot().by_id.get(sheet_id or "")
    if row is None and is_present():  # registered a moment ago
        row = context().sheet_snapshots.renew().by_id.get(sheet_id or "")
    if row is None or visitor().department not in {"", row.board_line.department}:
        raise unknown_page("このシートは登録されていないか、見ることができません")
    return row


def late_ids(rows: Sequence[SheetRow]) -> frozenset[str]:
    """Return the ids of the sheets that are not handed in and past their deadline."""
    deadline, today = city().deadline, context().now().date()
    days: dict[tuple[str, ...], dt.date | None] = {}

    def is_past(units: tuple[str, ...]) -> bool:
        if units not in days:
            days[units] = last_day_of(deadline.day, deadline.extensions, units)
        day = days[units]
        return day is not None and today > day

    if not deadline.extensions and not is_past(()):
        return frozenset()
    return frozenset(
        row.sheet_id
        for row in rows
        if row.sheet_state not in HANDED_IN_STATES and is_past(row.board_line.unit_names)
    )


def filter_in_address() -> SheetFilter:
    """Return the filter that the address says."""
    levels = len(edition().definition.identity.organization)
    return filter_of(request.args, request.args.getlist("unit")[:levels])


def neighbours(row: SheetRow) -> Neighbours | None:
    """Return where a sheet stands in the list that the address says; None where it is not in it."""
    rows, shown = visible_rows(), filter_in_address()
    listed = shown.rows(rows, late_ids(rows) if shown.attention == "late" else frozenset())
    position = next((at for at, each in enumerate(listed) if each.sheet_id == row.sheet_id), None)
    if position is None:
        return None
    before = listed[position - 1] if position else None
    behind = listed[position + 1] if position + 1 < len(listed) else None
    return Neighbours(position + 1, len(listed), before, behind)


__all__ = [
    "Neighbours",
    "filter_in_address",
    "late_ids",
    "neighbours",
    "open_counts",
    "visible_row",
    "visible_rows",
]

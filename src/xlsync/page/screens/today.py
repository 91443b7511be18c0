"""今日: what is to be done now, each line a link into the list it counts, and how far the departments are."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Blueprint, jsonify, redirect, render_template, url_for

from xlsync.page.guard import EVERYONE, allow
from xlsync.page.page_context import city, context, is_present, snapshot, visitor
from xlsync.page.progress_chart import ChartDay, progress_chart
from xlsync.page.screens.visible_sheets import late_ids, visible_rows
from xlsync.page.sheet_filter import needs_attention
from xlsync.page.visitors import READERS
from xlsync.summary.figures.progress import UNNAMED, DueDate

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from xlsync.page.sheet_snapshot import SheetRow

today = Blueprint("today", __name__)


@dataclass(frozen=True, slots=True)
class Task:
    """Something to do: what, how many, and where."""

    what: str
    count: int
    address: str
    unit: str = "件"


@dataclass(frozen=True, slots=True)
class UnitProgress:
    """How far a department is."""

    name: str
    handed_in: int
    sheet_total: int
    address: str


@today.get("/")
@allow(EVERYONE)
def show() -> str | Response:
    """Show what is to be done; who reads no sheets is led to what they may see."""
    if not visitor().roles & READERS:
        return redirect(url_for("record.show_health"), 303)
    rows = visible_rows()
    return render_template(
        "today.html",
        tasks=_tasks(rows) if is_present() else [],
        departments=_departments(rows),
        handed_in=sum(row.board_line.is_handed_in for row in rows),
        total=len(rows),
        due=_due_date().words,
        chart=progress_chart(_days(rows), len(rows)),
        damaged=snapshot().damaged if visitor().is_office else (),
    )


@today.get("/state.json")
@allow(EVERYONE)
def state() -> Response:
    """Return the number of the newest snapshot: a page that shows an older one says so."""
    return jsonify({"version": context().sheet_snapshots.latest.version})


@today.get("/help")
@allow(EVERYONE)
def usage() -> str:
    """Show how the page is used."""
    return render_template("usage.html")


def _due_date() -> DueDate:
    deadline = city().deadline
    return DueDate(deadline.day, deadline.closed, context().now().date(), deadline.phase_name)


def _tasks(rows: Sequence[SheetRow]) -> list[Task]:
    """Return what is to be done; nothing that is not."""
    late = late_ids(rows)
    completions = [row.board_line.completion for row in rows]
    marks = Counter(mark for row in rows for mark in set(row.board_line.completion.marks))
    conflicts = sum(each.open_conflicts for each in completions)
    waiting = sum(each.waiting_count for each in completions)
    tasks = [
        Task("入力の重なりを決める", conflicts, url_for("settling.show_all")),
        Task(
            "確認待ちの変更を見る",
            waiting,
            url_for("reviewing.show" if visitor().is_office else "listing.show"),
        ),
        Task(
            "差戻しのあと再提出されたシートを確かめる",
            marks["再提出"],
            _listed(attention="resubmitted"),
        ),
        Task(
            "提出・確認のあとに変わったシートを確かめる",
            _changed(rows),
            _listed(attention="changed"),
        ),
        Task("提出されたシートを受け付ける", _in_state(rows, "done"), _listed(state="done")),
        Task("期限を過ぎて提出されていないシート", len(late), _listed(attention="late")),
    ]
    return [task for task in tasks if task.count]


def _changed(rows: Sequence[SheetRow]) -> int:
    return sum(needs_attention(row, "changed", frozenset()) for row in rows)


def _in_state(rows: Sequence[SheetRow], state_name: str) -> int:
    return sum(row.board_line.state == state_name for row in rows)


def _listed(**arguments: Any) -> str:
    return url_for("listing.show", **arguments)


def _departments(rows: Sequence[SheetRow]) -> list[UnitProgress]:
    total = Counter(row.board_line.department for row in rows)
    done = Counter(row.board_line.department for row in rows if row.board_line.is_handed_in)
    return [
        UnitProgress(name or UNNAMED, done[name], count, _listed(unit=name))
        for name, count in total.items()
    ]


def _days(rows: Sequence[SheetRow]) -> list[ChartDay]:
    """Return on how many sheets were handed in until each day."""
    counts: Counter[dt.date] = Counter()
    for row in rows:
        if row.board_line.is_handed_in:
            counts[_handed_in_on(row)] += 1
    days, total = [], 0
    for day in sorted(counts):
        total += counts[day]
        days.append(ChartDay(day, total))
    return days


def _handed_in_on(row: SheetRow) -> dt.date:
    when = row.progress.handed_in_at or row.board_line.last_save.when
    return dt.datetime.fromisoformat(when).date()


__all__ = ["today"]

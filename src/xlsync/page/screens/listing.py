"""シート一覧: search, facets with counts, a hundred a page, and the same list as a table to take away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, render_template, request

from xlsync.page.guard import allow
from xlsync.page.page_context import edition, note_act
from xlsync.page.screens.file_response import download
from xlsync.page.screens.visible_sheets import filter_in_address, late_ids, visible_rows
from xlsync.page.sheet_filter import (
    ATTENTION,
    PAGE_SIZE,
    SheetFilter,
    state_choices,
    unit_choices,
)
from xlsync.page.visitors import READERS
from xlsync.sheet_stage import ACT_WORDS
from xlsync.summary.export.table_formats import csv_file

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsync.page.sheet_filter import FacetChoice
    from xlsync.page.sheet_snapshot import SheetRow
    from xlsync.sheet_stage import StageActKind

listing = Blueprint("listing", __name__)
OFFICE_ACTS: tuple[StageActKind, ...] = ("accept", "return", "confirm", "finalize", "reopen")
"""The acts that the list offers for several sheets at once."""
FURTHER_ACTS: tuple[StageActKind, ...] = ("submit", "endorse", "withdraw", "publish")
"""Those that it offers behind them."""
OFFICE_ACT_WORDS = {kind: ACT_WORDS[kind] for kind in OFFICE_ACTS}


@listing.get("/sheets")
@allow(READERS)
def show() -> str:
    """Show the list; with `part=results` only what a search changes."""
    shown, rows = filter_in_address(), visible_rows()
    late = late_ids(rows)
    with_words = shown.of_words().rows(rows, late)
    of_rest = SheetFilter(state_name=shown.state_name, unit_names=shown.unit_names)
    listed = of_rest.rows(with_words, late)
    pages = max(1, -(-len(listed) // PAGE_SIZE))
    page = min(max(1, request.args.get("page", 1, type=int)), pages)
    first = (page - 1) * PAGE_SIZE
    context: dict[str, Any] = {
        "shown": shown,
        "arguments": shown.arguments(),
        "rows": listed[first : first + PAGE_SIZE],
        "found_count": len(listed),
        "total": len(rows),
        "page": page,
        "pages": pages,
        "late": late,
        "facets": _facets(shown, with_words, late),
        "acts": OFFICE_ACT_WORDS,
        "further_acts": {kind: ACT_WORDS[kind] for kind in FURTHER_ACTS},
        "levels": _levels(),
    }
    part = "list_results.html" if request.args.get("part") == "results" else "list.html"
    return render_template(part, **context)


def _levels() -> list[str]:
    return [level.name for level in edition().definition.identity.organization]


def _facets(
    shown: SheetFilter, rows: Sequence[SheetRow], late: frozenset[str]
) -> list[tuple[str, list[FacetChoice]]]:
    """Return the groups of choices: states, and the units of each level as far as it is chosen; `rows` have the words."""
    by_state = SheetFilter(unit_names=shown.unit_names).rows(rows, late)
    facets = [("状況", state_choices(shown, by_state))]
    by_unit = SheetFilter(state_name=shown.state_name).rows(rows, late)
    for depth, level in enumerate(edition().definition.identity.organization):
        if depth <= len(shown.unit_names):
            facets.append((level.name, unit_choices(shown, by_unit, depth)))
    return facets


@listing.get("/sheets.csv")
@allow(READERS)
def take_away() -> Response:
    """Return the list that the address says as a CSV file."""
    rows = visible_rows()
    listed = filter_in_address().rows(rows, late_ids(rows))
    words = edition().definition.words
    head = [words.key, words.title, *_levels(), "状況", "未入力", "エラー", "最終保存", "氏名"]
    note_act("一覧のダウンロード", "", f"{len(listed)}件")
    return download(csv_file(head, map(_cells, listed)), "シート一覧.csv", "text/csv")


def _cells(row: SheetRow) -> list[str]:
    line = row.board_line
    counts = (str(line.completion.blank), str(line.completion.errors))
    return [
        line.key,
        line.title,
        *line.unit_names,
        line.words,
        *counts,
        line.last_save.when,
        line.last_save.who,
    ]


__all__ = ["ATTENTION", "listing"]

"""版の比較: any two revisions of a sheet, field by field, the words that differ marked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, render_template, request

from xlsync.merging import changes_between, json_as_text
from xlsync.page.guard import allow
from xlsync.page.page_context import city
from xlsync.page.refusals import unknown_page
from xlsync.page.screens.visible_sheets import visible_row
from xlsync.page.visitors import READERS
from xlsync.row_titles import title_of
from xlsync.word_marks import TextPart, marked

if TYPE_CHECKING:
    from xlsync.page.sheet_snapshot import SheetRow
    from xlsync.store import Revision

comparison = Blueprint("comparison", __name__)


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """A field in which two revisions differ: its title, and both texts in parts."""

    field_title: str
    before_parts: tuple[TextPart, ...]
    after_parts: tuple[TextPart, ...]


@comparison.get("/sheets/<sheet_name>/compare")
@allow(READERS)
def show(sheet_name: str) -> str:
    """Show how two revisions differ; by default the newest and the one before."""
    row = visible_row(sheet_name)
    last = row.seen_number
    after = _number("to", last, last)
    before = _number("from", max(1, after - 1), last)
    older, newer = _revision(row, before), _revision(row, after)
    return render_template(
        "compare.html",
        row=row,
        sheet=row.progress.status.sheet,
        older=older,
        newer=newer,
        numbers=list(range(1, last + 1)),
        differences=_differences(older, newer),
        field_count=len(newer.sheet),
    )


def _number(name: str, default: int, last: int) -> int:
    number = request.args.get(name, default, type=int)
    if not 1 <= number <= last:
        raise unknown_page(f"第{number}版はありません（最新は第{last}版です）")
    return number


def _revision(row: SheetRow, number: int) -> Revision:
    revision = city().store.find_revision(row.sheet_id, city().terms.fiscal_year, number)
    if revision is None:
        raise unknown_page(f"第{number}版の記録を読めません。情報システム担当に連絡してください")
    return revision


def _differences(older: Revision, newer: Revision) -> list[FieldDifference]:
    edition = newer.sheet.edition
    return [
        FieldDifference(
            title_of(older.sheet if change.after is None else newer.sheet, change.path),
            *marked(
                json_as_text(edition, change.path, change.before),
                json_as_text(edition, change.path, change.after),
            ),
        )
        for change in changes_between(older.sheet, newer.sheet)
    ]


__all__ = ["comparison"]

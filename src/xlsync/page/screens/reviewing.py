"""確認待ち: changes that wait for the planning office, accepted or not, each on the revision that was looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, url_for

from xlsync.exchange.review_acts import Proposal, accept_changes, open_proposals, reject_changes
from xlsync.merging import json_as_text
from xlsync.page.guard import allow
from xlsync.page.page_context import (
    city,
    context,
    leave_message,
    note_act,
    note_changed,
    visitor,
)
from xlsync.page.refusals import NOTHING_CHANGED, PageRefused, RefusalText
from xlsync.page.screens.visible_sheets import visible_row
from xlsync.page.visitors import OFFICE
from xlsync.store import Decision
from xlsync.store.acts import Closing
from xlsync.word_marks import TextPart, marked

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

reviewing = Blueprint("reviewing", __name__)


@dataclass(frozen=True, slots=True)
class WaitingChange:
    """A change that waits: the proposal, its field's title, and both texts in parts."""

    proposal: Proposal
    field_title: str
    before_parts: tuple[TextPart, ...]
    after_parts: tuple[TextPart, ...]


@reviewing.get("/review")
@allow(OFFICE)
def show() -> str:
    """Show every change that waits, by sheet."""
    by_sheet: dict[str, list[WaitingChange]] = {}
    for proposal in open_proposals(city().store, city().terms.fiscal_year):
        by_sheet.setdefault(proposal.sheet_id, []).append(_waiting(proposal))
    return render_template("review.html", sheets=by_sheet)


def _waiting(proposal: Proposal) -> WaitingChange:
    edition, change = proposal.edition, proposal.pending_change
    before, after = (
        json_as_text(edition, change.path, value) for value in (proposal.registered, change.after)
    )
    return WaitingChange(proposal, edition.by_path[change.path].title, *marked(before, after))


@reviewing.post("/sheets/<sheet_name>/review")
@allow(OFFICE)
def decide(sheet_name: str) -> Response:
    """Accept or reject the chosen changes of a sheet."""
    row = visible_row(sheet_name)
    numbers = {int(number) for number in request.form.getlist("number") if number.isdecimal()}
    if not numbers:
        advice = "「戻る」で前の画面に戻り、決める変更に印を付けてください。"
        what = f"選んだ変更がありません。{NOTHING_CHANGED}"
        raise PageRefused(RefusalText(422, "変更を選んでください", what, advice))
    closing: Closing = "reject" if request.form.get("closing") == "reject" else "accept"
    comment = request.form.get("comment", "").strip()
    decision = Decision(closing, context().moment, visitor().person, comment)
    seen = request.form.get("seen", 0, type=int)
    year, store = city().terms.fiscal_year, city().store
    if closing == "accept":
        accept_changes(store, row.sheet_id, year, numbers, decision, seen=seen)
    else:
        reject_changes(store, row.sheet_id, year, numbers, decision, seen=seen)
    words = "登録しました" if closing == "accept" else "登録しないことにしました"
    note_act("確認待ちの変更", row.board_line.key, f"{words} {len(numbers)}件")
    note_changed([row.sheet_id])
    leave_message(f"{row.board_line.key}：{len(numbers)}件を{words}。")
    return redirect(url_for("reviewing.show"), 303)


__all__ = ["reviewing"]

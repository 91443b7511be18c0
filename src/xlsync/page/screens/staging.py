"""提出・受付・差戻し・確認・確定: an act about one sheet or many, shown before it is done, refused where something is newer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast, get_args

from flask import Blueprint, redirect, render_template, request, url_for

from xlsync.errors import Stale, StoreError
from xlsync.exchange.stages.stage_plan import (
    PlannedAct,
    feasible,
    plan_act,
    recorded_words,
    run_plan,
    to_record,
)
from xlsync.page.guard import allow
from xlsync.page.page_context import (
    city,
    context,
    edition,
    leave_message,
    note_act,
    note_changed,
    source,
    visitor,
)
from xlsync.page.page_words import sheet_url
from xlsync.page.refusals import unknown_page
from xlsync.page.screens.visible_sheets import filter_in_address, late_ids, visible_rows
from xlsync.page.visitors import OFFICE
from xlsync.sheet_stage import ACT_WORDS, REASON_NEEDED, StageActKind
from xlsync.store.stage_acts import ActSource, FieldComment, StageAct

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from xlsync.page.sheet_snapshot import SheetRow

staging = Blueprint("staging", __name__)
_WITH_APPROVAL: Final[frozenset[StageActKind]] = frozenset({"confirm", "finalize", "publish"})
"""Acts that rest on a formal consent (決裁)."""


@dataclass(frozen=True, slots=True)
class ChosenSheet:
    """A sheet that an act is about, and the revision that was looked at; `planned_act` is what the act makes of it."""

    sheet_row: SheetRow
    seen_number: int
    planned_act: PlannedAct | None = None
    fault: str = ""

    @property
    def form_value(self) -> str:
        """What the form carries of it."""
        return f"{self.seen_number}:{self.sheet_row.sheet_id}"


@staging.get("/acts/<kind_name>")
@allow(OFFICE)
def ask(kind_name: str) -> str | tuple[str, int]:
    """Show what an act would make of the chosen sheets, and ask for the reason."""
    kind = _kind(kind_name)
    snapshots = context().sheet_snapshots  # else a save of a moment ago would leave the sheet out
    if request.args.get("all"):
        snapshots.renew()
    else:
        snapshots.renew_of(request.args.getlist("sheet"))
    return _page(kind, _chosen_in_address())


@staging.post("/acts/<kind_name>")
@allow(OFFICE)
def carry_out(kind_name: str) -> Response | str | tuple[str, int]:
    """Carry an act out for the sheets that are still as they were looked at; name the others."""
    kind = _kind(kind_name)
    chosen = _planned(kind, _chosen_in_form())
    possible = [sheet for sheet in chosen if not sheet.fault]
    fault = _fault_of_form(kind, chosen, possible)
    if fault is not None:
        return fault
    try:
        done = _run(kind, possible)
    except Stale as stale:
        note_act(ACT_WORDS[kind], "", "その間に更新されたため記録せず")
        return _page(kind, _planned(kind, chosen), stale.reason, 409)
    keys = [sheet.sheet_row.board_line.key for sheet in possible]
    note_act(ACT_WORDS[kind], "、".join(keys[:20]), f"{len(to_record(done))}件")
    note_changed([sheet.sheet_row.sheet_id for sheet in possible])
    leave_message(recorded_words(done))
    return redirect(_after(possible), 303)


def _fault_of_form(
    kind: StageActKind, chosen: Sequence[ChosenSheet], possible: Sequence[ChosenSheet]
) -> str | tuple[str, int] | None:
    """Return the page that says why the form cannot be carried out as it is, None where it can."""
    if kind in REASON_NEEDED and not _comment():
        words = "理由を書いてください。職員のファイルの「チェック」にも出ます。"
        return _page(kind, chosen, words, 422)
    if not possible:
        return _page(kind, chosen, "できるシートがありません。何もしていません。", 409)
    if len(possible) < len(chosen) and request.form.get("agreed") != "partly":
        words = (
            "まだ何もしていません。できないシートを除きました。よければ、もう一度押してください。"
        )
        return _page(kind, chosen, words, 409, agreed="partly")
    return None


def _run(kind: StageActKind, possible: Sequence[ChosenSheet]) -> Sequence[PlannedAct]:
    """Carry the act out, and return what was planned of it."""
    keys = [sheet.sheet_row.board_line.key for sheet in possible]
    acts = plan_act(city().store, city().terms, keys, _act(kind, _comment()))
    plan = feasible(_as_seen(acts, possible))
    run_plan(city().store, city().terms, plan)
    return plan


def _comment() -> str:
    return request.form.get("comment", "").replace("\r\n", "\n").strip()


def _kind(name: str) -> StageActKind:
    if name not in get_args(StageActKind):
        raise unknown_page()
    return cast("StageActKind", name)


def _page(
    kind: StageActKind,
    chosen: Sequence[ChosenSheet],
    fault: str = "",
    status: int = 200,
    agreed: str = "yes",
) -> str | tuple[str, int]:
    """Show the sheets, what the act makes of them, and the form."""
    if not chosen:
        raise unknown_page("シートが選ばれていません")
    chosen = chosen if fault else _planned(kind, chosen)
    page = render_template(
        "act.html",
        kind=kind,
        word=ACT_WORDS[kind],
        chosen=chosen,
        possible_count=sum(not sheet.fault for sheet in chosen),
        reason_needed=kind in REASON_NEEDED,
        comment=request.form.get("comment", ""),
        has_approval=kind in _WITH_APPROVAL,
        approval=request.form.get("approval", ""),
        fields=edition().fields if kind == "return" and len(chosen) == 1 else (),
        ticked=set(request.form.getlist("field")),
        fault=fault,
        agreed=agreed,
    )
    return (page, status) if status != 200 else page  # noqa: PLR2004 - HTTP's own numbers


def _chosen_in_address() -> list[ChosenSheet]:
    """Return the sheets that the address names, or all that its filter shows."""
    rows = visible_rows()
    if request.args.get("all"):
        listed = filter_in_address().rows(rows, late_ids(rows))
    else:
        named = set(request.args.getlist("sheet"))
        listed = [row for row in rows if row.sheet_id in named]
    return [ChosenSheet(row, row.seen_number) for row in listed]


def _chosen_in_form() -> list[ChosenSheet]:
    values = [value.partition(":") for value in request.form.getlist("sheet")]
    ids = [sheet_id for _, _, sheet_id in values]
    by_id = context().sheet_snapshots.renew_of(ids).by_id
    chosen = []
    for (number, _, _), sheet_id in zip(values, ids, strict=True):
        if sheet_id in by_id and number.isdecimal():
            chosen.append(ChosenSheet(by_id[sheet_id], int(number)))
    return chosen


def _planned(kind: StageActKind, chosen: Sequence[ChosenSheet]) -> list[ChosenSheet]:
    """Return the sheets with what the act makes of them, or why it cannot be done."""
    if not chosen:
        return []
    keys = [sheet.sheet_row.board_line.key for sheet in chosen]
    try:
        acts = plan_act(
            city().store,
            city().terms,
            keys,
            _act(kind, _comment() or ("予定" if kind in REASON_NEEDED else "")),
        )
    except StoreError as fault:
        return [
            ChosenSheet(each.sheet_row, each.seen_number, None, fault.reason) for each in chosen
        ]
    return [_with_plan(sheet, act) for sheet, act in zip(chosen, acts, strict=True)]


def _with_plan(sheet: ChosenSheet, act: PlannedAct) -> ChosenSheet:
    fault = act.fault
    if act.stage_act.revision != sheet.seen_number:
        fault = f"確かめたあとに第{act.stage_act.revision}版になりました"
    return ChosenSheet(sheet.sheet_row, sheet.seen_number, act, fault)


def _as_seen(acts: Sequence[PlannedAct], possible: Sequence[ChosenSheet]) -> list[PlannedAct]:
    """Return the acts about the revisions that were looked at; Stale for any other."""
    seen = {sheet.sheet_row.board_line.key: sheet.seen_number for sheet in possible}
    newer = [act.key for act in acts if act.stage_act.revision != seen[act.key]]
    if newer:
        raise Stale("確かめている間に新しい版ができました。何もしていません", newer[0])
    return list(acts)


def _act(kind: StageActKind, comment: str) -> StageAct:
    by_path = edition().by_path
    comments = tuple(
        FieldComment(path, by_path[path].title)
        for path in request.form.getlist("field")
        if path in by_path
    )
    decided = source(ACT_WORDS[kind])
    approval = " ".join(request.form.get("approval", "").split())[:100]
    by_page = ActSource("office", visitor().signature)
    return StageAct(kind, 0, decided.when, decided.who, comment, comments, by_page, approval)


def _after(done: Sequence[ChosenSheet]) -> str:
    if len(done) == 1:
        return sheet_url("one_sheet.show", done[0].sheet_row.sheet_id)
    return url_for("listing.show")


__all__ = ["staging"]

"""すべての仕事: every act of one shape – asked for, shown, carried out – and every list that is made when asked for."""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, get_args

from flask import Blueprint, render_template, request

from xlsync.errors import WorkbookError, XlsyncError
from xlsync.page.acts import ACTS, FILES
from xlsync.page.acts.office_act import ActGroup, FilledForm
from xlsync.page.guard import TOKEN_FIELD, allow
from xlsync.page.page_context import note_act
from xlsync.page.refusals import refusal_of, unknown_page
from xlsync.page.screens.file_response import WORKBOOK, download
from xlsync.page.screens.shown_plan_form import begin_job, refuse_overtaken
from xlsync.page.screens.uploaded_file import every_uploaded, every_uploaded_before
from xlsync.page.screens.visible_sheets import filter_in_address, late_ids, visible_rows
from xlsync.page.uploads import plan_digest
from xlsync.page.visitors import OFFICE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from flask import Response
    from werkzeug.wrappers import Response as Redirection

    from xlsync.page.acts.office_act import ActInput, OfficeAct, OfficeFile, ShownPlan
    from xlsync.page.uploads import Upload

acting = Blueprint("acting", __name__)
_PASSED_OVER = {TOKEN_FIELD, "plan", "upload", "upload_name", "file"}


@acting.get("/work")
@allow(OFFICE)
def show_all() -> str:
    """Show every act and every list, by group."""
    order = get_args(ActGroup).index
    every: list[OfficeAct | OfficeFile] = [*ACTS.values(), *FILES.values()]
    listed = sorted(every, key=lambda each: order(each.act_group))
    groups = {group: list(of_group) for group, of_group in groupby(listed, attrgetter("act_group"))}
    return render_template("office_acts.html", groups=groups, acts=ACTS)


@acting.get("/work/<name>")
@allow(OFFICE)
def ask(name: str) -> str | tuple[str, int]:
    """Show what an act asks for."""
    return _form(_act(name), _asked_texts())


@acting.post("/work/<name>/preview")
@allow(OFFICE)
def preview(name: str) -> str | tuple[str, int]:
    """Show what an act would do; nothing is written. Where it cannot be done, the form comes back as it was filled in."""
    act = _act(name)
    try:
        filled = _filled(act)
        plan = act.plan_of(filled)
    except XlsyncError as fault:
        text = refusal_of(fault)
        return _form(act, request.form.to_dict(), text.what, text.status_code)
    return _plan_page(act, plan, filled)


@acting.post("/work/<name>/run")
@allow(OFFICE)
def carry_out(name: str) -> Redirection:
    """Begin what was shown; Stale where it would be something else by now."""
    act = _act(name)
    plan = act.plan_of(_filled(act))
    refuse_overtaken({"plan": plan.plan_document, "faults": list(plan.fault_lines)})
    if plan.fault_lines or plan.work is None or not plan.button:
        raise unknown_page("行うことがありません")
    return begin_job(act.title, plan.work, plan.detail, act.back_to)


@acting.get("/work/files/<name>")
@allow(OFFICE)
def take_away(name: str) -> str | tuple[str, int] | Response:
    """Return a list, once what it asks for is known."""
    if name not in FILES:
        raise unknown_page()
    file = FILES[name]
    if file.asked_inputs() and not request.args.get("make"):
        return _form(file, _asked_texts())
    try:
        answer = file.make(FilledForm(request.args.to_dict()))
    except XlsyncError as fault:
        text = refusal_of(fault)
        return _form(file, request.args.to_dict(), text.what, text.status_code)
    note_act(f"{file.title}のダウンロード", "", answer.file)
    return download(answer.file_bytes, answer.file, answer.content_type or WORKBOOK)


def _act(name: str) -> OfficeAct:
    if name not in ACTS:
        raise unknown_page()
    return ACTS[name]


def _filled(act: OfficeAct) -> FilledForm:
    """Return what was filled in, with the files that were uploaded now or before."""
    uploads = every_uploaded_before()
    for each in act.asked_inputs():
        if each.input_kind in {"file", "files"} and not uploads:
            uploads = _uploaded_for(each)
    return FilledForm(request.form.to_dict(), uploads)


def _uploaded_for(asked: ActInput) -> tuple[Upload, ...]:
    """Return the files that were uploaded now; WorkbookError where they are too many, or none and one is needed."""
    sent = [file for file in request.files.getlist("file") if file.filename]
    if len(sent) > 1 and asked.input_kind == "file":
        raise WorkbookError("ファイルは1つだけ選んでください")
    return every_uploaded() if sent or asked.is_needed else ()


def _asked_texts() -> dict[str, str]:
    """Return what the address fills in."""
    return {**request.args.to_dict(), **_chosen_keys()}


def _chosen_keys() -> dict[str, str]:
    """Return the keys of the sheets that were chosen in a list, as one text."""
    rows = visible_rows()
    if request.args.get("all"):
        chosen = filter_in_address().rows(rows, late_ids(rows))
    else:
        ids = set(request.args.getlist("sheet"))
        chosen = [row for row in rows if row.sheet_id in ids]
    return {"keys": "\n".join(row.board_line.key for row in chosen)} if chosen else {}


def _form(
    act: OfficeAct | OfficeFile, texts: Mapping[str, str], fault: str = "", status: int = 200
) -> str | tuple[str, int]:
    """Show what is asked for, with `texts` filled in, or why that cannot be asked."""
    try:
        inputs = act.asked_inputs()
    except XlsyncError as hindrance:
        words = refusal_of(hindrance).what
        return _form_page(act, (), {}, words, is_possible=False), 422
    page = _form_page(act, inputs, texts, fault, is_possible=True)
    return (page, status) if fault else page


def _form_page(
    act: OfficeAct | OfficeFile,
    inputs: Sequence[ActInput],
    texts: Mapping[str, str],
    fault: str,
    *,
    is_possible: bool,
) -> str:
    choices = [each for each in inputs if each.input_kind == "choice"]
    present = {} if fault else {each.name: each.present_text for each in inputs}
    return render_template(
        "office_act.html",
        act=act,
        is_file=act.name in FILES,
        input_groups=_grouped(inputs),
        texts={**present, **texts},
        fault=fault,
        is_possible=is_possible,
        lacks_choice=[each.input_caption for each in choices if not each.input_choices],
    )


def _grouped(inputs: Sequence[ActInput]) -> list[tuple[str, list[ActInput]]]:
    groups = groupby(inputs, attrgetter("input_group"))
    return [(name, list(of_group)) for name, of_group in groups]


def _plan_page(act: OfficeAct, plan: ShownPlan, filled: FilledForm) -> str:
    kept = {name: text for name, text in filled.texts.items() if name not in _PASSED_OVER}
    digest = plan_digest({"plan": plan.plan_document, "faults": list(plan.fault_lines)})
    return render_template(
        "office_plan.html", act=act, plan=plan, digest=digest, kept=kept, uploads=filled.uploads
    )


__all__ = ["acting"]

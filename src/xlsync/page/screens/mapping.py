"""見出しの対応: what the headings of the city's own tables mean, chosen_meanings once, on the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, url_for

from xlsync.errors import XlsyncError
from xlsync.page.guard import allow
from xlsync.page.heading_purposes import HEADING_PURPOSES, headings_in
from xlsync.page.page_context import city, leave_message, note_act
from xlsync.page.refusals import refusal_of, unknown_page
from xlsync.page.screens.uploaded_file import uploaded, uploaded_before
from xlsync.page.visitors import OFFICE

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from xlsync.page.heading_purposes import HeadingPurpose
    from xlsync.page.uploads import Upload

mapping = Blueprint("mapping", __name__)


@mapping.get("/headings/<purpose_name>")
@allow(OFFICE)
def ask(purpose_name: str) -> str:
    """Ask for a table whose headings are to be explained."""
    return _page(purpose_name, None)


@mapping.post("/headings/<purpose_name>")
@allow(OFFICE)
def show(purpose_name: str) -> str | tuple[str, int]:
    """Show the headings of an uploaded table, each with what it means as far as that is known."""
    try:
        return _page(purpose_name, uploaded())
    except XlsyncError as fault:
        text = refusal_of(fault)
        return _page(purpose_name, None, text.what), text.status_code


@mapping.post("/headings/<purpose_name>/keep")
@allow(OFFICE)
def keep(purpose_name: str) -> Response | tuple[str, int]:
    """Keep what was chosen_meanings of the headings, and lead to where such a table is chosen."""
    purpose = _purpose(purpose_name)
    headings, meanings = request.form.getlist("heading"), request.form.getlist("meaning")
    upload = uploaded_before()
    try:
        chosen_meanings = dict(zip(headings, meanings, strict=True))
        purpose.keep_meanings(city(), chosen_meanings, request.form.to_dict())
    except (XlsyncError, ValueError) as fault:
        words = f"まだ何も控えていません。{fault}"
        return _page(purpose_name, upload, words), 422
    note_act(f"見出しの対応（{purpose.purpose_title}）", "", upload.file)
    leave_message("見出しの対応を控えました。次からは選ばずに取り込めます。")
    return redirect(url_for(purpose.back_to), 303)


def _purpose(name: str) -> HeadingPurpose:
    if name not in HEADING_PURPOSES:
        raise unknown_page()
    return HEADING_PURPOSES[name]


def _page(purpose_name: str, upload: Upload | None, fault: str = "") -> str:
    purpose = _purpose(purpose_name)
    known: list[tuple[str, str]] = []
    if upload is not None:
        table, headings = headings_in(upload.file_bytes, upload.file)
        typed = dict(
            zip(request.form.getlist("heading"), request.form.getlist("meaning"), strict=False)
        )
        known = [
            (heading, typed.get(heading) or purpose.known_meaning(city(), table, heading))
            for heading in headings
        ]
    return render_template(
        "headings.html",
        purpose=purpose,
        purpose_name=purpose_name,
        upload=upload,
        known=known,
        meanings=purpose.possible_meanings(city()),
        fault=fault,
        typed=request.form,
    )


__all__ = ["mapping"]

"""A plan is shown, then carried out by a form: refused where it would be another by now, else a job begins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

from flask import redirect, render_template, request, url_for

from xlsync.errors import Stale
from xlsync.page.page_context import context, leave_message, note_act, visitor
from xlsync.page.uploads import plan_digest

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers import Response

    from xlsync.page.page_jobs import JobRun
    from xlsync.page.uploads import Upload

_AT_ONCE: Final = 3.0
"""Seconds for which a visit waits for a job that is short."""
OVERTAKEN: Final = "確かめたあとに登録データが変わりました。もう一度確かめてください"


class FilePlan(Protocol):
    """What carrying an uploaded file out would do; with faults it cannot be."""

    @property
    def faults(self) -> tuple[str, ...]:
        """Why nothing can be done."""

    def to_document(self) -> dict[str, Any]:
        """Return it as JSON."""


def preview_of(template: str, plan: FilePlan, upload: Upload) -> str:
    """Return the screen that shows what an uploaded file would change."""
    digest = plan_digest(plan.to_document())
    return render_template(template, plan=plan, upload=upload, digest=digest)


def refuse_overtaken(document: dict[str, Any]) -> None:
    """Raise Stale where the plan that a form bears is another than would be carried out now."""
    if plan_digest(document) != request.form.get("plan"):
        raise Stale(OVERTAKEN)


def refuse_overtaken_list(plan: FilePlan) -> None:
    """Raise Stale likewise, and where the file has faults by now."""
    if plan.faults:
        raise Stale(OVERTAKEN)
    refuse_overtaken(plan.to_document())


def begin_job(
    title: str, work: Callable[[JobRun], None], detail: str = "", back_to: str = ""
) -> Response:
    """Begin a job, write down who did, and return the way to the screen of jobs.

    Args:
        title: What it is called.
        work: What it does.
        detail: What tells which it is.
        back_to: The route of the screen to which a job leads that is done at once, "" for the screen of jobs.

    """
    jobs = context().jobs
    job = jobs.begin(f"{title}（{detail}）" if detail else title, visitor().person, work)
    note_act(title, "", detail)
    if back_to:
        jobs.wait(_AT_ONCE)
        done = jobs.find(job.number)
        if done is not None and done.job_state == "done":
            leave_message("。".join(done.result_lines))
            return redirect(url_for(back_to), 303)
    return redirect(url_for("working.show_work"), 303)


__all__ = ["OVERTAKEN", "begin_job", "preview_of", "refuse_overtaken", "refuse_overtaken_list"]

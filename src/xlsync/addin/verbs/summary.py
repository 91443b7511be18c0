"""部別集計: the summary of the sheet's department made anew from the store, and opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlsync.addin.protocol.changes import Message, Open
from xlsync.addin.verbs.access import department_of, is_same
from xlsync.addin.verbs.pressing import VerbResult, failure
from xlsync.errors import StoreError
from xlsync.exchange.department_summaries import survey
from xlsync.inbox.followup.summary_refresh import link_from, write_summary
from xlsync.summary.excel.frame import CITY

if TYPE_CHECKING:
    from xlsync.addin.protocol.changes import Change
    from xlsync.addin.verbs.pressing import Press
    from xlsync.exchange.department_summaries import Survey

_SOURCE = "集計は、保存または［提出］で受け取った内容によるものです。"


def summary(press: Press) -> VerbResult:
    """Write the summary where it may be written, and open what lies there."""
    config, asked = press.config, press.asked
    seen = survey(config.store, config.terms)
    department = _department(press, seen)
    if department is None and seen.has_departments:
        name = press.department or department_of(press, asked) or "部等名が空欄"
        return failure(
            f"「{name}」のシートはまだ登録データにないため、集計できません。先に［提出］を押してください。"
        )
    name = seen.name(department)
    old = _update(press, seen, department)
    opened: Change = Open(f"{config.summaries.relative_to(config.shared).as_posix()}/{name}.xlsx")
    called = CITY if department is None else department or "部等名が空欄のシート"
    sentence = old or f"{called}の集計を開きます。"
    return VerbResult((opened, Message("warning" if old else "info", f"{sentence}{_SOURCE}")))


def _update(press: Press, seen: Survey, department: str | None) -> str:
    """Write the summary; return why the file there is an older one, "" if it is not."""
    folder = press.config.summaries
    items = seen.items(link_from(folder, press.config.sheets, press.config.year_name))
    try:
        written = write_summary(press.config.share, folder, seen.summary(department, items))
    except StoreError as fault:
        if not (folder / f"{seen.name(department)}.xlsx").is_file():
            raise
        return f"集計を書き換えられないため（{fault.reason}）、前に作った集計を開きます。"
    if written.fate != "waiting":
        return ""
    who = f"{written.opened.who}さん" if written.opened and written.opened.who else "だれか"
    return f"{who}が開いているため、前に作った集計を開きます。最新の集計は、閉じたあとにもう一度押してください。"


def _department(press: Press, seen: Survey) -> str | None:
    """Return the department in the summaries' spelling, None where the store has no sheet of it, or the form no departments.

    A department's key gets its own summary, whatever the workbook says; else it is the department of the asked sheet.
    """
    asked = press.asked
    if not press.department and not asked.barred and asked.sheet_id in seen.departments:
        return seen.departments[asked.sheet_id]
    theirs = press.department or department_of(press, asked)
    alike = (
        name for name in seen.departments.values() if is_same(press.config.terms, name, theirs)
    )
    return next(alike, None)

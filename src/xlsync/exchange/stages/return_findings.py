"""What a returned sheet's workbook says of it on チェック: the comment on the sheet, and one on each field that has any."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from xlsync.exchange.blame import spoken_time
from xlsync.exchange.sheet_status import sheet_statuses
from xlsync.finding import QUOTE_LENGTH, finding
from xlsync.sheet_stage import state_of
from xlsync.store.stage_acts import stage_acts

_ROOM: Final = QUOTE_LENGTH - 4
"""Characters of a comment that stand in one row."""

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlsync.exchange.receipt import Terms
    from xlsync.finding import Finding
    from xlsync.form.edition import Edition
    from xlsync.sheet import Sheet
    from xlsync.store import Store
    from xlsync.store.stage_acts import FieldComment, StageAct


def return_findings(store: Store, terms: Terms, sheet: Sheet) -> list[Finding]:
    """Return a finding for each comment with which a sheet was returned, as long as nobody has handed it in again."""
    act = _open_return(store, terms, sheet)
    return [] if act is None else list(_findings(sheet.edition, act))


def _open_return(store: Store, terms: Terms, sheet: Sheet) -> StageAct | None:
    """Return the act by which a sheet was returned, None where it is not returned, or no longer by the city's rule."""
    year, since = sheet.edition.year, terms.procedure_rules.since
    acts = stage_acts(store.files, sheet.id, year, since)
    if state_of(act.stage_act_kind for act in acts).stage != "returned":
        return None
    statuses = sheet_statuses(store, terms, {terms.program_of_key(sheet.key)})
    procedures = (status.procedure for status in statuses if status.sheet.id == sheet.id)
    return next((procedure.open_return for procedure in procedures), None)


def _findings(edition: Edition, act: StageAct) -> Iterator[Finding]:
    by_whom = f"{act.who}、{spoken_time(act.when)}"
    if act.comment or not act.field_comments:
        for reason in _reasons(act.comment):
            yield finding("sent-back", "", registered=by_whom, reason=reason)
    for comment in act.field_comments:
        for reason in _reasons(comment.comment):
            facts = {"field": comment.field_title, "registered": by_whom, "reason": reason}
            yield finding("sent-back-field", _path_in(edition, comment), **facts)


def _path_in(edition: Edition, comment: FieldComment) -> str:
    """Return the field's path, "" where the form in use has no such field."""
    return comment.path if comment.path in edition.by_path else ""


def _reasons(comment: str) -> list[str]:
    """Return a comment in pieces that a row of the list has room for, so that nothing of it is cut."""
    lines = (" ".join(line.split()) for line in comment.splitlines())
    pieces = [line[start : start + _ROOM] for line in lines for start in range(0, len(line), _ROOM)]
    return [f"。{piece}" for piece in pieces] or [""]


__all__ = ["return_findings"]

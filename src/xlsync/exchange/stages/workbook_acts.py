"""Acts that a workbook says: somebody changed the cell in which a sheet is handed in, against what this copy last held."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from xlsync.finding import finding
from xlsync.merging import json_as_text
from xlsync.sheet_stage import STAGE_WORDS, WITH_STAFF, fault_of_act, state_after, state_of
from xlsync.store.stage_acts import StageAct, stage_acts, write_stage_act

if TYPE_CHECKING:
    from xlsync.exchange.incoming import Incoming
    from xlsync.exchange.receipt import Source, Terms
    from xlsync.finding import Finding
    from xlsync.form.submission_cells import SubmissionCells
    from xlsync.merging import Change
    from xlsync.sheet import Sheet
    from xlsync.sheet_stage import StageActKind, StageState
    from xlsync.store import Store


def record_workbook_acts(  # noqa: PLR0913, PLR0917 (what a save and its revision say)
    store: Store,
    terms: Terms,
    incoming: Incoming,
    changes: Collection[Change],
    number: int | None,
    source: Source,
) -> list[Finding]:
    """Write the act that a save says, and return a finding where it cannot be done at this stage.

    Call within `store.writing`, before the revision is committed that follows the one with this `number`: a program
    killed in between receives the workbook again and finds the act there.
    """
    cells = incoming.sheet.edition.definition.submission
    kind = None if cells is None else _act_of(incoming, cells, changes)
    if cells is None or kind is None:
        return []
    year, since = incoming.sheet.edition.year, terms.procedure_rules.since
    written = stage_acts(store.folder, incoming.sheet_id, year, since)
    state = state_of(act.stage_act_kind for act in written)
    kinds = _possible_acts(state, kind)
    if kinds:
        _write(
            store,
            incoming,
            [
                replace(_act(incoming, cells, (number or 0) + 1, source), stage_act_kind=each)
                for each in kinds
            ],
            written,
        )
        return []
    is_pointless = kind == "withdraw" and state.stage in WITH_STAFF
    return [] if is_pointless else [incoming.located(_refusal(incoming.sheet, cells, state))]


def _act_of(
    incoming: Incoming, cells: SubmissionCells, changes: Collection[Change]
) -> StageActKind | None:
    """Return the act that the cell's new word stands for, None where it stands for none or nobody changed it."""
    word = next((change.after for change in changes if change.path == cells.field), None)
    return cells.acts.get(word) if isinstance(word, str) and not incoming.is_document else None


def _act(incoming: Incoming, cells: SubmissionCells, number: int, source: Source) -> StageAct:
    """Return a handing in as the workbook says it."""
    who, date = _who(incoming, cells), _date_words(incoming.sheet, cells)
    return StageAct("submit", number, source.when, who, date, way="workbook", file=source.file)


def _write(
    store: Store, incoming: Incoming, acts: Sequence[StageAct], written: Sequence[StageAct]
) -> None:
    """Write acts, but for the one that a program wrote that was killed before it committed the revision."""
    newest = replace(written[-1], when=acts[-1].when) if written else None
    for act in acts if newest != acts[-1] else ():
        write_stage_act(store.folder, incoming.sheet_id, incoming.sheet.edition.year, act)


def _possible_acts(state: StageState, kind: StageActKind) -> Sequence[StageActKind]:
    """Return the acts by which a word is done: a head who endorses what nobody handed in hands it in as well."""
    if not fault_of_act(state, kind):
        return (kind,)
    if kind == "endorse" and not fault_of_act(state, "submit"):
        after = state_after(state, "submit")
        return ("submit", "endorse") if not fault_of_act(after, "endorse") else ()
    return ()


def _who(incoming: Incoming, cells: SubmissionCells) -> str:
    """Return who says so: the name that is typed, else who saved the workbook."""
    sheet = incoming.sheet
    typed = sheet[cells.name] if cells.name else None
    return str(typed) if typed else incoming.who


def _date_words(sheet: Sheet, cells: SubmissionCells) -> str:
    """Return the date that is typed, as the page shows it, "" where there is none."""
    if not cells.date or sheet[cells.date] is None:
        return ""
    field = sheet.edition.by_path[cells.date]
    return f"{field.label} {json_as_text(sheet.edition, cells.date, field.kind.to_json(sheet[cells.date]))}"


def _refusal(sheet: Sheet, cells: SubmissionCells, state: StageState) -> Finding:
    title = sheet.edition.by_path[cells.field].title
    shown = str(sheet[cells.field])
    return finding(
        "stage-refused", cells.field, field=title, shown=shown, kept=STAGE_WORDS[state.stage]
    )


__all__ = ["record_workbook_acts"]

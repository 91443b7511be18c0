"""Findings on the cell for handing in: nobody can read it, it contradicts another copy, or what it says came too late."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from xlsync.exchange.blame import spoken_time
from xlsync.exchange.stages.hand_in_cell import CONFLICT, REFUSED, HandIn, stage_of
from xlsync.finding import Finding, finding
from xlsync.sheet_stage import STAGE_WORDS, Stage
from xlsync.store.stage_acts import StageAct, stage_acts
from xlsync.workbook.reading.page_answers import ASKED, HAND_IN_WORDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsync.exchange.receipt import Terms
    from xlsync.sheet_keys import SheetId
    from xlsync.store import Store
    from xlsync.workbook.reading.reading import HandInCell

_FIELD: Final = "提出"
REFUSED_CODE: Final = "stage-refused"
HAND_IN_CODES: Final = frozenset(
    {"stage-recorded", REFUSED_CODE, "hand-in-unclear", "hand-in-conflict"}
)
"""Codes of the findings on what a workbook itself says about handing in."""


def hand_in_findings(hand_in: HandIn, *, with_refusal: bool = False) -> list[Finding]:
    """Return what is wrong with the cell, for the person who has the workbook."""
    cell = hand_in.hand_in_cell
    if cell is None:
        return []
    findings = _unclear(hand_in, cell) or _contradiction(hand_in, cell)
    refused = hand_in.words_by_mark.get(REFUSED, "")
    if not findings and with_refusal and refused:
        findings = [refusal(refused, hand_in.stage)]
    return [each.at(cell.worksheet, cell.cell) for each in findings]


def _unclear(hand_in: HandIn, cell: HandInCell) -> list[Finding]:
    if hand_in.word != "unclear":
        return []
    choices = "".join(f"「{word}」" for word in HAND_IN_WORDS)
    return [finding("hand-in-unclear", "", shown=cell.typed or "空欄", choices=choices)]


def _contradiction(hand_in: HandIn, cell: HandInCell) -> list[Finding]:
    if not hand_in.is_conflict and not hand_in.is_asked:
        return []
    shown = cell.typed if hand_in.is_conflict else hand_in.words_by_mark.get(CONFLICT, ASKED)
    return [_conflict(hand_in.stage_acts, shown, hand_in.stage)]


def _conflict(acts: Sequence[StageAct], shown: str, stage: Stage) -> Finding:
    by_whom = f"（{acts[-1].who}、{spoken_time(acts[-1].when)}）" if acts else ""
    facts = {"shown": shown, "kept": STAGE_WORDS[stage], "registered": by_whom}
    return finding("hand-in-conflict", "", **facts)


def recorded(shown: str, stage: Stage) -> Finding:
    """Return the note that what the cell says is written down, and what that has made of the sheet."""
    facts = {"field": _FIELD, "shown": shown, "kept": STAGE_WORDS[stage]}
    return finding("stage-recorded", "", **facts)


def refusal(shown: str, stage: Stage) -> Finding:
    """Return the finding that what the cell says is not possible at a stage."""
    facts = {"field": _FIELD, "shown": shown, "kept": STAGE_WORDS[stage]}
    return finding(REFUSED_CODE, "", **facts)


def stored_conflicts(store: Store, terms: Terms, sheet_id: SheetId) -> list[Finding]:
    """Return a finding for each copy of a sheet whose cell contradicts what another one said."""
    states = store.copy_states(sheet_id, terms.fiscal_year).values()
    words = [state.copy_file.hand_in_words.get(CONFLICT) for state in states]
    shown = [word for word in words if word is not None]
    if not shown:
        return []
    acts, stage = (
        stage_acts(store.files, sheet_id, terms.fiscal_year),
        stage_of(store, terms, sheet_id),
    )
    return [_conflict(acts, word, stage) for word in shown]


__all__ = ["REFUSED_CODE", "hand_in_findings", "recorded", "refusal", "stored_conflicts"]

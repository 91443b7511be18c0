"""What チェック says of the stage of a sheet: the sentence at its head, and the cells for handing in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from xlsync.exchange.reconcile.page_request import PageAnswers, request_texts
from xlsync.exchange.stages.hand_in_cell import stage_of
from xlsync.exchange.stages.hand_in_write import (
    CellTexts,
    first_cell_texts,
    hand_in_write,
    new_cell_texts,
    with_new_cell,
)
from xlsync.finding import brief
from xlsync.workbook.checks.answer_cells import hand_in_cells, request_cells
from xlsync.workbook.checks.visible_sheet import AboutStage
from xlsync.workbook.reading.page_answers import NO_REQUEST

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlsync.exchange.incoming import Incoming
    from xlsync.exchange.receipt import Terms
    from xlsync.finding import Finding
    from xlsync.sheet import Sheet
    from xlsync.sheet_stage import Stage
    from xlsync.store import Store

_REASON: Final = 30
"""Characters of a reason that stand at the head; the list has all of it."""
_SENTENCES: Final[Mapping[Stage, str]] = {
    "open": "",
    "submitted": "提出済です",
    "endorsed": "提出済です（所属長確認済）",
    "received": "提出済です（企画担当が受け付けました）",
    "returned": "差戻し中です{reason}。直して、もう一度提出してください",
    "confirmed": "企画担当の確認が済んでいます",
    "final": "確定しています（変更は、企画担当が確かめてから反映します）",
    "correcting": "訂正中です。直したら、もう一度提出してください",
    "published": "公表済です（変更は、企画担当が確かめてから反映します）",
}


def about_stage(answers: PageAnswers, returned: Sequence[Finding]) -> AboutStage:
    """Return what チェック of a workbook is to say; cells that may stay as they are are left out."""
    write, request = hand_in_write(answers.hand_in), request_texts(answers.page_request)
    cells = {} if write is None else hand_in_cells(write.answer_texts)
    cells |= {} if request is None else request_cells(request)
    return AboutStage(_sentence(answers.hand_in.stage, returned), cells)


def with_new_cells(answers: PageAnswers, incoming: Incoming) -> PageAnswers:
    """Return the answers of a workbook whose チェック was just drawn anew: nothing is asked for there."""
    return PageAnswers(with_new_cell(answers.hand_in, incoming))


def about_new_workbook(
    store: Store, terms: Terms, sheet: Sheet, returned: Sequence[Finding]
) -> AboutStage:
    """Return what チェック of a new workbook says."""
    texts: CellTexts = (None, None, None, None)
    if sheet.edition.definition.submission is None:
        texts = new_cell_texts(store, terms, sheet.id)
    stage = stage_of(store, terms, sheet.id)
    cells = hand_in_cells(texts) | request_cells((NO_REQUEST, None))
    return AboutStage(_sentence(stage, returned), cells)


def about_past_workbook(terms: Terms, sheet: Sheet) -> AboutStage:
    """Return what チェック of a workbook of a past day says, which knows nothing of what was done since."""
    texts: CellTexts = (None, None, None, None)
    if sheet.edition.definition.submission is None:
        texts = first_cell_texts(terms)
    return AboutStage("", hand_in_cells(texts) | request_cells((NO_REQUEST, None)))


def _sentence(stage: Stage, returned: Sequence[Finding]) -> str:
    """Return the sentence of a stage; what was returned is so only until the city's rule sees it handed in again.

    The reason begins here: in the list it stands behind everything that is not filled in.
    """
    if stage == "returned" and not returned:
        stage = "submitted"
    return _SENTENCES[stage].replace("{reason}", _reason(returned))


def _reason(returned: Sequence[Finding]) -> str:
    """Return the beginning of the first reason in brackets, "" where none was given."""
    reasons = [finding.facts.get("reason", "").lstrip("。") for finding in returned]
    reason = next(filter(None, reasons), "")
    return f"（理由：{brief(reason, _REASON)}）" if reason else ""


__all__ = ["about_new_workbook", "about_past_workbook", "about_stage", "with_new_cells"]

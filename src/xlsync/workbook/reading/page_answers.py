"""What staff say in cells of the worksheet チェック: that the sheet is handed in, by whom and when, and what they ask for.

Each cell is found by a hidden name. Beside it stands, in a hidden column, the mark of the write that last put a word of ours
there: so a save from before that write is told from a later one. A workbook given out before there were such cells has none
of the names, and says nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from xlsync.kinds import as_typed
from xlsync.ooxml.a1 import split_reference
from xlsync.workbook.checks.check_layout import CHECKS_NAME, is_of_another_file
from xlsync.workbook.reading.reading import (
    HandInCell,
    HandInWord,
    Reading,
    RequestCell,
    RequestWord,
)
from xlsync.workbook.reading.typed_answers import folded_answer, is_struck_answer, struck_words
from xlsync.workbook.reading.worksheet_names import reference_of, worksheet_of

if TYPE_CHECKING:
    from xlsync.ooxml.read.reader import Cell, Workbook

HAND_IN_NAME: Final = "_xlsync.submission"
PERSON_NAME: Final = "_xlsync.submission.name"
DAY_NAME: Final = "_xlsync.submission.date"
MARK_NAME: Final = "_xlsync.submission.mark"
REQUEST_NAME: Final = "_xlsync.request"
REQUEST_MARK_NAME: Final = "_xlsync.request.mark"
_NAMES: Final = frozenset(
    {HAND_IN_NAME, PERSON_NAME, DAY_NAME, MARK_NAME, REQUEST_NAME, REQUEST_MARK_NAME}
)
_COPIED: Final = "（ほかのファイルから写された「チェック」）"
OPEN, SUBMIT, ENDORSE = "入力中", "提出する", "所属長確認済"
AUTOMATIC: Final = "自動"
"""Stands there where the city's rule hands a sheet in."""
ASKED: Final = "選び直し"
"""Stands there where two copies said different things."""
HAND_IN_WORDS: Final = (OPEN, SUBMIT, ENDORSE)
_CHOSEN: Final = frozenset[HandInWord]({"open", "submit", "endorse"})
"""Struck through, such a word says nothing, and is asked about."""
NO_REQUEST: Final = "－"
REQUEST_WORDS: Final = ("消したままにする", "消した欄を元に戻す", "直前の保存を取り消す")
_REQUESTS: Final[Mapping[str, RequestWord]] = MappingProxyType(
    {
        "": "",
        "-": "",
        "消したままにする": "clear",
        "消した欄を元に戻す": "restore",
        "直前の保存を取り消す": "undo",
    }
)
_SPELLED: Final[Mapping[str, HandInWord]] = MappingProxyType(
    {
        OPEN: "open",
        AUTOMATIC: "open",
        "未提出": "open",
        SUBMIT: "submit",
        "提出": "submit",
        "提出済": "submit",
        "提出済み": "submit",
        "提出した": "submit",
        ENDORSE: "endorse",
        "所属長確認": "endorse",
        "所属長確認済み": "endorse",
        ASKED: "asked",
    }
)


def with_answers(workbook: Workbook, readings: Mapping[str, Reading]) -> dict[str, Reading]:
    """Return the readings, the one that チェック speaks of with what staff say there."""
    targets = _targets(workbook)
    title = next(iter(readings)) if len(readings) == 1 else checked_worksheet(workbook)
    if not targets or title not in readings:
        return dict(readings)
    reading = readings[title]
    answers = replace(
        reading.answers,
        hand_in_cell=_hand_in_cell(workbook, targets),
        request_cell=_request_cell(workbook, targets),
    )
    return {**readings, title: replace(reading, answers=answers)}


def checked_worksheet(workbook: Workbook) -> str:
    """Return the title of the worksheet that a workbook's checks speak of, "" where it has none."""
    hidden = worksheet_named(workbook, CHECKS_NAME)
    if hidden not in workbook.worksheets:
        return ""
    cell = workbook.cells_at(hidden, ("B1",)).get("B1")
    return "" if cell is None else worksheet_of(cell.formula or "")


def worksheet_named(workbook: Workbook, name: str) -> str:
    """Return the title of the worksheet that a name refers to, "" where there is no such name."""
    listed = (each for each in workbook.names if each.name.casefold() == name)
    titles = [worksheet_of(each.refers_to) for each in listed]
    own = _targets(workbook).get(HAND_IN_NAME)
    if own is not None and own[0] in titles:
        return own[0]  # beside it may lie the チェック of another workbook, copied into this one
    return titles[-1] if titles else ""


def _targets(workbook: Workbook) -> dict[str, tuple[str, str]]:
    """Return worksheet and address of each cell, by its name, not those that a worksheet of another workbook brought."""
    targets = {}
    for named in sorted(workbook.names, key=lambda each: each.scope is None):
        target = reference_of(named.refers_to) if named.name.casefold() in _NAMES else None
        if target is not None and target[0] in workbook.worksheets:
            targets[named.name.casefold()] = target
    return targets


def _hand_in_cell(workbook: Workbook, targets: Mapping[str, tuple[str, str]]) -> HandInCell | None:
    target = targets.get(HAND_IN_NAME)
    if target is None:
        return None
    typed, mark = (_text_at(workbook, targets.get(name)) for name in (HAND_IN_NAME, MARK_NAME))
    person, day = (_beside(workbook, targets.get(name)) for name in (PERSON_NAME, DAY_NAME))
    word = hand_in_word_of(typed)
    if word in _CHOSEN and is_struck_answer(workbook, *target):
        word, typed = "unclear", struck_words(typed)
    elif word in _CHOSEN and _is_of_another_file(workbook, *target):
        word, typed = "unclear", f"{typed}{_COPIED}"
    return HandInCell(word, typed, mark, person, day, *target)


def _is_of_another_file(workbook: Workbook, worksheet: str, address: str) -> bool:
    """Whether the cells above one on チェック were copied from another workbook: what is said there was said in that one."""
    row, _ = split_reference(address)
    above = workbook.cells_at(worksheet, [f"A{number}" for number in range(1, row)])
    return any(is_of_another_file(cell.formula or "") for cell in above.values())


def hand_in_word_of(typed: str) -> HandInWord:
    """Return the word that a text in the cell for handing in means."""
    return _SPELLED.get(folded_answer(typed), "unclear" if typed else "")


def _request_cell(workbook: Workbook, targets: Mapping[str, tuple[str, str]]) -> RequestCell | None:
    target = targets.get(REQUEST_NAME)
    if target is None:
        return None
    typed, mark = (
        _text_at(workbook, targets.get(name)) for name in (REQUEST_NAME, REQUEST_MARK_NAME)
    )
    word = _REQUESTS.get(folded_answer(typed), "unclear")
    if word and is_struck_answer(workbook, *target):
        word, typed = "unclear", struck_words(typed)
    elif word and _is_of_another_file(workbook, *target):
        word, typed = "unclear", f"{typed}{_COPIED}"
    return RequestCell(word, typed, mark, *target)


def _text_at(workbook: Workbook, target: tuple[str, str] | None) -> str:
    """Return what stands in a cell, "" where there is no such cell."""
    if target is None:
        return ""
    worksheet, address = target
    return _text(workbook.cells_at(worksheet, (address,)).get(address))


def _beside(workbook: Workbook, target: tuple[str, str] | None) -> str:
    """Return the name or the day beside the word; "" where it is struck through, or the word itself, pasted over all three."""
    text = _text_at(workbook, target)
    is_struck = bool(text) and target is not None and is_struck_answer(workbook, *target)
    return "" if is_struck or hand_in_word_of(text) in _CHOSEN else text


def _text(cell: Cell | None) -> str:
    """Return what somebody typed into a cell, without a line break."""
    if cell is None or (cell.value is None and cell.formula is None):
        return ""
    if cell.formula is not None:
        return f"={cell.formula}"
    if isinstance(cell.value, dt.date):
        return f"{cell.value.year}年{cell.value.month}月{cell.value.day}日"
    return " ".join(as_typed(cell.value).split())


__all__ = [
    "ASKED",
    "AUTOMATIC",
    "DAY_NAME",
    "ENDORSE",
    "HAND_IN_NAME",
    "HAND_IN_WORDS",
    "MARK_NAME",
    "NO_REQUEST",
    "OPEN",
    "PERSON_NAME",
    "REQUEST_MARK_NAME",
    "REQUEST_NAME",
    "REQUEST_WORDS",
    "SUBMIT",
    "checked_worksheet",
    "hand_in_word_of",
    "with_answers",
    "worksheet_named",
]

"""What is written into the cells for handing in of a workbook, so that they say what the acts have led to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from xlsync.exchange.stages.hand_in_cell import (
    RESOLVED,
    HandIn,
    cell_of,
    mark_of,
    newest_words,
    word_after,
)
from xlsync.store.stage_acts import StageAct, stage_acts
from xlsync.workbook.reading.page_answers import ASKED, AUTOMATIC, ENDORSE, OPEN, SUBMIT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsync.exchange.incoming import Incoming
    from xlsync.exchange.receipt import Terms
    from xlsync.sheet_keys import SheetId
    from xlsync.store import CopyFile, Store
    from xlsync.workbook.reading.reading import HandInCell

CellTexts = tuple[str | None, str | None, str | None, str | None]
"""Word, person, day, and the mark beside the word."""
_SHOWN: Final = {"open": OPEN, "submit": SUBMIT, "endorse": ENDORSE, "asked": ASKED}
_HANDED_IN: Final = frozenset({"submit", "endorse"})


@dataclass(frozen=True, slots=True)
class HandInWrite:
    """What is written into the cells, and the word that the copy's state has for it from then on."""

    answer_texts: CellTexts
    known_word: str

    def with_word(self, file: CopyFile) -> CopyFile:
        """Return what is known of a copy's file once it was written."""
        words = {**file.hand_in_words, self.answer_texts[3] or "": self.known_word}
        words.pop(RESOLVED, None)
        return replace(file, hand_in_words=newest_words(words))


def hand_in_write(hand_in: HandIn) -> HandInWrite | None:
    """Return what sets the cell to what the acts have led to, None where it stays; one that nobody can read stays."""
    cell = hand_in.hand_in_cell
    is_left = hand_in.word == "unclear" or hand_in.is_asked or hand_in.act_kind is not None
    if cell is None or is_left:
        return None
    is_question = hand_in.is_conflict or hand_in.keeps_question
    word = "asked" if is_question else hand_in.stage_word
    text = _shown(word, is_automatic=hand_in.is_automatic)
    if hand_in.word == word and (word != "open" or cell.typed == text):
        return None
    person, day = _who_and_day(hand_in, cell, word)
    borne = {cell.mark, *hand_in.words_by_mark}
    texts = (text, person, day, mark_of(word, len(hand_in.stage_acts), borne))
    return HandInWrite(texts, f"{hand_in.stage_word}@{len(hand_in.stage_acts)}")


def with_word_written(file: CopyFile, hand_in: HandIn) -> CopyFile:
    """Return what is known of a copy's file once its cell says what the acts have led to."""
    write = hand_in_write(hand_in)
    return file if write is None else write.with_word(file)


def with_new_cell(hand_in: HandIn, incoming: Incoming) -> HandIn:
    """Return the same about a workbook whose cell was just drawn anew, so that it is to be written in any case."""
    cell, former = cell_of(incoming), hand_in.hand_in_cell
    if cell is None or incoming.sheet.edition.definition.submission is not None:
        return replace(hand_in, hand_in_cell=None)
    blank = replace(cell, hand_in_word="", typed="")
    if former is not None:
        blank = replace(blank, mark=former.mark, person=former.person, day_text=former.day_text)
    keeps = hand_in.is_conflict or hand_in.is_asked
    return replace(hand_in, hand_in_cell=blank, known_word="open", keeps_question=keeps)


def new_cell_texts(store: Store, terms: Terms, sheet_id: SheetId) -> CellTexts:
    """Return what the cells of a new workbook say."""
    acts = stage_acts(store.files, sheet_id, terms.fiscal_year)
    word = word_after(acts, terms)
    text = _shown(word, is_automatic=terms.procedure_rules.handing_in != "act")
    person, day = _handed_in_by(acts) if word in _HANDED_IN else (None, None)
    return (text, person, day, mark_of(word, len(acts)) if acts else None)


def first_cell_texts(terms: Terms) -> CellTexts:
    """Return what the cells of a workbook say before anybody has done anything about its sheet."""
    is_automatic = terms.procedure_rules.handing_in != "act"
    return (_shown("open", is_automatic=is_automatic), None, None, None)


def _shown(word: str, *, is_automatic: bool) -> str:
    return AUTOMATIC if word == "open" and is_automatic else _SHOWN[word]


def _who_and_day(hand_in: HandIn, cell: HandInCell, word: str) -> tuple[str | None, str | None]:
    """Return what is to stand beside a word; a cell just drawn anew keeps what somebody had begun to type beside it."""
    if word in _HANDED_IN:
        return _handed_in_by(hand_in.stage_acts)
    return (None, None) if cell.typed else (cell.person or None, cell.day_text or None)


def _handed_in_by(acts: Sequence[StageAct]) -> tuple[str | None, str | None]:
    """Return who handed a sheet in last, and when as they wrote it themselves."""
    by_staff = [act for act in acts if act.stage_act_kind in _HANDED_IN]
    if not by_staff:
        return None, None
    day = by_staff[-1].comment if by_staff[-1].way == "workbook" else ""
    return by_staff[-1].who or None, day or None


__all__ = ["HandInWrite", "hand_in_write", "new_cell_texts", "with_new_cell", "with_word_written"]

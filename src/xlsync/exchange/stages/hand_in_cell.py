"""Handing in by the cell of チェック: what it says, against what this copy last said and what the acts have made of the sheet.

The cell is merged like a field, though it is none: its base is what the copy last said under the mark beside the cell, its
head the word that the acts have led to. A copy whose state is lost goes by the acts, which say from which cell they came.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from xlsync.sheet_stage import WITH_STAFF, Stage, StageActKind, state_of
from xlsync.store.stage_acts import BY_BUTTON, StageAct, stage_acts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from xlsync.exchange.incoming import Incoming
    from xlsync.exchange.receipt import Terms
    from xlsync.sheet_keys import SheetId
    from xlsync.store import CopyFile, Store
    from xlsync.workbook.reading.reading import HandInCell

ACT_OF_WORD: Final[Mapping[str, StageActKind]] = {
    "open": "withdraw",
    "submit": "submit",
    "endorse": "endorse",
}
_WORD_OF_ACT: Final[Mapping[StageActKind, str]] = {kind: word for word, kind in ACT_OF_WORD.items()}
CONFLICT, REFUSED, RESOLVED = "conflict", "refused", "resolved"
"""Among the words of a copy: what contradicts another copy, what came too late, what the office has decided about."""
_REMARKS: Final = frozenset({CONFLICT, REFUSED, RESOLVED})
_KEPT: Final = 8
"""Words of a copy that are kept: a save from before these is nobody's any more."""


@dataclass(frozen=True, slots=True)
class HandIn:
    """The cell of a workbook for handing in.

    Attributes:
        hand_in_cell: What it says, None where the workbook has none, or its form draws one on the page.
        known_word: What this copy said last: "open", "submit" or "endorse".
        stage_word: What the acts have led to.
        stage: The stage that they have led to.
        stage_acts: All acts about the sheet.
        is_automatic: Whether the city's rule hands sheets in by itself.
        copy_words: What this copy said, by mark, as its state has it.
        keeps_question: Whether the cell was drawn anew while it asked to choose again.

    """

    hand_in_cell: HandInCell | None = None
    known_word: str = "open"
    stage_word: str = "open"
    stage: Stage = "open"
    stage_acts: tuple[StageAct, ...] = ()
    is_automatic: bool = False
    copy_words: tuple[tuple[str, str], ...] = ()
    keeps_question: bool = False

    @property
    def word(self) -> str:
        """What the cell says; a blank one says no more than it did before anybody touched it."""
        if self.hand_in_cell is None:
            return ""
        blank = "open" if self.known_word == "open" else "unclear"
        return self.hand_in_cell.hand_in_word or blank

    @property
    def is_changed(self) -> bool:
        """Whether somebody chose another word in this copy than the acts have led to."""
        is_other = self.word not in {self.known_word, self.stage_word}
        return self.word in ACT_OF_WORD and is_other and not self.is_resolved

    @property
    def is_resolved(self) -> bool:
        """Whether the office has decided about what the cell still says, or asks."""
        typed = self.words_by_mark.get(RESOLVED)
        if typed is None or self.hand_in_cell is None:
            return False
        return self.word == "asked" or self.hand_in_cell.typed == typed

    @property
    def is_asked(self) -> bool:
        """Whether the cell asks to choose again, and nobody has."""
        return self.word == "asked" and not self.is_resolved

    @property
    def is_conflict(self) -> bool:
        """Whether another copy, or the office, has changed it since as well."""
        is_other = self.known_word != self.stage_word and not self._endorses_a_press
        return self.is_changed and is_other

    @property
    def _endorses_a_press(self) -> bool:
        """Whether a head endorses what was handed in by the button: no copy says otherwise, for a press sets no cell."""
        is_pressed = bool(self.stage_acts) and self.stage_acts[-1].act_source.cell_id == BY_BUTTON
        return is_pressed and (self.word, self.stage_word) == ("endorse", "submit")

    @property
    def act_kind(self) -> StageActKind | None:
        """The act that the cell says, None for none."""
        return ACT_OF_WORD[self.word] if self.is_changed and not self.is_conflict else None

    @property
    def words_by_mark(self) -> Mapping[str, str]:
        """What this copy said."""
        return dict(self.copy_words)


NO_CELL: Final = HandIn()


def read_hand_in(
    store: Store, terms: Terms, incoming: Incoming, copy_file: CopyFile | None, file: str
) -> HandIn:
    """Return what an incoming workbook says about handing in; `copy_file` is what is known of its copy, `file` its path."""
    cell, edition = cell_of(incoming), incoming.sheet.edition
    if not incoming.sheet_id:
        return NO_CELL
    acts = tuple(stage_acts(store.files, incoming.sheet_id, edition.year))
    stage = stage_after(acts, terms)
    words = {} if copy_file is None else copy_file.hand_in_words
    facts = HandIn(
        stage_word=word_after(acts, terms),
        stage=stage,
        stage_acts=acts,
        is_automatic=terms.procedure_rules.handing_in != "act",
        copy_words=tuple(words.items()),
    )
    if cell is None or edition.definition.submission is not None:
        return facts
    is_id_lost = incoming.reading is not None and incoming.reading.stamp is None
    cell_id = "" if is_id_lost else cell_id_of(incoming, cell)
    by_cell = _acts_by_cell(acts, cell_id, cell.mark)
    last_word = words.get(cell.mark, "") or word_of_mark(cell.mark)
    known = _known_word(last_word, by_cell, file, cell.hand_in_word)
    stage_word = word_after(acts, terms, cell.hand_in_word, known)
    return replace(facts, hand_in_cell=cell, known_word=known, stage_word=stage_word)


def cell_of(incoming: Incoming) -> HandInCell | None:
    """Return what チェック of an incoming workbook says, None where it has no cell for it."""
    return None if incoming.reading is None else incoming.reading.answers.hand_in_cell


def stage_of(store: Store, terms: Terms, sheet_id: SheetId) -> Stage:
    """Return the stage that the acts which are written down have led a sheet to."""
    return stage_after(stage_acts(store.files, sheet_id, terms.fiscal_year), terms)


def stage_after(acts: Sequence[StageAct], terms: Terms) -> Stage:
    """Return the stage that acts have led to in the present phase."""
    since = terms.procedure_rules.since
    return state_of(act.stage_act_kind for act in acts if act.when[:10] >= since).stage


def cell_id_of(incoming: Incoming, cell: HandInCell) -> str:
    """Return what tells the cell of a copy, as it was last written by us, from every other; "" for a copy without an id."""
    return f"{incoming.stamp.copy}/{cell.mark}" if incoming.stamp.copy else ""


def mark_of(word: str, act_count: int, former: AbstractSet[str] = frozenset()) -> str:
    """Return the mark of a word that we write after so many acts, one that the copy has not borne.

    A word that hands in stands in the mark too: who never said anything in a copy that was given out so has not handed in.
    """
    ending = f"={word}" if word in {"submit", "endorse"} else ""
    mark = f"{act_count}"
    while f"{mark}{ending}" in former:
        mark += "+"
    return f"{mark}{ending}"


def word_of_mark(mark: str) -> str:
    """Return the word beside which a mark was written, "" where it does not say that, as in workbooks from before it did."""
    return mark.partition("=")[2]


def _acts_by_cell(acts: Sequence[StageAct], cell_id: str, mark: str) -> list[tuple[int, StageAct]]:
    """Return the acts that a cell said, each with its number; of a copy without an id, those that it may have said."""
    return [
        (number, act)
        for number, act in enumerate(acts, start=1)
        if act.way == "workbook" and _may_be_by(act.act_source.cell_id, cell_id, mark)
    ]


def _may_be_by(acting_cell: str, cell_id: str, mark: str) -> bool:
    if cell_id or acting_cell == BY_BUTTON:
        return acting_cell == cell_id
    return not acting_cell or acting_cell.partition("/")[2] == mark


def _known_word(
    known: str, by_cell: Sequence[tuple[int, StageAct]], file: str, word_now: str
) -> str:
    """Return what the copy said last; acts of a program killed before it saved the copy's state tell more than that."""
    word, _, count = known.partition("@")
    newer = [act for number, act in by_cell if number > int(count or 0)]
    words = [word, *(_WORD_OF_ACT[act.stage_act_kind] for act in newer if act.file == file)]
    if words[-1]:
        return words[-1]
    # A duplicate of the file at another path says what it said before it was duplicated.
    is_duplicate = bool(newer) and _WORD_OF_ACT[newer[-1].stage_act_kind] == word_now
    return word_now if is_duplicate else "open"


def word_after(acts: Sequence[StageAct], terms: Terms, *words: str) -> str:
    """Return the word that acts have led to; once the office has the sheet, the first of `words` that hands in may stay.

    Where none of them does, it is the one by which the sheet was handed in last.
    """
    stage = stage_after(acts, terms)
    if stage in WITH_STAFF:
        return "open"
    if stage in {"submitted", "endorsed"}:
        return "submit" if stage == "submitted" else "endorse"
    handed_in_by = (_WORD_OF_ACT.get(act.stage_act_kind, "") for act in reversed(acts))
    return next(
        (word for word in (*words, *handed_in_by) if word in {"submit", "endorse"}), "submit"
    )


def with_word_read(
    file: CopyFile, hand_in: HandIn, act_count: int, *, is_refused: bool
) -> CopyFile:
    """Return what is known of a copy's file once its cell was read and what it says was recorded."""
    cell, word = hand_in.hand_in_cell, hand_in.word
    if cell is None:
        return file
    before = file.hand_in_words
    words = {mark: text for mark, text in before.items() if mark not in _REMARKS}
    if hand_in.is_resolved:
        words[RESOLVED] = before[RESOLVED]
    elif hand_in.is_conflict:
        words[CONFLICT] = cell.typed
    elif word == "asked":
        words |= {CONFLICT: before[CONFLICT]} if CONFLICT in before else {}
    elif word in ACT_OF_WORD:
        words[cell.mark] = f"{word}@{act_count}"
    if is_refused:
        words[REFUSED] = cell.typed
    return replace(file, hand_in_words=newest_words(words))


def newest_words(words: Mapping[str, str]) -> dict[str, str]:
    """Return the words of a copy that are worth keeping."""
    return dict(list(words.items())[-_KEPT:])


__all__ = [
    "ACT_OF_WORD",
    "CONFLICT",
    "NO_CELL",
    "REFUSED",
    "RESOLVED",
    "HandIn",
    "cell_id_of",
    "cell_of",
    "mark_of",
    "newest_words",
    "read_hand_in",
    "stage_after",
    "stage_of",
    "with_word_read",
    "word_after",
    "word_of_mark",
]

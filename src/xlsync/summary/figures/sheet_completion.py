"""How far a sheet is, in a word: what is left to fill in, and the stage that acts have led it to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from xlsync.sheet_stage import STAGE_WORDS, Stage

State = Literal[
    "conflict",
    "returned",
    "error",
    "filling",
    "idle",
    "complete",
    "correcting",
    "done",
    "endorsed",
    "received",
    "confirmed",
    "final",
    "published",
]

STATES: Final[dict[State, str]] = {
    "conflict": "入力の重なり",
    "error": "エラー",
    "filling": "入力中",
    "idle": "未着手",
    "done": "提出済",
}
"""The states that every table counts, each with its word, the one that asks most first."""
ALL_STATES: Final[dict[State, str]] = {
    "conflict": STATES["conflict"],
    "returned": STAGE_WORDS["returned"],
    "error": STATES["error"],
    "filling": STATES["filling"],
    "idle": STATES["idle"],
    "complete": "入力済",
    "correcting": STAGE_WORDS["correcting"],
    "done": STATES["done"],
    "endorsed": STAGE_WORDS["endorsed"],
    "received": STAGE_WORDS["received"],
    "confirmed": STAGE_WORDS["confirmed"],
    "final": STAGE_WORDS["final"],
    "published": STAGE_WORDS["published"],
}
"""Every state with its word in that order: the others are counted where a sheet is in them."""
STATE_MARKS: Final[dict[State, str]] = {
    "conflict": "■",
    "returned": "◆",
    "error": "▲",
    "filling": "◇",
    "idle": "○",
    "complete": "△",
    "correcting": "◆",
    "done": "●",
    "endorsed": "●",
    "received": "●",
    "confirmed": "◎",
    "final": "◎",
    "published": "◎",
}
"""Beside the words, so that a printed page can be looked over without colours."""
HANDED_IN_STATES: Final[frozenset[State]] = frozenset(
    {"done", "endorsed", "received", "confirmed", "final", "published"}
)
STATE_OF_STAGE: Final[dict[Stage, State]] = {
    "submitted": "done",
    "endorsed": "endorsed",
    "received": "received",
    "confirmed": "confirmed",
    "final": "final",
    "correcting": "correcting",
    "published": "published",
    "returned": "returned",
}
"""What a sheet's stage makes of its state, whatever is left to fill in."""
WAITING: Final = "確認待ち"
OUTDATED: Final = "古い様式"
ALL_WORDS: Final = (*ALL_STATES.values(), WAITING, OUTDATED)
"""Every word by which a sheet's state may be told."""


@dataclass(frozen=True, slots=True)
class Completion:
    """How far a sheet is: whether anybody has begun to fill it in, and how much is left to do.

    A field not filled in yet is `blank`, never an error; `errors` are without it, and without open conflicts. `waiting_count`
    is how many changes wait for the planning office, `outdated_count` how many of its workbooks have the page of another
    version of the form: there is nothing for staff to do about either. `stage` is what the acts about the sheet have made of
    it, `marks` what stands beside that (再提出, 提出後の変更).
    """

    started: bool = False
    blank: int = 0
    errors: int = 0
    warnings: int = 0
    open_conflicts: int = 0
    waiting_count: int = 0
    outdated_count: int = 0
    stage: Stage = "open"
    marks: tuple[str, ...] = ()

    @property
    def state(self) -> State:
        """The most urgent thing to do."""
        if self.open_conflicts:
            return "conflict"
        if self.stage != "open":
            return STATE_OF_STAGE[self.stage]
        if not self.started:
            return "idle"
        if self.errors:
            return "error"
        return "filling" if self.blank else "complete"

    @property
    def is_complete(self) -> bool:
        """True where nothing is left to do: no field blank, no error, no conflict, and not returned."""
        return not (self.blank or self.errors or self.open_conflicts or self.stage == "returned")

    @property
    def words(self) -> str:
        """The state in words, with everything that is left to do."""
        words = (
            f"入力の重なり {self.open_conflicts}件" if self.open_conflicts else "",
            *self._stage_words(),
            *self._left(),
        )
        state = "・".join(filter(None, words)) or ALL_STATES["complete"]
        return "・".join(filter(None, (state, *self._others())))

    @property
    def _has_begun(self) -> bool:
        return self.started or bool(self.open_conflicts)

    def _stage_words(self) -> tuple[str, ...]:
        """Return the stage and its marks in words, 未着手 for an open sheet that nobody has begun."""
        if self.stage != "open":
            return STAGE_WORDS[self.stage], *self.marks
        return () if self._has_begun else (STATES["idle"],)

    def _left(self) -> tuple[str, ...]:
        """Return in words what is left to fill in or to put right, where somebody has begun."""
        if not self._has_begun:
            return ()
        blank = f"{self.blank}件未入力"
        shown = f"入力中（{blank}）" if self.stage == "open" else blank
        return (
            shown if self.blank else "",
            f"エラー {self.errors}件" if self.errors else "",
        )

    def _others(self) -> tuple[str, ...]:
        """Return in words what others than the staff have to do, "" for nothing."""
        return (
            f"{WAITING} {self.waiting_count}件" if self.waiting_count else "",
            OUTDATED if self.outdated_count else "",
        )

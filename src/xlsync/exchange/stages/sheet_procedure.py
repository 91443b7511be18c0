"""What stage a sheet is at: its acts, what the city's rule adds to them, and whether it changed since."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from xlsync.sheet_stage import CLOSED, HANDED_IN, StageState, state_of
from xlsync.store.stage_acts import StageAct, stage_acts

if TYPE_CHECKING:
    from xlsync.exchange.receipt import HandingIn
    from xlsync.store import Revision, Store

RESUBMITTED: Final = "再提出"
CHANGED_AFTER_SUBMISSION: Final = "提出後の変更"
CHANGED_AFTER_CONFIRMATION: Final = "確認後の変更"
CORRECTED: Final = "訂正あり"


@dataclass(frozen=True, slots=True)
class SheetProcedure:
    """What was done about a sheet since it was given out.

    Attributes:
        stage_acts: The acts that are written down, in order.
        implied_act: The handing in that follows from the city's rule and is not written down, None where there is none.
        is_changed: Whether any revision since the newest act changed the sheet.
        is_changed_by_staff: Whether a workbook brought such a revision.

    """

    stage_acts: tuple[StageAct, ...] = ()
    implied_act: StageAct | None = None
    is_changed: bool = False
    is_changed_by_staff: bool = False

    @property
    def state(self) -> StageState:
        """What all of that has made of the sheet."""
        acts = (*self.stage_acts, *((self.implied_act,) if self.implied_act else ()))
        return state_of(act.stage_act_kind for act in acts)

    @property
    def marks(self) -> tuple[str, ...]:
        """What stands beside the stage: 再提出, 提出後の変更, 確認後の変更, 訂正あり."""
        state, unsaid = self.state, self.implied_act is None
        stage = state.stage
        changed = self.is_changed_by_staff and unsaid
        words = (
            (RESUBMITTED, state.is_resubmitted and stage in {"submitted", "endorsed", "received"}),
            (CHANGED_AFTER_SUBMISSION, changed and stage in {"submitted", "endorsed", "received"}),
            (CHANGED_AFTER_CONFIRMATION, changed and stage == "confirmed"),
            (CORRECTED, stage in CLOSED and (state.is_corrected or self.is_changed)),
        )
        return tuple(word for word, holds in words if holds)

    @property
    def open_return(self) -> StageAct | None:
        """The act by which the sheet was returned, None where it is not returned."""
        if self.state.stage != "returned":
            return None
        return next(act for act in reversed(self.stage_acts) if act.stage_act_kind == "return")


def sheet_procedure(
    store: Store, key: str, edition: int, number: int, since: str = ""
) -> SheetProcedure:
    """Return what was done about a sheet `since` a day; `number` is that of its newest revision."""
    acts = tuple(stage_acts(store.files, key, edition, since))
    if not acts:
        return SheetProcedure()
    numbers = range(acts[-1].revision + 1, number + 1)
    later = _changing_revisions(store, key, edition, numbers)
    by_staff = [bool(revision.draft.submission.workbook_hash) for revision in later]
    return SheetProcedure(acts, None, bool(by_staff), any(by_staff))


def with_rule(
    procedure: SheetProcedure, handing_in: HandingIn, implied: StageAct, *, is_saved: bool
) -> SheetProcedure:
    """Return the procedure of a complete sheet with the handing in that follows from the city's rule.

    Args:
        procedure: What is written down.
        handing_in: The rule.
        implied: The handing in that would follow.
        is_saved: Whether a workbook ever brought anything of the sheet.

    """
    stage = procedure.state.stage
    holds = {
        "act": False,
        "saved": is_saved,
        "complete": True,
    }[handing_in]
    again = stage == "returned" and procedure.is_changed_by_staff
    if holds and (stage == "open" or again):
        return replace(procedure, implied_act=implied)
    return procedure


def is_closed(store: Store, key: str, edition: int, since: str = "") -> bool:
    """Whether changes of staff wait for the planning office, for the sheet was made final `since` a day."""
    kinds = (act.stage_act_kind for act in stage_acts(store.files, key, edition, since))
    return state_of(kinds).stage in CLOSED


def is_handed_in(procedure: SheetProcedure) -> bool:
    """Whether somebody has handed the sheet in."""
    return procedure.state.stage in HANDED_IN


def _changing_revisions(
    store: Store, key: str, edition: int, numbers: Iterable[int]
) -> list[Revision]:
    """Return the revisions that changed anything but the cells in which a sheet is handed in."""
    cells = store.form.definition.submission
    beside = frozenset(cells.paths if cells is not None else ())
    revisions = (store.find_revision(key, edition, number) for number in numbers)
    return [
        revision
        for revision in revisions
        if revision is not None and _changed_paths(revision) - beside
    ]


def _changed_paths(revision: Revision) -> frozenset[str]:
    return frozenset(change["path"] for change in revision.draft.changes)


__all__ = [
    "SheetProcedure",
    "is_closed",
    "is_handed_in",
    "sheet_procedure",
    "with_rule",
]

"""The stage a sheet is at between being given out and being published, and what each act makes of it. Pure.

docs/sheet-stages.md has the same table in words; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

Stage = Literal[
    "open",
    "submitted",
    "endorsed",
    "received",
    "returned",
    "confirmed",
    "final",
    "correcting",
    "published",
]
StageActKind = Literal[
    "submit",
    "withdraw",
    "endorse",
    "accept",
    "return",
    "confirm",
    "finalize",
    "reopen",
    "publish",
]

STAGE_WORDS: Final[Mapping[Stage, str]] = MappingProxyType(
    {
        "open": "入力中",
        "submitted": "提出済",
        "endorsed": "所属長確認済",
        "received": "受付",
        "returned": "差戻し中",
        "confirmed": "確認済",
        "final": "確定",
        "correcting": "訂正中",
        "published": "公表済",
    }
)
ACT_WORDS: Final[Mapping[StageActKind, str]] = MappingProxyType(
    {
        "submit": "提出",
        "withdraw": "提出の取下げ",
        "endorse": "所属長確認",
        "accept": "受付",
        "return": "差戻し",
        "confirm": "確認",
        "finalize": "確定",
        "reopen": "取消し",
        "publish": "公表",
    }
)
TRANSITIONS: Final[Mapping[StageActKind, Mapping[Stage, Stage]]] = MappingProxyType(
    {
        "submit": {
            "open": "submitted",
            "submitted": "submitted",
            "endorsed": "submitted",
            "received": "submitted",
            "returned": "submitted",
            "correcting": "submitted",
        },
        "withdraw": {"submitted": "open", "endorsed": "open"},
        "endorse": {"submitted": "endorsed", "endorsed": "endorsed"},
        "accept": {"submitted": "received", "endorsed": "received", "received": "received"},
        "return": {
            "open": "returned",
            "submitted": "returned",
            "endorsed": "returned",
            "received": "returned",
            "returned": "returned",
            "confirmed": "returned",
            "correcting": "returned",
        },
        "confirm": {
            "submitted": "confirmed",
            "endorsed": "confirmed",
            "received": "confirmed",
            "confirmed": "confirmed",
        },
        "finalize": {"confirmed": "final", "correcting": "final"},
        # From "returned" it leads back to where the sheet was returned from.
        "reopen": {
            "received": "submitted",
            "returned": "open",
            "confirmed": "received",
            "final": "correcting",
            "published": "correcting",
        },
        "publish": {"final": "published"},
    }
)
"""The stage that an act leads to by the stage it is possible at."""
HANDED_IN: Final[frozenset[Stage]] = frozenset(
    {"submitted", "endorsed", "received", "confirmed", "final", "published"}
)
"""Stages of sheets that somebody has handed in."""
WITH_STAFF: Final[frozenset[Stage]] = frozenset({"open", "returned", "correcting"})
"""Stages at which staff go on entering, and hand the sheet in when they have done."""
CLOSED: Final[frozenset[Stage]] = frozenset({"final", "published"})
"""Stages at which changes of staff wait for the planning office."""
REASON_NEEDED: Final[frozenset[StageActKind]] = frozenset({"return", "reopen"})
_CHANGED: Final = "確認のあとに変更されています。もう一度確認済にしてから確定してください"
_NOT_HANDED_IN: Final = "まだ提出されていません"


@dataclass(frozen=True, slots=True)
class StageState:
    """What the acts about a sheet have made of it.

    Attributes:
        stage: The stage it is at.
        returned_from: The stage it was returned from, where it is returned.
        is_resubmitted: Whether it was handed in again after it had been returned.
        is_corrected: Whether it was made final again after it had been reopened.

    """

    stage: Stage = "open"
    returned_from: Stage = "open"
    is_resubmitted: bool = False
    is_corrected: bool = False

    @property
    def word(self) -> str:
        """The stage in a word."""
        return STAGE_WORDS[self.stage]


NEW: Final = StageState()


def fault_of_act(state: StageState, kind: StageActKind, *, is_changed: bool = False) -> str:
    """Return why an act is not possible, "" where it is.

    Args:
        state: What the acts until now have made of the sheet.
        kind: The act.
        is_changed: Whether staff have changed the sheet since the newest act.

    """
    if state.stage not in TRANSITIONS[kind]:
        needs_handing_in = "submitted" in TRANSITIONS[kind] and state.stage not in HANDED_IN
        why = f"（{_NOT_HANDED_IN}）" if needs_handing_in else ""
        return f"いま「{state.word}」のため、{ACT_WORDS[kind]}はできません{why}"
    if kind == "finalize" and state.stage == "confirmed" and is_changed:
        return _CHANGED
    return ""


def state_after(state: StageState, kind: StageActKind) -> StageState:
    """Return what an act makes of a sheet; the same where it is not possible."""
    stage = TRANSITIONS[kind].get(state.stage)
    if stage is None:
        return state
    if kind == "reopen" and state.stage == "returned":
        stage = state.returned_from
    return StageState(
        stage,
        _returned_from(state, kind),
        _is_resubmitted(state, kind),
        state.is_corrected or (kind == "finalize" and state.stage == "correcting"),
    )


def state_of(kinds: Iterable[StageActKind]) -> StageState:
    """Return what acts in their order have made of a sheet."""
    state = NEW
    for kind in kinds:
        state = state_after(state, kind)
    return state


def _returned_from(state: StageState, kind: StageActKind) -> Stage:
    if kind != "return":
        return "open"
    return state.returned_from if state.stage == "returned" else state.stage


def _is_resubmitted(state: StageState, kind: StageActKind) -> bool:
    if kind == "submit":
        return state.is_resubmitted or state.stage == "returned"
    return state.is_resubmitted and kind != "withdraw"


__all__ = [
    "ACT_WORDS",
    "CLOSED",
    "HANDED_IN",
    "NEW",
    "REASON_NEEDED",
    "STAGE_WORDS",
    "TRANSITIONS",
    "WITH_STAFF",
    "Stage",
    "StageActKind",
    "StageState",
    "fault_of_act",
    "state_after",
    "state_of",
]

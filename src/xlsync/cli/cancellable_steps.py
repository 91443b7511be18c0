"""An act about many sheets or files, one after the other: Ctrl+C ends it between two of them, and what is not done is told."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from xlsync.cli.console import complain, progress

if TYPE_CHECKING:
    from types import FrameType

    from xlsync.sheet import Sheet


class LeftStep(NamedTuple):
    """What nothing was done about: the key of a sheet or the name of a file, and what people call it."""

    key: str
    words: str


class StepsCancelled(Exception):
    """Somebody has cancelled an act that has not come to its end."""


_SHOWN: Final = 5
_Step = TypeVar("_Step")


def left_sheet(sheet: Sheet) -> LeftStep:
    """Return a sheet about which nothing was done."""
    return LeftStep(sheet.key, f"{sheet.key} {sheet.title}")


def _sheet_of(step: Any) -> LeftStep:
    return left_sheet(step.sheet)


@dataclass
class CancellableSteps:
    """The steps of an act, with a progress bar; a second Ctrl+C ends the program as usual.

    Attributes:
        label: What stands beside the bar.
        is_whole: Whether the act has an end that needs all of them: then StepsCancelled is raised.
        left_of: What a step is about; of steps that have a sheet, that sheet.
        is_cancelled: Whether somebody pressed Ctrl+C.
        left_steps: What nothing was done about for that.

    """

    label: str
    is_whole: bool = False
    left_of: Callable[[Any], LeftStep] = _sheet_of
    is_cancelled: bool = False
    left_steps: list[LeftStep] = field(default_factory=list)

    def __call__(self, every: Sequence[_Step]) -> Iterator[_Step]:
        """Yield the steps until somebody presses Ctrl+C."""
        with self._hearing_ctrl_c():
            for step in progress(every, self.label):
                if self.is_cancelled:
                    self.left_steps.append(self.left_of(step))
                else:
                    yield step
        if self.is_cancelled and self.is_whole:
            raise StepsCancelled

    def complain(self) -> None:
        """Say what was not done, where the act was cancelled."""
        if self.is_cancelled:
            count = len(self.left_steps)
            some = "、".join(left.words for left in self.left_steps[:_SHOWN])
            more = f" ほか{count - _SHOWN}件" if count > _SHOWN else ""
            named = f"（{some}{more}）" if count else ""
            complain(
                f"途中で中止しました。まだのもの {count}件{named}。もう一度実行すると、続きから行います"
            )

    def to_document(self) -> dict[str, Any]:
        """Return it as JSON, nothing where the act came to its end."""
        keys = [left.key for left in self.left_steps]
        return {"cancelled": True, "left": keys} if self.is_cancelled else {}

    @contextlib.contextmanager
    def _hearing_ctrl_c(self) -> Iterator[None]:
        """Let Ctrl+C be noted, where this is the thread that hears of it."""
        try:
            former = signal.signal(signal.SIGINT, self._cancel)
        except ValueError:
            yield
            return
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, former)

    def _cancel(self, _number: int, _frame: FrameType | None) -> None:
        self.is_cancelled = True
        signal.signal(signal.SIGINT, signal.default_int_handler)


__all__ = ["CancellableSteps", "LeftStep", "StepsCancelled", "left_sheet"]

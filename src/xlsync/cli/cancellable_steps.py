"""An act about many sheets, one after the other: Ctrl+C ends it between two of them, and what is not done is told."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

from xlsync.cli.console import complain, progress

if TYPE_CHECKING:
    from types import FrameType

    from xlsync.sheet import Sheet


class Step(Protocol):
    """What is done about one sheet."""

    @property
    def sheet(self) -> Sheet:
        """The sheet."""


class StepsCancelled(Exception):
    """Somebody has cancelled an act that has not come to its end."""


_SHOWN: Final = 5
_Step = TypeVar("_Step", bound=Step)


@dataclass
class CancellableSteps:
    """The steps of an act, with a progress bar; a second Ctrl+C ends the program as usual.

    Attributes:
        label: What stands beside the bar.
        is_whole: Whether the act has an end that needs all of them: then StepsCancelled is raised.
        is_cancelled: Whether somebody pressed Ctrl+C.
        sheets_left: The sheets about which nothing was done for that.

    """

    label: str
    is_whole: bool = False
    is_cancelled: bool = False
    sheets_left: list[Sheet] = field(default_factory=list)

    def __call__(self, every: Sequence[_Step]) -> Iterator[_Step]:
        """Yield the steps until somebody presses Ctrl+C."""
        with self._hearing_ctrl_c():
            for step in progress(every, self.label):
                if self.is_cancelled:
                    self.sheets_left.append(step.sheet)
                else:
                    yield step
        if self.is_cancelled and self.is_whole:
            raise StepsCancelled

    def complain(self) -> None:
        """Say what was not done, where the act was cancelled."""
        if self.is_cancelled:
            some = "、".join(f"{sheet.key} {sheet.title}" for sheet in self.sheets_left[:_SHOWN])
            more = (
                f" ほか{len(self.sheets_left) - _SHOWN}件" if len(self.sheets_left) > _SHOWN else ""
            )
            named = f"（{some}{more}）" if self.sheets_left else ""
            complain(
                f"途中で中止しました。まだのもの {len(self.sheets_left)}件{named}。もう一度実行すると、続きから行います"
            )

    def to_document(self) -> dict[str, Any]:
        """Return it as JSON, nothing where the act came to its end."""
        keys = [sheet.key for sheet in self.sheets_left]
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


__all__ = ["CancellableSteps", "StepsCancelled"]

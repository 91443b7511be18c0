"""Many cases in several processes, each bounded in time and memory; what escapes is a defect with its number."""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from types import FrameType

from tests.fuzz.case import Outcome, run

SECONDS_PER_CASE = 2
_MEMORY = 1024 * 2**20
_BATCH = 250


class TooSlow(BaseException):
    """A case took longer than any workbook may."""


@dataclass
class Tally:
    """How many cases had which outcome, and the defects: number → what escaped."""

    cases: int = 0
    words: Counter[str] = field(default_factory=Counter)
    faults: dict[int, str] = field(default_factory=dict)

    def add(self, other: Tally) -> None:
        """Count the other's cases in."""
        self.cases += other.cases
        self.words.update(other.words)
        self.faults.update(other.faults)


def bounded() -> None:
    """Bound this process where the system can: a case that needs more memory or time is a defect.

    The form and the template that all cases share are built before, in nobody's time.
    """
    with contextlib.suppress(Exception):
        run(1, 0)
    with contextlib.suppress(ImportError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGVTALRM, _too_slow)


def _too_slow(_number: int, _frame: FrameType | None) -> None:
    raise TooSlow


def judged(seed: int, number: int) -> Outcome:
    """The outcome of a case, with whatever escaped as its fault."""
    timer = getattr(signal, "setitimer", lambda *_: None)
    which = getattr(signal, "ITIMER_VIRTUAL", 0)
    try:
        timer(which, SECONDS_PER_CASE)
        try:
            return run(seed, number)
        finally:
            timer(which, 0)  # inside: the time may be over while it is being stopped
    except (Exception, TooSlow):  # noqa: BLE001 - whatever it is, it must not have come out
        return Outcome(["fault"], traceback.format_exc(limit=-6))


def batch(seed: int, numbers: Iterable[int]) -> Tally:
    """The cases of these numbers, one after the other."""
    tally = Tally()
    for number in numbers:
        outcome = judged(seed, number)
        tally.cases += 1
        tally.words.update(outcome.words)
        if outcome.fault:
            tally.faults[number] = outcome.fault
    return tally


def _batch(task: tuple[int, range]) -> Tally:
    return batch(*task)


def tallies(seed: int, cases: int, jobs: int, first: int = 0) -> Iterator[Tally]:
    """The tally so far, again and again until all cases are done."""
    total = Tally()
    tasks = [
        (seed, range(at, min(at + _BATCH, first + cases)))
        for at in range(first, first + cases, _BATCH)
    ]
    context = multiprocessing.get_context("spawn")
    with context.Pool(jobs, bounded) as pool:
        for tally in pool.imap_unordered(_batch, tasks):
            total.add(tally)
            yield total

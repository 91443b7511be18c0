"""Times in turn: every rival runs once per round, so that a slow minute of the machine hits all of them alike."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import truediv


@dataclass(frozen=True)
class Row:
    """One rival's median time in seconds, and its ratio to the row the table is measured against."""

    name: str
    seconds: float
    ratio: float


def race(
    rivals: Mapping[str, Callable[[], object]],
    against: str,
    rounds: int,
    *,
    at_once: int = 1,
    before: Callable[[], object] = gc.collect,
) -> list[Row]:
    """Run every rival in each round, after one round of warming up; ratios are medians of the ratios of each round.

    `at_once` runs follow each other and their mean counts: with 1 every run finds the processor's caches full of what
    the other rivals left. `before` is done before each turn, unmeasured.
    """
    times: dict[str, list[float]] = {name: [] for name in rivals}
    for lap in range(rounds + 1):
        for name, run in rivals.items():
            before()  # at the least, nobody pays for what another rival left behind
            began = time.perf_counter()
            for _ in range(at_once):
                run()
            if lap:
                times[name].append((time.perf_counter() - began) / at_once)
    limit = times[against]
    return [
        Row(name, statistics.median(seconds), statistics.median(map(truediv, seconds, limit)))
        for name, seconds in times.items()
    ]


def table(title: str, rows: list[Row], against: str) -> str:
    """Return a race as a Markdown table."""
    lines = [f"## {title}", "", f"| what | median | × {against} |", "| --- | ---: | ---: |"]
    lines += [f"| {row.name} | {_shown(row.seconds)} | {row.ratio:,.2f} |" for row in rows]
    return "\n".join(lines) + "\n"


def _shown(seconds: float) -> str:
    return f"{seconds * 1000:,.2f} ms" if seconds < 1 else f"{seconds:,.2f} s"

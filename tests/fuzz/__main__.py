"""`python -m tests.fuzz --cases N --seed S --jobs J`: damaged workbooks by the thousand; exit code 1 on any defect."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from tests.fuzz.case import made
from tests.fuzz.running import Tally, judged, tallies

_EVERY = 10_000


def main() -> int:
    """Run the cases, or the one that is to be looked at again."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--first", type=int, default=0, help="number of the first case")
    parser.add_argument("--case", type=int, help="run this one case and show what becomes of it")
    parser.add_argument("--keep", type=Path, help="with --case: write the damaged workbook here")
    told = parser.parse_args()
    if told.case is not None:
        return _one(told.seed, told.case, told.keep)
    begun, tally, due = time.monotonic(), Tally(), _EVERY
    shown: set[int] = set()
    for tally in tallies(told.seed, told.cases, told.jobs, told.first):
        for number in tally.faults.keys() - shown:
            sys.stdout.write(f"\n--- case {number}\n{tally.faults[number]}\n")
        shown |= tally.faults.keys()
        if tally.cases >= due:
            due += _EVERY
            _say(tally, begun)
    _say(tally, begun)
    for word, count in sorted(tally.words.items()):
        sys.stdout.write(f"{count:>10,}  {word}\n")
    return int(bool(tally.faults))


def _one(seed: int, number: int, keep: Path | None) -> int:
    if keep is not None:
        keep.write_bytes(made(seed, number)[1])
    outcome = judged(seed, number)
    sys.stdout.write("\n".join([*outcome.words, outcome.fault, ""]))
    return int(bool(outcome.fault))


def _say(tally: Tally, begun: float) -> None:
    seconds = time.monotonic() - begun
    sys.stdout.write(f"{tally.cases:,} cases, {len(tally.faults)} faults, {seconds:.0f} s\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())

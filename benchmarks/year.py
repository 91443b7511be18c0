"""A year of each of the five shapes, played with real processes: `python -m benchmarks.year --sheets 200 --seed 1`.

Staff save workbooks (some by LibreOffice), the office acts by commands, the watcher is killed; after each step every page is
compared with what an independent model knows. `--shape 登別` plays one of them; without LibreOffice: `--office 0`. Every
file written and every process is real, so a year takes its time: the processor seconds that are printed are those of all.
"""

from __future__ import annotations

import argparse
import logging
import resource
import tempfile
import time
from pathlib import Path

from tests.year_play.year_play import Size, play
from tests.year_play.year_shapes import SHAPES


def main() -> None:
    """Play, and print what came of each year."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shape", choices=SHAPES, action="append")
    parser.add_argument("--sheets", type=int, default=200)
    parser.add_argument("--office", type=int, default=10, help="saves of a round by LibreOffice")
    parser.add_argument("--busy", type=float, default=0.6, help="share of sheets saved in a round")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    size = Size(options.sheets, options.office, options.busy)
    for name in options.shape or SHAPES:
        began, worked = time.monotonic(), _processor_seconds()
        with tempfile.TemporaryDirectory() as folder:
            outcome = play(Path(folder), name, size, options.seed)
        seconds, processor = time.monotonic() - began, _processor_seconds() - worked
        print(f"seed {options.seed}, {outcome}; {seconds:.0f} s, {processor:.0f} s of processor")


def _processor_seconds() -> float:
    """Return the processor seconds of this process and of all that it has waited for."""
    own, others = (
        resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime


if __name__ == "__main__":
    main()

"""A year of each of the five shapes, played with real processes: `python -m benchmarks.year --sheets 200 --seed 1`.

Staff save workbooks (some by LibreOffice), the office acts by commands, the watcher is killed; after each step every page is
compared with what an independent model knows. `--shape 登別` plays one of them; without LibreOffice: `--office 0`.
"""

from __future__ import annotations

import argparse
import logging
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
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    for name in options.shape or SHAPES:
        began = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            outcome = play(Path(folder), name, Size(options.sheets, options.office), options.seed)
        print(f"seed {options.seed}, {outcome}; {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()

"""Run the property tests and state machines with new seeds for a number of minutes: explore.py --minutes 30 [pytest options].

A failure ends the run. Its seed stands in the last line; the example hypothesis prints becomes a test by name, so that
`make test`, which always draws the same examples, keeps it.
"""

from __future__ import annotations

import argparse
import secrets
import subprocess
import sys
import time


def main() -> int:
    """Run rounds of the tests until the time is over or one fails; returns pytest's exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10, help="how long new rounds are begun")
    parser.add_argument("--jobs", default="auto", help="pytest-xdist's -n")
    asked, options = parser.parse_known_args()
    end = time.monotonic() + asked.minutes * 60
    rounds = 0
    while time.monotonic() < end:
        rounds += 1
        seed = secrets.randbelow(2**31)
        print(f"round {rounds}, seed {seed}", flush=True)
        code = subprocess.run(command(seed, asked.jobs, options), check=False).returncode
        if code:
            print(f"round {rounds} failed: --hypothesis-profile=explore --hypothesis-seed={seed}")
            return code
    print(f"{rounds} rounds, nothing found")
    return 0


def command(seed: int, jobs: str, options: list[str]) -> list[str]:
    """Returns pytest's command line for one round."""
    selected = "hypothesis and not office and not smb and not corpus"
    pytest = [sys.executable, "-m", "pytest", "-q", "-x", "-n", jobs, "--dist", "worksteal"]
    return [
        *pytest,
        "-m",
        selected,
        "--hypothesis-profile=explore",
        f"--hypothesis-seed={seed}",
        *options,
    ]


if __name__ == "__main__":
    sys.exit(main())

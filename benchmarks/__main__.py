"""Run every benchmark and print the tables: `make bench`, or `python -m benchmarks --rounds 3` for a glance."""

from __future__ import annotations

import argparse
import platform

from benchmarks.journeys import journeys, starting
from benchmarks.patching import patching
from benchmarks.reading import reading
from xlsync.cli.demo import official_sheets
from xlsync.exchange import Terms, export, template_of
from xlsync.form.library import load_form


def main() -> None:
    """Print what was measured, as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    form = load_form()
    sheets = official_sheets(form.at(2018))
    workbook = export(template_of(Terms(form, 2018)), sheets[0], "0")
    print(
        f"Python {platform.python_version()}, {rounds} rounds, medians; one workbook: {len(workbook):,} bytes\n"
    )
    print(reading(workbook, rounds))
    print(patching(workbook, rounds))
    print(journeys(sheets, rounds))
    print(starting(workbook, rounds))


if __name__ == "__main__":
    main()

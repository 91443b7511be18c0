"""Write the tests that `make fast` or `make quick` leaves out, from the durations that pytest has measured.

    python tools/long_tests.py long durations.xml    # of `pytest --junitxml=durations.xml`; `make durations` does both lists

A test is left out when one of its cases takes longer than a list's limit. A list holds only names: a test that is not in
it takes part until it is measured.
"""

from __future__ import annotations

import argparse
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from typing import Final

SECONDS: Final = {"long": 0.5, "medium": 0.05}
"""The longest case of a test that `make fast` (long) and `make quick` (medium) run; medium with few examples each."""
TESTS: Final = Path(__file__).resolve().parent.parent / "tests"


def main() -> None:
    """Write a list."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("name", choices=sorted(SECONDS))
    parser.add_argument("durations", type=Path)
    arguments = parser.parse_args()
    limit = SECONDS[arguments.name]
    names = sorted({name for name, seconds in measured(arguments.durations) if seconds > limit})
    file = TESTS / f"{arguments.name}.txt"
    file.write_text("".join(f"{name}\n" for name in names), encoding="utf-8")


def measured(durations: Path) -> Iterator[tuple[str, float]]:
    """Yield each case's test, as `tests/cli/test_usage.py::test_…`, and how long it took, in seconds."""
    for case in ET.parse(durations).iter("testcase"):  # noqa: S314 - the file is our own
        file = case.attrib["classname"].replace(".", "/") + ".py"
        function = case.attrib["name"].partition("[")[0]
        yield f"{file}::{function}", float(case.attrib["time"])


if __name__ == "__main__":
    main()

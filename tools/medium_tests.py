"""Write tests/medium.txt, the tests that `make quick` leaves out, from the durations that pytest has measured.

    python tools/medium_tests.py durations.xml      # of `pytest --junitxml=durations.xml`; `make medium` does both

A test is left out when one of its cases takes longer than SECONDS. The file is only a list of names: a test that is
not in it is quick until it is measured.
"""

from __future__ import annotations

import argparse
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from typing import Final

SECONDS: Final = 0.05
FILE: Final = Path(__file__).resolve().parent.parent / "tests/medium.txt"


def main() -> None:
    """Write the list."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("durations", type=Path)
    durations = parser.parse_args().durations
    names = sorted({name for name, seconds in measured(durations) if seconds > SECONDS})
    FILE.write_text("".join(f"{name}\n" for name in names), encoding="utf-8")


def measured(durations: Path) -> Iterator[tuple[str, float]]:
    """Yield each case's test, as `tests/cli/test_usage.py::test_…`, and how long it took, in seconds."""
    for case in ET.parse(durations).iter("testcase"):  # noqa: S314 - the file is our own
        file = case.attrib["classname"].replace(".", "/") + ".py"
        function = case.attrib["name"].partition("[")[0]
        yield f"{file}::{function}", float(case.attrib["time"])


if __name__ == "__main__":
    main()

"""How long it takes to compare many cities: `python -m benchmarks.national [CITIES] [SHEETS] [YEARS] [FOLDER]`.

Generates the published tables of so many municipalities (1,741 × 1,000 sheets × 5 years unless said otherwise) with the columns
that are compared, one package after the other, and adds up by itself what it writes. Then `xlsync national` compares them in a
process of its own. Says files, bytes, seconds, peak memory, and whether every sum is the one that was written.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from xlsync.form.library import load_form
from xlsync.kinds import Choice
from xlsync.publication.city_code import PREFECTURES, with_check_digit
from xlsync.publication.open_data.data_package import DESCRIPTOR, data_tables, descriptor_of
from xlsync.publication.published_year import PublishedYear, Publisher
from xlsync.summary.figures.entry_fields import scale_of

LAST_YEAR = 2018
_PROGRAM = """
import re, sys, pathlib
from xlsync.cli import main
sys.argv = ["xlsync", *sys.argv[1:]]
try:
    main()
finally:
    peak = re.search("VmHWM:\\\\s*([0-9]+)", pathlib.Path("/proc/self/status").read_text())
    sys.stderr.write(f"peak {int(peak[1]) // 1024} MB\\n")
"""


def codes(count: int) -> list[str]:
    """So many codes of municipalities, spread over the prefectures."""
    numbers = (
        (1 + index % len(PREFECTURES), 201 + index // len(PREFECTURES)) for index in range(count)
    )
    return sorted(with_check_digit(f"{prefecture:02}{number:03}") for prefecture, number in numbers)


@dataclass
class Written:
    """What was written: yen of the whole cost by year and city and by year and word; sheets, files, bytes."""

    by_city: Counter[tuple[int, str]] = field(default_factory=Counter)
    by_grade: Counter[tuple[int, str]] = field(default_factory=Counter)
    sheets: int = 0
    files: int = 0
    size: int = 0


class Generator:
    """Packages of one fiscal year."""

    def __init__(self, year: int, sheets: int) -> None:
        self.year, self.sheets = year, sheets
        edition = load_form().at(year)
        empty = PublishedYear(Publisher("市", "082201"), edition, (), as_of=f"{year}-08-01")
        tables = data_tables(empty)
        self.descriptor = descriptor_of(
            empty, tables, {f"{table.name}.csv": b"" for table in tables}
        )
        self.words = {
            field.path: scale_of(field).words
            for field in edition.fields
            if isinstance(field.kind, Choice)
        }
        self.ids = pa.array([f"{number:05}" for number in range(sheets)])

    def write(self, folder: Path, code: str, written: Written) -> None:
        """Write the package of a city, and note what it comes to."""
        folder.mkdir(parents=True)
        draw = np.random.default_rng([self.year, int(code)])
        tables: dict[str, dict[str, Any]] = {"sheets": {"id": self.ids, **self._groups(draw)}}
        costs = self._add_amounts(tables, draw)
        self._add_grades(tables, draw, costs, written)
        written.by_city[self.year, code] += int(costs.sum()) * 1000
        written.sheets += self.sheets
        tables["budget-codes"] = {"code": ["01-01"], "name": ["議会費"]}
        for name, columns in tables.items():
            pq.write_table(pa.table(columns), folder / f"{name}.parquet")
        package = {**self.descriptor, "city_code": code}
        (folder / DESCRIPTOR).write_text(json.dumps(package, ensure_ascii=False), encoding="utf-8")
        written.files += len(tables) + 1
        written.size += sum(file.stat().st_size for file in folder.iterdir())

    def _groups(self, draw: np.random.Generator) -> dict[str, Any]:
        codes_of_a_level = [f"{number:02}" for number in range(1, 13)]
        return {
            column: pa.array(draw.choice(self.words.get(column) or codes_of_a_level, self.sheets))
            for group in self.descriptor["comparison"]["groups"]
            for column in group["columns"]
        }

    def _add_amounts(self, tables: dict[str, dict[str, Any]], draw: np.random.Generator) -> Any:
        """Add the amounts; return the whole cost of each sheet in 千円."""
        amounts = self.descriptor["comparison"]["amounts"]
        costs = draw.lognormal(8.5, 2, (len(amounts), self.sheets)).astype(np.int64)
        for amount, values in zip(amounts, costs, strict=True):
            tables.setdefault(amount["table"], self._placed(amount))[amount["column"]] = values
        return costs[-1]

    def _add_grades(
        self,
        tables: dict[str, dict[str, Any]],
        draw: np.random.Generator,
        costs: Any,
        written: Written,
    ) -> None:
        """Add the grades, and note what the sheets of each word of the last one cost."""
        for grade in self.descriptor["comparison"]["grades"]:
            chosen = draw.integers(0, len(grade["words"]), self.sheets)
            column = pa.array([grade["words"][index][1] for index in chosen])
            tables.setdefault(grade["table"], self._placed(grade))[grade["column"]] = column
        for index, (mark, _) in enumerate(grade["words"]):
            written.by_grade[self.year, mark] += int(costs[chosen == index].sum()) * 1000

    def _placed(self, measured: dict[str, Any]) -> dict[str, Any]:
        axes = {axis: pa.array([key] * self.sheets) for axis, key in measured["at"].items()}
        return {"id": self.ids, **axes}


def compare(folder: Path, residents: Path, out: Path) -> tuple[dict[str, Any], float, str]:
    """Run `xlsync national`: what it says, how long it took, its peak memory."""
    words = ["national", str(folder), "--residents", str(residents), "--out", str(out), "--json"]
    began = time.perf_counter()
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", _PROGRAM, *words], capture_output=True, check=True, text=True
    )
    seconds = time.perf_counter() - began
    peak = re.search(r"peak (\d+ MB)", done.stderr)
    return json.loads(done.stdout), seconds, peak[1] if peak else "?"


def differences(compared: dict[str, Any], written: Written) -> int:
    """Return how many sums are not those that were written."""
    (whole,) = {row["amount"] for row in compared["total"][-1:]}
    cities = {
        (row["edition"], row["city_code"]): row["total"]
        for row in compared["cities"]
        if row["amount"] == whole
    }
    last = compared["grades"][-1]["grade"]
    grades = {
        (row["edition"], row["mark"]): row["total"]
        for row in compared["grades"]
        if (row["amount"], row["grade"]) == (whole, last)
    }
    return len({*cities.items()} ^ {*written.by_city.items()}) + len(
        {*grades.items()} ^ {*written.by_grade.items()}
    )


def main() -> None:
    """Generate, compare, print."""
    given = dict(enumerate(sys.argv[1:]))
    cities, sheets, years = (
        int(given.get(at, default)) for at, default in enumerate((1741, 1000, 5))
    )
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(given.get(3, temporary))
        written, began = Written(), time.perf_counter()
        for year in range(LAST_YEAR - years + 1, LAST_YEAR + 1):
            generator = Generator(year, sheets)
            for code in codes(cities):
                generator.write(folder / "packages" / code / "data" / str(year), code, written)
        print(
            f"{written.sheets:,} sheets in {written.files:,} files, {written.size / 2**20:,.0f} MB,"
            f" written in {time.perf_counter() - began:,.0f} s"
        )
        residents = folder / "residents.csv"
        lines = [f"{code},{1000 + int(code) % 99991}" for code in codes(cities)]
        residents.write_text("\n".join(["団体コード,人口", *lines]), encoding="utf-8")
        compared, seconds, peak = compare(folder / "packages", residents, folder / "out")
        print(
            f"compared in {seconds:,.1f} s, peak {peak}; sums that differ: {differences(compared, written)}"
        )


if __name__ == "__main__":
    main()

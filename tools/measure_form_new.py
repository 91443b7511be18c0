"""How well `xlsync form new` reads official forms whose fields somebody has listed by hand: a table for docs/form-new.md.

Run it with the folder of the forms, which are not ours to hand on: `python tools/measure_form_new.py FOLDER`. The lists are
tests/data/official-forms, a file a worksheet: the cell of each field, words that its name has to contain, kind and unit.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from xlsync.workbook.official.field_guess import fields_of
from xlsync.workbook.official.form_words import plain
from xlsync.workbook.official.official_field import MULTILINE, NO_FIELD, OfficialField
from xlsync.workbook.official.official_workbook import OfficialWorkbook
from xlsync.workbook.official.page_grid import area_of

LISTS = Path(__file__).resolve().parent.parent / "tests/data/official-forms"


@dataclass(frozen=True)
class Expected:
    """A field as listed by hand."""

    cell: str
    words: str
    kind: str
    unit: str

    def is_named_by(self, guess: OfficialField) -> bool:
        """Whether a guess has all the words that tell the field from others."""
        named = plain(
            "".join(
                guess.field_words.__getattribute__(part) for part in ("group", "label", "heading")
            )
        )
        return all(plain(word) in named for word in self.words.split("+"))

    def is_kind_of(self, guess: OfficialField) -> bool:
        """Whether a guess has the kind, and the unit where there is one."""
        kind = guess.value_kind
        word = "文章" if kind.word == MULTILINE else kind.word
        return (word, plain(kind.unit)) == (self.kind, plain(self.unit))


@dataclass
class Score:
    """What was expected of a worksheet, what was guessed of it, and what of that was right."""

    name: str
    seconds: float = 0.0
    expected: int = 0
    guessed: int = 0
    hits: list[tuple[Expected, OfficialField]] = field(default_factory=list)
    misses: list[Expected] = field(default_factory=list)
    extra: list[OfficialField] = field(default_factory=list)

    @property
    def row(self) -> str:
        """The row of the table."""
        hits, named = len(self.hits), sum(e.is_named_by(g) for e, g in self.hits)
        kinds = sum(e.is_kind_of(g) for e, g in self.hits)
        shares = (
            _share(hits, self.expected),
            _share(hits, self.guessed),
            _share(named, hits),
            _share(kinds, hits),
        )
        counted = f"{self.expected} | {self.guessed} | {' | '.join(shares)} | {self.corrected}"
        return f"| {self.name} | {counted} | {self.seconds:.1f} |"

    @property
    def corrected(self) -> int:
        """How many rows somebody has to add, drop, name otherwise or give another kind."""
        right = sum(e.is_named_by(g) and e.is_kind_of(g) for e, g in self.hits)
        return len(self.misses) + len(self.extra) + len(self.hits) - right


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if whole else "–"


def expected_of(file: Path) -> list[Expected]:
    """Return the fields that a list names."""
    lines = file.read_text(encoding="utf-8").splitlines()
    return [Expected(*line.split("\t")) for line in lines]


def score(workbook: Path, worksheet: str, name: str, expected: list[Expected]) -> Score:
    """Return how well a worksheet is read."""
    start = time.perf_counter()
    official = OfficialWorkbook(workbook.read_bytes())
    title = next(title for title in official.book.sheetnames if worksheet in title)
    guesses = [g for g in fields_of(official.grid(title)) if g.value_kind.word != NO_FIELD]
    result = Score(name, time.perf_counter() - start, len(expected), len(guesses))
    rest = {guess.cell: guess for guess in guesses}
    for each in expected:
        cell = area_of(each.cell)
        hit = next((guess for at, guess in rest.items() if area_of(at).overlaps(cell)), None)
        if hit is None:
            result.misses.append(each)
        else:
            result.hits.append((each, rest.pop(hit.cell)))
    result.extra = list(rest.values())
    return result


def scores(folder: Path) -> Iterator[Score]:
    """Yield the score of each worksheet that is listed and whose workbook is in a folder."""
    for file in sorted(LISTS.glob("*.tsv")):
        number, _, worksheet = file.stem.partition("-")
        workbook = next(iter(sorted(folder.glob(f"{number}-*.xlsx"))), None)
        if workbook is not None:
            yield score(workbook, worksheet, file.stem, expected_of(file))


def main() -> None:
    """Print the table, and with `-v` what was missed, what was too much and what was named or taken for another kind."""
    is_verbose = "-v" in sys.argv
    print(
        "| form | fields | guessed | found | of guessed are fields | named right | kind right | rows to correct | seconds |"
    )
    print("|---|---:|---:|---:|---:|---:|---:|---:|---:|")
    for each in scores(Path(sys.argv[-1])):
        print(each.row)
        if is_verbose:
            _print_details(each)


def _print_details(each: Score) -> None:
    print("  missed:", [e.cell for e in each.misses])
    print("  too much:", [g.cell for g in each.extra])
    for expected, guess in each.hits:
        if not expected.is_named_by(guess):
            print("  name", guess.cell, guess.field_words, "≠", expected.words)
        if not expected.is_kind_of(guess):
            print("  kind", guess.cell, guess.value_kind, "≠", expected.kind, expected.unit)


if __name__ == "__main__":
    main()

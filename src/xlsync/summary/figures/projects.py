"""One project of a summary, and what any number of projects add up to. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from xlsync.finding import Finding
from xlsync.finding_counts import FindingCounts, count_findings
from xlsync.kinds import DASH
from xlsync.sheet import Sheet
from xlsync.summary.figures.form_fields import form_fields_of
from xlsync.summary.figures.page_fields import Scale
from xlsync.summary.figures.sheet_completion import ALL_STATES, HANDED_IN_STATES, STATES, Completion
from xlsync.summary.figures.year_values import PastSheet, YearKey, YearValue, year_values

if TYPE_CHECKING:
    from xlsync.kinds import Value
    from xlsync.sheet_stage import Stage

Number = int | Decimal

SUBMITTED: Final = STATES["done"]
HANDED_IN_WORDS: Final = frozenset(ALL_STATES[state] for state in HANDED_IN_STATES)
STATE_WORDS: Final = tuple(reversed(STATES.values()))
"""How far a sheet is, one word for each that every table counts, best first; the words of the board."""


@dataclass(frozen=True, slots=True)
class Item:
    """A sheet as the summary gets it, with its open findings and conflicts, and the way to its workbook.

    `link` is a relative path with "/" from the summary's folder (`../評価シート/部/課/key_名前.xlsx`), "" where there is none;
    `locations` are the worksheet and cell of each field there. `state` is a word of the board. `last_year` is the sheet of
    the same key in the edition of the year before; `past_sheets` what the sheets of all earlier editions say, the newest first.
    """

    sheet: Sheet
    findings: tuple[Finding, ...] = ()
    link: str = ""
    conflict_findings: tuple[Finding, ...] = ()
    state: str = SUBMITTED
    locations: Mapping[str, tuple[str, str]] = field(default_factory=dict, repr=False)
    last_year: Sheet | None = None
    past_sheets: tuple[PastSheet, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Total:
    """A sum over `count` projects, `missing` of which have no number there (blank, "-" or unreadable).

    Where it is not `due`, nobody has to fill it yet.
    """

    count: int
    missing: int
    amount: Number
    due: bool = True

    @property
    def known(self) -> Number | None:
        """The sum of what is there; None where nothing is, for that is not 0."""
        return None if self.missing == self.count else self.amount

    @property
    def is_open(self) -> bool:
        """Whether nobody has to fill it yet, and nobody has."""
        return not self.due and self.known is None


@dataclass(frozen=True, slots=True)
class Tally:
    """How often each word of a scale was given; words outside the list, "-" and blank are counted apart."""

    word_counts: tuple[int, ...]
    unlisted: int
    dash: int
    blank: int


@dataclass(frozen=True, slots=True)
class Project:
    """One row: a sheet with its findings and its link; `names` are its units from the top, "" where blank."""

    item: Item
    names: tuple[str, ...]

    @property
    def sheet(self) -> Sheet:
        """The sheet of the project."""
        return self.item.sheet

    def number(self, path: str) -> Number | None:
        """The number at a path; None for blank and "-"."""
        value = self.sheet[path]
        return value if isinstance(value, int | Decimal) else None

    def over_years(self, pattern: str) -> dict[YearKey, YearValue]:
        """What the sheets of all editions say of each year in the fields of an entry."""
        return year_values(self.sheet.edition, self.sheet, self.item.past_sheets, pattern)

    def past(self, scale: Scale) -> Value:
        """The grade of the same name in the edition a year earlier, for its finished year; None without one."""
        before = self.item.last_year
        if before is None:
            return None
        name = scale.field.path.rpartition(".")[2]
        graded = (past.field.path for past in form_fields_of(before.edition).scales)
        return next((before[path] for path in graded if path.rpartition(".")[2] == name), None)

    @property
    def counts(self) -> FindingCounts:
        """How many open findings and conflicts there are of each class."""
        return count_findings(self.open_findings)

    @property
    def open_findings(self) -> tuple[Finding, ...]:
        """Every finding and conflict."""
        return (*self.item.conflict_findings, *self.item.findings)

    def target(self, path: str) -> tuple[str, str]:
        """The link to a field's cell: the file, and the cell in it ("" where it is not known)."""
        worksheet, cell = self.item.locations.get(path, ("", ""))
        return (self.item.link, cell_reference(worksheet, cell))


def total(projects: Iterable[Project], path: str) -> Total:
    """Add up a field; what is no number is counted as missing."""
    every = list(projects)
    numbers = [project.number(path) for project in every]
    known = [number for number in numbers if number is not None]
    due = not any(path in project.sheet.edition.not_due for project in every)
    return Total(len(numbers), len(numbers) - len(known), sum(known), due)


def tally(projects: Iterable[Project], scale: Scale, *, past: bool = False) -> Tally:
    """Count the grades of a scale, or those of the edition a year earlier."""
    given = Counter(p.past(scale) if past else p.sheet[scale.field.path] for p in projects)
    words = tuple(given[word] for word in scale.words)
    unlisted = given.total() - sum(words) - given[DASH] - given[None]
    return Tally(words, unlisted, given[DASH], given[None])


def cross_tabulate(
    projects: Iterable[Project], first: Scale, second: Scale
) -> Mapping[tuple[str, str], int]:
    """Count the projects by their marks on two scales."""
    marked = (
        (first.mark(p.sheet[first.field.path]), second.mark(p.sheet[second.field.path]))
        for p in projects
    )
    return Counter(marked)


def state_word(
    *, started: bool, blank: int, errors: int, conflicts: int, stage: Stage = "open"
) -> str:
    """The word for how far a sheet is, as the board shows it."""
    done = Completion(
        started=started, blank=blank, errors=errors, open_conflicts=conflicts, stage=stage
    )
    return ALL_STATES[done.state]


def words_counted(items: Iterable[Item]) -> tuple[str, ...]:
    """Return the words that a table counts, best first: those of every table, and others that an item has."""
    present = {item.state for item in items}
    words = reversed(ALL_STATES.values())
    return tuple(word for word in words if word in STATE_WORDS or word in present)


def cell_reference(worksheet: str, cell: str) -> str:
    """A cell as a link refers to it: '評価シート'!F12; "" where it is not known."""
    quoted = worksheet.replace("'", "''")
    return f"'{quoted}'!{cell}" if worksheet and cell else ""

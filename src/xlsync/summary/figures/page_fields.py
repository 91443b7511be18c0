"""What the pages of a summary show of an edition: amounts over the columns of the form, grades, targets, texts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from xlsync.kinds import DASH

if TYPE_CHECKING:
    from xlsync.form.edition import Field
    from xlsync.kinds import Kind, Value

SUM: Final = "sum:"
"""Begins the name of the list's column with the sum of what an amount is made up of."""
UNLISTED: Final = "※"
"""Stands before a grade that is not in the form's list."""


@dataclass(frozen=True, slots=True)
class Block:
    """One amount over the periods that have it: 人件費(B) in three of the four columns, in one unit."""

    label: str
    unit: str
    fields: tuple[Field, ...]

    def at(self, period: str) -> Field | None:
        """The amount in one column of the form; None where it has none there."""
        return next((field for field in self.fields if field.axis_label == period), None)


@dataclass(frozen=True, slots=True)
class Scale:
    """A graded field at one place. `words` is the form's list, best first; `marks` are their short forms."""

    field: Field
    words: tuple[str, ...]
    marks: tuple[str, ...]

    def mark(self, value: Value) -> str:
        """The short form of a value for a list: "※" and the word where it is not in the form's list, "-", or "" for blank."""
        if value is None:
            return ""
        if value in self.words:
            return self.marks[self.words.index(str(value))]
        return DASH if value == DASH else f"{UNLISTED}{value}"


@dataclass(frozen=True, slots=True)
class ProgramTotal:
    """A total the sheets state for their budget program, and the field of theirs it is the sum of."""

    stated: Field
    own: Field


@dataclass(frozen=True, slots=True)
class Series:
    """An indicator over the years: (target, actual) of each, and which of them are over."""

    years: tuple[tuple[Field, Field], ...]
    finished: tuple[tuple[Field, Field], ...]


@dataclass(frozen=True, slots=True)
class SharesFields:
    """What an amount is made up of: the parts over the columns of the form. `noun` is the word for a part."""

    title: str
    note: str
    parts: tuple[Block, ...]
    noun: str = "内訳"

    @property
    def periods(self) -> tuple[str, ...]:
        """The labels of the form's columns that have parts."""
        return tuple(dict.fromkeys(f.axis_label for block in self.parts for f in block.fields))

    def parts_at(self, period: str) -> tuple[Field, ...]:
        """The parts in one column of the form."""
        return tuple(f for block in self.parts for f in block.fields if f.axis_label == period)

    def sum_name(self, period: str) -> str:
        """The name of the list's column with the sum of the parts in one column of the form."""
        return f"{SUM}{self.parts[0].fields[0].origin}:{period}"


@dataclass(frozen=True, slots=True)
class TableFields:
    """Amounts over the columns of the form, and choices of which the words are counted."""

    title: str
    note: str
    blocks: tuple[Block, ...]
    counts: tuple[Scale, ...]


@dataclass(frozen=True, slots=True)
class DistributionFields:
    """Grades of the last column that is over, and the same over every column of the form (`graded`)."""

    title: str
    scales: tuple[Scale, ...]
    graded: tuple[tuple[Scale, ...], ...]


@dataclass(frozen=True, slots=True)
class TargetFields:
    """The indicator of a sheet: what a list shows of it, its name first, and its targets and actual values."""

    title: str
    fields: tuple[Field, ...]
    series: Series


@dataclass(frozen=True, slots=True)
class TextsFields:
    """Texts in full, and the short words beside them."""

    title: str
    texts: tuple[Field, ...]
    words: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class YearLine:
    """One line of a page of years: an entry by its path with axes in braces, its label and unit."""

    pattern: str
    label: str
    unit: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class YearsFields:
    """Amounts, an indicator's target and actual value (both or neither), and short words, over the years of all editions."""

    title: str
    measures: tuple[YearLine, ...]
    target: YearLine | None
    actual: YearLine | None
    words: tuple[YearLine, ...]

    @property
    def patterns(self) -> tuple[str, ...]:
        """The paths of the entries that it shows."""
        indicator = filter(None, (self.target, self.actual))
        return tuple(line.pattern for line in (*self.measures, *indicator, *self.words))


@dataclass(frozen=True, slots=True)
class PlansFields:
    """What is added up of the projects of a 施策: amounts of the last year that is over and of the running one; a target."""

    title: str
    amounts: tuple[Field, ...]
    target: Field | None
    actual: Field | None


@dataclass(frozen=True, slots=True)
class CopiedFields:
    """Texts that are compared with the same columns of last year's sheet."""

    title: str
    texts: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class OverviewFields:
    """What one page to hand over shows of all sheets.

    `measures` are amounts over the columns of the form, the last being the whole; `parts` what the first is made up of; `share`
    are those of the parts that are shown as a share. `finished` are the labels of the columns that are over, oldest first;
    `trend` is the caption of the chart over them.
    """

    title: str
    measures: tuple[Block, ...]
    share: tuple[Block, ...]
    others: tuple[Block, ...]
    parts: SharesFields
    grades: tuple[Scale, ...]
    finished: tuple[str, ...]
    trend: str

    @property
    def compared(self) -> tuple[Field, Field] | None:
        """The whole in the last two columns that are over, which a summary compares; None where there are none."""
        by_label = {f.axis_label: f for block in self.measures[-1:] for f in block.fields}
        fields = [by_label[label] for label in self.finished if label in by_label]
        return (fields[-2], fields[-1]) if len(fields) > 1 else None


@dataclass(frozen=True, slots=True)
class ProgramFields:
    """The budget program a project belongs to: its codes, 会計 first, the totals sheets state for it, its name.

    `title` is that of the page which compares them, "" where the form has none.
    """

    title: str
    codes: tuple[Field, ...]
    totals: tuple[ProgramTotal, ...]
    name: tuple[Field, ...]


PageFields = (
    OverviewFields
    | TableFields
    | SharesFields
    | DistributionFields
    | TargetFields
    | TextsFields
    | YearsFields
    | CopiedFields
    | PlansFields
)


@dataclass(frozen=True, slots=True)
class ListFields:
    """The title of the list of all sheets, and the patterns of the fields that it prints."""

    title: str
    patterns: tuple[str, ...]

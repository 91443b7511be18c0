"""What a project's sheets of all editions say of each fiscal year: of one year the newest edition counts. Pure.

values = year_values(sheet, past_sheets, "costs.{period}.project_cost")
values[YearKey(2017, "決算", is_over=True)].value      23387
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from xlsync.computed import ratios
from xlsync.form.field_years import is_over, label_beside_year, year_of
from xlsync.kinds import DASH

if TYPE_CHECKING:
    from xlsync.form.edition import Edition, Field
    from xlsync.kinds import Value
    from xlsync.sheet import Sheet


@dataclass(frozen=True, slots=True)
class PastSheet:
    """What the sheets of one earlier edition say that a project comes from.

    Attributes:
        edition: Their form at that year.
        values: Their values by path, as far as a page shows them; of several sheets, amounts by their shares added up.
        origin: From which sheets, and how, "" where it is the same sheet under its name of today.
        is_same: Whether it is the same sheet as a whole.
        is_first_own: Whether what is no amount comes of the sheet of the same id.
        unshared_amounts: Where it is not the same as a whole, the amounts that the sheet of the same id says alone, and which
            are carried into the next year.

    """

    edition: Edition
    values: Mapping[str, Value] = field(repr=False)
    origin: str = ""
    is_same: bool = True
    is_first_own: bool = True
    unshared_amounts: Mapping[str, Value] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, order=True)
class YearKey:
    """A fiscal year, what stands beside it on the form (決算, 当初, or nothing), and whether it was over there."""

    year: int
    label_beside: str
    is_over: bool = field(compare=False)


@dataclass(frozen=True, slots=True)
class YearValue:
    """What was said last of a year.

    Attributes:
        field: The field that says it.
        value: Its value; of several sheets, their shares added up.
        edition_year: The edition that says it.
        is_own: Whether the project's own sheet says it, as a whole.
        unshared: Where it does not, what the own sheet says alone.

    """

    field: Field
    value: Value
    edition_year: int
    is_own: bool
    unshared: Value = None

    @property
    def number(self) -> int | Decimal | None:
        """The number, None where it is none."""
        return self.value if isinstance(self.value, int | Decimal) else None

    @property
    def text(self) -> str:
        """The value as people read it."""
        return self.field.words(self.value)


YearValues = Mapping[YearKey, YearValue]


def year_values(
    edition: Edition, values: Mapping[str, Value], past: Sequence[PastSheet], pattern: str
) -> dict[YearKey, YearValue]:
    """Return what is said of each year in the fields of an entry; what says nothing ("-", blank) hides nothing older.

    Nor does what a sheet carried on alone from before a merger or a split: there the shares added up still count.

    Args:
        edition: The form of the sheet of today.
        values: The sheet's values by path.
        past: Its sheets of earlier editions, the newest first.
        pattern: The entry's path, with axes in braces.

    """
    newest: dict[YearKey, YearValue] = {}
    for sheet in (*reversed(past), PastSheet(edition, values)):
        for year_key, value in _keyed_values(sheet, pattern):
            known = newest.get(year_key)
            if known is None or known.is_own or known.unshared != value.value:
                newest[year_key] = value
    return newest


def _keyed_values(sheet: PastSheet, pattern: str) -> Iterator[tuple[YearKey, YearValue]]:
    """Yield what a sheet says of each year."""
    for year_key, field_ in yearly_fields(sheet.edition, pattern):
        value = sheet.values.get(field_.path)
        if value is not None and value != DASH:
            is_own = sheet.is_same if _is_shared(sheet.edition, field_) else sheet.is_first_own
            unshared = sheet.unshared_amounts.get(field_.path)
            yield year_key, YearValue(field_, value, sheet.edition.year, is_own, unshared)


@lru_cache(maxsize=512)
def yearly_fields(edition: Edition, pattern: str) -> tuple[tuple[YearKey, Field], ...]:
    """Return the fields of an entry that are of a year, each with its year_key."""
    fields = (each for each in edition.fields if each.entry.path == pattern)
    placed = ((_year_key(edition, each), each) for each in fields)
    return tuple((year_key, each) for year_key, each in placed if year_key is not None)


def _year_key(edition: Edition, field_: Field) -> YearKey | None:
    year = year_of(edition, field_)
    if year is None:
        return None
    over = is_over(edition, field_)
    return YearKey(year, label_beside_year(edition, field_), is_over=over)


def shown_keys(every: Iterable[YearKey]) -> dict[int, YearKey]:
    """Return the year_key to show of each year: the last that was over (決算), else the last at all (当初)."""
    shown: dict[int, YearKey] = {}
    for year_key in every:
        known = shown.get(year_key.year)
        if known is None or year_key.is_over >= known.is_over:
            shown[year_key.year] = year_key
    return dict(sorted(shown.items()))


def kept_values(sheet: Sheet, patterns: Iterable[str]) -> dict[str, Value]:
    """Return the values that pages of years show."""
    wanted = set(patterns)
    fields = (each for each in sheet.edition.fields if each.entry.path in wanted)
    return {each.path: sheet[each.path] for each in fields}


def amounts_in(edition: Edition, values: Mapping[str, Value]) -> dict[str, Value]:
    """Return those of some values that are added up over several sheets, or computed of such."""
    fields = edition.by_path
    return {path: value for path, value in values.items() if _is_shared(edition, fields[path])}


def _is_shared(edition: Edition, field_: Field) -> bool:
    return field_.kind.is_amount or field_.path in ratios(edition)


__all__ = [
    "PastSheet",
    "YearKey",
    "YearValue",
    "YearValues",
    "amounts_in",
    "kept_values",
    "shown_keys",
    "year_values",
    "yearly_fields",
]

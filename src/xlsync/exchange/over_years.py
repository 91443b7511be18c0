"""What a project's sheets said of each fiscal year, over all editions and through its lineage: 推移."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from xlsync.exchange.ancestry import Ancestry, Generation
from xlsync.exchange.formless_values import formless_values
from xlsync.exchange.past_sheets import past_sheet
from xlsync.form.field_years import year_of
from xlsync.form.years import YEAR_PLACEHOLDER
from xlsync.summary.figures.year_values import PastSheet, YearKey, YearValue, year_values

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from xlsync.form.edition import Edition
    from xlsync.form.field_entry import FieldEntry
    from xlsync.sheet import Sheet
    from xlsync.sheet_keys import SheetId
    from xlsync.store import Store

SKELETON: Final = "（骨格）"
"""Behind the 当初 of a year that began with a 骨格予算."""


@dataclass(frozen=True, slots=True)
class LabelledValue:
    """What was said last of one year: how the year is called, the value, and from which sheets where not from its own.

    `year_order` puts its year in order among others.
    """

    year_label: str
    year_value: YearValue
    year_order: tuple[int, bool, str]
    origin: str = ""

    @property
    def shown(self) -> str:
        """The value as people read it, marked where another sheet says it."""
        return self.year_value.text + ("※" if self.origin else "")

    def to_document(self) -> dict[str, Any]:
        """Return it as JSON."""
        value = self.year_value.field.kind.to_json(self.year_value.value)
        origin = {"from": self.origin} if self.origin else {}
        return {
            "at": self.year_label,
            "value": value,
            "edition": self.year_value.edition_year,
            **origin,
        }


@dataclass(frozen=True, slots=True)
class YearRow:
    """A field without its years, and what was said of each of them, the earliest first; `pattern` is its entry's path.

    `form_year` is a year whose form has the field while that in use does not, 0 for a field of the form in use.
    """

    field_title: str
    year_values: tuple[LabelledValue, ...]
    pattern: str = ""
    form_year: int = 0

    @property
    def shown_title(self) -> str:
        """The field as people call it, and where it is one of a former form."""
        return self.field_title + (f"（{self.form_year}年度の様式の欄）" if self.form_year else "")

    def to_document(self) -> dict[str, Any]:
        """Return it as JSON."""
        values = [value.to_document() for value in self.year_values]
        former = {"form_of": self.form_year} if self.form_year else {}
        return {"field": self.field_title, "values": values, **former}


@dataclass(frozen=True, slots=True)
class DroppedValue:
    """A field that a sheet of an earlier edition filled in and that the form of today does not have."""

    edition_year: int
    field_title: str
    shown: str
    path: str = ""

    def to_document(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {"edition": self.edition_year, "field": self.field_title, "text": self.shown}


@dataclass(frozen=True, slots=True)
class SheetsOverYears:
    """A project's newest sheet of an edition or an earlier one, and what it comes from in the editions before, newest first."""

    sheet: Sheet
    generations: tuple[Generation, ...] = field(repr=False)

    @property
    def edition_years(self) -> list[int]:
        """The editions that have sheets, in order."""
        earlier = (generation.fiscal_year for generation in self.generations)
        return sorted((*earlier, self.sheet.edition.year))

    def past(self, patterns: Sequence[str]) -> tuple[PastSheet, ...]:
        """Return what the earlier sheets say in the fields of some entries."""
        return tuple(past_sheet(each, self.sheet.id, patterns) for each in self.generations)


def sheets_over_years(store: Store, sheet_id: SheetId, year: int) -> SheetsOverYears | None:
    """Return a project's sheets, None where neither the year nor an earlier one has a readable one."""
    ancestry = Ancestry(store)
    newest = store.find_newest(sheet_id, year)
    generations = tuple(ancestry.generations(sheet_id, year))
    if newest is not None:
        return SheetsOverYears(newest.sheet, generations)
    if not generations:
        return None
    return sheets_over_years(store, sheet_id, generations[0].fiscal_year)


def year_rows(
    over: SheetsOverYears, skeleton_years: AbstractSet[int] = frozenset()
) -> list[YearRow]:
    """Return what a project's sheets say of each year, field by field; of one year the newest edition counts.

    `skeleton_years` are those whose 当初 is a 骨格予算.
    """
    edition = over.sheet.edition
    entries = list(_yearly_entries(edition))
    past = over.past([entry.path for entry in entries])
    origin_by_year = {each.edition.year: each.origin for each in past}
    rows = []
    for entry in entries:
        values = year_values(edition, over.sheet, past, entry.path)
        ordered = sorted(values, key=lambda each: (each.year, each.is_over, each.label_beside))
        labelled = tuple(
            _labelled((edition, skeleton_years), each, values[each], origin_by_year)
            for each in ordered
        )
        if labelled:
            rows.append(YearRow(_title(edition, entry), labelled, entry.path))
    return rows


def _labelled(
    edition_and_skeletons: tuple[Edition, AbstractSet[int]],
    year_key: YearKey,
    value: YearValue,
    origin_by_year: dict[int, str],
) -> LabelledValue:
    edition, skeleton_years = edition_and_skeletons
    is_skeleton = (
        value.field.kind.is_amount and not year_key.is_over and bool(year_key.label_beside)
    )
    mark = SKELETON if is_skeleton and year_key.year in skeleton_years else ""
    label = f"{edition.calendar.label(year_key.year)}年度{year_key.label_beside}{mark}"
    origin = "" if value.is_own else origin_by_year.get(value.edition_year, "")
    year_order = (year_key.year, year_key.is_over, year_key.label_beside)
    return LabelledValue(label, value, year_order, origin)


def _yearly_entries(edition: Edition) -> Iterator[FieldEntry]:
    """Yield the entries that say something of a year and that fit in a line."""
    entries = {
        field.entry.path: field.entry
        for field in edition.fields
        if field.kind.fits_a_line and year_of(edition, field) is not None
    }
    yield from entries.values()


def _title(edition: Edition, entry: FieldEntry) -> str:
    label = YEAR_PLACEHOLDER.sub("", entry.label).removeprefix("の").strip()
    part = YEAR_PLACEHOLDER.sub("", edition.definition.parts[entry.part]).strip()
    return " ".join(filter(None, (part, label)))


def dropped_values(store: Store, over: SheetsOverYears) -> list[DroppedValue]:
    """Return what the project's own earlier sheets say in fields that the form has no more, the newest edition first."""
    return [
        DroppedValue(generation.fiscal_year, value.field_label, value.shown, value.path)
        for generation in over.generations
        if generation.sheet_of(over.sheet.id) is not None
        for value in formless_values(store, over.sheet.id, generation.fiscal_year)
    ]


__all__ = [
    "DroppedValue",
    "LabelledValue",
    "SheetsOverYears",
    "YearRow",
    "dropped_values",
    "sheets_over_years",
    "year_rows",
]

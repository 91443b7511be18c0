"""What a project's sheets said of each fiscal year, over all editions and through its lineage: 推移."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from xlsync.exchange.lineage import last_years_sheet, predecessors_of
from xlsync.form.field_years import axis_entries, meanings
from xlsync.form.years import YEAR_PLACEHOLDER
from xlsync.kinds import DASH
from xlsync.merging import field_as_json
from xlsync.sheet_keys import SheetId

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlsync.form.edition import Edition, Field
    from xlsync.sheet import Sheet
    from xlsync.store import Store

_YEAR: Final = re.compile(r"[0-9]{4}")


@dataclass(frozen=True, slots=True)
class YearValue:
    """What was said last of one year: its label, the value as JSON and as people read it, and the edition that says it."""

    year_label: str
    json_value: Any
    shown: str
    edition_year: int

    def to_document(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {"at": self.year_label, "value": self.json_value, "edition": self.edition_year}


@dataclass(frozen=True, slots=True)
class YearRow:
    """A field without its years, and what was said of each of them, the earliest first."""

    field_title: str
    year_values: tuple[YearValue, ...]

    def to_document(self) -> dict[str, Any]:
        """Return it as JSON."""
        values = [value.to_document() for value in self.year_values]
        return {"field": self.field_title, "values": values}


def sheets_over_years(store: Store, sheet_id: SheetId, year: int) -> list[Sheet]:
    """Return a project's sheet of a year and those of the years before, newest first; several old ones as one."""
    newest = store.find_newest(sheet_id, year)
    sheets = [] if newest is None else [newest.sheet]
    while (before := last_years_sheet(store, sheet_id, year)) is not None:
        sheets.append(before)
        sheet_id, year = predecessors_of(store, sheet_id, year)[0].former_id, before.edition.year
    return sheets


def year_rows(sheets: list[Sheet]) -> list[YearRow]:
    """Return what sheets of several editions, newest first, say of each year; of one year the newest edition counts."""
    values: dict[str, dict[str, YearValue]] = {}
    for sheet in reversed(sheets):
        for field in _yearly_fields(sheet.edition):
            value = sheet[field.path]
            if value is not None and value != DASH:
                own = values.setdefault(_title(field), {})
                own[meanings(sheet.edition, field)[0]] = _value(sheet, field)
    return [YearRow(title, _in_order(own)) for title, own in values.items()]


def _yearly_fields(edition: Edition) -> Iterator[Field]:
    """Yield the fields that say something of a year and that fit in a line."""
    for field in edition.fields:
        entries = axis_entries(edition, field).values()
        texts = [f"{entry.key} {entry.label}" for entry in entries]
        if field.kind.fits_a_line and any(map(YEAR_PLACEHOLDER.search, texts)):
            yield field


def _title(field: Field) -> str:
    return " ".join(filter(None, (field.part, field.entry.label)))


def _value(sheet: Sheet, field: Field) -> YearValue:
    shown = field.words(sheet[field.path])
    document = field_as_json(sheet, field.path)
    return YearValue(field.axis_label, document, shown, sheet.edition.year)


def _in_order(values: dict[str, YearValue]) -> tuple[YearValue, ...]:
    """Return values by the year that their meanings name, else as they came."""
    ordered = sorted(values, key=lambda meaning: (_YEAR.findall(meaning) or [""])[0])
    return tuple(values[meaning] for meaning in ordered)


__all__ = ["YearRow", "YearValue", "sheets_over_years", "year_rows"]

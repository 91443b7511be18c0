"""Which fields of the forms of a project's years are the same, and which only one of the forms has."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlsync.summary.export.axis_tables import column_in

if TYPE_CHECKING:
    from xlsync.form.edition import Edition, Field
    from xlsync.form.tables import Table
    from xlsync.publication.published_year import PublicSheet


@dataclass(frozen=True)
class FormFields:
    """A sheet, and those of its form's fields and tables that are still to be shown."""

    public: PublicSheet
    fields: tuple[Field, ...]
    tables: tuple[Table, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing is to be shown."""
        return not self.fields and not self.tables

    def without(self, entries: Collection[str], tables: Collection[str]) -> FormFields:
        """Return the same but for the fields of some entries and some tables, by their paths."""
        fields = tuple(field for field in self.fields if field.entry.path not in entries)
        left = tuple(table for table in self.tables if table.path not in tables)
        return FormFields(self.public, fields, left)

    def of_entry(self, pattern: str) -> list[Field]:
        """Return the fields that an entry of the definition stands for, by its path."""
        return [field for field in self.fields if field.entry.path == pattern]


@dataclass(frozen=True, slots=True)
class PlacedField:
    """A field of a sheet's form, and the path of the leading form's entry in whose row it stands."""

    public: PublicSheet
    field: Field
    pattern: str


@dataclass(frozen=True)
class FormOverYears:
    """The fields of a sheet's form, and those of earlier sheets' forms that are the same, newest first.

    `same_entries` tells for each earlier sheet the entries there by the path of the entry here.
    """

    leading: FormFields
    earlier_forms: tuple[FormFields, ...]
    same_entries: tuple[dict[str, tuple[str, ...]], ...]

    def same_fields(self, field: Field) -> Iterator[tuple[FormFields, Field]]:
        """Yield the fields that say at earlier sheets what one says here, newest first.

        An entry that stands for several fields without axes has them by their years.
        """
        for form_fields, same in zip(self.earlier_forms, self.same_entries, strict=True):
            for pattern in same.get(field.entry.path, ()):
                own = form_fields.of_entry(pattern)
                by_year = [each for each in own if each.origin == field.origin]
                for each in by_year or own:
                    yield form_fields, each

    def placed(self, patterns: Collection[str]) -> Iterator[PlacedField]:
        """Yield the fields of some entries at every sheet, the oldest first, in the order of the forms."""
        for form_fields, same in reversed(
            list(zip(self.earlier_forms, self.same_entries, strict=True))
        ):
            here = {name: pattern for pattern in patterns for name in same.get(pattern, ())}
            yield from _placed(form_fields, here)
        yield from _placed(self.leading, dict(zip(patterns, patterns, strict=True)))

    def same_tables(self, table: Table) -> Iterator[tuple[PublicSheet, Table]]:
        """Yield the tables of the same path at earlier sheets, newest first."""
        for form_fields in self.earlier_forms:
            for each in form_fields.tables:
                if each.path == table.path:
                    yield form_fields.public, each

    @property
    def left(self) -> list[FormFields]:
        """What earlier sheets' forms have beyond that."""
        tables = {table.path for table in self.leading.tables}
        pairs = zip(self.earlier_forms, self.same_entries, strict=True)
        return [each.without(_names_in(same), tables) for each, same in pairs]


def _placed(form_fields: FormFields, patterns: Mapping[str, str]) -> Iterator[PlacedField]:
    for field in form_fields.fields:
        if field.entry.path in patterns:
            yield PlacedField(form_fields.public, field, patterns[field.entry.path])


def _names_in(same: dict[str, tuple[str, ...]]) -> set[str]:
    return {name for names in same.values() for name in names}


def forms_over_years(newest_first: Sequence[PublicSheet]) -> Iterator[FormOverYears]:
    """Yield the form of the newest sheet, then for each earlier form what no newer one has."""
    left = list(_to_show(newest_first)) if newest_first else []
    while left:
        leading, *earlier = left
        form = FormOverYears(leading, tuple(earlier), tuple(_same_entries(leading, earlier)))
        if not leading.is_empty:
            yield form
        left = form.left


def _to_show(newest_first: Sequence[PublicSheet]) -> Iterator[FormFields]:
    """Yield what a page shows of sheets: all but title and units, which stand above as the newest form has them."""
    above = set(_title_and_units(newest_first[0].sheet.edition))
    for public in newest_first:
        edition = public.sheet.edition
        hidden = above.intersection(_title_and_units(edition))
        above.update(*(edition.former_paths.get(path, ()) for path in hidden))
        fields = tuple(field for field in edition.fields if field.path not in hidden)
        yield FormFields(public, fields, edition.tables)


def _title_and_units(edition: Edition) -> tuple[str, ...]:
    identity = edition.definition.identity
    return (identity.title, *(level.field for level in identity.organization))


def _same_entries(
    leading: FormFields, earlier: Sequence[FormFields]
) -> Iterator[dict[str, tuple[str, ...]]]:
    """Yield for each earlier sheet its entries that mean the same as one of the leading sheet, by that one's path.

    They have its path or one that it had before (`former`), step by step through the forms of the years between.
    """
    samples = _by_entry(leading.fields)
    names = {pattern: [pattern, *field.entry.former] for pattern, field in samples.items()}
    for each in earlier:
        there = _by_entry(each.fields)
        same: dict[str, tuple[str, ...]] = {}
        for pattern, field in samples.items():
            known = dict.fromkeys(names[pattern])
            same[pattern] = tuple(
                name for name in known if name in there and _is_alike(field, there[name])
            )
            for name in same[pattern]:
                names[pattern] += there[name].entry.former
        yield same


def _by_entry(fields: Sequence[Field]) -> dict[str, Field]:
    """Return the first field of each entry by the entry's path."""
    return {field.entry.path: field for field in reversed(fields)}


def _is_alike(here: Field, there: Field) -> bool:
    """Whether two fields can stand in a row: on the same axes, and in one unit, which stands once for all of a row."""
    axes = column_in(here)[0]
    return axes == column_in(there)[0] and (not axes or here.unit == there.unit)


__all__ = ["FormFields", "FormOverYears", "forms_over_years"]

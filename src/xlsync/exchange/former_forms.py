"""What a project's sheets said of each year in fields that only a former form has; `over_years` has those in use."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from xlsync.exchange.ancestry import Ancestry
from xlsync.exchange.over_years import SheetsOverYears, year_rows
from xlsync.sheet import Sheet
from xlsync.store.form_versions import FIRST
from xlsync.store.year_version import form_version_of_year

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from collections.abc import Set as AbstractSet

    from xlsync.exchange.over_years import DroppedValue, YearRow
    from xlsync.store import Store


@dataclass(frozen=True, slots=True)
class FormerForm:
    """A version of the form that earlier years are read in, the newest of them, and what no newer form has.

    `patterns` are the paths of the entries of such fields by the fields' paths.
    """

    fiscal_year: int
    version: int
    patterns: Mapping[str, str]


def former_forms(store: Store, over: SheetsOverYears) -> list[FormerForm]:
    """Return the forms that a project's earlier sheets are read in beside the one in use, newest first."""
    stored = store.stored_form
    if len(stored.versions.numbers()) <= 1:
        return []
    shown = [stored.number]
    forms = []
    for year in reversed(over.edition_years[:-1]):
        version = form_version_of_year(store, year) or FIRST
        if version not in shown:
            forms.append(FormerForm(year, version, _patterns(store, year, version, shown)))
            shown.append(version)
    return forms


def _patterns(store: Store, year: int, version: int, newer: Iterable[int]) -> dict[str, str]:
    """Return the entries of a version's fields by their paths, but those of which a newer version takes over a field."""
    stored = store.stored_form
    fields = stored.of(version).at(year).by_path
    carried = {path for each in newer for path in stored.heirs(year, version, each)}
    kept = {fields[path].entry.path for path in carried}
    entries = {path: field.entry.path for path, field in fields.items()}
    return {path: pattern for path, pattern in entries.items() if pattern not in kept}


def former_rows(
    store: Store, over: SheetsOverYears, skeleton_years: AbstractSet[int] = frozenset()
) -> list[YearRow]:
    """Return what a project's sheets say of each year in fields that only former forms have, newest form first."""
    rows: list[YearRow] = []
    for form in former_forms(store, over):
        wanted = set(form.patterns.values())
        own = year_rows(_over_then(store, over, form), skeleton_years)
        rows += (replace(row, form_year=form.fiscal_year) for row in own if row.pattern in wanted)
    return rows


def _over_then(store: Store, over: SheetsOverYears, form: FormerForm) -> SheetsOverYears:
    """Return a project's sheets up to the last year of a former form, in that form; those of later years say nothing in it.

    What a later year's sheet still says in its fields was carried there by the year change, before the new form was adopted.
    """
    past, here = store.at_form_version(form.version), over.sheet
    generations = Ancestry(past).generations(here.id, here.edition.year)
    earlier = tuple(each for each in generations if each.fiscal_year <= form.fiscal_year)
    edition = past.form.at(form.fiscal_year)
    return SheetsOverYears(Sheet(edition, here.key, {}).with_id(here.id), earlier)


def not_in_rows(
    store: Store, over: SheetsOverYears, dropped: Iterable[DroppedValue], rows: Iterable[YearRow]
) -> list[DroppedValue]:
    """Return the values without a field in the form in use that stand in none of the rows of former forms."""
    forms = former_forms(store, over)
    listed = {row.pattern for row in rows if row.form_year}
    paths = {path for form in forms for path, pattern in form.patterns.items() if pattern in listed}
    return [value for value in dropped if value.path not in paths]


__all__ = ["former_forms", "former_rows", "not_in_rows"]

"""Fields that forms of a city share (`same-as`), kept in step: the sheets of a form with those of the others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from xlsync.city.clock_and_user import now
from xlsync.city.further_forms import city_above, form_folders
from xlsync.city.settings import CitySettings, find_settings
from xlsync.errors import XlsyncError
from xlsync.exchange.receipt import Source
from xlsync.exchange.same_as.form_sheets import FormSheets
from xlsync.exchange.same_as.keep_in_step import InStep, keep_in_step
from xlsync.form.same_fields import other_forms

_WHO = "xlsync"
_SOURCE = "ほかの様式と同じ欄"
_UNREADABLE = "様式「{folder}」を読めないため、同じ内容にする欄をそのままにしています（{reason}）"


def forms_of_city(folder: Path) -> list[Path]:
    """Return the folders of all forms of the city that a form's folder belongs to, the city's own first."""
    city = city_above(folder) or folder
    return [city, *form_folders(city).values()]


def take_over_fields(city: CitySettings) -> InStep:
    """Take into the sheets of one form what the other forms of its city own, and return what came of it.

    Where another form cannot be read nothing is done, and that is named: nobody knows then what it owns.

    Raises:
        StoreError: The store of the form itself cannot be read or written.

    """
    year = city.terms.fiscal_year
    wanted = other_forms(city.terms.form.at(year))
    if not wanted:
        return InStep()
    others: dict[str, FormSheets] = {}
    for folder in forms_of_city(city.folder):
        if folder == city.folder:
            continue
        try:
            other = find_settings(folder)
            if other.terms.form.id in wanted:
                others[other.terms.form.id] = _sheets_of(other, year)
        except XlsyncError as fault:
            return InStep(faults=[_UNREADABLE.format(folder=folder.name, reason=fault)])
    return keep_in_step(city.store, city.terms, others, Source(_SOURCE, now(), _WHO))


def _sheets_of(city: CitySettings, year: int) -> FormSheets:
    """Return the sheets of a form in a year; StoreError where there is no store."""
    sheets = FormSheets(city.store, city.terms.form, year)
    _ = sheets.by_key  # raises where there is none
    return sheets


def take_over_everywhere(
    city: CitySettings, complain: Callable[[str], None]
) -> list[tuple[CitySettings, int]]:
    """Do so for every form of a city; return those of which sheets have changed, and how many. What cannot be done is said."""
    changed = []
    for folder in forms_of_city(city.folder):
        try:
            each = city if folder == city.folder else find_settings(folder)
            done = take_over_fields(each)
        except XlsyncError as fault:
            complain(str(fault))
            continue
        for sentence in done.faults:
            complain(sentence)
        if done.step_receipts:
            changed.append((each, len(done.step_receipts)))
    return changed


__all__ = ["forms_of_city", "take_over_everywhere", "take_over_fields"]

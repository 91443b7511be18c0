"""The list by which another form of the city registers a sheet for each sheet of this one."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from xlsync.city.further_forms import city_folder, form_folders
from xlsync.city.settings import find_settings
from xlsync.errors import XlsyncError
from xlsync.exchange.register.register_state import registered_sheets
from xlsync.exchange.same_as.list_for_form import list_for_form
from xlsync.form.same_fields import other_forms

if TYPE_CHECKING:
    from xlsync.city.settings import CitySettings
    from xlsync.exchange.receipt import Terms


def forms_that_take_over(city: CitySettings) -> list[str]:
    """Return the names of the further forms of a city that have fields of its form; one that cannot be read is left out."""
    whole = city_folder(city.folder)
    listed = []
    for name, folder in form_folders(whole).items() if whole else ():
        with contextlib.suppress(XlsyncError):
            terms = find_settings(folder).terms
            if city.terms.form.id in other_forms(terms.form.at(terms.fiscal_year)):
                listed.append(name)
    return listed


def list_for_other_form(city: CitySettings, terms: Terms) -> bytes:
    """Return a workbook with a row for each sheet that counts, in the columns of the list of the form of `terms`.

    Raises SettingsError where that form takes nothing over from this one.
    """
    listed = registered_sheets(city.store, city.terms)
    counted = [registered.sheet for registered in listed if registered.is_counted]
    return list_for_form(counted, terms)


__all__ = ["forms_that_take_over", "list_for_other_form"]

"""The list by which another form of the city registers a sheet for each of this form's."""

from __future__ import annotations

from typing import Final

from xlsync.city.further_forms import form_of_city
from xlsync.city.list_for_other_form import forms_that_take_over, list_for_other_form
from xlsync.city.settings import find_settings
from xlsync.city.year_change import at_year
from xlsync.page.acts.office_act import ActInput, FilledForm, MadeFile, OfficeFile
from xlsync.page.page_context import city


def _forms() -> tuple[ActInput, ...]:
    names = tuple((name, name) for name in forms_that_take_over(city()))
    return (ActInput("form", "様式", "choice", input_choices=names),)


def _list(filled: FilledForm) -> MadeFile:
    """Return the list, of the year that the other form is set to."""
    name = filled.text("form")
    terms = find_settings(form_of_city(city().folder, name)).terms
    data = list_for_other_form(at_year(city(), terms.fiscal_year), terms)
    return MadeFile(f"{name}の台帳.xlsx", data)


OTHER_FORM_LIST: Final = OfficeFile(
    "other-form.xlsx",
    "ほかの様式の台帳",
    "台帳",
    "いまの事業を、この様式の内容を引き継ぐほかの様式の台帳の形で保存します。要らない行を消して、その様式の「登録・配布」で選びます。",
    _list,
    _forms,
)

__all__ = ["OTHER_FORM_LIST"]

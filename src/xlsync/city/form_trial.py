"""What a changed form would do to every sheet and workbook of a city; nothing is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from xlsync.city.city_paths import display_path, files_in, read_file
from xlsync.errors import FormError, WorkbookError
from xlsync.exchange.form_dry_run import FormDryRun, dry_run
from xlsync.rules import lines_of
from xlsync.workbook.template.template import build_template

if TYPE_CHECKING:
    from pathlib import Path

    from xlsync.city.settings import CitySettings
    from xlsync.form.library import Form
    from xlsync.workbook.template.template import Template

Show = Callable[[Sequence["Path"], str], Iterable["Path"]]
"""Passes files on one by one and shows how far it is, under a Japanese label."""


def tried_form(city: CitySettings, changed: Form, show: Show) -> FormDryRun:
    """Return what a changed form would do to the city's store and living workbooks."""
    unread: list[tuple[str, str]] = []
    result = dry_run(city.store, city.terms, changed, _workbooks(city, unread, show))
    return replace(result, unread=(*unread, *result.unread))


def _workbooks(
    city: CitySettings, unread: list[tuple[str, str]], show: Show
) -> Iterator[tuple[str, bytes]]:
    for file in show(living_workbooks(city), "読み取り中"):
        try:
            yield display_path(file, city), read_file(file)
        except WorkbookError as fault:
            unread.append((display_path(file, city), fault.reason))


def living_workbooks(city: CitySettings) -> list[Path]:
    """Return the files below 評価シート/."""
    return list(files_in([city.sheets])) if city.sheets.is_dir() else []


def checked_template(form: Form, year: int) -> Template:
    """Return the template of a form at a year; FormError, naming the entry, where definition, drawing or Excel forbid it."""
    edition = form.at(year)
    try:
        lines_of(edition)
    except FormError as fault:
        raise FormError(fault.reason, fault.where or form.where) from fault
    return build_template(form, year)


__all__ = ["checked_template", "living_workbooks", "tried_form"]

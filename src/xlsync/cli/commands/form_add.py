"""`xlsync form add`: a further form for a city, with settings, store and shared folder of its own."""

from __future__ import annotations

import os
from pathlib import Path

from xlsync.city.further_forms import FORMS, city_folder, form_folders
from xlsync.city.settings import CitySettings, find_settings
from xlsync.city.settings_file import entries_in
from xlsync.cli.commands.init import create_folder, say_folders
from xlsync.cli.console import complain, say
from xlsync.cli.current_city import current_city
from xlsync.cli.settings_template import further_settings_text
from xlsync.errors import SettingsError, XlsyncError
from xlsync.file_names import distinct_names, file_name
from xlsync.form.library import SHIPPED, Form, load_form
from xlsync.inbox.config import BOARD, SUMMARIES


def add_form(start: Path, name: str, form: str, edition: int | None) -> int:
    """Add a further form to a city under a name, and return the exit code.

    What a killed process with the same words has begun is finished.

    Raises:
        SettingsError: The name cannot be that of a folder, or is that of another form; the form is collected already.
        FormError: There is no such form, or it is wrong.

    """
    city = current_city(city_folder(start.resolve()) or start)
    _refuse_name(city, name)
    source = load_form(form, Path.cwd())
    _refuse_collected(city, name, source)
    year = city.terms.fiscal_year if edition is None else edition
    text = further_settings_text(city.name, source, name, year, _units_file(city, source))
    is_shipped = form in SHIPPED
    if is_shipped:
        text = text.replace('form = "form" ', f'form = "{form}" ', 1)
    added = create_folder(city.folder / FORMS / name, text, None if is_shipped else source)
    say(f"様式「{name}」（{source.at(year).title}）を加えました")
    say_folders(added)
    shown = os.path.relpath(added.folder, Path.cwd())
    say(
        f"この様式の操作は `xlsync status -C {shown}` のように -C を付けるか、そのフォルダで行います"
    )
    return 0


def _refuse_name(city: CitySettings, name: str) -> None:
    """Raise SettingsError for a name that cannot be that of a folder, or would be another's on some systems."""
    if file_name(name) != name or name.startswith("."):
        reason = (
            f"「{name}」はフォルダの名前に使えません。たとえば「{file_name(name)}」としてください"
        )
        raise SettingsError(reason, FORMS)
    in_share = (city.sheets.name, SUMMARIES, BOARD)  # of the city's own form
    others = [other for other in form_folders(city.folder) if other != name]
    if distinct_names([name], (*in_share, *others))[name] != name:
        raise SettingsError(f"「{name}」という名前は使われています。別の名前にしてください", FORMS)


def _refuse_collected(city: CitySettings, name: str, form: Form) -> None:
    """Raise SettingsError where the form is collected in the city already: a workbook is known by its form alone."""
    folders = {"": city.folder, **form_folders(city.folder)}
    folders.pop(name, None)
    for other, folder in folders.items():
        try:
            is_same = find_settings(folder).terms.form.id == form.id
        except XlsyncError as fault:
            complain(f"様式「{other}」を読めません：{fault}")
            continue
        if is_same:
            collected = f"様式「{other}」" if other else "市のフォルダ"
            reason = (
                f"様式「{form.id}」は、もう{collected}で集めています。"
                "別の様式にするときは、form.toml の id を別の名前にしてください"
            )
            raise SettingsError(reason, form.where)


def _units_file(city: CitySettings, form: Form) -> str:
    """Return where the city's list of units lies, seen from the form's folder; "" where the form's units are others."""
    file = str(entries_in(city.folder).get("organization", {}).get("file", ""))
    own, other = (each.definition.identity.level_words for each in (form, city.terms.form))
    return Path("..", "..", file).as_posix() if file and own == other else ""


__all__ = ["add_form"]

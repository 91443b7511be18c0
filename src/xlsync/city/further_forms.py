"""Several forms in one city: each further one has a folder below the city's with settings, a store and a share of its own."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from xlsync.city.settings_file import (
    SETTINGS_FILE,
    entries_in,
    folder_settings,
    has_settings,
    settings_folder,
)
from xlsync.errors import SettingsError
from xlsync.store.store_location import LOCAL, is_address

if TYPE_CHECKING:
    from pydantic import ValidationError

FORMS: Final = "forms"
"""The folder in a city's folder in which each further form has one of its own."""
_BETWEEN: Final = "／"
"""Between the names of a city and of a form in a database."""
_INHERITED: Final = ("city", "write-back", "watch", "log", "libreoffice")
"""What the settings of a further form take from the city's where they do not say it themselves."""
_INHERITED_OF_PAGE: Final = ("hosts", "people")


def form_folders(city: Path) -> dict[str, Path]:
    """Return the folders of the further forms of a city, by their names in order."""
    try:
        folders = sorted((city / FORMS).iterdir(), key=lambda folder: folder.name)
    except OSError:  # there is none
        return {}
    return {folder.name: folder for folder in folders if has_settings(folder)}


def form_of_city(start: Path, name: str) -> Path:
    """Return the folder of the further form of that name in the city of a folder; SettingsError where there is none."""
    city = city_folder(start.resolve())
    folders = form_folders(city) if city else {}
    if name not in folders:
        known = "、".join(folders) or "まだありません"
        reason = f"様式「{name}」がありません（この市に加えてある様式：{known}）"
        raise SettingsError(reason, str((city or start) / FORMS))
    return folders[name]


def city_above(folder: Path) -> Path | None:
    """Return the city that the folder of a further form belongs to, None for a city's own folder."""
    above = folder.parent.parent
    is_further = folder.parent.name == FORMS and has_settings(above)
    return above if is_further else None


def city_folder(start: Path) -> Path | None:
    """Return the folder of the whole city in which a folder lies, None where it lies in none."""
    folder = settings_folder(start)
    return folder and (city_above(folder) or folder)


def form_name(folder: Path) -> str:
    """Return by what name a folder's form is known in its city, "" for the form of the city's own folder."""
    return folder.name if city_above(folder) else ""


def with_inherited(folder: Path, entries: dict[str, Any]) -> dict[str, Any]:
    """Return the settings in a folder with what they take from the city's: themselves where they are the city's.

    Raises SettingsError where those of the city cannot be read.
    """
    above = city_above(folder)
    if above is None:
        return entries
    of_city = entries_in(above)
    inherited: dict[str, Any] = {name: of_city[name] for name in _INHERITED if name in of_city}
    own = entries.get("folders", {})
    folders = {**_folders(above, of_city, folder.name), **(own if isinstance(own, dict) else {})}
    return {**inherited, **_page(of_city, entries), "folders": folders}


def file_that_counts(folder: Path, name: str) -> Path:
    """Return a folder's file of a name, that of the city above where a further form has none of its own."""
    above = city_above(folder)
    own = folder / name
    return own if above is None or own.exists() else above / name


def file_of_fault(folder: Path, own: Collection[str], fault: ValidationError) -> Path:
    """Return the file in which to mend wrong settings of a folder: the city's, where what is wrong was taken from there.

    `own` are the entries that the folder's own file has.
    """
    above = city_above(folder)
    wrong = {str(error["loc"][0]) for error in fault.errors(include_url=False) if error["loc"]}
    if above is not None and wrong and wrong <= {*_INHERITED, "page"} - {*own}:
        return above / SETTINGS_FILE
    return folder / SETTINGS_FILE


def name_in_database(start: Path) -> str:
    """Return by what name the store of a folder is known in a database; "" where its settings cannot be read."""
    folder = settings_folder(start.resolve())
    if folder is None:
        return ""
    try:
        city = str(entries_in(city_above(folder) or folder).get("city", ""))
    except SettingsError:
        return ""
    return _BETWEEN.join(filter(None, (city, form_name(folder))))


def _page(of_city: dict[str, Any], entries: dict[str, Any]) -> dict[str, Any]:
    """Return the entries of a further form with the names of people and hosts that the city's page has."""
    page, own = of_city.get("page"), entries.get("page", {})
    if not isinstance(page, dict) or not isinstance(own, dict):
        return entries
    inherited = {name: page[name] for name in _INHERITED_OF_PAGE if name in page}
    return {**entries, "page": {**inherited, **own}} if inherited else entries


def _folders(city: Path, entries: dict[str, Any], name: str) -> dict[str, str]:
    """Return where a further form has its store and its share: a database that the city has, and the city's share."""
    folders = folder_settings(entries, str(city / SETTINGS_FILE))
    store = LOCAL
    if is_address(folders.store):
        address, _, named = folders.store.partition("#")
        of_city = named or quote(str(entries.get("city", "")))
        store = f"{address}#{of_city}{quote(_BETWEEN + name)}"
    return {"store": store, "shared": str(city / folders.shared / name)}


__all__ = [
    "FORMS",
    "city_above",
    "city_folder",
    "file_of_fault",
    "file_that_counts",
    "form_folders",
    "form_name",
    "form_of_city",
    "name_in_database",
    "with_inherited",
]

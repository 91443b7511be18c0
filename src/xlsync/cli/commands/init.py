"""`xlsync init`: a new city's folder; nothing of an existing one is touched."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from xlsync.city.settings import CitySettings, read_settings
from xlsync.city.settings_file import SETTINGS_FILE
from xlsync.cli.console import complain, say
from xlsync.cli.settings_template import settings_text
from xlsync.disk import create_once, reported_at
from xlsync.errors import SettingsError
from xlsync.form.library import SHIPPED, Form, form_files, load_form
from xlsync.store.migration import STORE_FILE


def create_city(
    folder: Path,
    name: str,
    edition: int,
    *,
    own_form: bool = False,
    form: Path | None = None,
    rates: Mapping[str, tuple[float, float]] | None = None,
) -> CitySettings:
    """Create a city's folder and return its settings; SettingsError where there is a city already.

    What a killed `init` with the same words has begun is finished: the store is created last. With `own_form` the city gets a
    copy of the form: of the shipped one, or of the one in a folder (`form`).
    """
    source = load_form(SHIPPED[0] if form is None else str(form))
    has_own = own_form or form is not None
    text = settings_text(name, source, "form" if has_own else source.id, edition, dict(rates or {}))
    city = create_folder(folder, text, source if has_own else None)
    say(f"市のフォルダを作りました：{folder}")
    say_folders(city)
    return city


def create_folder(folder: Path, text: str, own_form: Form | None) -> CitySettings:
    """Create a folder with settings, a copy of a form of its own where one is given, and folders and store as they say.

    SettingsError where there are other settings already. What a killed process has begun is finished: the store comes last.
    """
    file = folder / SETTINGS_FILE
    if file.exists() and not _is_unfinished(folder, text):
        raise SettingsError(
            "設定ファイルがすでにあります。別のフォルダを指定してください", str(file)
        )
    if own_form is not None:
        _copy_form(own_form, folder / "form")
    create_once(file, text.encode())
    city = read_settings(folder, complain)
    for shared in (city.sheets, city.summaries):
        with reported_at(shared):
            shared.mkdir(parents=True, exist_ok=True)
    city.store.create()
    return city


def say_folders(city: CitySettings) -> None:
    """Say where a new city, or a further form of one, has its settings, store and share."""
    say(f"  設定　　　　：{city.folder / SETTINGS_FILE}")
    say(f"  登録データ　：{city.store.folder}")
    say(f"  共有フォルダ：{city.shared}")


def _is_unfinished(folder: Path, text: str) -> bool:
    """True where the settings are those to be written, and there is no store yet."""
    try:
        is_same = (folder / SETTINGS_FILE).read_bytes() == text.encode()
        return is_same and not (read_settings(folder).store.files / STORE_FILE).exists()
    except (OSError, SettingsError):
        return False


def _copy_form(form: Form, folder: Path) -> None:
    """Copy a form to where the planning office can edit it; SettingsError where another one lies there."""
    files = form_files(form)
    with reported_at(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            if not create_once(folder / name, data) and (folder / name).read_bytes() != data:
                reason = (
                    "別の様式のファイルがすでにあります。移すか、別のフォルダを指定してください"
                )
                raise SettingsError(reason, str(folder / name))

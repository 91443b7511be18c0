"""Where a city's settings lie, and what their text says before anything is made of it."""

from __future__ import annotations

import stat
import tomllib
from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError

from xlsync.errors import SettingsError
from xlsync.form.strict import Strict, explain

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS_FILE: Final = "xlsync.toml"
_ADVICE: Final = "そのパソコンで、UTF-8 の文として直してください"


class FolderSettings(Strict):
    """The table [folders]: the city's folders, as paths below its own or absolute ones."""

    store: str = "store"
    shared: str = "shared"


def settings_folder(start: Path) -> Path | None:
    """Return the folder with settings, `start` itself or the nearest above it, None where there is none."""
    folders = (start, *start.parents)
    return next((folder for folder in folders if has_settings(folder)), None)


def has_settings(folder: Path) -> bool:
    """Return whether there are settings in a folder; True where it may not be looked into: whoever reads them says why."""
    try:
        return stat.S_ISREG((folder / SETTINGS_FILE).stat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True


def decoded_settings(data: bytes, where: str = SETTINGS_FILE) -> str:
    """Return the text of settings; SettingsError where it is no UTF-8."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise SettingsError(f"設定として読めません（{fault}）。{_ADVICE}", where) from fault


def settings_entries(text: str, where: str = SETTINGS_FILE) -> dict[str, Any]:
    """Return the entries of settings; SettingsError where the text is no TOML."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise SettingsError(f"設定として読めません（{fault}）。{_ADVICE}", where) from fault


def folder_settings(entries: dict[str, Any], where: str) -> FolderSettings:
    """Return what settings say of folders; SettingsError where that is wrong, whatever the other entries say."""
    written = entries.get("folders", {})
    try:
        return FolderSettings.model_validate(written)
    except ValidationError as fault:
        lines = explain(fault, written).splitlines()
        raise SettingsError("\n".join(f"folders → {line}" for line in lines), where) from fault


def entries_in(folder: Path) -> dict[str, Any]:
    """Return the entries of the settings in a folder; SettingsError where they cannot be read."""
    file = folder / SETTINGS_FILE
    try:
        return settings_entries(decoded_settings(file.read_bytes(), str(file)), str(file))
    except OSError as fault:
        raise SettingsError(f"設定ファイルを読めません（{fault.strerror}）", str(file)) from fault

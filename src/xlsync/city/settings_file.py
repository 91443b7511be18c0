"""Where a city's settings lie."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Final

from xlsync.form.strict import Strict

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS_FILE: Final = "xlsync.toml"


class FolderSettings(Strict):
    """The table [folders]: the city's folders, as paths below its own or absolute ones."""

    store: str = "store"
    shared: str = "shared"


def settings_folder(start: Path) -> Path | None:
    """Return the folder with settings, `start` itself or the nearest above it, None where there is none."""
    folders = (start, *start.parents)
    return next((folder for folder in folders if (folder / SETTINGS_FILE).is_file()), None)


def city_name(start: Path) -> str:
    """Return the city's name in the settings in a folder or above it, "" where there are none that can be read."""
    folder = settings_folder(start.resolve())
    if folder is None:
        return ""
    try:
        entries = tomllib.loads((folder / SETTINGS_FILE).read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return ""
    return str(entries.get("city", ""))

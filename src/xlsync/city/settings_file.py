"""Where a city's settings lie."""

from __future__ import annotations

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

"""Files of a store that is a folder, to be damaged and looked at as files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xlsync.store.store_path import StorePath


def on_disk(file: StorePath) -> Path:
    """The file itself, of a store that is a folder."""
    assert isinstance(file, Path)
    return file

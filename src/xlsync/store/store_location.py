"""Where settings or a command say that a store is: a folder, or the address of a database."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from xlsync.errors import StoreError
from xlsync.store.migration import STORE_FILE, no_store
from xlsync.store.store_path import FilesPath, StorePath

_SCHEMES: Final = ("postgresql", "postgres")
LOCAL: Final = "store"
"""The folder on this computer where the store is a database: for heartbeat, logs and what was derived."""


@dataclass(frozen=True, slots=True)
class StoreLocation:
    """Where a store is that keeps its files elsewhere than in its folder on this computer."""

    folder: Path
    files: StorePath


def store_location(given: object, *, must_exist: bool) -> tuple[Path, StorePath]:
    """Return the folder on this computer and the files of a store.

    Raises:
        StoreError: It is no path at all, or must exist and there is no store.

    """
    if isinstance(given, StoreLocation):
        folder, files = given.folder, given.files
    elif isinstance(given, str | os.PathLike):
        folder = files = Path(given)
    else:
        name = type(given).__name__
        raise StoreError(f"登録データのフォルダを指定してください（渡されたもの：{name}）")
    if must_exist and not (files / STORE_FILE).exists() and not (files / "revisions").is_dir():
        raise no_store(files)
    return folder, files


def is_address(text: object) -> bool:
    """True for the address of a store in PostgreSQL."""
    return isinstance(text, str) and text.partition("://")[0] in _SCHEMES


def local_folder(base: Path, location: str) -> Path:
    """Return the folder on this computer that belongs to a store, which is the store itself where that is a folder."""
    return base / (LOCAL if is_address(location) else location)


def files_at(base: Path, location: str, city: str = "") -> StorePath:
    """Return the files of a store.

    Args:
        base: What a folder is relative to.
        location: A folder, or postgresql://user@host/database, with "#" and the city's name where `city` is not meant.
        city: The city whose files are meant in a database.

    Raises:
        StoreError: Nobody says which city is meant.

    """
    if not is_address(location):
        return base / location
    from xlsync.store.postgres_connection import parse_address
    from xlsync.store.postgres_files import PostgresFiles

    return FilesPath(PostgresFiles(parse_address(location, city)))


__all__ = ["LOCAL", "StoreLocation", "files_at", "is_address", "local_folder", "store_location"]

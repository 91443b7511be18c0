"""A copy of a store for trying something out: received workbooks, which never change, are linked instead of copied."""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Final

from xlsync.disk import TEMPORARY
from xlsync.store.migration import STORE_FILE
from xlsync.store.own_paths import KEPT
from xlsync.store.store_path import StorePath, entries_below, name_below, names_in

if TYPE_CHECKING:
    from xlsync.store.store import Store

_RECEIVED: Final = "received"


def copy_store(store: Store, folder: Path) -> None:
    """Copy a store's files into a folder that does not exist yet, while nobody writes; nothing where there is no store."""
    folder.mkdir()
    if not (store.files / STORE_FILE).exists():
        return
    with store.writing():
        _copy(store.files / STORE_FILE, folder / STORE_FILE)
        for name in KEPT:
            if name != _RECEIVED and (store.files / name).is_dir():
                _copy_below(store.files / name, folder / name)
    (folder / _RECEIVED).mkdir()
    for name in names_in(store.files / _RECEIVED):
        _link(store.files / _RECEIVED / name, folder / _RECEIVED / name)


def _copy_below(folder: StorePath, to: Path) -> None:
    if isinstance(folder, Path):
        shutil.copytree(folder, to, ignore=shutil.ignore_patterns(f"*{TEMPORARY}"))
        return
    for file in entries_below(folder):
        if file.is_file():
            copied = to / name_below(file, folder)
            copied.parent.mkdir(parents=True, exist_ok=True)
            _copy(file, copied)


def _copy(file: StorePath, to: Path) -> None:
    if isinstance(file, Path):
        shutil.copyfile(file, to)
    else:
        to.write_bytes(file.read_bytes())


def _link(file: StorePath, link: Path) -> None:
    """Link a file; Windows lets few users do so, and a hard link stays on one disk: then it is copied."""
    if isinstance(file, Path):
        for attempt in (os.symlink, os.link):
            with contextlib.suppress(OSError):
                attempt(file, link)
                return
    _copy(file, link)


__all__ = ["copy_store"]

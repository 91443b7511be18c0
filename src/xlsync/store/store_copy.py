"""A copy of a store for trying something out: received workbooks, which never change, are linked instead of copied."""

from __future__ import annotations

import contextlib
import os
import shutil
from typing import TYPE_CHECKING, Final

from xlsync.disk import TEMPORARY
from xlsync.store.migration import STORE_FILE
from xlsync.store.own_paths import KEPT
from xlsync.store.store_files import names_in

if TYPE_CHECKING:
    from pathlib import Path

    from xlsync.store.store import Store

_RECEIVED: Final = "received"


def copy_store(store: Store, folder: Path) -> None:
    """Copy a store's files into a folder that does not exist yet, while nobody writes; nothing where there is no store."""
    folder.mkdir()
    if not (store.folder / STORE_FILE).exists():
        return
    with store.writing():
        shutil.copyfile(store.folder / STORE_FILE, folder / STORE_FILE)
        for name in KEPT:
            if name != _RECEIVED and (store.folder / name).is_dir():
                ignored = shutil.ignore_patterns(f"*{TEMPORARY}")
                shutil.copytree(store.folder / name, folder / name, ignore=ignored)
    (folder / _RECEIVED).mkdir()
    for name in names_in(store.folder / _RECEIVED):
        _link(store.folder / _RECEIVED / name, folder / _RECEIVED / name)


def _link(file: Path, link: Path) -> None:
    """Link a file; Windows lets few users do so, and a hard link stays on one disk: then it is copied."""
    for attempt in (os.symlink, os.link):
        with contextlib.suppress(OSError):
            attempt(file, link)
            return
    shutil.copyfile(file, link)


__all__ = ["copy_store"]

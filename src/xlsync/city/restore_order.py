"""What is restored of a snapshot, and what is wrong with the store afterwards."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from xlsync.backup.restoration import SHARED_COPY, RestoreOrder
from xlsync.backup.snapshot import CITY
from xlsync.city.backup_settings import is_store_in_database, shared_path_of, store_path_of
from xlsync.city.further_forms import form_folders
from xlsync.city.moved_settings import with_folder
from xlsync.city.settings import find_settings
from xlsync.city.settings_file import SETTINGS_FILE
from xlsync.errors import BackupError, XlsyncError
from xlsync.store import audit
from xlsync.store.lock import silent
from xlsync.store.store_path import Notify

if TYPE_CHECKING:
    from pathlib import Path

    from xlsync.backup.backup_folder import BackupFolder


def restore_order(backups: BackupFolder, words: str, shared: str) -> RestoreOrder:
    """Return what is restored: a snapshot, and its settings as they will be where it lies then."""
    name = backups.choose(words)
    snapshot = backups.load(name)
    kept = snapshot.by_path.get(f"{CITY}{SETTINGS_FILE}")
    if kept is None:
        raise BackupError(
            f"控えに {SETTINGS_FILE} がありません。ほかの回の控えを使ってください", name
        )
    try:
        settings = backups.objects.read(kept.digest)
    except BackupError as fault:
        reason = f"設定（{SETTINGS_FILE}）を戻せません（{fault.reason}）。ほかの回の控え（--snapshot）を使ってください"
        raise BackupError(reason, fault.where) from fault
    store, was_in_database = store_path_of(settings, name), is_store_in_database(settings, name)
    if not store:
        store, settings = "store", with_folder(settings, "store", "store", name)
    if shared:
        settings = with_folder(settings, "shared", shared, name)
    inside = "" if shared else shared_path_of(settings, name)
    order = RestoreOrder(name, snapshot, SETTINGS_FILE, settings, store, inside or SHARED_COPY)
    return replace(order, was_in_database=was_in_database)


def store_damages(to: Path, warn: Notify = silent) -> list[str]:
    """Return what is wrong with the restored stores of a folder, of which further forms have one each."""
    of_further = (
        f"様式「{name}」 {damage}"
        for name, folder in form_folders(to).items()
        for damage in _damages(folder, warn)
    )
    return [*_damages(to, warn), *of_further]


def _damages(folder: Path, warn: Notify) -> list[str]:
    try:
        damages = audit(find_settings(folder, warn).store)
    except XlsyncError as fault:
        return [str(fault)]
    return [f"{damage.file}：{damage.message}" for damage in damages]


__all__ = ["restore_order", "store_damages"]

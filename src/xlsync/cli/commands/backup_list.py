"""`xlsync backup list`: the snapshots in a folder of backups."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from xlsync.backup.snapshot import Snapshot
from xlsync.city.backup_run import backup_folder, megabytes
from xlsync.cli import ATTENTION
from xlsync.cli.console import complain, minute_of, put_json, say
from xlsync.errors import BackupError


def list_backups(city: Path, folder: Path | None, *, as_json: bool) -> int:
    """Print each snapshot, oldest first; return the exit code."""
    backups = backup_folder(city, folder)
    backups.check()
    listed: list[tuple[str, Snapshot]] = []
    faults: list[BackupError] = []
    for name in backups.names():
        try:
            listed.append((name, backups.load(name)))
        except BackupError as fault:
            faults.append(fault)
    damaged = [fault.where for fault in faults]
    documents = [_document(*each) for each in listed]
    if as_json:
        put_json({"snapshots": documents, "damaged": damaged})
    else:
        _say(listed)
    for damage in faults:
        complain(str(damage))
    return ATTENTION if faults else 0


def _say(listed: list[tuple[str, Snapshot]]) -> None:
    for name, snapshot in listed:
        say(_row(name, snapshot))
    say(f"控え {len(listed)}回分")


def _row(name: str, snapshot: Snapshot) -> str:
    when = minute_of(snapshot.when)
    shared = "、共有フォルダも" if snapshot.has_shared else ""
    return (
        f"{name}  {when}  シート {snapshot.sheet_count}件、{megabytes(snapshot.byte_count)}{shared}"
        f"（{snapshot.backup_origin.city_name}、{snapshot.backup_origin.host}）"
    )


def _document(name: str, snapshot: Snapshot) -> dict[str, Any]:
    return {
        "snapshot": name,
        "when": snapshot.when,
        "city": snapshot.backup_origin.city_name,
        "host": snapshot.backup_origin.host,
        "sheets": snapshot.sheet_count,
        "files": len(snapshot.kept_files),
        "bytes": snapshot.byte_count,
        "shared": snapshot.has_shared,
        "unread": list(snapshot.unread),
    }

"""Whether what a backup folder holds can be restored: every content is read and compared with its hash."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from xlsync.backup.backup_folder import BackupFolder
from xlsync.backup.snapshot import KeptFile
from xlsync.errors import BackupError

Progress = Callable[[Sequence[str]], Iterable[str]]
"""Yields hashes one by one, and shows how far it is."""


@dataclass(frozen=True, slots=True)
class BackupFault:
    """Something that cannot be restored: the snapshots that it stands in, the path, "" for a whole snapshot, and why."""

    snapshots: tuple[str, ...]
    path: str
    reason: str

    def to_document(self) -> dict[str, object]:
        """Return the fault as JSON."""
        return {"snapshots": list(self.snapshots), "path": self.path, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class BackupCheck:
    """What a check has come to: how many snapshots and contents there are, and every fault."""

    snapshot_count: int
    object_count: int
    backup_faults: tuple[BackupFault, ...]


def check_backups(backups: BackupFolder, progress: Progress) -> BackupCheck:
    """Read everything in a backup folder, change nothing, and return what cannot be restored."""
    faults: list[BackupFault] = []
    wanted: dict[str, list[tuple[str, KeptFile]]] = {}
    names = backups.names()
    for name in names:
        try:
            for kept in backups.load(name).kept_files:
                wanted.setdefault(kept.digest, []).append((name, kept))
        except BackupError as fault:
            faults.append(BackupFault((name,), "", fault.reason))
    for digest in progress(sorted(wanted)):
        try:
            backups.objects.read(digest)
        except BackupError as fault:
            faults += _faults_of(wanted[digest], fault.reason)
    return BackupCheck(len(names), len(wanted), tuple(faults))


def _faults_of(uses: list[tuple[str, KeptFile]], reason: str) -> list[BackupFault]:
    """Return a fault for each path under which a content stands."""
    by_path: dict[str, list[str]] = {}
    for name, kept in uses:
        by_path.setdefault(kept.path, []).append(name)
    return [BackupFault(tuple(names), path, reason) for path, names in sorted(by_path.items())]

"""The state of every file of the watched folder between scans: its signature, since when, and why ingesting it failed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from xlsync.inbox.intake.file_filter import kind_of
from xlsync.inbox.intake.file_state import Entry
from xlsync.inbox.intake.scan import Scan
from xlsync.inbox.intake.stability import (
    OVERDUE_AFTER,
    FileSignature,
    Verdict,
    WatchedFile,
    decide,
    is_overdue,
    mark_failed,
    mark_for_retry,
    mark_ingested,
    mark_queued,
    observe,
)

_SAVE_REMAINS_QUIET: Final = OVERDUE_AFTER
_STILL_CHANGING: Final = "書き込みが続いています。保存が終わるのを待っています"


@dataclass
class ObservedFiles:
    """The files by path; `unstable` are those that differ from what was ingested, `_troubles` why ingesting failed.

    The contents of the files in `to_hash` are still to be compared with what was ingested; `owner_files` lie beside open ones.
    `away` is why the folder could not be seen when it was last scanned, "" where it could.
    """

    unstable: list[str] = field(default_factory=list)
    to_hash: list[str] = field(default_factory=list)
    owner_files: tuple[str, ...] = ()
    away: str = ""
    _files: dict[str, WatchedFile] = field(default_factory=dict)
    _troubles: dict[str, str] = field(default_factory=dict)

    @property
    def paths(self) -> set[str]:
        """The files that were there at the last scan, whether or not they were ingested."""
        return set(self._files)

    def update(self, scanned: Scan, entries: Mapping[str, Entry], now: float) -> set[str]:
        """Take over a scan; return the paths of files and entries that are gone."""
        self.owner_files = scanned.owner_files
        known = {*self._files, *entries} - scanned.signatures.keys()
        gone = {path for path in known if scanned.knows(path)}
        for path in gone:
            self._files.pop(path, None)
            self._troubles.pop(path, None)
        for path, signature in scanned.signatures.items():
            before = self._files.get(path)
            if before is None and (entry := entries.get(path)):
                before = WatchedFile(entry.signature, now, entry.signature)
            self._files[path] = observe(before, signature, now)
        self.unstable = [
            path for path, file in self._files.items() if file.signature != file.ingested_signature
        ]
        return gone

    def ready(self, now: float, quiet: float) -> list[str]:
        """Return the paths to be ingested now; remains of saves last, taken only for sheets without another file."""
        paths = [path for path in self.unstable if self.verdict(path, now, quiet).answer == "take"]
        return sorted(
            paths, key=lambda path: (is_save_remains(path), self._files[path].unchanged_since, path)
        )

    def verdict(self, path: str, now: float, quiet: float) -> Verdict:
        """Return what to do with a file after `quiet` seconds without a change; remains of saves wait longer."""
        return decide(
            self._files[path], now, _SAVE_REMAINS_QUIET if is_save_remains(path) else quiet
        )

    def verdicts(self, now: float, quiet: float) -> list[Verdict]:
        """Return the verdicts on all unstable files."""
        return [self.verdict(path, now, quiet) for path in self.unstable]

    def signature(self, path: str) -> FileSignature | None:
        """Return a file's last signature, None for a file no scan has seen."""
        file = self._files.get(path)
        return file.signature if file is not None else None

    def ingested(self, path: str) -> None:
        """Record that a file was ingested as it was last seen."""
        self._files[path] = mark_ingested(self._files[path])
        self._troubles.pop(path, None)

    def written(self, path: str, signature: FileSignature, now: float) -> None:
        """Record a file's signature after we wrote it."""
        self._files[path] = WatchedFile(signature, now, signature)

    def failed(self, path: str, trouble: str, now: float) -> bool:
        """Record why a file could not be ingested; return True where the reason is a new one."""
        self._files[path] = mark_failed(self._files[path], now)
        is_new = self._troubles.get(path) != trouble
        self._troubles[path] = trouble
        return is_new

    def queued(self, path: str, trouble: str, now: float) -> None:
        """Record that somebody else decides about a file; it is asked for again in a moment."""
        self._files[path] = mark_queued(self._files[path], now)
        self._troubles[path] = trouble

    def retry(self, path: str) -> None:
        """Have a file ingested again although it looks unchanged."""
        if path in self._files:
            self._files[path] = mark_for_retry(self._files[path])

    def overdue(self, now: float) -> dict[str, str]:
        """Return the files that people must hear of, each with the reason."""
        return {
            path: self._troubles.get(path, _STILL_CHANGING)
            for path in self.unstable
            if is_overdue(self._files[path], now) and not is_save_remains(path)
        }


def is_save_remains(path: str) -> bool:
    """True for a file whose name shows that a save left it behind."""
    return kind_of(path.rpartition("/")[2]) == "save_remains"

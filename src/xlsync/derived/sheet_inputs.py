"""A digest of all that a store holds of a sheet, whatever it is: two equal digests mean equal files under equal names.

The contents count, not the times: a store that was copied or restored has the digests it had. They are hashed again only where
inode, size or time of a file differ from those seen when it was last hashed, and then not within two seconds of a change: what
changes twice within one tick of the clock would look the same.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from xlsync.derived.derived_record import DerivedRecord, DerivedRow
from xlsync.sheet_keys import SheetId
from xlsync.store.acts import ACTS
from xlsync.store.distribution import DISTRIBUTIONS
from xlsync.store.known_keys import KEYS
from xlsync.store.lineage_acts import LINEAGE
from xlsync.store.own_paths import KEPT
from xlsync.store.register_acts import REGISTER
from xlsync.store.rollover_acts import ROLLOVERS
from xlsync.store.shared_fields import SHARED
from xlsync.store.stage_acts import STAGES
from xlsync.store.store_files import SEALS, safe_key
from xlsync.store.store_path import (
    FileStatus,
    StorePath,
    entries_below,
    name_below,
    names_in,
    status_of,
    statuses_in,
)

_KIND: Final = "inputs"
_BESIDE_SHEETS: Final = (
    *(DISTRIBUTIONS, KEYS, ACTS, REGISTER),
    *(STAGES, LINEAGE, ROLLOVERS, SHARED),
)
_OF_A_SHEET: Final = ("revisions", "sheets", "taken", *_BESIDE_SHEETS)
_OF_ALL: Final = tuple(name for name in KEPT if name not in {"received", SEALS, *_OF_A_SHEET})
"""What is kept of all sheets; so is any kind that is not known here."""
_MANY: Final = 50
"""From so many sheets on, the folders of an edition are listed instead of asked for each sheet."""
_STILL: Final = 2
"""Seconds after which a file is taken for unchanged by its time; no file system in use has a coarser clock."""


@dataclass(frozen=True, slots=True)
class _File:
    """A file: its path below the store's folder, and by what a change of it shows."""

    path: str
    inode: int
    size: int
    modified_ns: int
    changed_ns: int

    @property
    def look(self) -> str:
        return f"{self.path}|{self.inode}|{self.size}|{self.modified_ns}|{self.changed_ns}"


@dataclass(frozen=True)
class SheetInputs:
    """The digests of the sheets of a store; what was hashed is kept in the record."""

    files: StorePath
    record: DerivedRecord

    def of_sheets(self, edition: int, sheet_ids: Collection[SheetId]) -> dict[SheetId, str]:
        """Return the digest of each sheet of an edition."""
        names = {f"{edition}/{each}": each for each in sheet_ids}
        many = len(names) > _MANY
        listed = {
            kind: frozenset(names_in(self.files / kind / str(edition))) if many else None
            for kind in _OF_A_SHEET
        }
        files = {
            subject: list(self._files_of_sheet(edition, safe_key(sheet_id), listed))
            for subject, sheet_id in names.items()
        }
        digests = self._digests(files)
        return {sheet_id: digests[subject] for subject, sheet_id in names.items()}

    def of_edition(self, edition: int) -> str:
        """Return the digest of what is kept of all sheets, such as the versions of the form, and of whose the keys are."""
        # Keys and lineage are of a sheet, and tell whose a key is that a workbook names.
        folders = [*_OF_ALL, f"{KEYS}/{edition}", LINEAGE]
        files = [each for folder in folders for each in self._files_below(folder)]
        subject = f"{edition}/"
        return self._digests({subject: files})[subject]

    def _files_of_sheet(
        self, edition: int, name: str, listed: Mapping[str, Container[str] | None]
    ) -> Iterator[_File]:
        """Yield the files of a sheet; `listed` holds the names in each folder of the edition where they were listed."""
        for kind, names in listed.items():
            path = f"{kind}/{edition}/{name}"
            if names is None or name in names:
                yield from self._files_in(path)
            if names is None or f"{name}.json" in names:
                with contextlib.suppress(OSError):
                    yield _file(f"{path}.json", status_of(self.files, f"{path}.json"))

    def _files_in(self, path: str) -> list[_File]:
        """Return the files in a folder in order; what cannot be listed is an input too, by its reason."""
        try:
            listed = statuses_in(self.files, path)
        except (FileNotFoundError, NotADirectoryError):
            return []
        except OSError as fault:
            return [_File(f"{path}: {fault.errno}", 0, 0, 0, 0)]
        files = (_file(f"{path}/{name}", status) for name, status in listed)
        return sorted(files, key=lambda each: each.path)

    def _files_below(self, path: str) -> Iterator[_File]:
        for name in sorted(
            name_below(each, self.files) for each in entries_below(self.files / path)
        ):
            with contextlib.suppress(OSError):
                if (self.files / name).is_file():
                    yield _file(name, status_of(self.files, name))

    def _digests(self, files: dict[str, list[_File]]) -> dict[str, str]:
        """Return a digest for each subject's files, hashed again where any of them looks otherwise than it did."""
        known = self.record.rows(_KIND, files)
        still_since = (self.record.moment() - _STILL) * 10**9
        digests, fresh = {}, {}
        for subject, own in files.items():
            look = _hash(each.look for each in own)
            row = known.get(subject)
            if row is not None and row.inputs_digest == look:
                digests[subject] = row.derived_data.decode()
                continue
            digests[subject] = self._content_digest(own)
            if all(max(each.modified_ns, each.changed_ns) < still_since for each in own):
                fresh[subject] = DerivedRow(look, digests[subject].encode())
        self.record.save(_KIND, fresh)
        return digests

    def _content_digest(self, files: Iterable[_File]) -> str:
        return _hash(f"{each.path}|{self._hash_of(each.path)}" for each in files)

    def _hash_of(self, path: str) -> str:
        try:
            data = (self.files / path).read_bytes()
        except OSError as fault:
            return f"errno {fault.errno}"
        return hashlib.sha256(data).hexdigest()


def _file(path: str, status: FileStatus) -> _File:
    return _File(path, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)


def _hash(texts: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for text in texts:
        digest.update(text.encode("utf-8", "surrogateescape") + b"\0")
    return digest.hexdigest()


__all__ = ["SheetInputs"]

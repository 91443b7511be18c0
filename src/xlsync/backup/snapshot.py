"""A snapshot: every file of a city at one moment, each by the hash of its content."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, Final

from xlsync.canonical_json import parse_json
from xlsync.errors import BackupError, SheetError

FORMAT: Final = 1
CITY: Final = "city/"
STORE: Final = "store/"
SHARED: Final = "shared/"
"""What the paths of a snapshot begin with: the city's folder, its store, and the shared folder."""
STORES: Final = rf"(?:{STORE}|{CITY}forms/[^/]+/store/)"
"""What the paths of stores begin with, as a regular expression: of the city's own and of its further forms'."""
_HEAD: Final = re.compile(rf"{STORES}sheets/")
_HASH_LENGTH: Final = 12


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file in a snapshot. `modified_ns` is when it was last written (nanoseconds since 1970), `permissions` its bits."""

    path: str
    digest: str
    byte_count: int
    modified_ns: int
    permissions: int


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a snapshot comes from."""

    city_name: str
    city_path: str
    host: str
    user: str
    xlsync_version: str


@dataclass(frozen=True)
class Snapshot:
    """What there was at one moment. `first_seal` tells one store from another, "" for one that holds no revision yet.

    `unread` are the paths of files that could not be read.
    """

    when: str
    backup_origin: Origin
    first_seal: str
    kept_files: tuple[KeptFile, ...]
    unread: tuple[str, ...] = ()

    @cached_property
    def by_path(self) -> dict[str, KeptFile]:
        """The files by their paths."""
        return {kept.path: kept for kept in self.kept_files}

    @property
    def byte_count(self) -> int:
        """The size of all files together."""
        return sum(kept.byte_count for kept in self.kept_files)

    @property
    def sheet_count(self) -> int:
        """How many sheets the stores of all forms held."""
        return sum(_HEAD.match(path) is not None for path in self.by_path)

    @property
    def has_shared(self) -> bool:
        """Whether it holds files of the shared folder."""
        return any(path.startswith(SHARED) for path in self.by_path)

    def to_bytes(self) -> bytes:
        """Return the snapshot as JSON, a line for each file."""
        head = {
            "format": FORMAT,
            "when": self.when,
            **asdict(self.backup_origin),
            "first_seal": self.first_seal,
            "unread": list(self.unread),
        }
        lines = ",\n".join(json.dumps(asdict(kept), ensure_ascii=False) for kept in self.kept_files)
        entries = json.dumps(head, ensure_ascii=False, indent=2)[:-2]
        # A lone surrogate, from a file name that is no text, becomes JSON's own escape of it.
        return f'{entries},\n  "files": [\n{lines}\n  ]\n}}\n'.encode("utf-8", "backslashreplace")


def snapshot_name(snapshot: Snapshot) -> str:
    """Return the name under which a snapshot is kept: the time, and a hash by which damage to it is noticed."""
    digits = "".join(filter(str.isdigit, snapshot.when[:23]))
    digest = hashlib.sha256(snapshot.to_bytes()).hexdigest()[:_HASH_LENGTH]
    return f"{digits[:8]}-{digits[8:]}-{digest}"


def parse_snapshot(data: bytes, name: str) -> Snapshot:
    """Return the snapshot kept under a name; BackupError where it is damaged or of a newer format."""
    if hashlib.sha256(data).hexdigest()[:_HASH_LENGTH] != name.rpartition("-")[2]:
        raise BackupError("控えの一覧が壊れています。ほかの回の控えを使ってください", name)
    try:
        document = parse_json(data)
        if document["format"] != FORMAT:
            reason = f"新しい版の xlsync でとった控えです（形式 {document['format']}）。xlsync を更新してください"
            raise BackupError(reason, name)
        return _snapshot_of(document)
    except (SheetError, KeyError, TypeError) as fault:
        raise BackupError("控えの一覧を読めません。ほかの回の控えを使ってください", name) from fault


def _snapshot_of(document: dict[str, Any]) -> Snapshot:
    names = ("city_name", "city_path", "host", "user", "xlsync_version")
    return Snapshot(
        document["when"],
        Origin(*(document[name] for name in names)),
        document["first_seal"],
        tuple(map(_kept_file, document["files"])),
        tuple(document["unread"]),
    )


def _kept_file(entry: dict[str, Any]) -> KeptFile:
    return KeptFile(**entry)

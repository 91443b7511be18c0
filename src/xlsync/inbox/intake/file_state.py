"""The watcher's record of each file between two runs: derived, and safe to lose.

Without it every file is received once more, which the store answers with "unchanged".
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Literal

from xlsync.disk import replace_whole
from xlsync.errors import StoreError
from xlsync.inbox.intake.stability import FileSignature

FORMAT: Final = 1
FILE: Final = "inbox.json"

Fate = Literal["taken", "refused", "held", "passed", "trial"]
"""In the store; not acceptable as it is; held because submissions are closed; not a sheet; checked and never stored."""


@dataclass(frozen=True, slots=True)
class SheetResult:
    """What a save did to one sheet: fields changed, findings other than notes, open conflicts."""

    key: str
    outcome: str
    changes: int = 0
    findings: int = 0
    conflicts: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """A file's hash and signature, and what was decided about it and when (ISO 8601).

    `terms` names the terms of the decision: under other terms a file that was not taken is decided about again, and every file
    under another version of the form.
    """

    signature: FileSignature
    digest: str
    fate: Fate
    when: str
    terms: str
    reason: str = ""
    sheets: tuple[SheetResult, ...] = ()


def read_index(folder: Path) -> dict[str, Entry]:
    """Return the entries by path from a store's folder, none where they cannot be read."""
    with contextlib.suppress(
        OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError
    ):
        document = json.loads((folder / FILE).read_bytes())
        if document["format"] == FORMAT:
            return {path: entry_from(record) for path, record in document["files"].items()}
    return {}


@dataclass
class IndexFile:
    """Whether the entries written in a store's folder are outdated, and why writing them failed last, "" where it did not."""

    folder: Path
    outdated: bool = False
    error: str = ""

    def write(self, entries: Mapping[str, Entry]) -> None:
        """Write the entries; where that fails, they stay outdated."""
        try:
            write_index(self.folder, entries)
        except StoreError as fault:
            self.error = str(fault)
        else:
            self.outdated, self.error = False, ""


def write_index(folder: Path, entries: Mapping[str, Entry]) -> None:
    """Write the entries in one step; undecodable file names are kept."""
    document = {
        "format": FORMAT,
        "files": {path: entry_record(entry) for path, entry in entries.items()},
    }
    data = json.dumps(document, separators=(",", ":"), allow_nan=False)
    replace_whole(folder / FILE, data.encode())


def entry_record(entry: Entry) -> dict[str, object]:
    """Return an entry as JSON has it."""
    record = asdict(entry)
    record["look"] = record.pop("signature")  # the key of format 1
    return record


def entry_from(record: Mapping[str, object]) -> Entry:
    """Return the entry that JSON has."""
    values = dict(record)
    signature, sheets = values.pop("look"), values.pop("sheets")
    results = tuple(SheetResult(**sheet) for sheet in sheets)  # type: ignore[attr-defined]  # a wrong shape is caught above
    return Entry(signature=FileSignature(**signature), sheets=results, **values)  # type: ignore[arg-type]

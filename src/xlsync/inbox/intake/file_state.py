"""What became of each file, remembered between two runs of the watcher: derived, and safe to lose.

Where it is lost, every file is received once more, which the store answers with "unchanged".
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Literal

from xlsync.disk import replace_whole
from xlsync.inbox.intake.stability import Look

FORMAT: Final = 1
FILE: Final = "inbox.json"

Fate = Literal["taken", "refused", "held", "passed"]
"""In the store; not to be taken as it is; for the office to decide (closed); of no meaning to anybody."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a save did to one sheet: how many fields were taken, findings but notes, conflicts still open."""

    key: str
    outcome: str
    changes: int = 0
    findings: int = 0
    conflicts: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """A file's contents by hash, what became of them and when (ISO 8601), and how the file looked then.

    `terms` says under which terms that was decided: under others, what was not taken is looked at again.
    """

    look: Look
    digest: str
    fate: Fate
    when: str
    terms: str
    reason: str = ""
    sheets: tuple[Told, ...] = ()


def read_index(folder: Path) -> dict[str, Entry]:
    """Give the entries by path kept in a store's folder, none where they cannot be read."""
    with contextlib.suppress(OSError, ValueError, TypeError, KeyError, AttributeError):
        document = json.loads((folder / FILE).read_bytes())
        if document["format"] == FORMAT:
            return {path: _entry(one) for path, one in document["files"].items()}
    return {}


def write_index(folder: Path, entries: Mapping[str, Entry]) -> None:
    """Keep the entries, in one step; names no system can decode come back as they were."""
    document = {"format": FORMAT, "files": {path: asdict(one) for path, one in entries.items()}}
    data = json.dumps(document, separators=(",", ":"), allow_nan=False)
    replace_whole(folder / FILE, data.encode())


def _entry(said: Mapping[str, object]) -> Entry:
    values = dict(said)
    look, sheets = values.pop("look"), values.pop("sheets")
    told = tuple(Told(**one) for one in sheets)  # type: ignore[attr-defined]  # a wrong shape is caught above
    return Entry(look=Look(**look), sheets=told, **values)  # type: ignore[arg-type]

"""The paths that files may have in a store: what else lies there, xlsync has not written."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from xlsync.disk import TEMPORARY
from xlsync.sheet_keys import ON_DISK
from xlsync.store.acts import ACTS
from xlsync.store.distribution import DISTRIBUTIONS
from xlsync.store.figure_imports import FIGURES
from xlsync.store.known_keys import KEYS
from xlsync.store.lineage_acts import LINEAGE
from xlsync.store.phase_snapshots import SNAPSHOTS
from xlsync.store.register_acts import REGISTER
from xlsync.store.reorganization_acts import REORGANIZATIONS
from xlsync.store.rollover_acts import EDITIONS, ROLLOVERS
from xlsync.store.shared_fields import SHARED
from xlsync.store.stage_acts import STAGES
from xlsync.store.store_files import RECEIVED_ENDINGS, SEALS
from xlsync.store.store_path import StorePath, entries_below, name_below
from xlsync.store.tier_grades import GRADES

if TYPE_CHECKING:
    from collections.abc import Iterator

_YEAR_AND_SHEET: Final = rf"[0-9]{{4}}(?:/{ON_DISK}"
PATTERNS: Final = {
    "revisions": re.compile(_YEAR_AND_SHEET + r"(?:/[1-9][0-9]{0,8}\.json)?)?"),
    "sheets": re.compile(_YEAR_AND_SHEET + r"\.json)?"),
    "taken": re.compile(_YEAR_AND_SHEET + r"(?:/[0-9A-Za-z-]{1,100}\.json)?)?"),
    "received": re.compile(r"[0-9a-f]{64}\.(?:xlsx|xls|ods)"),
    DISTRIBUTIONS: re.compile(_YEAR_AND_SHEET + r"\.json)?"),
    KEYS: re.compile(_YEAR_AND_SHEET + r"\.json)?"),
    SEALS: re.compile(r"[0-9]{6}\.txt"),
    ACTS: re.compile(_YEAR_AND_SHEET + r"(?:/[1-9][0-9]{0,8}\.json)?)?"),
    REGISTER: re.compile(_YEAR_AND_SHEET + r"(?:/[1-9][0-9]{0,8}\.json)?)?"),
    SNAPSHOTS: re.compile(_YEAR_AND_SHEET + r"(?:/[1-9][0-9]{0,8}\.json)?)?"),
    GRADES: re.compile(_YEAR_AND_SHEET + r"(?:/[1-9][0-9]{0,8}\.json)?)?"),
    FIGURES: re.compile(_YEAR_AND_SHEET + r"(?:/[1-9][0-9]{0,8}\.json)?)?"),
    STAGES: re.compile(_YEAR_AND_SHEET + r"(?:/[1-9][0-9]{0,8}\.json)?)?"),
    LINEAGE: re.compile(_YEAR_AND_SHEET + r"(?:/[1-9][0-9]{0,8}\.json)?)?"),
    REORGANIZATIONS: re.compile(_YEAR_AND_SHEET + r"(?:/[1-9][0-9]{0,8}\.json)?)?"),
    ROLLOVERS: re.compile(_YEAR_AND_SHEET + r"(?:/[1-9][0-9]{0,8}\.json)?)?"),
    EDITIONS: re.compile(_YEAR_AND_SHEET + r"(?:/[1-9][0-9]{0,8}\.json)?)?"),
    SHARED: re.compile(_YEAR_AND_SHEET + r"(?:/[1-9][0-9]{0,8}\.json)?)?"),
    "forms": re.compile(
        r"[a-z][a-z0-9-]*(?:/adopted(?:/[1-9][0-9]*\.json)?|/(?:[1-9][0-9]*|\.[1-9][0-9]*\.part)(?:/[^/]+)?)?"
    ),
}
"""The paths that may be in the folders that belong to the store alone; `.<n>.part` is a version of a form half written."""

KEPT: Final = tuple(PATTERNS)
REWRITTEN: Final = frozenset({"sheets", "taken", DISTRIBUTIONS, KEYS, SEALS})
"""Those whose files are replaced or deleted in the course of work; the files of all others are written once."""
_READ: Final = (".json", ".txt", ".toml", *RECEIVED_ENDINGS)


def stray_files(folder: StorePath) -> Iterator[tuple[str, str]]:
    """Yield the path of each file or folder that xlsync never writes, and a Japanese reason; temporary files are ignored."""
    for kept, pattern in PATTERNS.items():
        for entry in sorted(entries_below(folder / kept), key=lambda each: each.parts):
            name = name_below(entry, folder / kept)
            is_read = name.endswith(_READ)  # and an unreadable one is reported already
            is_expected = pattern.fullmatch(name) is not None and (is_read or entry.is_dir())
            if not is_expected and not entry.name.endswith(TEMPORARY):
                reason = "xlsync が置いたものではないファイルかフォルダです"
                yield name_below(entry, folder), reason


def unlisted_folders(folder: StorePath) -> Iterator[tuple[str, str]]:
    """Yield the path of each folder of a store that cannot be listed, and a Japanese reason."""
    if not isinstance(folder, Path):
        return
    faults: list[OSError] = []
    for kept in KEPT:
        for _ in os.walk(folder / kept, onerror=faults.append):
            pass
    for fault in faults:
        if not isinstance(fault, FileNotFoundError | NotADirectoryError):
            reason = f"フォルダの中を読めません（{fault.strerror}）。中にあるものは確かめていません"
            yield name_below(Path(fault.filename), folder), reason

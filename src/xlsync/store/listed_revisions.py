"""Bring the list of seals up to the revisions on the disk: those of earlier releases, and of programs killed before listing.

A commit writes the revision, then its line, then the head. So where a head is up to date, its revision is listed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from xlsync.canonical_json import canonical, parse_json
from xlsync.errors import SheetError, StoreDamaged
from xlsync.sheet_keys import SheetId
from xlsync.store.migration import STORE_FILE, read_store_file
from xlsync.store.revision import hash_of, is_sealed
from xlsync.store.seal_list import Sealed, append_seals, read_seal_list
from xlsync.store.store_files import StoreFiles, numbers_in
from xlsync.store.store_path import StorePath, replace_whole

IS_LISTED: Final = "seals"
"""The member of store.json which says that every revision is listed."""


def is_list_begun(folder: StorePath) -> bool:
    """True where every revision of the store must be in the list; False for a store of an earlier release."""
    return bool(read_store_file(folder)[1].get(IS_LISTED))


def begin_list(files: StoreFiles) -> None:
    """List every revision of a store of an earlier release. The caller holds the lock."""
    _, document = read_store_file(files.files)
    list_revisions(files, files.held_sheets())
    replace_whole(files.files / STORE_FILE, canonical({**document, IS_LISTED: True}))


def list_revisions(files: StoreFiles, sheets: Iterable[tuple[int, SheetId]]) -> int:
    """Add the revisions of these sheets that the list does not name; return how many. The caller holds the lock."""
    lines = read_seal_list(files.files).seal_lines
    listed = {(line.sealed.fiscal_year, line.sealed.key, line.sealed.revision) for line in lines}
    unlisted = list(_sealed(files, sheets, listed))
    append_seals(files.files, unlisted)
    return len(unlisted)


def _sealed(
    files: StoreFiles, sheets: Iterable[tuple[int, SheetId]], listed: set[tuple[int, SheetId, int]]
) -> Iterator[Sealed]:
    for year, key in sheets:
        for number in _numbers(files, year, key):
            if (year, key, number) in listed:
                continue
            sealed = _read_sealed(files.revision_file(key, year, number), (year, key, number))
            if sealed is not None:
                yield sealed


def _numbers(files: StoreFiles, year: int, key: SheetId) -> list[int]:
    try:
        return sorted(numbers_in(files.revision_file(key, year, 1).parent))
    except StoreDamaged:
        return []  # the audit names it


def _read_sealed(file: StorePath, position: tuple[int, SheetId, int]) -> Sealed | None:
    """Return what the list says of a revision; None where it is broken or another one's, which the audit names."""
    try:
        data = file.read_bytes()
        document: Any = parse_json(data)
        sheet = document["sheet"]
        actual = (sheet["edition"], sheet.get("id", sheet["key"]), document["revision"])
        when = str(document["when"])
    except (OSError, SheetError, KeyError, TypeError):
        return None
    is_sound = is_sealed(data) and actual == position
    return Sealed(when, *position, hash_of(data)) if is_sound else None

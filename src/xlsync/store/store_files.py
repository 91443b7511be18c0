"""Where a store keeps each file, and what its folders hold."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from xlsync.errors import StoreDamaged, StoreError, StoreUnreachable
from xlsync.sheet_keys import SheetId, fault_of_key, key_of_name, name_on_disk
from xlsync.store.store_path import StorePath, names_in

YEAR: Final = re.compile(r"[0-9]{4}")
SEALS: Final = "seals"
RECEIVED: Final = "received"
RECEIVED_ENDINGS: Final = (".xlsx", ".xls", ".ods")
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ODS: Final = b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet"
_NUMBER = re.compile(r"([1-9][0-9]{0,8})\.json")


class StoreFiles:
    """The files of a store below their root."""

    files: StorePath

    def head_file(self, key: SheetId, edition: int) -> StorePath:
        """Return the file of a head."""
        return self.files / "sheets" / str(edition) / f"{safe_key(key)}.json"

    def revision_file(self, key: SheetId, edition: int, number: int) -> StorePath:
        """Return the file of a revision."""
        return self.files / "revisions" / str(edition) / safe_key(key) / f"{number}.json"

    def received_file(self, digest: str) -> StorePath:
        """Return the file of a received workbook by its `digest`, whatever its ending."""
        files = [self.files / RECEIVED / f"{digest}{ending}" for ending in RECEIVED_ENDINGS]
        return next((file for file in files if file.exists()), files[0])

    def held_sheets(self) -> list[tuple[int, SheetId]]:
        """Return (edition, key) of every sheet with a revision, in order, even where store.json is broken."""
        return list(_sheets_below(self.files / "revisions", names_in))

    def listable_sheets(self) -> list[tuple[int, SheetId]]:
        """Return them without those below a folder that cannot be listed, for the audit, which names that folder."""
        return list(_sheets_below(self.files / "revisions", listable_names))


def _sheets_below(
    folder: StorePath, names: Callable[[StorePath], Iterable[str]]
) -> Iterator[tuple[int, SheetId]]:
    for year in sorted(filter(YEAR.fullmatch, names(folder))):
        for key in keys_among(names(folder / year)):
            if has_revisions(folder / year / safe_key(key)):
                yield int(year), key


def received_ending(workbook: bytes) -> str:
    """Return the ending under which the programs that can open a workbook look for it."""
    if workbook.startswith(_OLE):
        return ".xls"
    return ".ods" if _ODS in workbook[:200] else ".xlsx"


def seal_file(folder: StorePath, number: int) -> StorePath:
    """Return a file of the list of seals, below a store's folder."""
    return folder / SEALS / f"{number:06}.txt"


def safe_key(key: str) -> str:
    """Return a key as the name of a file; StoreError for one that cannot be stored."""
    if fault := fault_of_key(key):
        raise StoreError(f"事業コードとして使えません（{fault}）", key)
    return name_on_disk(key)


def keys_in(folder: StorePath) -> list[SheetId]:
    """Return the keys that name files or folders in a folder, in order; other names are no sheet's."""
    return keys_among(names_in(folder))


def keys_among(names: Iterable[str]) -> list[SheetId]:
    """Return the keys of which some names are those on the disk, in order."""
    keys = map(key_of_name, names)
    return sorted(SheetId(key) for key in keys if key is not None)


def numbers_in(folder: StorePath) -> list[int]:
    """Return the numbers of the revisions in a sheet's folder, unordered; StoreDamaged where it cannot be read."""
    try:
        names = names_in(folder)
    except StoreUnreachable:
        raise
    except StoreError as fault:
        reason = f"このシートの版のフォルダが読めません（{fault.reason}）"
        raise StoreDamaged(reason, str(folder)) from fault
    matches = (_NUMBER.fullmatch(name) for name in names)
    return [int(match[1]) for match in matches if match]


def refuse_unreadable_copies(folder: StorePath) -> None:
    """Raise StoreDamaged where the folder of the states of a sheet's copies cannot be read."""
    try:
        names_in(folder)
    except StoreUnreachable:
        raise
    except StoreError as fault:
        reason = f"このシートの控えのフォルダが読めません（{fault.reason}）"
        raise StoreDamaged(reason, str(folder)) from fault


def has_revisions(folder: StorePath) -> bool:
    """True where a sheet's folder holds a revision, also where it cannot be read: then the sheet is damaged, not absent."""
    try:
        return bool(numbers_in(folder))
    except StoreDamaged:
        return True


def listable_names(folder: StorePath) -> list[str]:
    """Return the names in a folder, unordered; none where that folder alone cannot be listed."""
    try:
        return names_in(folder)
    except StoreUnreachable:
        raise
    except StoreError:
        return []


def files_below(folder: StorePath, depth: int) -> list[StorePath]:
    """Return the JSON files so many levels below a folder, in order, without those in folders that cannot be listed."""
    level = [folder]
    for _ in range(depth):
        level = [parent / name for parent in level for name in sorted(listable_names(parent))]
    return [file for file in level if file.suffix == ".json"]

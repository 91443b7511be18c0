"""Restore what follows from the revisions (the heads), and remove the temporary files of killed processes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from xlsync.disk import TEMPORARY, is_temporary
from xlsync.errors import StoreDamaged
from xlsync.sheet_keys import SheetId
from xlsync.store.form_versions import half_written_versions
from xlsync.store.known_keys import (
    document_of,
    keys_in_order,
    known_keys_file,
    parsed_keys,
)
from xlsync.store.listed_revisions import begin_list, is_list_begun, list_revisions
from xlsync.store.own_paths import KEPT
from xlsync.store.store_audit import head_of, is_only_record
from xlsync.store.store_files import SEALS
from xlsync.store.store_path import (
    StorePath,
    entries_below,
    flush_folder,
    name_below,
    names_in,
    remove,
    remove_folder,
    replace_whole,
)

if TYPE_CHECKING:
    from xlsync.store.store import Store

_HALF_BACKUP: Final = re.compile(rf"backup-.+{re.escape(TEMPORARY)}")


@dataclass(frozen=True, slots=True)
class Restored:
    """One repair: the file (relative to the store) and a Japanese sentence."""

    file: str
    message: str

    def to_document(self) -> dict[str, str]:
        """Return it as JSON."""
        return {"file": self.file, "message": self.message}


def rebuild(store: Store) -> list[Restored]:
    """Restore what is derivable, and return the repairs: none the second time.

    A head that names a missing revision is all that is left of it, and stays; so does every damaged file that is no head.
    """
    with store.writing():
        return [*_listed(store), *_heads(store), *_known_keys(store), *_leftovers(store)]


def _listed(store: Store) -> Iterator[Restored]:
    """List the revisions that the list does not name; it is begun where an earlier release has written the store."""
    added = list_revisions(store, store.held_sheets())
    if not is_list_begun(store.files):
        begin_list(store)
    if added:
        yield Restored(SEALS, f"版の台帳になかった版を{added}件書き加えました")


def remove_leftovers(store: Store) -> list[Restored]:
    """Remove the temporary files that killed programs have left in a store, and return them."""
    with store.writing():
        return list(_leftovers(store))


def _heads(store: Store) -> Iterator[Restored]:
    for year, key in store.held_sheets():
        head = _derived(store, year, key)
        file = store.head_file(key, year)
        if head is not None and _may_be_replaced(file, head, store.last(key, year)):
            if isinstance(file, Path) and file.is_dir():
                file.rmdir()  # fails on a folder that is not empty, which is not ours
            flush_folder(store.revision_file(key, year, 1).parent)
            replace_whole(file, head)
            yield Restored(_name(store, file), "現在の内容を最新の版から作り直しました")


def _known_keys(store: Store) -> Iterator[Restored]:
    """Write the keys of each sheet as its revisions say, but for a sheet of which one cannot be read."""
    for year, sheet_id in store.held_sheets():
        keys = store.keys_of_revisions(sheet_id, year)
        file = known_keys_file(store.files, sheet_id, year)
        expected = keys_in_order(sheet_id, keys)
        if "" in keys or parsed_keys(file) == expected:
            continue
        if expected:
            replace_whole(file, document_of(expected))
        else:
            remove(file)
        yield Restored(_name(store, file), "事業コードの控えを版の記録から作り直しました")


def _derived(store: Store, year: int, key: SheetId) -> bytes | None:
    try:
        last = store.last(key, year)
        file = store.revision_file(key, year, last)
        data = file.read_bytes()
        return head_of(data, store.stored_form.parse(data, str(file)), (last, year, key))
    except (OSError, StoreDamaged):
        return None


def _may_be_replaced(file: StorePath, head: bytes, last: int) -> bool:
    try:
        data = file.read_bytes()
    except OSError:
        return True
    return data != head and not is_only_record(data, head, last)


def _leftovers(store: Store) -> Iterator[Restored]:
    """Remove temporary files and folders; we hold the lock, so no running process is writing them."""
    for folder in KEPT:
        for file in sorted(entries_below(store.files / folder), key=str):
            if is_temporary(file.name) and file.is_file():
                remove(file)
                yield Restored(_name(store, file), "書きかけのファイルを片付けました")
    for version in half_written_versions(store.files):
        remove_folder(version)
        yield Restored(_name(store, version), "作りかけの様式の版を片付けました")
    for name in sorted(names_in(store.files)):
        backup = store.files / name
        if _HALF_BACKUP.fullmatch(name) and backup.is_dir():
            remove_folder(backup)
            yield Restored(_name(store, backup), "作りかけの控えを片付けました")


def _name(store: Store, file: StorePath) -> str:
    return name_below(file, store.files)

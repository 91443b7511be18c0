"""Which workbooks of a sheet still have the page of another version of the form than the one in use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlsync.store import last_distribution

if TYPE_CHECKING:
    from xlsync.sheet_keys import SheetId
    from xlsync.store import CopyFile, Store


def outdated_workbooks(store: Store, key: SheetId, edition: int) -> tuple[str, ...]:
    """Return the paths of a sheet's workbooks that were last seen with the page of another version; they may be gone by now.

    A workbook that was given out and never came in has the version it was made by.
    """
    files = _newest_by_path(store, key, edition)
    versions = {path: file.form_version for path, file in files.items()}
    given_out = last_distribution(store.files, key, edition)
    if given_out is not None:
        versions.setdefault(given_out.file, given_out.form_version)
    in_use = store.stored_form.number
    return tuple(sorted(path for path, number in versions.items() if number not in {0, in_use}))


def _newest_by_path(store: Store, key: SheetId, edition: int) -> dict[str, CopyFile]:
    """Return what was last known of each file: another copy may lie there since."""
    files = [state.copy_file for state in store.copy_states(key, edition).values()]
    files.sort(key=lambda file: (file.seen, file.since))
    return {file.path: file for file in files if file.path}


__all__ = ["outdated_workbooks"]

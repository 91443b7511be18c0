"""Which workbooks of a sheet still have the page of another version of the form than the one in use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlsync.store import last_distribution

if TYPE_CHECKING:
    from xlsync.store import CopyFile, Store


def outdated_workbooks(store: Store, key: str, edition: int) -> tuple[str, ...]:
    """Return the paths of a sheet's workbooks that were last seen with the page of another version; they may be gone by now.

    A workbook that was given out and never came in has the version it was made by.
    """
    files = _newest_by_path(store, key, edition)
    in_use = store.stored_form.number
    outdated = {path for path, file in files.items() if file.form_version not in {0, in_use}}
    given_out = last_distribution(store.folder, key, edition)
    if given_out is not None and given_out.file not in files:
        is_outdated = given_out.form_version not in {0, in_use}
        outdated |= {given_out.file} if is_outdated else set()
    return tuple(sorted(outdated))


def _newest_by_path(store: Store, key: str, edition: int) -> dict[str, CopyFile]:
    """Return what was last known of each file: another copy may lie there since."""
    files = [state.copy_file for state in store.copy_states(key, edition).values()]
    files.sort(key=lambda file: (file.seen, file.since))
    return {file.path: file for file in files if file.path}


__all__ = ["outdated_workbooks"]

"""Compare a store's revisions with its list of seals, and the list with codes that people keep on paper."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from xlsync.errors import StoreDamaged, StoreError, StoreUnreachable
from xlsync.sheet_keys import SheetId
from xlsync.store.listed_revisions import is_list_begun
from xlsync.store.seal_list import SealLine, read_seal_list
from xlsync.store.store_files import SEALS, StoreFiles, numbers_in
from xlsync.store.store_path import StorePath

_CHANGED = (
    "版の台帳の通番{number}の照合番号が、紙の控え（{code}）と違います。控えたあとに、台帳が書き換えられたか、"
    "古い控えから戻されています"
)


@dataclass(frozen=True, slots=True)
class ListedSeals:
    """The list of seals, ready to compare.

    Attributes:
        digests: The SHA-256 of each listed revision's file, by edition, key and number.
        seal_lines: The lines of the list by their number.
        faults: What is wrong with the list itself: a file's name, and a Japanese reason.
        is_complete: True where every revision must be listed: the list was begun, and all of it can be read.
        is_listable: False where the folder of the list cannot be listed, so that nothing of it was read.

    """

    digests: Mapping[tuple[int, SheetId, int], str]
    seal_lines: Mapping[int, SealLine]
    faults: tuple[tuple[str, str], ...]
    is_complete: bool
    is_listable: bool = True

    def broken(self, anchors: Mapping[int, str]) -> Iterator[tuple[str, str]]:
        """Yield a fault for each code from paper that the list does not have in its place; none where it was not read."""
        if not self.is_listable:
            return
        for number, code in anchors.items():
            line = self.seal_lines.get(number)
            if line is None or line.code != code:
                yield SEALS, _CHANGED.format(number=number, code=code)

    def missing(self, files: StoreFiles) -> Iterator[StorePath]:
        """Yield the file of each sheet's newest listed revision that is newer than all on the disk."""
        newest: dict[tuple[int, SheetId], int] = {}
        for year, key, number in self.digests:
            newest[year, key] = max(number, newest.get((year, key), 0))
        for (year, key), number in newest.items():
            file = files.revision_file(key, year, number)
            with contextlib.suppress(
                StoreDamaged
            ):  # a folder that cannot be read is reported already
                if number not in numbers_in(file.parent):
                    yield file


def listed_seals(files: StoreFiles) -> ListedSeals:
    """Read the list of seals of a store."""
    try:
        seals = read_seal_list(files.files)
    except StoreUnreachable:
        raise
    except StoreError:  # the audit names each folder that cannot be listed
        return ListedSeals({}, {}, (), is_complete=False, is_listable=False)
    try:
        is_begun = is_list_begun(files.files)
    except StoreUnreachable:
        raise
    except StoreError:
        is_begun = False
    # The first line counts: a revision is written once, so a second line for it is somebody else's.
    digests: dict[tuple[int, SheetId, int], str] = {}
    for line in seals.seal_lines:
        revision = (line.sealed.fiscal_year, line.sealed.key, line.sealed.revision)
        digests.setdefault(revision, line.sealed.digest)
    return ListedSeals(
        digests,
        {line.number: line for line in seals.seal_lines},
        seals.faults,
        is_begun and not seals.faults,
    )

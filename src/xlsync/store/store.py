"""The canonical store: one file is the truth of each commit (the revision), heads follow from it.

    store.json                              the format's version
    revisions/<edition>/<key>/<n>.json      written once
    sheets/<edition>/<key>.json             the head, derived
    received/<sha256>.xlsx                  every accepted workbook, unchanged
    taken/<edition>/<key>/<name>.json       what each copy was last known to hold (derived)

Order of a commit: received bytes, revision (its number is the compare-and-swap), head. A process killed in between leaves a
head that is one revision behind; every reader reads the revision instead.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator
from functools import lru_cache

from xlsync.canonical_json import canonical, parse_json
from xlsync.disk import create_once, flush_folder, remove, replace_whole
from xlsync.errors import StoreBusy, StoreDamaged, XlsyncError
from xlsync.form.library import Form, load_form
from xlsync.sheet import Sheet
from xlsync.store.copy_state import CopyState, copy_state_file, read_copy_state, write_copy_state
from xlsync.store.lock import PATIENCE, Notify, holding, silent
from xlsync.store.migration import (
    FORMAT,
    MIGRATIONS,
    STORE_FILE,
    Migrations,
    is_current,
    migrate,
    store_folder,
)
from xlsync.store.revision import Draft, Revision, hash_of, revision_of
from xlsync.store.store_files import KEY, YEAR, StoreFiles, names_in, numbers_in, safe_key
from xlsync.store.stored_sheet import DamagedSheet, parse_stored_sheet

# Cached by content, so that a changed file is parsed again. A save asks for the heads of its budget program some ten times.
_revision_of = lru_cache(maxsize=256)(revision_of)


class Store(StoreFiles):
    """The store in a folder.

    Reading changes nothing but the format: a store of an older one is backed up and migrated at the first access. All
    writing happens within `writing()`.
    """

    def __init__(
        self,
        folder: str | os.PathLike[str],
        form: Form | None = None,
        *,
        must_exist: bool = True,
        notify: Notify = silent,
        migrations: Migrations = MIGRATIONS,
    ) -> None:
        """Open a store; its sheets are read when they are asked for.

        Args:
            folder: The store's folder.
            form: The form of its sheets, by default the shipped one.
            must_exist: Raise at once where the folder holds no store; False where `create` follows.
            notify: Called with a Japanese sentence when the person at the screen has to wait.
            migrations: The steps from older formats.

        Raises:
            StoreError: The folder holds no store.

        Example:
            >>> store = Store("city/store")
            >>> [sheet.key for sheet in store]
            ['01-02-01-08-14-01']

        """
        self.folder = store_folder(folder, must_exist=must_exist)
        self.form = form or load_form()
        self.notify = notify
        self._migrations = migrations
        self._format_checked = False

    def check_format(self, patience: float = PATIENCE) -> None:
        """Check the format once and migrate an older one; StoreError for no store or a newer format."""
        if not self._format_checked and not is_current(self.folder):
            with holding(self.folder, patience, self.notify):
                migrate(self.folder, self._migrations, self.notify)
        self._format_checked = True

    def create(self) -> None:
        """Create an empty store where there is none."""
        create_once(self.folder / STORE_FILE, canonical({"format": FORMAT, "form": self.form.id}))

    # --- reading

    def __iter__(self) -> Iterator[Sheet]:
        """Iterate over the head of every readable sheet, in order of edition and key."""
        return iter(self.heads())

    def editions(self) -> list[int]:
        """Return the fiscal years of which the store holds sheets, in order."""
        self.check_format()
        folder = self.folder / "revisions"
        years = (name for name in names_in(folder) if YEAR.fullmatch(name))
        return sorted(int(name) for name in years if (folder / name).is_dir())

    def keys(self, edition: int) -> list[str]:
        """Return the keys of an edition's sheets, in order."""
        return [key for key, _ in self._newest(edition)]

    def _newest(self, edition: int, start: str = "") -> Iterator[tuple[str, int]]:
        """Yield the keys of an edition that begin with `start`, in order, each with its newest revision's number."""
        self.check_format()
        for key in sorted(names_in(self.folder / "revisions" / str(edition))):
            if key.startswith(start) and KEY.fullmatch(key) and (last := self.last(key, edition)):
                yield key, last

    def heads(self, edition: int | None = None) -> list[Sheet]:
        """Return the head of every readable sheet, of one edition or of all, in order of edition and key.

        One damaged sheet does not stop work on the others: `damaged` names those left out here.
        """
        years = self.editions() if edition is None else [edition]
        keys = ((year, key) for year in years for key, _ in self._newest(year))
        revisions = (self.find_newest(key, year) for year, key in keys)
        return [revision.sheet for revision in revisions if revision is not None]

    def damaged(self, edition: int, keys: Iterable[str] | None = None) -> list[DamagedSheet]:
        """Return the sheets of an edition, or those with these keys, whose newest revision cannot be read."""
        sheets = []
        for key in self.keys(edition) if keys is None else keys:
            try:
                self.newest(key, edition)
            except StoreDamaged as fault:
                sheets.append(DamagedSheet(edition, key, fault.reason, fault.where))
        return sheets

    def head(self, key: str, edition: int) -> Sheet | None:
        """Return the head of a sheet, None where the store has no sheet of this key; StoreDamaged where it is broken."""
        revision = self.newest(key, edition)
        return None if revision is None else revision.sheet

    def newest(self, key: str, edition: int) -> Revision | None:
        """Return the newest revision of a sheet, None where the store has no sheet of this key.

        Where its file is broken, the sheet is read from the head's file, which holds the same; StoreDamaged where that is
        impossible too.
        """
        number = self.last(key, edition)
        if not number:
            return None
        try:
            return self.revision(key, edition, number)
        except StoreDamaged:
            sheet = self._sheet_in_head(key, edition)
            if sheet is None or sheet.revision != number:
                raise
            return Revision(number, number - 1, "", Draft(sheet, "", ""))

    def find_newest(self, key: str, edition: int) -> Revision | None:
        """Return the newest revision of a sheet, None also where it cannot be read."""
        with contextlib.suppress(StoreDamaged):
            return self.newest(key, edition)
        return None

    def _sheet_in_head(self, key: str, edition: int) -> Sheet | None:
        with contextlib.suppress(OSError, XlsyncError):
            document = parse_json(self.head_file(key, edition).read_bytes())
            sheet = parse_stored_sheet(self.form.at(edition), document)
            return sheet if sheet.key == key else None
        return None

    def program(self, sheet: Sheet) -> tuple[Sheet, ...]:
        """Return the heads of the sheets of the same budget program, including the given sheet's where the store has it."""
        year = sheet.edition.year
        keys = self._newest(year, sheet.program + "-")
        revisions = (self.find_newest(key, year) for key, _ in keys)
        return tuple(revision.sheet for revision in revisions if revision is not None)

    def revisions(self, key: str, edition: int) -> list[Revision]:
        """Return every readable revision of a sheet, oldest first; the numbers show which are missing."""
        numbers = range(1, self.last(key, edition) + 1)
        revisions = (self.find_revision(key, edition, number) for number in numbers)
        return [revision for revision in revisions if revision is not None]

    def find_revision(self, key: str, edition: int, number: int) -> Revision | None:
        """Return one revision, None where it is missing or broken."""
        with contextlib.suppress(StoreDamaged):
            return self.revision(key, edition, number)
        return None

    def revision(self, key: str, edition: int, number: int) -> Revision:
        """Return one revision; StoreDamaged where it is missing or broken."""
        file = self.revision_file(key, edition, number)
        try:
            return _revision_of(file.read_bytes(), self.form, str(file))
        except OSError as fault:
            raise StoreDamaged(f"版の記録が読めません（{fault.strerror}）", str(file)) from fault

    def last(self, key: str, edition: int) -> int:
        """Return the number of a sheet's newest revision, 0 where there is none."""
        self.check_format()
        return max(numbers_in(self.revision_file(key, edition, 1).parent), default=0)

    def received(self, digest: str) -> bytes:
        """Return the bytes of a received workbook by their SHA-256."""
        file = self.received_file(digest)
        try:
            return file.read_bytes()
        except OSError as fault:
            raise StoreDamaged(
                f"受け取ったブックの控えが読めません（{fault.strerror}）", str(file)
            ) from fault

    # --- writing

    @contextlib.contextmanager
    def writing(self, patience: float = PATIENCE) -> Iterator[None]:
        """Hold the store's lock; StoreBusy when another process holds it for longer than `patience` seconds."""
        self.check_format(patience)
        with holding(self.folder, patience, self.notify):
            # Again: a newer release may have migrated the store to its own format while this process ran.
            migrate(self.folder, self._migrations, self.notify)
            yield

    def keep(self, workbook: bytes) -> str:
        """Save a received workbook under its SHA-256, and return that."""
        digest = hash_of(workbook)
        create_once(self.received_file(digest), workbook)
        return digest

    def copy_state(self, key: str, edition: int, name: str) -> CopyState | None:
        """Return the state saved under a name, None where there is none."""
        return read_copy_state(
            copy_state_file(self.folder, safe_key(key), edition, name), self.form, edition
        )

    def copy_states(
        self, key: str, edition: int, copy: str = "", but: str = ""
    ) -> dict[str, CopyState]:
        """Return the states of a sheet's copies by name: of names that begin with `copy`, without the name `but`."""
        folder = self.folder / "taken" / str(edition) / safe_key(key)
        files = (folder / name for name in sorted(names_in(folder)) if name.endswith(".json"))
        asked = (file for file in files if file.name.startswith(copy) and file.stem != but)
        states = {file.stem: read_copy_state(file, self.form, edition) for file in asked}
        return {name: state for name, state in states.items() if state is not None}

    def save_copy_state(self, key: str, edition: int, name: str, state: CopyState) -> None:
        """Save what a copy holds now. Call within `writing`, after the commit."""
        write_copy_state(copy_state_file(self.folder, safe_key(key), edition, name), state)

    def delete_copy_state(self, key: str, edition: int, name: str) -> None:
        """Delete the state of a copy that was moved; it is saved under another name."""
        remove(copy_state_file(self.folder, safe_key(key), edition, name))

    def commit(self, draft: Draft) -> Revision:
        """Write the next revision of a sheet, then its head. Call within `writing`.

        Raises:
            StoreBusy: Another process wrote this revision first.
            StoreDamaged: The head names a revision that is missing.

        """
        key, year = draft.sheet.key, draft.sheet.edition.year
        parent = self.last(key, year)
        file = self.revision_file(key, year, parent + 1)
        if self.head_number(key, year) > parent and not file.exists():
            reason = f"第{parent + 1}版以降の記録がありません。控えから戻してください"
            raise StoreDamaged(reason, str(self.head_file(key, year)))
        before = self.revision_file(key, year, parent)
        parent_hash = hash_of(before.read_bytes()) if parent else ""
        revision = Revision(parent + 1, parent, parent_hash, draft)
        if not create_once(file, revision.to_json()):
            raise StoreBusy(
                "ほかのプログラムが同じシートを書き込みました。もう一度実行してください", key
            )
        replace_whole(self.head_file(key, year), draft.sheet.with_revision(parent + 1).to_json())
        return revision

    def renew_head(self, revision: Revision) -> None:
        """Write a sheet's head from its newest revision where the two differ."""
        sheet = revision.sheet
        file = self.head_file(sheet.key, sheet.edition.year)
        data = sheet.with_revision(revision.number).to_json()
        with contextlib.suppress(OSError):
            if file.read_bytes() == data:
                return
        # Whoever wrote the revision may have been killed before its name was safe, and now it is known.
        flush_folder(self.revision_file(sheet.key, sheet.edition.year, 1).parent)
        replace_whole(file, data)

    def head_number(self, key: str, edition: int) -> int:
        """Return the revision number in the head's file, 0 where there is none."""
        with contextlib.suppress(OSError, XlsyncError):
            document = parse_json(self.head_file(key, edition).read_bytes())
            number = document.get("revision") if isinstance(document, dict) else None
            return number if isinstance(number, int) else 0
        return 0

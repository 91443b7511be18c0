"""What a store holds: sheets as they stand, and their revisions. One damaged sheet never stops work on the others."""

from __future__ import annotations

import contextlib
import copy
import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Self

from xlsync.canonical_json import parse_json
from xlsync.errors import StoreDamaged, XlsyncError
from xlsync.form.library import Form, load_form
from xlsync.sheet import Sheet
from xlsync.sheet_keys import SheetId, name_on_disk
from xlsync.store.earlier_values import earlier_values, with_earlier_values
from xlsync.store.known_keys import KnownKeys
from xlsync.store.lock import PATIENCE, holding, silent
from xlsync.store.migration import (
    MIGRATIONS,
    Migrations,
    is_current,
    migrate,
)
from xlsync.store.register_acts import is_counted, uncounted_keys
from xlsync.store.revision import Draft, Revision
from xlsync.store.sheet_ids import SheetIds
from xlsync.store.store_files import YEAR, has_revisions, keys_among, numbers_in, safe_key
from xlsync.store.store_location import StoreLocation, store_location
from xlsync.store.store_path import Notify, names_in
from xlsync.store.stored_form import StoredForm
from xlsync.store.stored_sheet import DamagedSheet


class StoreReader(SheetIds):
    """The half of a store that reads; nothing here writes but the migration of an older format."""

    def __init__(
        self,
        folder: str | os.PathLike[str] | StoreLocation,
        form: Form | None = None,
        *,
        must_exist: bool = True,
        notify: Notify = silent,
        migrations: Migrations = MIGRATIONS,
    ) -> None:
        """Open a store; its sheets are read when they are asked for.

        Args:
            folder: The store's folder, or a location that has its files elsewhere.
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
        self.folder, self.files = store_location(folder, must_exist=must_exist)
        self.stored_form = StoredForm(self.files, form or load_form())
        self.notify = notify
        self._known_keys = KnownKeys(self.files)
        self._keys_at = {}
        self._by_form_version: dict[int, Self] = {}
        self._migrations = migrations
        self._format_checked = False

    @property
    def form(self) -> Form:
        """The form in use: the adopted version, or the given form while none is adopted."""
        return self.stored_form.form

    def at_form_version(self, number: int) -> Self:
        """Return the same store, with a version of the form in the place of the one in use: what it reads and writes is of it.

        It is the store itself for the version in use, and always the same one for another.
        """
        if number == self.stored_form.number:
            return self
        if number not in self._by_form_version:
            store = copy.copy(self)
            store.stored_form = self.stored_form.pinned(number)
            self._by_form_version[number] = store
        return self._by_form_version[number]

    def check_format(self, patience: float = PATIENCE) -> None:
        """Check the format once and migrate an older one; StoreError for no store or a newer format."""
        if not self._format_checked and not is_current(self.files):
            with holding(self.files, patience, self.notify):
                migrate(self.files, self._migrations, self.notify)
        self._format_checked = True

    def __iter__(self) -> Iterator[Sheet]:
        """Iterate over the head of every readable sheet, in order of edition and key."""
        return iter(self.heads())

    def editions(self) -> list[int]:
        """Return the fiscal years of which the store holds sheets, in order."""
        self.check_format()
        folder = self.files / "revisions"
        years = (name for name in names_in(folder) if YEAR.fullmatch(name))
        return sorted(int(name) for name in years if (folder / name).is_dir())

    def keys(self, edition: int) -> list[SheetId]:
        """Return the ids of an edition's sheets, in order: the keys they were registered under."""
        return list(self._ids(edition))

    def counted_keys(self, edition: int) -> list[SheetId]:
        """Return the ids of an edition's sheets that count (`register_acts`), in order."""
        uncounted = uncounted_keys(self.files, edition)
        return [key for key in self._ids(edition) if key not in uncounted]

    def _ids(self, edition: int, start: str = "") -> Iterator[SheetId]:
        """Yield the ids of an edition's sheets that begin with `start`, in order; it is "" or ends in a hyphen."""
        self.check_format()
        folder = self.files / "revisions" / str(edition)
        written = name_on_disk(start)
        for key in keys_among(name for name in names_in(folder) if name.startswith(written)):
            if has_revisions(folder / safe_key(key)):
                yield key

    def counted_heads(self, edition: int) -> list[Sheet]:
        """Return the head of every readable sheet of an edition that counts, in order of key."""
        counted = set(self.counted_keys(edition))
        return [sheet for sheet in self.heads(edition) if sheet.id in counted]

    def heads(self, edition: int | None = None) -> list[Sheet]:
        """Return the head of every readable sheet, of one edition or of all, in order of edition and key.

        One damaged sheet does not stop work on the others: `damaged` names those left out here.
        """
        years = self.editions() if edition is None else [edition]
        keys = ((year, key) for year in years for key in self._ids(year))
        revisions = (self.find_newest(key, year) for year, key in keys)
        return [revision.sheet for revision in revisions if revision is not None]

    def damaged(self, edition: int, keys: Iterable[SheetId] | None = None) -> list[DamagedSheet]:
        """Return the sheets of an edition, or those with these keys, whose newest revision cannot be read."""
        sheets = []
        for key in self.keys(edition) if keys is None else keys:
            try:
                self.newest(key, edition)
            except StoreDamaged as fault:
                sheets.append(DamagedSheet(edition, key, fault.reason, fault.where))
        return sheets

    def head(self, key: SheetId, edition: int) -> Sheet | None:
        """Return the head of a sheet, None where the store has no sheet of this key; StoreDamaged where it is broken."""
        revision = self.newest(key, edition)
        return None if revision is None else revision.sheet

    def newest(self, key: SheetId, edition: int) -> Revision | None:
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
            revision = self._revision_in_head(key, edition)
            if revision is None or revision.number != number:
                raise
            return revision

    def find_newest(self, key: SheetId, edition: int) -> Revision | None:
        """Return the newest revision of a sheet, None also where it cannot be read."""
        with contextlib.suppress(StoreDamaged):
            return self.newest(key, edition)
        return None

    def _revision_in_head(self, key: SheetId, edition: int) -> Revision | None:
        """Return the revision of which the head's file holds the sheet, None where the file cannot be read."""
        form = self.stored_form
        with contextlib.suppress(OSError, XlsyncError):
            document = parse_json(self.head_file(key, edition).read_bytes())
            written, version = form.parse_head(document, edition)
            number = written.revision
            if written.id == key and number is not None:
                sheet, _ = form.carry(written, version)
                revision = Revision(number, number - 1, "", Draft(sheet, "", ""), version)
                return self._with_earlier_values(revision, written, form.number)
        return None

    def program(self, sheet: Sheet) -> tuple[Sheet, ...]:
        """Return the heads of the sheets of the same budget program as a `sheet`, its own included where the store has it.

        Others that do not count (`register_acts`) are left out.
        """
        year = sheet.edition.year
        ids = self.program_ids(sheet)
        counted = (key for key in ids if key == sheet.id or is_counted(self.files, key, year))
        revisions = (self.find_newest(key, year) for key in counted)
        return tuple(revision.sheet for revision in revisions if revision is not None)

    def program_ids(self, sheet: Sheet) -> list[SheetId]:
        """Return the ids of all sheets of the same budget program, in order of their keys."""
        if not sheet.edition.definition.identity.program:
            return [sheet.id]
        year, start = sheet.edition.year, f"{sheet.program}-"
        changed = self.keys_by_id(year, self._known_keys.by_id(year))
        unchanged = {key: key for key in self._ids(year, start) if key not in changed}
        keys = {
            **unchanged,
            **{each: key for each, key in changed.items() if key.startswith(start)},
        }
        return sorted(keys, key=lambda each: (keys[each], each))

    def revisions(self, key: SheetId, edition: int) -> list[Revision]:
        """Return every readable revision of a sheet, oldest first; the numbers show which are missing."""
        numbers = range(1, self.last(key, edition) + 1)
        revisions = (self.find_revision(key, edition, number) for number in numbers)
        return [revision for revision in revisions if revision is not None]

    def find_revision(self, key: SheetId, edition: int, number: int) -> Revision | None:
        """Return one revision, None where it is missing or broken."""
        with contextlib.suppress(StoreDamaged):
            return self.revision(key, edition, number)
        return None

    def revision(self, key: SheetId, edition: int, number: int) -> Revision:
        """Return one revision; StoreDamaged where it is missing or broken.

        Fields that its version of the form did not have, but an earlier one had, say what they said last.
        """
        return self._in_version(key, edition, number, self.stored_form.number)

    def in_version(self, revision: Revision, version: int) -> Sheet:
        """Return the sheet of a `revision` in the fields of a version of the form."""
        sheet = revision.sheet
        return self._in_version(sheet.id, sheet.edition.year, revision.number, version).sheet

    def _in_version(self, key: SheetId, edition: int, number: int, version: int) -> Revision:
        revision = self._carried(key, edition, number, version)
        if not self.stored_form.earlier_fields(edition, revision.form_version, version):
            return revision
        written = self.as_written(revision).sheet
        return self._with_earlier_values(revision, written, version)

    def _carried(self, key: SheetId, edition: int, number: int, into: int) -> Revision:
        file = self.revision_file(key, edition, number)
        try:
            return self.stored_form.read(file.read_bytes(), str(file), into)
        except OSError as fault:
            raise StoreDamaged(f"版の記録が読めません（{fault.strerror}）", str(file)) from fault

    def _with_earlier_values(self, revision: Revision, written: Sheet, into: int) -> Revision:
        """Return a revision with what earlier ones say in fields of a version that its own one lacks."""
        form, year, written_under = self.stored_form, written.edition.year, revision.form_version
        fields = form.earlier_fields(year, written_under, into)
        if not fields:
            return revision
        edition = revision.sheet.edition
        values = earlier_values(edition, fields, self._with_fields(revision, into))
        heirs = form.heirs(year, written_under, into)
        sheet = with_earlier_values(revision.sheet, written, heirs, values)
        return replace(revision, draft=replace(revision.draft, sheet=sheet))

    def _with_fields(self, newest: Revision, into: int) -> Iterator[tuple[Revision, set[str]]]:
        """Yield a revision and those before it, newest first, each with the fields of a version that its own one has."""
        key, year, form = newest.sheet.id, newest.sheet.edition.year, self.stored_form
        yield newest, set(form.heirs(year, newest.form_version, into).values())
        for number in range(newest.number - 1, 0, -1):
            with contextlib.suppress(StoreDamaged):
                revision = self._carried(key, year, number, into)
                yield revision, set(form.heirs(year, revision.form_version, into).values())

    def as_written(self, revision: Revision) -> Revision:
        """Return a `revision` in the fields of the version of the form it was made under."""
        sheet = revision.sheet
        file = self.revision_file(sheet.id, sheet.edition.year, revision.number)
        return self.stored_form.parse(file.read_bytes(), str(file))

    def last(self, key: SheetId, edition: int) -> int:
        """Return the number of a sheet's newest revision, 0 where there is none."""
        self.check_format()
        return max(numbers_in(self.revision_file(key, edition, 1).parent), default=0)

    def received(self, digest: str) -> bytes:
        """Return the bytes of a received workbook; StoreDamaged where they cannot be read."""
        file = self.received_file(digest)
        try:
            return file.read_bytes()
        except OSError as fault:
            raise StoreDamaged(
                f"受け取ったブックの控えが読めません（{fault.strerror}）", str(file)
            ) from fault

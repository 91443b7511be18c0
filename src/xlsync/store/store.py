"""The canonical store: one file is the truth of each commit (the revision), heads follow from it.

    store.json                              the format's version
    revisions/<edition>/<id>/<n>.json       written once
    sheets/<edition>/<id>.json              the head, derived
    received/<sha256>.xlsx                  every accepted workbook, unchanged (.xls and .ods under their own endings)
    taken/<edition>/<id>/<name>.json        what each copy was last known to hold (derived)
    distributions/<edition>/<id>.json       when a workbook of the sheet was last given out
    keys/<edition>/<id>.json                every key (事業コード) that a sheet had, where it had another than its id (derived)
    seals/<n>.txt                           the list of all revisions in the order they were written
    forms/<form>/…                          the versions of the form, and which of them is in use
    acts/<edition>/<id>/<n>.json            changes that wait for the planning office, and what it decided
    register/<edition>/<id>/<n>.json        sheets that do not count, or count again, with reason and date
    stages/<edition>/<id>/<n>.json          sheets handed in, returned, confirmed: each act with who, when and revision
    figures/<edition>/<kind>/<n>.json       files of the financial system that were taken in
    grades/<edition>/<tier>/<n>.json        grades and reasons of a tier (二次評価), each table once
    snapshots/<edition>/<name>/1.json       which revision every sheet had at the end of a phase
    rollovers/<edition>/<id>/<n>.json       of which revision of last year's sheet a sheet was made, and what is marked in it
    lineage/<edition>/<id>/<n>.json         of which sheets of earlier editions a sheet was made: renamed, merged, split, moved
    editions/<edition>/steps/<n>.json       editions that were begun by a roll-over, taken back, closed

Order of a commit: received bytes, revision (its number is the compare-and-swap), its line in the list, head. A process killed
in between leaves a head that is one revision behind; every reader reads the revision instead.
"""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Final

from xlsync.canonical_json import canonical, parse_json
from xlsync.errors import SheetError, StoreBusy, StoreDamaged, StoreError, XlsyncError
from xlsync.sheet_keys import SheetId
from xlsync.store.copy_state import (
    CopyState,
    copy_path,
    copy_state_file,
    read_copy_state,
    write_copy_state,
)
from xlsync.store.form_versions import FIRST
from xlsync.store.known_keys import KnownKeys
from xlsync.store.listed_revisions import IS_LISTED, begin_list, is_list_begun, list_revisions
from xlsync.store.lock import PATIENCE, holding
from xlsync.store.migration import (
    FORMAT,
    STORE_FILE,
    migrate,
)
from xlsync.store.revision import Draft, Revision, hash_of, head_bytes
from xlsync.store.seal_list import Sealed, append_seals
from xlsync.store.store_files import (
    listable_names,
    received_ending,
    refuse_unreadable_copies,
    safe_key,
)
from xlsync.store.store_path import (
    StorePath,
    create_once,
    flush_folder,
    remove,
    replace_whole,
)
from xlsync.store.store_reader import StoreReader

if TYPE_CHECKING:
    from xlsync.sheet import Sheet


_OTHERS_KEY: Final = (
    "いま別の事業の番号です。先にそちらの番号を変えるか、同じ一覧で両方を変えてください"
)


class Store(StoreReader):
    """The store in a folder: every sheet of a city, with its revisions.

    Its methods take a sheet's id, which is the key ("01-02-01-08-14-01") it was registered under (`id_of` tells it of a key
    that it has now or had), the fiscal year of its `edition`, the `number` of a revision from
    1, the SHA-256 `digest` of a received workbook in hexadecimal, and as `patience` the seconds to wait for another program.

    Reading changes nothing but the format: a store of an older one is backed up and migrated at the first access. All
    writing happens within `writing()`, and most scripts leave it to `City.receive`. Every method may raise StoreError.
    """

    _is_list_begun = False

    def create(self) -> None:
        """Create an empty store where there is none."""
        document = {"format": FORMAT, "form": self.form.id, IS_LISTED: True}
        create_once(self.files / STORE_FILE, canonical(document))

    @contextlib.contextmanager
    def writing(self, patience: float = PATIENCE) -> Iterator[None]:
        """Hold the store's lock.

        Raises:
            StoreBusy: Another process holds it for longer than `patience` seconds.
            StoreError: Another process has put another version of the form into use since this one began.

        """
        self.check_format(patience)
        with holding(self.files, patience, self.notify):
            # Again: a newer release may have migrated the store to its own format while this process ran.
            migrate(self.files, self._migrations, self.notify)
            if self.stored_form.is_outdated():
                reason = "様式が改められました。プログラムを終わらせて、もう一度始めてください"
                raise StoreError(reason, str(self.files))
            yield

    def over(self, files: StorePath) -> Store:
        """Return the same store, reached through other `files`."""
        store = copy.copy(self)
        store.files = files
        store.stored_form = self.stored_form.at(files)
        store._known_keys = KnownKeys(files)  # noqa: SLF001 - our own
        store._keys_at = {}  # noqa: SLF001 - our own
        store._by_form_version = {}  # noqa: SLF001 - our own
        return store

    def keep(self, workbook: bytes) -> str:
        """Save a received `workbook`.

        Returns:
            Its SHA-256.

        """
        digest = hash_of(workbook)
        file = self.files / "received" / f"{digest}{received_ending(workbook)}"
        create_once(file, workbook)
        return digest

    def copy_state(self, key: SheetId, edition: int, name: str) -> CopyState | None:
        """Return the state of a copy saved under a `name`, None where there is none."""
        file = copy_state_file(self.files, safe_key(key), edition, name)
        return read_copy_state(file, self.stored_form, edition)

    def copy_states(
        self, key: SheetId, edition: int, copy: str = "", but: str = ""
    ) -> dict[str, CopyState]:
        """Return the states of a sheet's copies by name: of names that begin with `copy`, without the name `but`.

        There are none where they cannot be read: one sheet stops no work on the others, and nothing of it is received.
        """
        files = self._copy_state_files(key, edition)
        asked = (file for file in files if file.name.startswith(copy) and file.stem != but)
        states = {file.stem: read_copy_state(file, self.stored_form, edition) for file in asked}
        return {name: state for name, state in states.items() if state is not None}

    def copy_paths(self, key: SheetId, edition: int) -> list[str]:
        """Return where the files of a sheet's copies lie, as `copy_states` tells it, without reading what they hold."""
        files = self._copy_state_files(key, edition)
        return [path for file in files if (path := copy_path(file))]

    def _copy_state_files(self, key: SheetId, edition: int) -> list[StorePath]:
        folder = self.copies_folder(key, edition)
        return [folder / name for name in sorted(listable_names(folder)) if name.endswith(".json")]

    def refuse_unreadable_copies(self, key: SheetId, edition: int) -> None:
        """Raise StoreDamaged where the states of a sheet's copies cannot be listed; call before something is received."""
        refuse_unreadable_copies(self.copies_folder(key, edition))

    def save_copy_state(self, key: SheetId, edition: int, name: str, state: CopyState) -> None:
        """Save the `state` of a copy under a `name`. Call within `writing`, after the commit."""
        file = copy_state_file(self.files, safe_key(key), edition, name)
        write_copy_state(file, state, self.stored_form.number or FIRST)

    def copies_folder(self, key: SheetId, edition: int) -> StorePath:
        """Return the folder of the states of a sheet's copies."""
        return self.files / "taken" / str(edition) / safe_key(key)

    def delete_copy_state(self, key: SheetId, edition: int, name: str) -> None:
        """Delete the state saved under the `name` of a copy that was moved."""
        remove(copy_state_file(self.files, safe_key(key), edition, name))

    def commit(self, draft: Draft, leaving: Collection[SheetId] = ()) -> Revision:
        """Write the next revision of a sheet, then its head. Call within `writing`.

        Args:
            draft: The sheet, and where it comes from.
            leaving: Sheets that are about to give up the key that this one takes.

        Returns:
            The revision with its number.

        Raises:
            SheetError: Another sheet has the sheet's new key today.
            StoreBusy: Another process wrote this revision first.
            StoreDamaged: The head names a revision that is missing.

        """
        key, year = draft.sheet.id, draft.sheet.edition.year
        parent, head_number = self.last(key, year), self.head_number(key, year)
        file = self.revision_file(key, year, parent + 1)
        if head_number > parent and not file.exists():
            reason = f"第{parent + 1}版以降の記録がありません。控えから戻してください"
            raise StoreDamaged(reason, str(self.head_file(key, year)))
        self._begin_list()
        before = self.revision_file(key, year, parent)
        parent_hash = hash_of(before.read_bytes()) if parent else ""
        self._adopt_given(draft)
        self._note_key(draft.sheet, leaving, is_new=not parent)
        revision = Revision(parent + 1, parent, parent_hash, draft, self.stored_form.number)
        data = revision.to_json()
        if not create_once(file, data):
            raise StoreBusy(
                "ほかのプログラムが同じシートを書き込みました。もう一度実行してください", key
            )
        if head_number == parent:
            append_seals(self.files, [Sealed(draft.when, year, key, parent + 1, hash_of(data))])
        else:
            list_revisions(self, [(year, key)])  # the program before us may have been killed
        replace_whole(self.head_file(key, year), draft.sheet.with_revision(parent + 1).to_json())
        return revision

    def _note_key(self, sheet: Sheet, leaving: Collection[SheetId], *, is_new: bool) -> None:
        """Write down a key that is new to its sheet, before the revision that brings it; refuse one that is another's."""
        year = sheet.edition.year
        keys = () if is_new else self._known_keys.by_id(year).get(sheet.id, (sheet.id,))
        if not is_new and self.key_of(sheet.id, year) == sheet.key:
            return
        others = set(self.owners_of(sheet.key, year).todays_owners) - {sheet.id, *leaving}
        if others:
            raise SheetError(_OTHERS_KEY, sheet.key)
        if sheet.key not in keys and (keys, sheet.key) != ((), sheet.id):
            self._known_keys.write(sheet.id, year, (*keys, sheet.key))

    def _adopt_given(self, draft: Draft) -> None:
        """Put the given form into use with the first revision that is written."""
        if not self.stored_form.number:
            form = self.stored_form.given
            self.stored_form.adopt_first(form, form, (draft.when, draft.who), self._newest_files())

    def _newest_files(self) -> Iterator[tuple[str, bytes]]:
        for year, key in self.held_sheets():
            file = self.revision_file(key, year, self.last(key, year))
            with contextlib.suppress(OSError):
                yield str(file), file.read_bytes()

    def _begin_list(self) -> None:
        """List what an earlier release has written, once."""
        if not self._is_list_begun and not is_list_begun(self.files):
            begin_list(self)
        self._is_list_begun = True

    def touch_head(self, key: SheetId, edition: int) -> None:
        """Write a sheet's head again as it is, so that other programs look at the sheet again."""
        file = self.head_file(key, edition)
        with contextlib.suppress(OSError):
            replace_whole(file, file.read_bytes())

    def renew_head(self, revision: Revision) -> None:
        """Write a sheet's head from its newest `revision` where the two differ."""
        sheet = revision.sheet
        file = self.head_file(sheet.id, sheet.edition.year)
        number = revision.number
        data = head_bytes(self.revision_file(sheet.id, sheet.edition.year, number).read_bytes())
        with contextlib.suppress(OSError):
            if file.read_bytes() == data:
                return
        # Whoever wrote the revision may have been killed before its name was safe or listed, and now it is known.
        flush_folder(self.revision_file(sheet.id, sheet.edition.year, 1).parent)
        self._begin_list()
        list_revisions(self, [(sheet.edition.year, sheet.id)])
        replace_whole(file, data)

    def head_number(self, key: SheetId, edition: int) -> int:
        """Return the revision number in the head's file, 0 where there is none."""
        with contextlib.suppress(OSError, XlsyncError):
            document = parse_json(self.head_file(key, edition).read_bytes())
            number = document.get("revision") if isinstance(document, dict) else None
            return number if isinstance(number, int) else 0
        return 0

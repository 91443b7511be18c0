"""The canonical store: one file is the truth of each commit (the revision), heads follow from it.

    store.json                              the format's version
    revisions/<edition>/<key>/<n>.json      written once
    sheets/<edition>/<key>.json             the head, derived
    received/<sha256>.xlsx                  every workbook accepted, as it came
    taken/<edition>/<key>/<place>.json      what each copy was last known to hold (a memory)

Order of a commit: received bytes, revision (its number is the compare-and-swap), head. A program that dies in between
leaves a head that is one behind; every reader notices and takes the revision.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final

from xlsync.disk import create_once, flush_folder, remove, replace_whole
from xlsync.errors import StoreBusy, StoreDamaged, StoreError, XlsyncError
from xlsync.form.library import Form, load_form
from xlsync.sheet import Sheet, canonical, parse_json
from xlsync.store.lock import PATIENCE, Told, holding, silent
from xlsync.store.migration import (
    FORMAT,
    MIGRATIONS,
    STORE_FILE,
    Migrations,
    is_current,
    migrate,
)
from xlsync.store.revision import Draft, Revision, hash_of, revision_of
from xlsync.store.taken import Taken, read_taken, taken_file, write_taken

KEY: Final = re.compile(r"[0-9A-Za-z-]{1,100}")
YEAR: Final = re.compile(r"[0-9]{4}")
_NUMBER = re.compile(r"([1-9][0-9]{0,8})\.json")

# The bytes themselves are the question: equal ones always mean the same, and a file written into is read anew. A save asks
# for the heads of its whole budget program some ten times over.
_revision_of = lru_cache(maxsize=256)(revision_of)


class Store:
    """The store in a folder. Reading changes nothing; `commit` and `keep` are the only ways to write.

    A store of an older format is brought to ours when it is first asked for something, its files copied before.
    """

    def __init__(
        self,
        folder: str | os.PathLike[str],
        form: Form | None = None,
        *,
        told: Told = silent,
        migrations: Migrations = MIGRATIONS,
    ) -> None:
        """Open a store; nothing is touched until something is asked. `form` defaults to the shipped one.

        `told` hears, in Japanese, what keeps the person at the screen waiting.
        """
        self.folder = Path(folder)
        self.form = form or load_form()
        self.told = told
        self._migrations = migrations
        self._sure = False

    def make_sure(self, patience: float = PATIENCE) -> None:
        """See once that the format is ours; StoreError where the folder is missing, or the format newer."""
        if not self._sure and not is_current(self.folder):
            with holding(self.folder, patience, self.told):
                migrate(self.folder, self._migrations, self.told)
        self._sure = True

    def create(self) -> None:
        """Make an empty store where there is none."""
        create_once(self.folder / STORE_FILE, canonical({"format": FORMAT, "form": self.form.id}))

    # --- reading

    def editions(self) -> list[int]:
        """Give the fiscal years of which the store holds sheets."""
        self.make_sure()
        folder = self.folder / "revisions"
        found = (name for name in names_in(folder) if YEAR.fullmatch(name))
        return sorted(int(name) for name in found if (folder / name).is_dir())

    def keys(self, edition: int) -> list[str]:
        """Give the keys held of an edition, in order."""
        return [key for key, _ in self._newest(edition)]

    def _newest(self, edition: int, start: str = "") -> Iterator[tuple[str, int]]:
        """Give the keys held of an edition that begin so, in order, each with the number of its newest revision."""
        self.make_sure()
        for key in sorted(names_in(self.folder / "revisions" / str(edition))):
            if key.startswith(start) and KEY.fullmatch(key) and (last := self.last(key, edition)):
                yield key, last

    def heads(self, edition: int | None = None) -> list[Sheet]:
        """Give every sheet as it stands, of one edition or of all, in order of edition and key."""
        years = self.editions() if edition is None else [edition]
        return [
            self.revision(key, year, last).sheet
            for year in years
            for key, last in self._newest(year)
        ]

    def head(self, key: str, edition: int) -> Sheet | None:
        """Give the sheet as it stands, None where the store has none of this key.

        It is read from the newest revision: the head's file is there for people and other programs to read.
        """
        number = self.last(key, edition)
        return self.revision(key, edition, number).sheet if number else None

    def program(self, sheet: Sheet) -> tuple[Sheet, ...]:
        """Give the heads of the sheets of the same budget program, the given one among them where it is held."""
        year = sheet.edition.year
        held = self._newest(year, sheet.program + "-")
        return tuple(self.revision(key, year, last).sheet for key, last in held)

    def revisions(self, key: str, edition: int) -> list[Revision]:
        """Give every revision of a sheet, oldest first."""
        return [
            self.revision(key, edition, number) for number in range(1, self.last(key, edition) + 1)
        ]

    def revision(self, key: str, edition: int, number: int) -> Revision:
        """Give one revision; StoreDamaged where it is missing or broken."""
        file = self.revision_file(key, edition, number)
        try:
            return _revision_of(file.read_bytes(), self.form, str(file))
        except OSError as fault:
            raise StoreDamaged(f"版の記録が読めません（{fault.strerror}）", str(file)) from fault

    def last(self, key: str, edition: int) -> int:
        """Give the number of the newest revision, 0 where there is none."""
        self.make_sure()
        return max(numbers_in(self.revision_file(key, edition, 1).parent), default=0)

    def received(self, digest: str) -> bytes:
        """Give a received workbook's bytes by their hash."""
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
        """Hold the store for writing; StoreBusy when another program holds it for longer than `patience` seconds."""
        self.make_sure(patience)
        with holding(self.folder, patience, self.told):
            # Looked at again: a newer program may have brought the store to its own format while this one ran.
            migrate(self.folder, self._migrations, self.told)
            yield

    def keep(self, workbook: bytes) -> str:
        """Keep a received workbook by its hash, and give the hash."""
        digest = hash_of(workbook)
        create_once(self.received_file(digest), workbook)
        return digest

    def taken(self, key: str, edition: int, name: str) -> Taken | None:
        """Give what a copy, remembered under a name, was last known to hold."""
        return read_taken(taken_file(self.folder, _safe(key), edition, name), self.form, edition)

    def memories(self, key: str, edition: int, copy: str = "", but: str = "") -> dict[str, Taken]:
        """Give what every copy of a sheet (those of one id, but one name) was last known to hold, by name."""
        folder = self.folder / "taken" / str(edition) / _safe(key)
        files = (folder / name for name in sorted(names_in(folder)) if name.endswith(".json"))
        asked = (file for file in files if file.name.startswith(copy) and file.stem != but)
        found = {file.stem: read_taken(file, self.form, edition) for file in asked}
        return {name: memory for name, memory in found.items() if memory is not None}

    def note_taken(self, key: str, edition: int, name: str, taken: Taken) -> None:
        """Remember what a copy holds now. Call within `writing`, after the commit."""
        write_taken(taken_file(self.folder, _safe(key), edition, name), taken)

    def forget_taken(self, key: str, edition: int, name: str) -> None:
        """Forget a copy at a place it was moved from: its memory went along."""
        remove(taken_file(self.folder, _safe(key), edition, name))

    def commit(self, draft: Draft) -> Revision:
        """Write the next revision of a sheet, then its head. Call within `writing`.

        StoreBusy where another program came first; StoreDamaged where the head tells of a revision that is gone.
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
        """Write the head of a sheet as its newest revision has it, where it is not so already."""
        sheet = revision.sheet
        file = self.head_file(sheet.key, sheet.edition.year)
        data = sheet.with_revision(revision.number).to_json()
        with contextlib.suppress(OSError):
            if file.read_bytes() == data:
                return
        # Whoever wrote the revision may have been killed before its name was safe, and now it is told of.
        flush_folder(self.revision_file(sheet.key, sheet.edition.year, 1).parent)
        replace_whole(file, data)

    def head_number(self, key: str, edition: int) -> int:
        """Give the revision number the head's file tells of, 0 where it tells of none."""
        with contextlib.suppress(OSError, XlsyncError):
            document = parse_json(self.head_file(key, edition).read_bytes())
            number = document.get("revision") if isinstance(document, dict) else None
            return number if isinstance(number, int) else 0
        return 0

    # --- places

    def head_file(self, key: str, edition: int) -> Path:
        """Give the file of a head."""
        return self.folder / "sheets" / str(edition) / f"{_safe(key)}.json"

    def revision_file(self, key: str, edition: int, number: int) -> Path:
        """Give the file of a revision."""
        return self.folder / "revisions" / str(edition) / _safe(key) / f"{number}.json"

    def received_file(self, digest: str) -> Path:
        """Give the file of a received workbook."""
        return self.folder / "received" / f"{digest}.xlsx"


def _safe(key: str) -> str:
    if not KEY.fullmatch(key):
        raise StoreError("事業コードとして使えない文字があります", key)
    return key


def numbers_in(folder: Path) -> list[int]:
    """Give the numbers of the revisions in a sheet's folder, in no order."""
    found = (_NUMBER.fullmatch(name) for name in names_in(folder))
    return [int(match[1]) for match in found if match]


def names_in(folder: Path) -> list[str]:
    """Give the names in a folder, in no order; none where it is missing or no folder."""
    try:
        return os.listdir(folder)  # noqa: PTH208 - names alone: no Path is made for each of thousands
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as fault:
        raise StoreError(f"保管庫を読めません（{fault.strerror}）", str(folder)) from fault

"""A watched folder for the tests: a city on disk, a clock that goes only when told, and what programs do when they save."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tests import papers
from tests.cities import City, city, typed
from xlsync.inbox.config import Deadline, InboxConfig, Runtime, Timing
from xlsync.inbox.intake.file_state import Entry, write_index
from xlsync.inbox.intake.sweep import Pass, Sweep
from xlsync.workbook.reading.form_reader import read

Steps = Iterator[None]
"""What a program does when it saves, pausing wherever somebody may look."""

MORNING = dt.datetime(2018, 5, 7, 8, 30, tzinfo=dt.timezone(dt.timedelta(hours=9)))
QUIET = 10.0


@dataclass
class Desk:
    """A watcher at its desk: `run` looks once, `pass_time` lets the clock go on, `rest` does both until all is settled."""

    folder: Path
    town: City
    office: InboxConfig
    world: Runtime
    sweep: Sweep
    passed: list[float] = field(default_factory=lambda: [0.0])

    @property
    def sheets(self) -> Path:
        """The watched folder."""
        return self.office.sheets

    def pass_time(self, seconds: float) -> None:
        """Let the clock go on."""
        self.passed[0] += seconds

    def run(self, seconds: float = 0) -> Pass:
        """Look once, after so many seconds."""
        self.pass_time(seconds)
        return self.sweep.run()

    def rest(self) -> list[Pass]:
        """Look, let the folder rest, and look again."""
        return [self.run(), self.run(QUIET + 1)]

    def outcomes(self, *passes: Pass) -> list[str]:
        """What became of the sheets in some passes; of one rest where none is given."""
        return [one.outcome for done in passes or self.rest() for one in done.receipts]

    def restart(self) -> None:
        """Go on with a watcher that knows nothing but what is on the disk."""
        self.sweep = Sweep(self.office, self.world, self.sweep.read_workbook)

    def restart_with(self, entries: dict[str, Entry]) -> None:
        """Go on with a watcher that remembers this."""
        write_index(self.town.store.folder, entries)
        self.restart()

    def settle(self, **changed: Any) -> None:
        """Go on under other settings."""
        self.office = replace(self.office, **changed)
        self.sweep.renew(self.office)

    def put(self, name: str, data: bytes) -> Path:
        """Write a file at one go."""
        file = self.sheets / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        return file

    def purpose(self, key: str = papers.CLEAN) -> object:
        """What the store holds in the field the tests write into."""
        return self.town.head(key)["purpose"]


def desk(folder: Path, *keys: str, quiet: float = QUIET) -> Desk:
    """A city with registered sheets, nothing in its folder, and a watcher."""
    town = city(folder)
    town.register(*keys or (papers.CLEAN,))
    passed = [0.0]
    stamp = lambda: MORNING + dt.timedelta(seconds=passed[0])  # noqa: E731
    world = Runtime(stamp, lambda: passed[0], lambda _seconds: False, lambda: False, "見張り")
    office = InboxConfig(
        "つくば市", folder, folder / "shared", town.terms, town.store, timing=Timing(quiet, 5, 300)
    )
    office.sheets.mkdir(parents=True)
    form = town.terms.form
    return Desk(
        folder, town, office, world, Sweep(office, world, lambda data: read(data, form)), passed
    )


def saying(data: bytes, words: str) -> bytes:
    """The workbook with something written as its purpose."""
    return typed(data, {"purpose": words})


def zipped(files: dict[str, bytes]) -> bytes:
    """A .zip of files."""
    import io

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


# --- how programs save: recorded sequences (Excel on a local disk and over SMB, LibreOffice, a Mac, cloud copies)


def excel_first_save(book: Path, data: bytes) -> Steps:
    """A new book is written under its final name."""
    owner(book)
    book.write_bytes(b"")
    yield
    yield from in_pieces(book, data)
    owner(book).unlink()
    yield


def excel_local(book: Path, data: bytes) -> Steps:
    """A nameless temporary, the book deleted, the temporary renamed: the book is away for 20 ms."""
    owner(book)
    yield
    temporary = book.with_name(number_of(book))
    yield from in_pieces(temporary, data)
    book.unlink(missing_ok=True)
    yield
    temporary.rename(book)
    yield


def excel_over_smb(book: Path, data: bytes) -> Steps:
    """A .tmp written, the book renamed away, the .tmp renamed to the book, the old one deleted."""
    owner(book)
    yield
    temporary, old = (book.with_name(f"{number_of(book, other)}.tmp") for other in (0, 1))
    yield from in_pieces(temporary, data)
    if book.exists():
        book.rename(old)
        yield
    temporary.rename(book)
    yield
    old.unlink(missing_ok=True)
    yield


def libreoffice(book: Path, data: bytes) -> Steps:
    """The lock deleted, lu….tmp written, the lock made again, the temporary renamed over the book, the lock deleted."""
    lock = book.with_name(f".~lock.{book.name}#")
    lock.write_text(",職員,PC01,07.05.2018 08:30,file:///home/shokuin;", encoding="utf-8")
    yield
    lock.unlink()
    temporary = book.with_name(f"lu{number_of(book).lower()}.tmp")
    yield from in_pieces(temporary, data)
    lock.write_text(",職員,PC01,07.05.2018 08:31,file:///home/shokuin;", encoding="utf-8")
    yield
    temporary.replace(book)
    yield
    lock.unlink()
    yield


def mac(book: Path, data: bytes) -> Steps:
    """What the Finder adds lies beside the book."""
    book.with_name(f"._{book.name}").write_bytes(b"\0\x05\x16\x07" + bytes(4092))
    book.with_name(".DS_Store").write_bytes(b"\0\0\0\1Bud1")
    yield
    yield from in_pieces(book, data)


def explorer_copy(book: Path, data: bytes) -> Steps:
    """The final size from the first instant, holes filled out of order, the source's old time set at the end."""
    third = len(data) // 3
    with book.open("wb") as target:
        target.truncate(len(data))
        for start, end in ((2 * third, len(data)), (0, third), (third, 2 * third)):
            target.seek(start)
            target.write(data[start:end])
            target.flush()
            yield
    os.utime(book, ns=(10**18, 10**18))
    yield


def download(book: Path, data: bytes) -> Steps:
    """A browser or a sync tool writes under a name of its own and renames."""
    under_way = book.with_name(f"{book.name}.crdownload")
    yield from in_pieces(under_way, data)
    under_way.replace(book)
    yield


SEQUENCES: tuple[Callable[[Path, bytes], Steps], ...] = (
    excel_first_save,
    excel_local,
    excel_over_smb,
    libreoffice,
    mac,
    explorer_copy,
    download,
)


def number_of(book: Path, other: int = 0) -> str:
    """Give the eight signs that a program makes up for a book's temporary file."""
    return f"{zlib.crc32(book.name.encode(), other):08X}"


def in_pieces(file: Path, data: bytes, pieces: int = 3) -> Steps:
    """Write a file bit by bit."""
    size = len(data) // pieces + 1
    with file.open("wb") as target:
        for start in range(0, len(data), size):
            target.write(data[start : start + size])
            target.flush()
            yield


def owner(book: Path, who: str = "つくば 花子") -> Path:
    """Lay Excel's owner file beside a book."""
    file = book.with_name(f"~${book.name}")
    narrow = who.encode("cp932")
    wide = who.encode("utf-16-le")
    file.write_bytes(
        bytes([len(narrow)])
        + narrow.ljust(54)
        + len(who).to_bytes(2, "little")
        + wide
        + b" \0" * ((108 - len(wide)) // 2)
    )
    return file


def vanish(desk_: Desk) -> Callable[[], None]:
    """Take the share away as a server does; the result brings it back."""
    away = desk_.folder / "away"
    shutil.move(desk_.office.shared, away)
    return lambda: Path(shutil.move(away, desk_.office.shared)).touch()


__all__ = ["Deadline", "Desk", "desk", "saying"]

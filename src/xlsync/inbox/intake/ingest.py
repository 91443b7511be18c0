"""One file, settled, on its way into the store: read at once, verified whole, read by the bounded child, received."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from xlsync.errors import DamagedWorkbook, WorkbookError
from xlsync.exchange import Receipt, Source, receive
from xlsync.inbox.intake.archive import Inside, workbooks_in
from xlsync.inbox.intake.file_filter import kind_of
from xlsync.inbox.intake.file_state import Entry, Fate, Told
from xlsync.inbox.intake.read_stable import digest_of, read_as_seen
from xlsync.inbox.share_paths import is_empty
from xlsync.ooxml.opc.package import Package
from xlsync.owner_file import user_of

if TYPE_CHECKING:
    from xlsync.inbox.config import Office
    from xlsync.inbox.intake.stability import Look
    from xlsync.workbook.reading.reading import Reading

ReadWorkbook = Callable[[bytes], "list[Reading]"]

CLOSED: Final = "提出の受付は締め切られています。変更が必要なときは、企画担当に連絡してください"
_NO_ROOM: Final = "読み取れません（{why}）。ほかの人が開いていないか、アクセス権を確かめてください"


@dataclass(frozen=True, slots=True)
class Settled:
    """A file that has come to rest: its path below the watched folder, its place towards the store, how it looks."""

    file: Path
    path: str
    place: str
    look: Look


@dataclass(frozen=True)
class Taking:
    """What came of a file: its entry, None where it must be tried again because of `trouble` (a sentence) or has changed.

    `trouble` is "" where the file no longer looks as it did.
    """

    entry: Entry | None
    trouble: str = ""
    receipts: tuple[Receipt, ...] = ()


def terms_text(office: Office) -> str:
    """Give what must be the same for a decision about a file to stand."""
    return f"{office.terms.edition}{'閉' if office.deadline.closed else ''}"


def take(  # noqa: PLR0913 - what a taking needs, each by its name
    office: Office,
    read: ReadWorkbook,
    settled: Settled,
    *,
    before: Entry | None,
    when: str,
    who: str,
    elsewhere: Callable[[str], bool] = lambda _key: False,
) -> Taking:
    """Take one settled file into the store. `elsewhere` tells whether a sheet has a living file at another path.

    Raises XlsyncError only where the store fails or no child can be started: then nothing is decided about the file.
    """
    try:
        data = read_as_seen(settled.file, settled.look)
    except WorkbookError as fault:
        entry = _entry(settled, b"", office, when)
        return Taking(replace(entry, fate="refused", reason=fault.reason))
    except OSError as fault:
        return Taking(None, _NO_ROOM.format(why=fault.strerror or "入出力エラー"))
    if data is None:
        return Taking(None)
    fresh = _entry(settled, data, office, when)
    if before is not None and (before.digest, before.terms) == (fresh.digest, fresh.terms):
        return Taking(replace(before, look=settled.look))
    leftover = kind_of(settled.file.name) == "leftover"
    try:
        found = _readings(read, data, settled)
    except DamagedWorkbook as fault:
        return Taking(None, fault.reason)
    except WorkbookError as fault:
        return Taking(replace(fresh, fate="passed" if leftover else "refused", reason=fault.reason))
    if leftover and not _is_rescue(found, elsewhere):
        return Taking(replace(fresh, fate="passed"))
    if office.deadline.closed:
        return Taking(replace(fresh, fate="held", reason=CLOSED))
    return _received(office, settled, fresh, found, user_of(settled.file, who))


Found = list[tuple[Inside, "list[Reading] | WorkbookError"]]


def _readings(read: ReadWorkbook, data: bytes, settled: Settled) -> Found:
    """Read what a file holds; WorkbookError for the whole of it, a fault of one workbook in an archive beside it."""
    if kind_of(settled.file.name) != "archive":
        Package.open(data).verify()
        return [(Inside("", data), read(data))]
    found: Found = []
    for inside in workbooks_in(data):
        try:
            Package.open(inside.data).verify()
            found.append((inside, read(inside.data)))
        except WorkbookError as fault:
            found.append((inside, fault))
    return found


def _is_rescue(readings: Found, elsewhere: Callable[[str], bool]) -> bool:
    """True for what a failed save left behind, where it is the only one of its sheets."""
    sheets = [
        one.sheet.key
        for _, found in readings
        if not isinstance(found, WorkbookError)
        for one in found
    ]
    return bool(sheets) and not any(elsewhere(key) for key in sheets)


def _received(office: Office, settled: Settled, fresh: Entry, found: Found, who: str) -> Taking:
    vanished = lambda place: is_empty(place, office.folder)  # noqa: E731
    source = Source(settled.place, fresh.when, who, settled.place, vanished)
    receipts = tuple(
        receipt for inside, one in found for receipt in _receive(office, inside, one, source)
    )
    return Taking(_with_receipts(fresh, receipts), receipts=receipts)


def _receive(
    office: Office, inside: Inside, found: list[Reading] | WorkbookError, source: Source
) -> list[Receipt]:
    if inside.name:
        shown, place = f"{source.file} の {inside.name}", f"{source.place}/{inside.name}"
        source = replace(source, file=shown, place=place)
    if isinstance(found, WorkbookError):
        return [Receipt(source.file, "refused", reason=found.reason)]
    return receive(office.store, office.terms, inside.data, source, lambda _data, _form: found)


def _entry(settled: Settled, data: bytes, office: Office, when: str) -> Entry:
    digest = digest_of(data) if data else ""
    return Entry(settled.look, digest, "taken", when, terms_text(office))


def _with_receipts(entry: Entry, receipts: tuple[Receipt, ...]) -> Entry:
    sheets = tuple(
        Told(
            one.key,
            one.outcome,
            len(one.changes),
            sum(found.severity != "note" for found in one.findings),
            len(one.conflicts),
        )
        for one in receipts
        if one.key
    )
    refused = [one for one in receipts if one.outcome == "refused"]
    reason = f"{_part_of(refused[0])}{refused[0].reason}" if refused else ""
    fate: Fate = "refused" if len(refused) == len(receipts) else "taken"
    return replace(entry, fate=fate, reason=reason, sheets=sheets)


def _part_of(receipt: Receipt) -> str:
    """Name the worksheet of a refusal, where a worksheet was refused and not the file."""
    return f"ワークシート「{receipt.worksheet}」：" if receipt.worksheet else ""


__all__ = ["CLOSED", "ReadWorkbook", "Settled", "Taking", "take", "terms_text"]

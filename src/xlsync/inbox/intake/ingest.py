"""Ingesting one stable file: read, verified, parsed in the sandbox and received into the store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from xlsync.errors import DamagedWorkbook, WorkbookError
from xlsync.exchange import Receipt, Refusal, Source
from xlsync.exchange.receive import receive
from xlsync.inbox.intake.archive import (
    CONVERTED,
    ArchiveMember,
    member_source,
    read_member,
    workbooks_of,
)
from xlsync.inbox.intake.file_filter import kind_of
from xlsync.inbox.intake.file_state import Entry, Fate, SheetResult
from xlsync.inbox.intake.read_stable import digest_of, read_unchanged, saved_at
from xlsync.inbox.log_messages import trial_words
from xlsync.inbox.share_paths import is_vacant
from xlsync.owner_file import user_of
from xlsync.workbook.move_notice import NOTICE_FILE, is_move_notice

if TYPE_CHECKING:
    from xlsync.inbox.config import InboxConfig
    from xlsync.inbox.intake.stability import FileSignature
    from xlsync.workbook.reading.reading import Reading

ReadWorkbook = Callable[[bytes], "list[Reading]"]

CLOSED: Final = "提出の受付は締め切られています。変更が必要なときは、企画担当に連絡してください"
_FORM: Final = "様式"
LATE: Final = "last-years-change"
_UNREADABLE: Final = (
    "読み取れません（{why}）。ほかの人が開いていないか、アクセス権を確かめてください"
)


@dataclass(frozen=True, slots=True)
class StableFile:
    """A stable file: its path below the watched folder, its path in the store's records, and its signature."""

    file: Path
    path: str
    source_path: str
    signature: FileSignature


@dataclass(frozen=True, slots=True)
class Intake:
    """Who ingests and when (ISO 8601); `is_elsewhere` is true for a sheet key that another file in the folder holds."""

    when: str
    user: str
    is_elsewhere: Callable[[str], bool] = lambda _key: False


@dataclass(frozen=True)
class IngestResult:
    """The entry of an ingested file and its receipts; no entry where it must be tried again.

    `trouble` is the reason in a sentence, "" where the file changed while it was read; `is_queued` where a worker decides,
    or has decided.
    """

    file_entry: Entry | None
    trouble: str = ""
    receipts: tuple[Receipt, ...] = ()
    is_queued: bool = False


def terms_text(config: InboxConfig) -> str:
    """Return a text that changes when files that were not taken must be decided about again."""
    closed = "閉" if config.deadline.closed else ""
    version = config.terms.form.version
    form = f"{_FORM}{version}" if version > 1 else ""
    return (
        f"{config.terms.fiscal_year}{closed}{'変換' if config.libreoffice.executable else ''}{form}"
    )


def without_other_years(entry: Entry, year: int) -> Entry:
    """Return an entry without the sheets of another year's edition, which was the present one when the file was taken."""
    return entry if entry.terms.startswith(str(year)) else replace(entry, sheets=())


def is_decided(entry: Entry, terms: str) -> bool:
    """True where an entry holds under these terms too: what was taken holds until another version of the form is in use."""
    same_form = entry.terms.partition(_FORM)[2] == terms.partition(_FORM)[2]
    return entry.terms == terms or (entry.fate == "taken" and same_form)


def ingest(
    config: InboxConfig,
    read: ReadWorkbook,
    stable: StableFile,
    intake: Intake,
    before: Entry | None,
) -> IngestResult:
    """Ingest a stable file into the store; `before` is its last entry.

    Raises XlsyncError where the store fails or the sandbox cannot be started: then nothing is decided about the file.
    """
    contents = contents_of(config, stable, intake.when)
    if isinstance(contents, IngestResult):
        return contents
    _, fresh = contents
    if before is not None and (before.digest, before.terms) == (fresh.digest, fresh.terms):
        return IngestResult(replace(before, signature=stable.signature))
    intake = replace(intake, user=user_of(stable.file, intake.user))
    return ingest_data(config, read, stable, intake, contents)


def contents_of(
    config: InboxConfig, stable: StableFile, when: str
) -> tuple[bytes, Entry] | IngestResult:
    """Return a stable file's bytes and its entry before it is decided about; where it cannot be read, what comes of that."""
    try:
        data = read_unchanged(stable.file, stable.signature, root=config.shared)
    except WorkbookError as fault:
        return IngestResult(_refusal(entry_of(stable, b"", config, when), fault))
    except OSError as fault:
        return IngestResult(None, _UNREADABLE.format(why=fault.strerror or "入出力エラー"))
    return IngestResult(None) if data is None else (data, entry_of(stable, data, config, when))


def ingest_data(
    config: InboxConfig,
    read: ReadWorkbook,
    stable: StableFile,
    intake: Intake,
    contents: tuple[bytes, Entry],
) -> IngestResult:
    """Parse a file's contents (bytes and entry) and receive them as its user's, unless they are to be ignored or held."""
    data, fresh = contents
    is_remains = kind_of(stable.file.name) == "save_remains"
    try:
        readings = _readings(config, read, data, stable)
    except DamagedWorkbook as fault:
        return IngestResult(None, fault.reason)
    except WorkbookError as fault:
        refusal = _refusal(fresh, fault)
        if stable.file.name == NOTICE_FILE and is_move_notice(data):
            return IngestResult(replace(fresh, fate="passed"))
        return IngestResult(replace(refusal, fate="passed") if is_remains else refusal)
    if is_remains and not _is_only_copy(readings, intake.is_elsewhere):
        return IngestResult(replace(fresh, fate="passed"))
    if config.deadline.closed and not _is_trial(readings):
        return IngestResult(replace(fresh, fate="held", reason=CLOSED))
    return _received(config, stable, fresh, readings, intake.user)


Readings = list[tuple[ArchiveMember, "list[Reading] | WorkbookError"]]


def _readings(config: InboxConfig, read: ReadWorkbook, data: bytes, stable: StableFile) -> Readings:
    """Parse the workbooks of a file. Raises WorkbookError for the whole file; a fault inside an archive is returned."""
    readings: Readings = []
    for member in workbooks_of(stable.file.name, data, config.libreoffice):
        try:
            readings.append((member, read_member(member, config.libreoffice, read)))
        except WorkbookError as fault:
            if not member.name:
                raise
            readings.append((member, fault))
    return readings


def _is_only_copy(readings: Readings, is_elsewhere: Callable[[str], bool]) -> bool:
    """True where the remains of a save hold sheets that no other file in the folder holds."""
    keys: list[str] = []
    for _, reading in readings:
        if not isinstance(reading, WorkbookError):
            keys += (worksheet.sheet.id for worksheet in reading)
    return bool(keys) and not any(map(is_elsewhere, keys))


def _is_trial(readings: Readings) -> bool:
    """True where every worksheet that was read is a trial one: none of them is stored, closed or not."""
    worksheets = [
        worksheet
        for _, reading in readings
        if not isinstance(reading, WorkbookError)
        for worksheet in reading
    ]
    return bool(worksheets) and all(
        worksheet.stamp is not None and worksheet.stamp.is_trial for worksheet in worksheets
    )


def _received(
    config: InboxConfig, stable: StableFile, fresh: Entry, readings: Readings, user: str
) -> IngestResult:
    vanished = lambda path: is_vacant(path, config.folder)  # noqa: E731
    source = Source(
        stable.source_path,
        fresh.when,
        user,
        stable.source_path,
        vanished,
        saved=saved_at(stable.signature.mtime, fresh.when),
    )
    receipts: list[Receipt] = []
    for member, reading in readings:
        receipts += _receive(config, member, reading, source)
    for receipt in receipts:
        if receipt.refusal.is_retryable:
            return IngestResult(None, receipt.reason, tuple(receipts))
    return IngestResult(
        _with_receipts(fresh, receipts, config.terms.fiscal_year), receipts=tuple(receipts)
    )


def _receive(
    config: InboxConfig,
    member: ArchiveMember,
    reading: list[Reading] | WorkbookError,
    source: Source,
) -> list[Receipt]:
    source = member_source(source, member)
    if isinstance(reading, WorkbookError):
        return [Receipt(source.file, "refused", refusal=Refusal(reading.reason))]
    return receive(config.store, config.terms, member.data, source, lambda _data, _form: reading)


def entry_of(stable: StableFile, data: bytes, config: InboxConfig, when: str) -> Entry:
    """Return the entry of a file before it is decided about."""
    digest = digest_of(data) if data else ""
    return Entry(stable.signature, digest, "taken", when, terms_text(config))


def _refusal(entry: Entry, fault: WorkbookError) -> Entry:
    """Return the entry of a file that is no workbook of ours, with the reason."""
    return replace(entry, fate="refused", reason=fault.reason)


def _with_receipts(entry: Entry, receipts: list[Receipt], year: int) -> Entry:
    """Return the entry with what became of its sheets; those of a past year are on no board of this one."""
    known = (receipt for receipt in receipts if receipt.key and receipt.outcome != "trial")
    sheets = tuple(_sheet_result(receipt) for receipt in known if receipt.edition == year)
    return replace(entry, fate=_fate(receipts), reason=_reason(receipts), sheets=sheets)


def _fate(receipts: list[Receipt]) -> Fate:
    outcomes = {receipt.outcome for receipt in receipts}
    if outcomes <= {"refused"}:
        return "refused"
    return "trial" if outcomes <= {"refused", "trial"} else "taken"


def _reason(receipts: list[Receipt]) -> str:
    """Return why the first refused worksheet is not in the store, else what the board says of trials and converted files."""
    for receipt in receipts:
        if receipt.outcome == "refused":
            return f"{_worksheet_prefix(receipt)}{receipt.reason}"
    trials = "、".join(trial_words(receipt) for receipt in receipts if receipt.outcome == "trial")
    return trials or _converted(receipts)


def _converted(receipts: list[Receipt]) -> str:
    """Return for the board what is said of a file that was converted, or that changes last year's sheet; else ""."""
    findings = (finding for receipt in receipts for finding in receipt.findings)
    codes = {CONVERTED, LATE}
    return next((finding.message for finding in findings if finding.code in codes), "")


def _sheet_result(receipt: Receipt) -> SheetResult:
    findings = sum(finding.severity != "note" for finding in receipt.findings)
    changes, conflicts = len(receipt.changes), len(receipt.conflicts)
    return SheetResult(receipt.sheet_id, receipt.outcome, changes, findings, conflicts)


def _worksheet_prefix(receipt: Receipt) -> str:
    """Return the worksheet's name for a refusal's reason, "" where the whole file was refused."""
    return f"ワークシート「{receipt.worksheet}」：" if receipt.worksheet else ""


__all__ = [
    "CLOSED",
    "IngestResult",
    "Intake",
    "ReadWorkbook",
    "StableFile",
    "contents_of",
    "entry_of",
    "ingest",
    "ingest_data",
    "is_decided",
    "terms_text",
    "without_other_years",
]

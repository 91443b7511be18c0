"""Writing the store's values into a staff workbook, only while nobody has it open and it still holds what was read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal

from xlsync.errors import StoreError, WorkbookError
from xlsync.exchange import (
    Source,
    Terms,
    bring_up_to_date,
    compare_workbook,
    note_written,
)
from xlsync.exchange.past_editions import city_of_workbook
from xlsync.inbox.followup.protection import protection_of
from xlsync.inbox.followup.workbook_replacement import replace_unchanged
from xlsync.inbox.intake.read_stable import digest_of, read_unchanged, signature_of
from xlsync.owner_file import opened_by
from xlsync.shared_folder import SharedFolder, scratch_folder

if TYPE_CHECKING:
    from xlsync.exchange import Update
    from xlsync.exchange.file_record import Attempt, FileRecord
    from xlsync.exchange.write_back.compared_workbook import ComparedWorkbook
    from xlsync.store import Store

Fate = Literal["written", "nothing", "open", "unreceived", "changed", "refused"]
"""What came of it: written; nothing to write; somebody has it open; it holds something not received; it was saved this very
moment; it must not or cannot be written, and `reason` says why. In the last four it may be tried again later."""

_TRIAL_BESIDE: Final = (
    "試し提出用のシートが同じファイルにあるため、もとの様式のままです。"
    "試し提出用のシートを削除して保存し直してください"
)
_KIND: Final = "up-to-date"
_NONE: Final[Mapping[tuple[str, str], Any]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class WriteBackResult:
    """The result of a write-back: `field_count` fields written, those `left_alone` (worksheet, path), who has it open.

    `typed_as_text_count` is how many amounts typed as text became numbers, `digest` the SHA-256 of the contents written.
    `version` is the version of the form the workbook was brought to, 0 for none; `displaced_count`: what found no place.
    """

    fate: Fate
    field_count: int = 0
    left_alone: tuple[tuple[str, str], ...] = ()
    who: str = ""
    reason: str = ""
    typed_as_text_count: int = 0
    digest: str = field(default="", compare=False)
    version: int = 0
    displaced_count: int = 0


def write_back(  # noqa: PLR0913 - the store, the file and what is said about it
    store: Store,
    terms: Terms,
    file: Path,
    source: Source,
    remarks: Mapping[tuple[str, str], Any] = _NONE,
    *,
    shared: SharedFolder | None = None,
    known: FileRecord | None = None,
) -> WriteBackResult:
    """Write the store's values into a workbook. The caller makes sure that it is below 評価シート/.

    `shared` is the folder below which no link is followed, by default the file's own folder. Name, permissions and owner of
    the file stay, its modification time does not. `known` is what is known of files. Raises StoreError where the store fails.
    """
    shared = shared or SharedFolder(file.parent, scratch_folder(store.folder))
    try:
        status = file.lstat()
        data = read_unchanged(file, signature_of(status), root=shared.root)
        if data is None:
            return WriteBackResult("changed")
        update = _update_of(store, terms, data, source, remarks, known)
        if isinstance(update, WriteBackResult):
            return update
        reason = protection_of(file, status, data)
    except (OSError, WorkbookError) as fault:
        return WriteBackResult("refused", reason=_reason(fault))
    if reason:
        return WriteBackResult("refused", update.fields, reason=reason)
    if update.version:
        store.keep(data)  # the page as it was
    result = _replace(shared, file, data, update)
    if result.fate == "written":
        note_written(store, update, source)
        if known is not None:
            known.forget({page.sheet_id for page in update.pages})
    return result


def planned_update(
    store: Store, terms: Terms, file: Path, data: bytes, source: Source
) -> WriteBackResult:
    """Return what writing the store's values into a workbook that holds these bytes would come to; nothing is written."""
    try:
        update = _update_of(store, terms, data, source, _NONE, None)
    except WorkbookError as fault:
        return WriteBackResult("refused", reason=fault.reason)
    if isinstance(update, WriteBackResult):
        return update
    opened = opened_by(file)
    if opened is not None:
        return WriteBackResult("open", update.fields, who=opened.who)
    return WriteBackResult("written", update.fields, update.left, version=update.version)


def _update_of(  # noqa: PLR0913, PLR0917 - what a write-back depends on
    store: Store,
    terms: Terms,
    data: bytes,
    source: Source,
    remarks: Mapping[tuple[str, str], Any],
    known: FileRecord | None,
) -> Update | WriteBackResult:
    """Return what is to be written into a workbook, or why nothing is."""
    attempt = None
    if known is not None and not remarks:
        attempt = known.attempt(_KIND, source, digest_of(data))
        if attempt.known_value is not None:
            return WriteBackResult("nothing")
        source = attempt.noting_source
    compared = compare_workbook(store, terms, data, source)
    store, terms = city_of_workbook(store, terms, compared.incoming_sheets)
    update = bring_up_to_date(store, terms, data, source, remarks, compared)
    if update is not None:
        return update
    result = _without_update(compared, terms)
    if attempt is not None:
        _note_compared(attempt, compared, result)
    return result


def _note_compared(attempt: Attempt, compared: ComparedWorkbook, result: WriteBackResult) -> None:
    """Note that there is nothing to write into a workbook of sheets of this year, each still its own."""
    sheets, year = compared.incoming_sheets, attempt.file_record.city_inputs.terms.fiscal_year
    is_succeeded = any(each.former_stamp is not None for each in sheets)
    if not is_succeeded and all(
        each.sheet_id and each.sheet.edition.year == year for each in sheets
    ):
        value = True if result.fate == "nothing" else None
        attempt.note({each.sheet_id for each in sheets}, value)


def _without_update(compared: ComparedWorkbook, terms: Terms) -> WriteBackResult:
    """Return why nothing is written: something not received, a trial beside a former page, or nothing to do."""
    if compared.unreceived_worksheets:
        return WriteBackResult("unreceived")
    if compared.keeps_former_pages(terms.form.version):
        return WriteBackResult("refused", reason=_TRIAL_BESIDE)
    return WriteBackResult("nothing")


def _replace(shared: SharedFolder, file: Path, data: bytes, update: Update) -> WriteBackResult:
    """Replace a workbook by its update, unless somebody has it open or it has changed."""
    opened = opened_by(file)
    if opened is not None:
        return WriteBackResult("open", update.fields, who=opened.who)
    try:
        outcome = replace_unchanged(shared, file, data, update.data)
    except StoreError as fault:
        return WriteBackResult("refused", reason=fault.reason)
    match outcome:
        case "written":
            digest = digest_of(update.data)
            fields, left, texts = update.fields, update.left, update.texts
            result = WriteBackResult(
                "written", fields, left, typed_as_text_count=texts, digest=digest
            )
            return replace(result, version=update.version, displaced_count=update.displaced_count)
        case "open":
            return WriteBackResult("open", update.fields)
        case "changed":
            return WriteBackResult("changed")


def _reason(fault: OSError | WorkbookError) -> str:
    if isinstance(fault, WorkbookError):
        return fault.reason
    return f"読み書きできません（{fault.strerror or '入出力エラー'}）"

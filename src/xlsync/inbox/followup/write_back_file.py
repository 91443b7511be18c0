"""Writing the store's values into a staff workbook, only while nobody has it open and it still holds what was read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal

from xlsync.disk import replace_in_place
from xlsync.errors import StoreError, WorkbookError
from xlsync.exchange import Source, Terms, bring_up_to_date, note_written, unreceived
from xlsync.inbox.intake.read_stable import digest_of, read_unchanged, signature_of
from xlsync.owner_file import opened_by

if TYPE_CHECKING:
    from xlsync.store import Store

Fate = Literal["written", "nothing", "open", "unreceived", "changed", "refused"]
"""What came of it: written; nothing to write; somebody has it open; it holds something not received; it was saved this very
moment; it must not or cannot be written, and `reason` says why. In the last four it may be tried again later."""

_NONE: Final[Mapping[tuple[str, str], Any]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class WriteBackResult:
    """The result of a write-back: number of `fields` written, those `left` alone (worksheet, path), who has it open.

    `digest` is the SHA-256 of the contents written.
    """

    fate: Fate
    fields: int = 0
    left: tuple[tuple[str, str], ...] = ()
    who: str = ""
    reason: str = ""
    digest: str = field(default="", compare=False)


def write_back(
    store: Store,
    terms: Terms,
    file: Path,
    source: Source,
    remarks: Mapping[tuple[str, str], Any] = _NONE,
) -> WriteBackResult:
    """Write the store's values into a workbook. The caller makes sure that it is below 評価シート/.

    Its name, permissions and owner stay, its time of change does not. Raises StoreError where the store fails.
    """
    try:
        signature = signature_of(file.lstat())
        data = read_unchanged(file, signature)
    except (OSError, WorkbookError) as fault:
        return WriteBackResult("refused", reason=_why(fault))
    if data is None:
        return WriteBackResult("changed")
    try:
        update = bring_up_to_date(store, terms, data, source, remarks)
        if update is None:
            waiting = unreceived(store, terms, data, source)
            return WriteBackResult("unreceived" if waiting else "nothing")
    except WorkbookError as fault:
        return WriteBackResult("refused", reason=fault.reason)
    if (opened := opened_by(file)) is not None:
        return WriteBackResult("open", update.fields, who=opened.who)
    try:
        if not replace_in_place(file, update.data, only_if=lambda: _is_still(file, data)):
            return WriteBackResult("changed")
    except StoreError as fault:
        return WriteBackResult("refused", reason=fault.reason)
    note_written(store, update, source)
    return WriteBackResult("written", update.fields, update.left, digest=digest_of(update.data))


def _is_still(file: Path, data: bytes) -> bool:
    """True where a file holds these bytes and nobody has it open; asked just before it is replaced."""
    try:
        return opened_by(file) is None and read_unchanged(file, signature_of(file.lstat())) == data
    except (OSError, WorkbookError):
        return False


def _why(fault: OSError | WorkbookError) -> str:
    if isinstance(fault, WorkbookError):
        return fault.reason
    return f"読み書きできません（{fault.strerror or '入出力エラー'}）"

"""The receipts of the sheets in a workbook: each of its own, whatever is wrong with another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from xlsync.errors import FormError, SheetError, StoreDamaged, WorkbookError, XlsyncError
from xlsync.exchange.receipt import Outcome, Receipt, Refusal, SheetIdentity, Source

if TYPE_CHECKING:
    from xlsync.exchange.incoming import Incoming

_STORE_DAMAGED: Final = (
    "登録データにあるこのシートの記録が壊れているため、まだ受け取れません（{why}）。"
    "入力した内容はブックにそのまま残っています。企画担当に連絡してください"
)


def receipts(
    read_sheets: Callable[[], list[Incoming]],
    source: Source,
    accept: Callable[[Incoming], Receipt],
) -> list[Receipt]:
    """Return the receipt of each sheet that is read, or one refusal where nothing can be read."""
    try:
        sheets = read_sheets()
    except (WorkbookError, SheetError, FormError) as fault:
        return [Receipt(source.file, "refused", refusal=Refusal(_sentence(fault)))]
    return [_receipt_of(incoming, source, accept) for incoming in sheets]


def _receipt_of(
    incoming: Incoming, source: Source, accept: Callable[[Incoming], Receipt]
) -> Receipt:
    """Accept one sheet, whatever is wrong with another sheet of the workbook or of the store."""
    if incoming.barred:
        return refused(incoming, source, incoming.barred)
    try:
        return accept(incoming)
    except StoreDamaged as fault:
        reason = _STORE_DAMAGED.format(why=fault.reason)
        return refused(incoming, source, reason, is_retryable=True)
    except SheetError as fault:
        return refused(incoming, source, _sentence(fault))


def receipt(incoming: Incoming, source: Source, outcome: Outcome) -> Receipt:
    """Return a receipt that names the sheet."""
    sheet = incoming.sheet
    identity = SheetIdentity(
        incoming.worksheet,
        incoming.key,
        sheet.title,
        sheet.edition.year,
        incoming.sheet_id,
        incoming.worksheets[1:],
    )
    return Receipt(source.file, outcome, identity)


def refused(
    incoming: Incoming, source: Source, reason: str, *, is_retryable: bool = False
) -> Receipt:
    """Return the refusal of a sheet."""
    return replace(receipt(incoming, source, "refused"), refusal=Refusal(reason, is_retryable))


def _sentence(fault: XlsyncError) -> str:
    return (
        f"{fault.where}：{fault.reason}"
        if isinstance(fault, SheetError) and fault.where
        else fault.reason
    )

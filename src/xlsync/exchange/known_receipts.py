"""Receiving a workbook of which is known that it brings nothing: it is told what it was told the last time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any, Final

from xlsync.derived.input_digest import digest_of
from xlsync.exchange.receipt import Receipt, SheetIdentity
from xlsync.finding import Finding
from xlsync.store.revision import hash_of

if TYPE_CHECKING:
    from xlsync.exchange.file_record import Attempt, FileRecord
    from xlsync.exchange.receipt import Source

_KIND: Final = "receipts"


def receive_unless_known(
    known: FileRecord, data: bytes, source: Source, receive: Callable[[Source], list[Receipt]]
) -> list[Receipt]:
    """Return the receipts of a workbook: those of the last time where it brings nothing, else what `receive` returns."""
    if not source.saved or source.state or source.leaving:
        return receive(source)
    about = source.file, source.who, source.saved, source.clearing_meant
    attempt = known.attempt(_KIND, source, digest_of(hash_of(data), about))
    if attempt.known_value is not None:
        return [_from_document(document) for document in attempt.known_value]
    receipts = receive(attempt.noting_source)
    known.forget({each.sheet_id for each in receipts if each.sheet_id})
    _note(attempt, receipts)
    return receipts


def _note(attempt: Attempt, receipts: Sequence[Receipt]) -> None:
    """Note the receipts of sheets of this year, as far as they tell that nothing was brought."""
    year = attempt.file_record.city_inputs.terms.fiscal_year
    if all(each.sheet_id and each.edition == year for each in receipts):
        is_nothing = all(map(_brought_nothing, receipts))
        value = [_to_document(each) for each in receipts] if is_nothing else None
        attempt.note({each.sheet_id for each in receipts}, value)


def _brought_nothing(receipt: Receipt) -> bool:
    more = receipt.changes or receipt.conflicts or receipt.new_stamp or receipt.reason
    # Whose a workbook is whose own sheet has become another depends on that sheet, too.
    is_succeeded = "key-succeeded" in {each.code for each in receipt.findings}
    return receipt.outcome == "unchanged" and not more and not is_succeeded


def _to_document(receipt: Receipt) -> dict[str, Any]:
    return {
        "file": receipt.file,
        "sheet": asdict(receipt.sheet_identity),
        "revision": receipt.revision,
        "findings": [each.to_full_document() for each in receipt.findings],
    }


def _from_document(document: Mapping[str, Any]) -> Receipt:
    identity = SheetIdentity(**document["sheet"])
    further = tuple(identity.further_worksheets)
    return Receipt(
        document["file"],
        "unchanged",
        replace(identity, further_worksheets=further),
        document["revision"],
        findings=tuple(Finding(**each) for each in document["findings"]),
    )


__all__ = ["receive_unless_known"]

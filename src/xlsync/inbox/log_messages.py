"""Texts of the log: one line per decision, with control characters in file names escaped."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from xlsync.finding_counts import count_findings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsync.exchange import Receipt
    from xlsync.inbox.intake.file_state import Entry
    from xlsync.inbox.intake.ingest import IngestResult

OUTCOMES: Final = {
    "accepted": "受領",
    "unchanged": "変更なし",
    "conflict": "入力の重なり",
    "refused": "受け取れません",
    "trial": "試し提出・登録していません",
}
_FATE_WORDS: Final = {
    "taken": "変更なし",
    "refused": "受け取れません",
    "held": "保留",
    "passed": "対象外",
    "trial": "試し提出・登録していません",
}


def line(text: str) -> str:
    """Return a text as one printable line; line breaks, control characters and lone surrogates are escaped."""
    encodable = text.encode("utf-8", "backslashreplace").decode()
    return "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in encodable)


def receipt_text(path: str, entry: Entry, receipts: Sequence[Receipt]) -> str:
    """Return the log line for a file that was decided about."""
    if not receipts:
        return line(f"{_FATE_WORDS[entry.fate]} {path} {entry.reason}".rstrip())
    return " ／ ".join(_receipt_text(receipt) for receipt in receipts)


def decided_text(path: str, entry: Entry, result: IngestResult) -> str:
    """Return the watcher's log line for a file that was decided about; what it brought to a worker, that one's log tells."""
    if not result.is_queued:
        return receipt_text(path, entry, result.receipts)
    word = "処理済み" if entry.fate == "taken" else _FATE_WORDS[entry.fate]
    return line(f"処理係 {word} {path} {entry.reason}".rstrip())


def trial_words(receipt: Receipt) -> str:
    """Return what the planning office is told of a trial worksheet on the board."""
    counts = count_findings(receipt.findings)
    return f"{receipt.key} の試し用のファイルです。内容を確かめましたが、登録も集計もしていません（{counts.words}）"


def _receipt_text(receipt: Receipt) -> str:
    if receipt.outcome == "refused":
        return line(
            f"{OUTCOMES[receipt.outcome]} {receipt.file} {receipt.worksheet} {receipt.reason}"
        )
    if receipt.outcome == "trial":
        counts = count_findings(receipt.findings)
        return line(f"{OUTCOMES['trial']} {receipt.file} {receipt.key} {counts.words}")
    counts = replace(count_findings(receipt.findings), open_conflicts=len(receipt.conflicts))
    counted = f"変更 {len(receipt.changes)}欄、{counts.words}"
    return line(
        f"{OUTCOMES[receipt.outcome]} {receipt.file} {receipt.key} 第{receipt.revision}版 {counted}"
    )

"""What the log says: one line per decision, whatever the names of files hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsync.exchange import Receipt
    from xlsync.inbox.intake.file_state import Entry

OUTCOMES: Final = {
    "accepted": "受領",
    "unchanged": "変更なし",
    "conflict": "競合あり",
    "refused": "受け取れません",
}
_FATES: Final = {
    "taken": "変更なし",
    "refused": "受け取れません",
    "held": "保留",
    "passed": "対象外",
}


def line(text: str) -> str:
    """Give a text as one line that any log can hold."""
    sound = text.encode("utf-8", "backslashreplace").decode()
    return "".join(sign if sign.isprintable() else f"\\u{ord(sign):04x}" for sign in sound)


def receipt_words(place: str, entry: Entry, receipts: Sequence[Receipt]) -> str:
    """Say what became of a file."""
    if not receipts:
        return line(f"{_FATES[entry.fate]} {place} {entry.reason}".rstrip())
    return " ／ ".join(_words(one) for one in receipts)


def _words(receipt: Receipt) -> str:
    if receipt.outcome == "refused":
        return line(
            f"{OUTCOMES[receipt.outcome]} {receipt.file} {receipt.worksheet} {receipt.reason}"
        )
    findings = sum(found.severity != "note" for found in receipt.findings)
    counts = f"変更{len(receipt.changes)}欄 指摘{findings}件 競合{len(receipt.conflicts)}件"
    return line(
        f"{OUTCOMES[receipt.outcome]} {receipt.file} {receipt.key} 第{receipt.revision}版 {counts}"
    )

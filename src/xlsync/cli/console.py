"""What the commands print: receipts and findings in Japanese, JSON alone on standard output where it was asked for."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from xlsync.canonical_json import canonical
from xlsync.finding import SEVERITIES, SEVERITY_WORDS, Finding

if TYPE_CHECKING:
    from xlsync.exchange import Receipt

_T = TypeVar("_T")
_MANY = 20
_BLANKS_TOLD = 8
OUTCOMES = {
    "accepted": "受領",
    "unchanged": "変更なし",
    "conflict": "競合あり",
    "refused": "受け取れません",
}


def say(line: str = "") -> None:
    """Print a line for people."""
    sys.stdout.write(line + "\n")


def complain(line: str) -> None:
    """Print a line on standard error."""
    sys.stderr.write(f"xlsync: {line}\n")


def put_json(document: Any) -> None:
    """Print one JSON document, UTF-8 whatever the console."""
    sys.stdout.buffer.write(canonical(document))
    sys.stdout.buffer.flush()


def now() -> str:
    """Give the time as ISO 8601 with offset, to the second."""
    return datetime.now().astimezone().isoformat(timespec="seconds")


def user() -> str:
    """Give who runs the program, "" where the system does not say."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""


def progress(items: Sequence[_T], label: str) -> Iterator[_T]:
    """Give the items one by one, with a progress bar on a terminal when there are many."""
    if len(items) < _MANY or not sys.stderr.isatty():
        yield from items
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(items, description=label, console=Console(stderr=True), transient=True)


def say_receipt(receipt: Receipt, *, checked: bool = False, notes: bool = False) -> None:
    """Print what became of a file, and its findings."""
    word = "確認" if checked and receipt.outcome != "refused" else OUTCOMES[receipt.outcome]
    head = f"[{word}] {receipt.file}"
    if receipt.outcome == "refused":
        say(f"{head}\n    {receipt.reason}")
        return
    version = f"（第{receipt.revision}版）" if receipt.revision else ""
    say(f"{head}  {receipt.key} {receipt.title}{version}  {count_words(receipt.findings)}")
    for line in _finding_lines(receipt.findings, notes=notes):
        say(f"    {line}")


def _finding_lines(findings: Sequence[Finding], *, notes: bool) -> Iterator[str]:
    """Give the findings as lines; cells left blank share one line, or they would drown the rest."""
    blank = [found for found in findings if found.code == "required"]
    for found in findings:
        if found.code != "required" and (notes or found.severity != "note"):
            yield f"{SEVERITY_WORDS[found.severity]}{place_words(found)} {found.message}"
    if blank:
        told = blank if notes else blank[:_BLANKS_TOLD]
        fields = "、".join(f"{found.facts['field']}{_cell_words(found)}" for found in told)
        fields += (
            f" ほか{len(blank) - len(told)}件（--notes ですべて表示）"
            if len(told) < len(blank)
            else ""
        )
        yield f"{SEVERITY_WORDS['error']} 未入力が{len(blank)}件あります。入力してください：{fields}"


def _cell_words(found: Finding) -> str:
    return f"（{found.cell}）" if found.cell else ""


def place_words(found: Finding) -> str:
    """Give where a finding lies: " 評価シート!F12", "" where no cell is known."""
    return f" {found.worksheet}!{found.cell}" if found.cell else ""


def count_words(findings: Iterable[Finding]) -> str:
    """Give the numbers of findings: エラー2・注意1, 指摘なし where there are none but notes."""
    listed = [found.severity for found in findings]
    words = [
        f"{SEVERITY_WORDS[severity]}{listed.count(severity)}"
        for severity in SEVERITIES
        if severity in listed and severity != "note"
    ]
    return "・".join(words) or "指摘なし"

"""Receipts and findings as lines for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from xlsync.cli import ATTENTION, FAILED, INTERRUPTED
from xlsync.cli.cancellable_steps import CancellableSteps
from xlsync.cli.console import complain, put_json, say
from xlsync.finding import Finding
from xlsync.finding_counts import (
    BLANK_CODES,
    CLASS_WORDS,
    class_of,
    count_findings,
)

if TYPE_CHECKING:
    from xlsync.exchange.receipt import Receipt

_BLANKS_NAMED: Final = 8
OUTCOMES: Final = {
    "accepted": "受領",
    "unchanged": "変更なし",
    "conflict": "入力の重なり",
    "refused": "受け取れません",
    "trial": "試し提出・登録していません",
}


def report(
    receipts: Sequence[Receipt],
    *,
    as_json: bool,
    checked: bool,
    notes: bool,
    steps: CancellableSteps | None = None,
) -> int:
    """Print the receipts, their total and how far the `steps` came, and return the exit code."""
    reached = CancellableSteps("") if steps is None else steps
    if as_json:
        listed = [receipt.to_document(with_changes=not checked) for receipt in receipts]
        put_json({"receipts": listed, **reached.to_document()})
    else:
        for receipt in receipts:
            say_receipt(receipt, checked=checked, notes=notes)
        say_total(receipts, checked=checked)
    reached.complain()
    return INTERRUPTED if reached.is_cancelled else _code(receipts, checked=checked)


def _code(receipts: Sequence[Receipt], *, checked: bool) -> int:
    if all(receipt.outcome == "refused" for receipt in receipts):
        verb = "確かめられる" if checked else "受け取れる"
        none_read = f"{verb}ファイルがありませんでした"
        complain(none_read if receipts else "ファイルが見つかりません。場所を確かめてください")
        return FAILED
    return ATTENTION if any(receipt.needs_attention for receipt in receipts) else 0


def say_receipt(receipt: Receipt, *, checked: bool = False, notes: bool = False) -> None:
    """Print what became of a file, and its findings."""
    word = _outcome_word(receipt, checked=checked)
    head = f"[{word}] {receipt.file}"
    if receipt.outcome == "refused":
        say(f"{head}\n    {receipt.reason}")
        return
    version = f"（第{receipt.revision}版）" if receipt.revision else ""
    say(f"{head}  {receipt.key} {receipt.title}{version}  {count_findings(receipt.findings).words}")
    for line in _finding_lines(receipt.findings, notes=notes):
        say(f"    {line}")


def _outcome_word(receipt: Receipt, *, checked: bool) -> str:
    if not checked or receipt.outcome == "refused":
        return OUTCOMES[receipt.outcome]
    return "確認（試し用・登録されません）" if receipt.outcome == "trial" else "確認"


def say_total(receipts: Sequence[Receipt], *, checked: bool) -> None:
    """Print how many sheets came in, how many need attention, and why."""
    read = [receipt for receipt in receipts if receipt.outcome != "refused"]
    outcomes = [receipt.outcome for receipt in receipts]
    stored = [receipt for receipt in read if checked or receipt.outcome != "trial"]
    counts = (
        (_first_word(stored, checked=checked), len(stored) - outcomes.count("conflict")),
        ("試し提出（登録していません）", len(read) - len(stored)),
        ("入力の重なり", outcomes.count("conflict")),
        ("未入力のある事業", sum(map(has_blanks, read))),
        ("エラーのある事業", sum(map(has_errors, read))),
        ("受け取れなかったもの", outcomes.count("refused")),
    )
    shown = [f"{word} {count}件" for word, count in counts if count]
    say("、".join(shown) or f"{counts[0][0]} 0件")


def _first_word(read: Sequence[Receipt], *, checked: bool) -> str:
    if checked:
        return "確認"
    revisions = [receipt.revision for receipt in read]
    is_registration = bool(revisions) and all(revision == 1 for revision in revisions)
    return "登録しました" if is_registration else "受領"


def complain_not_done(receipts: Sequence[Receipt]) -> list[Receipt]:
    """Name the sheets that an act of the office could not change, and return the receipts of the others."""
    for receipt in receipts:
        if receipt.undone_reason:
            complain(f"{receipt.key}：{receipt.undone_reason}")
    return [receipt for receipt in receipts if not receipt.undone_reason]


def has_blanks(receipt: Receipt) -> bool:
    """True where a required cell is still blank."""
    return count_findings(receipt.findings).blanks > 0


def has_errors(receipt: Receipt) -> bool:
    """True where something is wrong that is no mere blank."""
    return count_findings(receipt.findings).errors > 0


def _finding_lines(findings: Sequence[Finding], *, notes: bool) -> Iterator[str]:
    """Yield the findings as lines; blank cells share one line, or they would hide the rest."""
    for finding in findings:
        kind = class_of(finding.code, finding.severity)
        if kind != "blank" and (notes or kind != "note"):
            yield f"{CLASS_WORDS[kind]}{cell_words(finding)} {finding.message}"
    blanks = [finding for finding in findings if finding.code in BLANK_CODES]
    if blanks:
        yield f"未入力が{len(blanks)}件あります。入力してください：{_blank_words(blanks, notes=notes)}"


def _blank_words(blanks: Sequence[Finding], *, notes: bool) -> str:
    named = blanks if notes else blanks[:_BLANKS_NAMED]
    fields = "、".join(
        f"{finding.facts['field']}（{finding.cell}）" if finding.cell else finding.facts["field"]
        for finding in named
    )
    rest = len(blanks) - len(named)
    return fields + (f" ほか{rest}件（--notes ですべて表示）" if rest else "")


def cell_words(finding: Finding) -> str:
    """Return where a finding lies: " 評価シート!F12", "" where no cell is known."""
    return f" {finding.worksheet}!{finding.cell}" if finding.cell else ""

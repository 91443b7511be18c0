"""検証: the findings of a live workbook as marks on its cells and as a list; nothing is taken in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from xlsync.addin.protocol.changes import GoTo, Mark, Message, Row, Table, Unmark
from xlsync.addin.verbs.button_messages import (
    counted,
    cut,
    edition_of,
    gravest_first,
    of_sheet,
    title_of,
)
from xlsync.addin.verbs.pressing import Told, ended, failure
from xlsync.exchange import inspect
from xlsync.finding import Finding
from xlsync.finding_catalogue import SEVERITY_WORDS

if TYPE_CHECKING:
    from xlsync.addin.protocol.changes import Change
    from xlsync.addin.verbs.pressing import Press
    from xlsync.exchange import Receipt, Terms

COLOURS: Final = {"error": "FFC7CE", "warning": "FFEB9C"}
"""Those of Excel's own styles 悪い and どちらでもない."""
_COLUMNS: Final = ("重さ", "欄", "内容", "ワークシート", "セル")
_REFUSED: Final = "確認できません"
_WHAT_NOW: Final = (
    "右上に赤い三角（メモ）の付いたセルと、一覧「検証結果」を見て直し、もう一度［検証］を押してください。"
    "印は［印を消す］でも消せます。"
)


def validate(press: Press) -> Told:
    """Mark and list what is to be put right."""
    office = press.office
    data = press.request.workbook
    receipts = inspect(office.terms, data, press.source, office.store, press.reader)
    if all(one.outcome == "refused" for one in receipts):
        return failure(*(one.reason for one in receipts))
    changes: list[Change] = [Unmark(one.worksheet) for one in receipts]
    changes += (mark for one in receipts for mark in marks(one))
    changes += findings_table("検証結果", office.terms, receipts)
    changes += _first(receipts)
    changes.append(_message(receipts))
    return Told(tuple(changes))


def marks(receipt: Receipt) -> Iterator[Mark]:
    """Give one mark for each cell with errors or warnings; notes are in the list only."""
    by_cell: dict[str, list[Finding]] = {}
    for found in gravest_first(receipt.findings):
        if found.cell and found.severity in COLOURS:
            by_cell.setdefault(found.cell, []).append(found)
    for cell, findings in by_cell.items():
        text = "\n".join(f"{SEVERITY_WORDS[one.severity]}：{one.message}" for one in findings)
        yield Mark(receipt.worksheet, cell, COLOURS[findings[0].severity], cut(text))


def findings_table(title: str, terms: Terms, receipts: Sequence[Receipt]) -> list[Change]:
    """Give the list of all findings and refusals, nothing where there are none but notes."""
    refused = [one for one in receipts if one.outcome == "refused" and not one.findings]
    if not refused and not any(counted(one.findings) for one in receipts):
        return []
    rows: list[Change] = [
        Row("", "", (_REFUSED, "", cut(one.reason), one.worksheet, "")) for one in refused
    ]
    for receipt in receipts:
        rows += (_row(terms, receipt, found) for found in gravest_first(receipt.findings))
    return [Table(title, _COLUMNS), *rows]


def _row(terms: Terms, receipt: Receipt, found: Finding) -> Row:
    title = title_of(edition_of(terms, receipt), found.path)
    texts = (SEVERITY_WORDS[found.severity], title, cut(found.message))
    worksheet = found.worksheet if found.cell else ""
    return Row(worksheet, found.cell, (*texts, receipt.worksheet, found.cell))


def _first(receipts: Iterable[Receipt]) -> list[GoTo]:
    """Go to the first error, else to the first warning."""
    told = [found for one in receipts for found in one.findings if found.cell]
    told = [found for found in gravest_first(told) if found.severity in COLOURS]
    return [GoTo(found.worksheet, found.cell) for found in told[:1]]


def _message(receipts: Sequence[Receipt]) -> Message:
    words = []
    for one in receipts:
        if one.outcome == "refused":
            words.append(f"{of_sheet(receipts, one)}{_REFUSED}。{ended(one.reason)}")
        elif said := counted(one.findings):
            words.append(f"{of_sheet(receipts, one)}{said}があります。")
    findings = [found for one in receipts for found in one.findings]
    grave = any(found.severity == "error" for found in findings)
    if not words:
        notes = len(findings)
        beside = f"（参考が{notes}件ありますが、直す必要はありません）" if notes else ""
        return Message("info", f"検証しました。直すところはありません{beside}。")
    if any(counted(one.findings) for one in receipts):
        words.append(_WHAT_NOW)
    if grave:
        words.append("エラーが残っていても保存や［提出］はできますが、直すまで提出済になりません。")
    return Message("warning", "\n".join(words))

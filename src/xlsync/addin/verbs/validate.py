"""検証: the findings of a live workbook as marks on its cells and as a list; nothing is taken in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from xlsync.addin.protocol.changes import GoTo, Mark, Message, Row, Table, Unmark
from xlsync.addin.verbs.button_messages import (
    city_of,
    class_word,
    counted,
    cut,
    edition_of,
    gravest_first,
    of_sheet,
    title_of,
)
from xlsync.addin.verbs.pressing import VerbResult, ended, failure
from xlsync.exchange import inspect
from xlsync.exchange.stages.return_findings import return_findings
from xlsync.finding import Finding
from xlsync.sheet_keys import SheetId

if TYPE_CHECKING:
    from xlsync.addin.protocol.changes import Change
    from xlsync.addin.verbs.pressing import Press
    from xlsync.exchange import Receipt
    from xlsync.inbox.config import InboxConfig

COLOURS: Final = {"error": "FFC7CE", "warning": "FFEB9C"}
"""Those of Excel's own styles 悪い and どちらでもない."""
_COLUMNS: Final = ("重さ", "欄", "内容", "ワークシート", "セル")
_REFUSED: Final = "確認できません"
_TRIAL: Final = "試し用のファイルのため、［提出］を押しても登録されません。"
_WHAT_NOW: Final = (
    "右上に赤い三角（メモ）の付いたセルと、一覧「検証結果」を見て直し、もう一度［検証］を押してください。"
    "印は［印を消す］でも消せます。"
)


def validate(press: Press) -> VerbResult:
    """Mark and list what is to be put right."""
    config = press.config
    data = press.request.workbook
    receipts = inspect(config.terms, data, press.source, config.store, press.reader)
    if all(receipt.outcome == "refused" for receipt in receipts):
        return failure(*(receipt.reason for receipt in receipts))
    receipts = [_with_return(press, receipt) for receipt in receipts]
    worksheets = (worksheet for receipt in receipts for worksheet in receipt.worksheets)
    changes: list[Change] = [Unmark(worksheet) for worksheet in worksheets]
    changes += (mark for receipt in receipts for mark in marks(receipt))
    changes += findings_table("検証結果", config, receipts)
    changes += _first(receipts)
    changes.append(_message(receipts))
    return VerbResult(tuple(changes))


def _with_return(press: Press, receipt: Receipt) -> Receipt:
    """Return a receipt that also tells why its sheet was sent back, as long as it is."""
    store, terms = city_of(press.config, receipt)
    if receipt.outcome in {"refused", "trial"} or not receipt.sheet_id:
        return receipt
    head = store.head(SheetId(receipt.sheet_id), terms.fiscal_year)
    returned = [] if head is None else return_findings(store, terms, head)
    return replace(receipt, findings=(*returned, *receipt.findings))


def marks(receipt: Receipt) -> Iterator[Mark]:
    """Yield one mark for each cell with errors or warnings; notes are in the list only."""
    by_cell: dict[tuple[str, str], list[Finding]] = {}
    for finding in gravest_first(receipt.findings):
        if finding.cell and finding.severity in COLOURS:
            at = _worksheet_of(receipt, finding), finding.cell
            by_cell.setdefault(at, []).append(finding)
    for (worksheet, cell), findings in by_cell.items():
        text = "\n".join(f"{class_word(finding)}：{finding.message}" for finding in findings)
        yield Mark(worksheet, cell, COLOURS[findings[0].severity], cut(text))


def _worksheet_of(receipt: Receipt, finding: Finding) -> str:
    """Return the form worksheet on which a finding is marked."""
    return finding.worksheet if finding.worksheet in receipt.worksheets else receipt.worksheet


def findings_table(title: str, config: InboxConfig, receipts: Sequence[Receipt]) -> list[Change]:
    """Return the table of all findings and refusals, nothing if there are only notes."""
    refused = [
        receipt for receipt in receipts if receipt.outcome == "refused" and not receipt.findings
    ]
    if not refused and not any(counted(receipt.findings) for receipt in receipts):
        return []
    rows: list[Change] = [
        Row("", "", (_REFUSED, "", cut(receipt.reason), receipt.worksheet, ""))
        for receipt in refused
    ]
    for receipt in receipts:
        rows += (_row(config, receipt, finding) for finding in gravest_first(receipt.findings))
    return [Table(title, _COLUMNS), *rows]


def _row(config: InboxConfig, receipt: Receipt, finding: Finding) -> Row:
    title = title_of(edition_of(config, receipt), finding.path)
    texts = (class_word(finding), title, cut(finding.message))
    worksheet = finding.worksheet if finding.cell else ""
    named = _worksheet_of(receipt, finding)
    return Row(worksheet, finding.cell, (*texts, named, finding.cell))


def _first(receipts: Iterable[Receipt]) -> list[GoTo]:
    """Go to the first error, else to the first warning."""
    findings = [finding for receipt in receipts for finding in receipt.findings if finding.cell]
    findings = [finding for finding in gravest_first(findings) if finding.severity in COLOURS]
    return [GoTo(finding.worksheet, finding.cell) for finding in findings[:1]]


def _message(receipts: Sequence[Receipt]) -> Message:
    message = _verdict(receipts)
    if any(receipt.outcome == "trial" for receipt in receipts):
        return Message(message.level, f"{message.text}\n{_TRIAL}")
    return message


def _verdict(receipts: Sequence[Receipt]) -> Message:
    words = []
    for receipt in receipts:
        if receipt.outcome == "refused":
            words.append(f"{of_sheet(receipts, receipt)}{_REFUSED}。{ended(receipt.reason)}")
        elif counts := counted(receipt.findings):
            words.append(f"{of_sheet(receipts, receipt)}{counts}があります。")
    severities = [finding.severity for receipt in receipts for finding in receipt.findings]
    if not words:
        notes = len(severities)
        beside = f"（参考が{notes}件ありますが、直す必要はありません）" if notes else ""
        return Message("info", f"検証しました。直すところはありません{beside}。")
    if set(severities) - {"note"}:
        words.append(_WHAT_NOW)
    if "error" in severities:
        words.append(
            "未入力やエラーが残っていても保存や［提出］はできますが、直すまで提出済になりません。"
        )
    return Message("warning", "\n".join(words))

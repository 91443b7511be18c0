"""提出: what stands in the live workbook is received into the store, saved or not; the answer is what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from xlsync.addin.protocol.changes import Message, PutStamp, Row, Table
from xlsync.addin.verbs.button_messages import (
    by_whom,
    city_of,
    class_word,
    counted,
    cut,
    edition_of,
    gravest_first,
    named,
    of_sheet,
    shown,
    title_of,
)
from xlsync.addin.verbs.pressing import VerbResult, ended, failure
from xlsync.exchange import compare
from xlsync.exchange.blame import blame_fields
from xlsync.exchange.receive import receive
from xlsync.exchange.stages.hand_in_findings import HAND_IN_CODES
from xlsync.exchange.stages.hand_in_words import hand_in_words
from xlsync.exchange.stages.pressed_hand_in import hand_in_by_press
from xlsync.inbox.intake.ingest import CLOSED

if TYPE_CHECKING:
    from xlsync.addin.protocol.changes import Change as ChangeInExcel
    from xlsync.addin.verbs.pressing import Press
    from xlsync.exchange import Receipt
    from xlsync.exchange.blame import Origin
    from xlsync.exchange.stages.pressed_hand_in import PressedHandIn
    from xlsync.finding import Finding
    from xlsync.form.edition import Edition
    from xlsync.merging import Change

_COLUMNS: Final = (
    "種類",
    "欄",
    "このブック",
    "登録データ",
    "登録データの内容を変えた人・日時",
    "内容",
)
_CHOOSE: Final = (
    "［反映］を押して欄ごとにどちらにするかを選び、もう一度［提出］を押してください。"
    "または、保存してブックを閉じたあとに現れるシート「入力の重なり」で選べます。"
)
_TAKE: Final = "［反映］を押すと、このブックに書き込めます。"
_HAND_IN_WORDS: Final[Mapping[PressedHandIn, str]] = {
    "recorded": "提出済にしました。",
    "incomplete": "未入力・エラー・入力の重なりがなくなってから［提出］を押すと、提出済になります。"
    "このまま提出するときは、{hand_in}。",
    "overtaken": "ほかの人の変更と同時になったため、まだ提出済にしていません。もう一度［提出］を押してください。",
    "none": "",
}
_ABOUT_ANSWERS: Final = frozenset(
    {
        *HAND_IN_CODES,
        *("cleared", "undone", "undo-nothing", "undo-not-alone", "request-unclear"),
    }
)
"""Codes of the findings that answer what staff chose on チェック."""


@dataclass(frozen=True, slots=True)
class _ReceivedSheet:
    """A sheet of the workbook once it was received.

    Attributes:
        receipt: What became of it.
        of_others: What still differs from the store: others changed it.
        pressed_hand_in: What the press made of its stage.

    """

    receipt: Receipt
    of_others: Sequence[Change]
    pressed_hand_in: PressedHandIn


def submit(press: Press) -> VerbResult:
    """Take the workbook in, unless the deadline is closed; hand in what is complete, where that is an act in this city."""
    config, data = press.config, press.request.workbook
    is_trial = all(incoming.is_trial for incoming in press.incoming_sheets)
    if config.deadline.closed and not is_trial:
        return failure(CLOSED)
    receipts = receive(config.store, config.terms, data, press.source, press.reader)
    if all(receipt.outcome == "refused" for receipt in receipts):
        return failure(*(receipt.reason for receipt in receipts), receipts=receipts)
    hand_ins = [
        hand_in_by_press(config.store, config.terms, receipt, press.source) for receipt in receipts
    ]
    after = compare(config.store, config.terms, data, press.source, press.reader)
    received = [
        _ReceivedSheet(receipt, _of_others(press, receipt, comparison.changes), hand_in)
        for receipt, comparison, hand_in in zip(receipts, after, hand_ins, strict=True)
    ]
    return VerbResult(_changes(press, received), tuple(receipts))


def _changes(press: Press, received: Sequence[_ReceivedSheet]) -> tuple[ChangeInExcel, ...]:
    changes: list[ChangeInExcel] = [
        PutStamp(worksheet, sheet.receipt.new_stamp)
        for sheet in received
        for worksheet in sheet.receipt.worksheets
        if sheet.receipt.new_stamp
    ]
    rows = [row for sheet in received for row in _rows(press, sheet.receipt, sheet.of_others)]
    if rows:
        changes += [Table("提出結果", _COLUMNS), *rows]
    return (*changes, _message(press, received))


def _of_others(press: Press, receipt: Receipt, changes: Sequence[Change]) -> list[Change]:
    """Return what still differs from the store after the workbook was accepted, without computed fields: others changed it."""
    if receipt.outcome in {"refused", "trial"}:
        return []
    edition = edition_of(press.config, receipt)
    asked = {change.path for change in receipt.conflicts} | _waiting(receipt)
    computed = {path for path, field in edition.by_path.items() if field.filled_by == "computed"}
    return [change for change in changes if change.path not in asked | computed]


def _waiting(receipt: Receipt) -> set[str]:
    """Return the fields whose change waits for the planning office."""
    return {finding.path for finding in receipt.findings if finding.code == "review-waits"}


def _rows(press: Press, receipt: Receipt, beyond: Sequence[Change]) -> list[Row]:
    """Return the rows of the list: conflicts, changes by others, errors and warnings."""
    if receipt.outcome == "refused":
        return [Row("", "", ("受け取れません", "", "", "", "", cut(receipt.reason)))]
    edition = edition_of(press.config, receipt)
    paths = [conflict.path for conflict in receipt.conflicts]
    paths += (change.path for change in beyond)
    blame = _blame(press, receipt, paths)

    def row(kind: str, path: str, mine: Any, held: Any, what: str) -> Row:
        where = press.cell_of(receipt.worksheet, path)
        sides = shown(edition, path, mine), shown(edition, path, held)
        texts = (kind, title_of(edition, path), *sides, by_whom(blame.get(path)), what)
        return Row(*where, texts)

    rows = [
        row("入力の重なり", asked.path, asked.incoming, asked.head, _CHOOSE)
        for asked in receipt.conflicts
    ]
    rows += (
        row("ほかの人の変更", theirs.path, theirs.after, theirs.before, _TAKE) for theirs in beyond
    )
    for finding in _findings(receipt):
        rows.append(_finding_row(receipt, title_of(edition, finding.path), finding))
    return rows


def _finding_row(receipt: Receipt, title: str, finding: Finding) -> Row:
    texts = (class_word(finding), title, "", "", "", cut(finding.message))
    worksheet = finding.worksheet or receipt.worksheet
    return Row(worksheet if finding.cell else "", finding.cell, texts)


def _findings(receipt: Receipt) -> list[Finding]:
    """Return errors and warnings without the conflicts, which have rows of their own."""
    return [
        finding
        for finding in gravest_first(receipt.findings)
        if finding.severity != "note" and finding.code != "conflict"
    ]


def _blame(press: Press, receipt: Receipt, paths: Sequence[str]) -> dict[str, Origin]:
    store, terms = city_of(press.config, receipt)
    head = store.head(receipt.sheet_id, receipt.edition or terms.fiscal_year)
    return {} if head is None or not paths else blame_fields(store, head, paths)


def _message(press: Press, received: Sequence[_ReceivedSheet]) -> Message:
    receipts = [sheet.receipt for sheet in received]
    lines = [f"{of_sheet(receipts, sheet.receipt)}{_sentence(press, sheet)}" for sheet in received]
    outcomes = {receipt.outcome for receipt in receipts}
    if "conflict" in outcomes:
        lines.append(_CHOOSE)
    if outcomes & {"accepted", "conflict"}:
        lines += _after_the_deadline(press, receipts)
    is_grave = outcomes & {"conflict", "refused"} or any(map(_findings, receipts))
    return Message("warning" if is_grave else "info", "\n".join(lines))


def _after_the_deadline(press: Press, receipts: Sequence[Receipt]) -> list[str]:
    """Return what there is to say where the last day of the first sheet's unit is over."""
    config = press.config
    heads = (config.store.head(receipt.sheet_id, receipt.edition or 0) for receipt in receipts)
    head = next((head for head in heads if head is not None), None)
    day = config.deadline.day if head is None else config.deadline.day_for(head.units)
    if day is None or press.pressed_at.date() <= day:
        return []
    return [f"提出期限（{day:%Y/%m/%d}）を過ぎているため、提出状況では「期限後」と示されます。"]


def _sentence(press: Press, sheet: _ReceivedSheet) -> str:
    """Say what became of one sheet."""
    receipt, beyond = sheet.receipt, sheet.of_others
    if receipt.outcome == "refused":
        return f"受け取れません。{ended(receipt.reason)}"
    if receipt.outcome == "trial":
        return _trial_sentence(receipt)
    edition = edition_of(press.config, receipt)
    words = [_received_sentence(edition, receipt)]
    titles = [title_of(edition, change.path) for change in receipt.conflicts]
    if titles:
        words.append(
            f"{named(titles)}の{len(titles)}欄は、登録済みの内容と重なったため、登録済みの内容のままにしています。"
        )
    waiting = [title_of(edition, path) for path in sorted(_waiting(receipt))]
    if waiting:
        words.append(f"{named(waiting)}の{len(waiting)}欄の変更は、企画担当の確認待ちです。")
    if beyond:
        words.append(f"ほかの人が変えた{len(beyond)}欄が、このブックにはまだありません。{_TAKE}")
    words += [remark.message for remark in receipt.findings if remark.code in _ABOUT_ANSWERS]
    return "".join((*words, _counts_sentence(receipt), _hand_in_sentence(press, sheet)))


def _hand_in_sentence(press: Press, sheet: _ReceivedSheet) -> str:
    """Say what the press made of a sheet's stage, "" for nothing."""
    words = _HAND_IN_WORDS[sheet.pressed_hand_in]
    return words.format(hand_in=hand_in_words(press.config.terms))


def _received_sentence(edition: Edition, receipt: Receipt) -> str:
    fields = [
        change.path
        for change in receipt.changes
        if edition.by_path[change.path].filled_by != "computed"
    ]
    if fields or receipt.conflicts or _waiting(receipt):
        return f"受け取りました（第{receipt.revision}版、変更{len(fields)}欄）。"
    return f"前に受け取った内容から変わっていません（第{receipt.revision}版）。"


def _trial_sentence(receipt: Receipt) -> str:
    counts = _counts_sentence(receipt) or "直すところはありません。"
    return f"試し提出として内容を確かめました。登録していません。{counts}"


def _counts_sentence(receipt: Receipt) -> str:
    counts = counted(_findings(receipt))
    return f"{counts}があります。［検証］を押すと、どのセルかわかります。" if counts else ""

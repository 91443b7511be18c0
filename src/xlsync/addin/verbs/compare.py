"""差分: where the live workbook and the store differ, and who last changed what the store says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from xlsync.addin.protocol.changes import Message, Row, Table
from xlsync.addin.verbs.button_messages import city_of, edition_of, of_sheet, shown, title_of
from xlsync.addin.verbs.pressing import VerbResult, ended, failure
from xlsync.exchange import compare
from xlsync.exchange.blame import Origin, blame_fields, spoken_time

if TYPE_CHECKING:
    from xlsync.addin.protocol.changes import Change
    from xlsync.addin.verbs.pressing import Press
    from xlsync.exchange import Receipt

_COLUMNS: Final = (
    "欄",
    "このブック",
    "登録データ",
    "最後に変えた人",
    "日時",
    "ワークシート",
    "セル",
)
_WHAT_NOW: Final = (
    "一覧「差分」を見て、このブックの内容を生かすときは［提出］、"
    "ほかの人の変更を取り込むときは［反映］を押してください。"
)


def diff(press: Press) -> VerbResult:
    """List the differences."""
    config, data = press.config, press.request.workbook
    receipts = compare(config.store, config.terms, data, press.source, press.reader)
    if all(receipt.outcome == "refused" for receipt in receipts):
        return failure(*(receipt.reason for receipt in receipts))
    held = [receipt for receipt in receipts if receipt.revision is not None]
    rows: list[Change] = [row for receipt in held for row in _rows(press, receipt)]
    table = [Table("差分", _COLUMNS), *rows] if rows else []
    return VerbResult((*table, _message(receipts, has_rows=bool(rows))))


def _message(receipts: Sequence[Receipt], *, has_rows: bool) -> Message:
    lines = [f"{of_sheet(receipts, receipt)}{_sentence(receipt)}" for receipt in receipts]
    if has_rows and not all(receipt.outcome == "trial" for receipt in receipts):
        lines.append(_WHAT_NOW)
    refused = any(receipt.outcome == "refused" for receipt in receipts)
    return Message("warning" if refused else "info", "\n".join(lines))


def _rows(press: Press, receipt: Receipt) -> Iterator[Row]:
    edition = edition_of(press.config, receipt)
    store, _ = city_of(press.config, receipt)
    head = store.head(receipt.sheet_id, edition.year)
    if head is None:
        return
    blame = blame_fields(store, head, {change.path for change in receipt.changes})
    for change in receipt.changes:
        origin = blame.get(change.path, Origin())
        worksheet, cell = press.cell_of(receipt.worksheet, change.path)
        texts = (
            title_of(edition, change.path),
            shown(edition, change.path, change.after),
            shown(edition, change.path, change.before),
            origin.who,
            spoken_time(origin.when),
            worksheet or receipt.worksheet,
            cell,
        )
        yield Row(worksheet, cell, texts)


def _sentence(receipt: Receipt) -> str:
    if receipt.outcome == "refused":
        return f"比べられません。{ended(receipt.reason)}"
    if receipt.outcome == "trial":
        return f"試し用のファイルです。登録済みの内容と{len(receipt.changes)}欄が違います。"
    if receipt.revision is None:
        return "まだ登録データにない事業です。［提出］を押すか、保存すると受け取られます。"
    if not receipt.changes:
        return f"登録データ（第{receipt.revision}版）と同じ内容です。"
    return f"登録データ（第{receipt.revision}版）と{len(receipt.changes)}欄が違います。"

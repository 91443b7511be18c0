"""提出: what stands in the live workbook is taken into the store, saved or not; the answer is what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from xlsync.addin.protocol.changes import Message, PutStamp, Row, Table
from xlsync.addin.verbs.button_messages import (
    by_whom,
    counted,
    cut,
    edition_of,
    gravest_first,
    named,
    of_sheet,
    shown,
    title_of,
)
from xlsync.addin.verbs.pressing import Told, ended, failure
from xlsync.exchange import compare, receive
from xlsync.exchange.blame import origins
from xlsync.finding_catalogue import SEVERITY_WORDS
from xlsync.inbox.intake.ingest import CLOSED

if TYPE_CHECKING:
    from xlsync.addin.protocol.changes import Change as Told_
    from xlsync.addin.verbs.pressing import Press
    from xlsync.exchange import Receipt
    from xlsync.exchange.blame import Origin
    from xlsync.finding import Finding
    from xlsync.merging import Change

_COLUMNS: Final = ("種類", "欄", "このブック", "保管庫", "保管庫の内容を変えた人・日時", "内容")
_CHOOSE: Final = (
    "［反映］を押して欄ごとにどちらにするかを選び、もう一度［提出］を押してください。"
    "または、保存してブックを閉じたあとに現れるシート「競合」の「採用」で選べます。"
)
_TAKE: Final = "［反映］を押すと、このブックに書き込めます。"


def submit(press: Press) -> Told:
    """Take the workbook in, unless the deadline is closed."""
    office, data = press.office, press.request.workbook
    if office.deadline.closed:
        return failure(CLOSED)
    receipts = receive(office.store, office.terms, data, press.source, press.reader)
    if all(one.outcome == "refused" for one in receipts):
        return failure(*(one.reason for one in receipts), receipts=receipts)
    after = compare(office.store, office.terms, data, press.source, press.reader)
    beyond = {
        one.worksheet: _of_others(press, taken, one.changes)
        for taken, one in zip(receipts, after, strict=True)
    }
    changes: list[Told_] = [PutStamp(one.worksheet, one.stamp) for one in receipts if one.stamp]
    rows = [row for one in receipts for row in _rows(press, one, beyond[one.worksheet])]
    if rows:
        changes += [Table("提出結果", _COLUMNS), *rows]
    changes.append(_message(press, receipts, beyond))
    return Told(tuple(changes), tuple(receipts))


def _of_others(press: Press, receipt: Receipt, changes: Sequence[Change]) -> list[Change]:
    """Give what differs from the store although the workbook was taken: others changed it. Sums only follow."""
    if receipt.outcome == "refused":
        return []
    edition = edition_of(press.office.terms, receipt)
    asked = {one.path for one in receipt.conflicts}
    computed = {path for path, field in edition.by_path.items() if field.filled_by == "computed"}
    return [one for one in changes if one.path not in asked | computed]


def _rows(press: Press, receipt: Receipt, beyond: Sequence[Change]) -> list[Row]:
    """Give the lines of the list: conflicts, what others changed, errors and warnings."""
    if receipt.outcome == "refused":
        return [Row("", "", ("受け取れません", "", "", "", "", cut(receipt.reason)))]
    edition = edition_of(press.office.terms, receipt)
    cells = press.cells(receipt.worksheet)
    paths = [*(one.path for one in receipt.conflicts), *(one.path for one in beyond)]
    told = _origins(press, receipt, paths)

    def row(kind: str, path: str, mine: Any, held: Any, what: str) -> Row:
        cell = cells.get(path, "")
        sides = shown(edition, path, mine), shown(edition, path, held)
        texts = (kind, title_of(edition, path), *sides, by_whom(told.get(path)), what)
        return Row(receipt.worksheet if cell else "", cell, texts)

    asked = (row("競合", one.path, one.incoming, one.head, _CHOOSE) for one in receipt.conflicts)
    theirs = (row("ほかの人の変更", one.path, one.after, one.before, _TAKE) for one in beyond)
    told_of = ((title_of(edition, one.path), one) for one in _findings(receipt))
    return [*asked, *theirs, *(_finding_row(receipt, title, one) for title, one in told_of)]


def _finding_row(receipt: Receipt, title: str, found: Finding) -> Row:
    texts = (SEVERITY_WORDS[found.severity], title, "", "", "", cut(found.message))
    return Row(receipt.worksheet if found.cell else "", found.cell, texts)


def _findings(receipt: Receipt) -> list[Finding]:
    """Give errors and warnings; a conflict is told by itself."""
    return [
        one
        for one in gravest_first(receipt.findings)
        if one.severity != "note" and one.code != "conflict"
    ]


def _origins(press: Press, receipt: Receipt, paths: Sequence[str]) -> dict[str, Origin]:
    office = press.office
    head = office.store.head(receipt.key, receipt.edition or office.terms.edition)
    return {} if head is None or not paths else origins(office.store, head, paths)


def _message(press: Press, receipts: Sequence[Receipt], beyond: dict[str, list[Change]]) -> Message:
    lines = [
        f"{of_sheet(receipts, one)}{_sentence(press, one, beyond[one.worksheet])}"
        for one in receipts
    ]
    if any(one.outcome == "conflict" for one in receipts):
        lines.append(_CHOOSE)
    taken = any(one.outcome in {"accepted", "conflict"} for one in receipts)
    day = press.office.deadline.day
    if taken and day is not None and press.when.date() > day:
        lines.append(
            f"提出期限（{day:%Y/%m/%d}）を過ぎているため、提出状況では「期限後」と示されます。"
        )
    grave = any(one.outcome in {"conflict", "refused"} for one in receipts)
    return Message(
        "warning" if grave or any(map(_findings, receipts)) else "info", "\n".join(lines)
    )


def _sentence(press: Press, receipt: Receipt, beyond: Sequence[Change]) -> str:
    """Say what became of one sheet."""
    if receipt.outcome == "refused":
        return f"受け取れません。{ended(receipt.reason)}"
    edition = edition_of(press.office.terms, receipt)
    fields = [
        one.path for one in receipt.changes if edition.by_path[one.path].filled_by != "computed"
    ]
    titles = [title_of(edition, one.path) for one in receipt.conflicts]
    if fields or titles:
        words = [f"受け取りました（第{receipt.revision}版、変更{len(fields)}欄）。"]
    else:
        words = [f"前に受け取った内容から変わっていません（第{receipt.revision}版）。"]
    if titles:
        words.append(
            f"{named(titles)}の{len(titles)}欄は、ほかの人の変更と重なったため、保管庫の内容のままにしています。"
        )
    if beyond:
        words.append(f"ほかの人が変えた{len(beyond)}欄が、このブックにはまだありません。{_TAKE}")
    if said := counted(_findings(receipt)):
        words.append(f"{said}があります。［検証］を押すと、どのセルかわかります。")
    return "".join(words)

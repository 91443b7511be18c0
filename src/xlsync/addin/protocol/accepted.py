"""WHAT BOTH SIDES REFUSE: an answer is carried out only if every change in it is one that docs/protocol.md knows.

A client asks this of whatever reaches it, also of an answer made in the same process: nothing else guards the live workbook.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal
from typing import Final, get_args

from xlsync.addin.protocol.changes import (
    Answer,
    Ask,
    Change,
    GoTo,
    Level,
    Mark,
    Message,
    Open,
    PutStamp,
    Row,
    Table,
    Typed,
    Unmark,
    Verb,
    Write,
)
from xlsync.errors import ProtocolError, WorkbookError
from xlsync.ooxml.a1 import split_reference

VERSION: Final = 1
HEADER_BYTES: Final = 64 * 2**10
WORKBOOK_BYTES: Final = 20 * 2**20
ANSWER_BYTES: Final = 8 * 2**20
MOST_CHANGES: Final = 20_000
VERBS: Final[tuple[Verb, ...]] = get_args(Verb)
LEVELS: Final[tuple[Level, ...]] = get_args(Level)

_ORDER: Final[tuple[type[Change], ...]] = (
    Unmark, Mark, Write, Ask, PutStamp, Table, GoTo, Open, Message,
)  # fmt: skip
ID: Final = re.compile(r"[0-9A-Fa-f]{32}")
COLOUR: Final = re.compile(r"[0-9A-Fa-f]{6}")
ADDRESS: Final = re.compile(r"[A-Z]{1,3}[1-9][0-9]{0,6}")
_UNSAFE_IN_NAMES: Final = re.compile(r'[\x00-\x1f\x7f\\:*?"<>|]')
_DEVICES: Final = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_NAME_LENGTH: Final = 240
_STAMP_LENGTH: Final = 250
_LARGEST: Final = Decimal("9.99999999999999E307")
"""Excel's largest number."""


def refused_answer(why: str) -> ProtocolError:
    """Return the error for an answer of which nothing is carried out."""
    return ProtocolError(
        f"ボタンの応答を読み取れません（{why}）。ブックには何も書き込んでいません。もう一度押し、続くときは企画担当に連絡してください"
    )


def refused_request(why: str) -> ProtocolError:
    """Return the error for a request that cannot be parsed."""
    return ProtocolError(
        f"ボタンからの依頼を読み取れません（{why}）。入力した内容はブックにそのまま残っています。"
        "もう一度押し、続くときは企画担当に連絡してください"
    )


def is_id(text: str) -> bool:
    """True for 32 hexadecimal digits."""
    return ID.fullmatch(text) is not None


def accepted(answer: Answer) -> Answer:
    """Return the answer unchanged; ProtocolError if it breaks a rule of docs/protocol.md."""
    if answer.verb not in VERBS or not is_id(answer.id):
        raise refused_answer("どの依頼への応答かわかりません")
    if len(answer.changes) > MOST_CHANGES:
        raise refused_answer(f"変更が多すぎます（{len(answer.changes)}件）")
    _check_order(answer.changes)
    for change in answer.changes:
        if why := _wrong(change):
            raise refused_answer(why)
    if answer.failed and not _is_failure(answer.changes):
        raise refused_answer("失敗の応答に、メッセージのほかのものがあります")
    return answer


def in_order(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Sort changes into the order of docs/protocol.md; the sort is stable and keeps rows with their table."""
    return tuple(sorted(changes, key=lambda change: _ORDER.index(_kind(change))))


def is_open_name(name: str) -> bool:
    """True for the name of a workbook or page below the shared folder that no system reads as a way out of it."""
    parts = name.split("/")
    return (
        len(name) <= _NAME_LENGTH
        and name.endswith((".xlsx", ".html"))
        and _UNSAFE_IN_NAMES.search(name) is None
        and all(_is_name(part) for part in parts)
    )


def _is_name(part: str) -> bool:
    bare = unicodedata.normalize("NFKC", part).strip(" .")
    return bare != "" and part[-1] not in " ." and _DEVICES.fullmatch(bare) is None


def _check_order(changes: tuple[Change, ...]) -> None:
    """Refuse changes out of order: a stamp before its writes would vouch for what was not yet done."""
    reached, columns = 0, -1
    for change in changes:
        if isinstance(change, Row):
            if columns != len(change.texts):
                raise refused_answer("一覧の列の数が合いません")
            continue
        rank = _ORDER.index(type(change)) if type(change) in _ORDER else -1
        if rank < reached:
            raise refused_answer("変更の順序が違うか、知らない種類の変更があります")
        reached, columns = rank, len(change.columns) if isinstance(change, Table) else -1


def _kind(change: Change) -> type[Change]:
    return Table if isinstance(change, Row) else type(change)


def _is_failure(changes: tuple[Change, ...]) -> bool:
    match changes:
        case (Message(level="error"),):
            return True
        case _:
            return False


def _wrong(change: Change) -> str:
    """Say what is wrong with a change, "" where nothing is."""
    match change:
        case Table() | Row(worksheet="", cell=""):
            return ""
        case Open(name=name):
            return "" if is_open_name(name) else f"開けない名前のファイルです：{name[:60]}"
        case Message(level=level):
            return "" if level in LEVELS else f"知らない重さのメッセージです：{level[:20]}"
        case _:
            return _wrong_in_worksheet(change)


def _wrong_in_worksheet(
    change: Unmark | Mark | Write | Ask | PutStamp | Row | GoTo,
) -> str:
    if not change.worksheet:
        return "ワークシートの名前がありません"
    match change:
        case Unmark():
            return ""
        case PutStamp(text=text):
            return "" if _is_stamp(text) else "発行印の形が違います"
        case Mark(colour=colour) if COLOUR.fullmatch(colour) is None:
            return f"色の形が違います：{colour[:20]}"
        case Write() | Ask() if not all(map(is_typed, (change.value, change.expected))):
            return "値の形が違います"
        case _:
            cell = change.cell
            return "" if is_address(cell) else f"セル番地の形が違います：{cell[:20]}"


def _is_stamp(text: str) -> bool:
    is_plain = text.isascii() and text.isprintable() and '"' not in text
    return is_plain and len(text) <= _STAMP_LENGTH


def is_address(cell: str) -> bool:
    """True for an address on a worksheet, written A1."""
    if ADDRESS.fullmatch(cell) is None:
        return False
    try:
        split_reference(cell)
    except WorkbookError:
        return False
    return True


def is_typed(value: Typed) -> bool:
    """True for a value that a cell can hold: text, boolean, a finite number within Excel's range, or nothing."""
    if value is None or isinstance(value, str | bool):
        return True
    if isinstance(value, float) and not math.isfinite(value):
        return False
    number = Decimal(value)
    return number.is_finite() and -_LARGEST <= number <= _LARGEST

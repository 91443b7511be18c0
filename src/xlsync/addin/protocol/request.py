"""A request as bytes: one line with two lengths, the header in UTF-16LE, the workbook (docs/protocol.md)."""

from __future__ import annotations

import re
from typing import Final, cast

from xlsync.addin.protocol.accepted import (
    HEADER_BYTES,
    VERBS,
    VERSION,
    WORKBOOK_BYTES,
    is_id,
    refused_request,
)
from xlsync.addin.protocol.changes import Request, Verb
from xlsync.addin.protocol.escapes import decoded, encoded, line_of, lines_in

FIRST_LINE: Final = 80
"""Bytes; whoever reads from a socket need not wait for a longer one."""
LARGEST: Final = FIRST_LINE + HEADER_BYTES + WORKBOOK_BYTES

_FIRST: Final = re.compile(rb"xlsync-request ([0-9]{1,4}) ([0-9]{1,9}) ([0-9]{1,9})\n")
_NAMES: Final = ("id", "verb", "file", "user", "worksheet", "client")
_FACT: Final = "fact"
_MOST_FACTS: Final = 200


def pack(request: Request) -> bytes:
    """Encode a request; ProtocolError if it exceeds the size limits."""
    lines = [line_of((name, getattr(request, name))) for name in _NAMES]
    lines += [line_of((_FACT, *fact)) for fact in request.facts]
    header = encoded("".join(lines))
    _check_lengths(len(header), len(request.workbook))
    first = f"xlsync-request {VERSION} {len(header)} {len(request.workbook)}\n"
    return first.encode("ascii") + header + request.workbook


def unpack(data: bytes) -> Request:
    """Read a request; ProtocolError where it is cut off, too long, or says what nobody knows."""
    first = _FIRST.match(data[:FIRST_LINE])
    if first is None:
        raise refused_request("xlsync の依頼ではありません")
    version, header, workbook = (int(number) for number in first.groups())
    if version != VERSION:
        raise refused_request(
            f"アドインの版が合いません（依頼 {version}、こちら {VERSION}）。アドインを入れ直してください"
        )
    _check_lengths(header, workbook)
    if len(data) != first.end() + header + workbook:
        raise refused_request("長さが合いません。途中で切れた可能性があります")
    begin = first.end() + header
    try:
        lines = lines_in(decoded(data[first.end() : begin]))
    except ValueError as fault:
        raise refused_request(str(fault)) from fault
    return _request(lines, data[begin:])


def _check_lengths(header: int, workbook: int) -> None:
    if header > HEADER_BYTES:
        raise refused_request(f"見出しが大きすぎます（{header}バイト）")
    if workbook > WORKBOOK_BYTES:
        limit = WORKBOOK_BYTES // 2**20
        raise refused_request(
            f"ブックが大きすぎます（{workbook / 2**20:.0f} MB、上限 {limit} MB）。写真などを減らしてください"
        )


def _request(lines: list[list[str]], workbook: bytes) -> Request:
    values: dict[str, str] = {}
    facts: list[tuple[str, str]] = []
    for line in lines:
        match line:
            case ["fact", name, value]:
                facts.append((name, value))
            case [name, value] if name in _NAMES and name not in values:
                values[name] = value
            case _:
                raise refused_request(f"見出しの行の意味がわかりません：{line[0][:30]}")
    if not is_id(values.get("id", "")):
        raise refused_request("依頼の番号（id）が32けたの16進数ではありません")
    if values.get("verb") not in VERBS:
        raise refused_request(f"知らないボタンです：{values.get('verb', '')[:30]}")
    if len(facts) > _MOST_FACTS:
        raise refused_request("自己診断の項目が多すぎます")
    return Request(
        values["id"],
        cast("Verb", values["verb"]),
        values.get("file", ""),
        values.get("user", ""),
        workbook,
        values.get("worksheet", ""),
        values.get("client", ""),
        tuple(facts),
    )

"""Archives written field by field, so that any one of them can lie (APPNOTE.TXT 6.3)."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tests.fuzz.archive import CENTRAL, END, LOCAL

DESCRIPTOR = 8
_DATE = 0x4C81


@dataclass(frozen=True, slots=True)
class Entry:
    """One member; None is worked out from the contents."""

    name: str
    content: bytes = b""
    method: int = 8
    flags: int = 0
    packed: bytes | None = None
    size: int | None = None
    crc: int | None = None
    attributes: int = 0
    extra: bytes = b""
    local_name: str | None = None
    at: int | None = None
    zip64: bool = False
    descriptor: str = ""


def archive(entries: Iterable[Entry], tail: bytes = b"", comment: bytes = b"") -> bytes:
    """The archive of the entries as they say they are."""
    out = bytearray()
    directory = bytearray()
    count = 0
    for entry in entries:
        start = len(out)
        local, central = _headers(entry, start if entry.at is None else entry.at)
        if entry.at is None:
            out += local
        directory += central
        count += 1
    shown = min(count, 0xFFFF)
    end = END.pack(b"PK\5\6", 0, 0, shown, shown, len(directory), len(out), len(comment))
    return bytes(out + directory + tail + end + comment)


def _headers(entry: Entry, start: int) -> tuple[bytes, bytes]:
    """The member with its local header, and its header in the directory."""
    body = _packed(entry) if entry.packed is None else entry.packed
    crc = zlib.crc32(entry.content) if entry.crc is None else entry.crc
    size = len(entry.content) if entry.size is None else entry.size
    name = entry.name.encode()
    flags = entry.flags | (DESCRIPTOR if entry.descriptor else 0)
    sizes = (crc, len(body), size)
    told = (0, 0, 0) if entry.descriptor else sizes
    extra = entry.extra
    if entry.zip64:
        told = sizes = (crc, 0xFFFFFFFF, 0xFFFFFFFF)
        extra += struct.pack("<2H2Q", 1, 16, size, len(body))
    usual = (20, flags, entry.method, 0, _DATE)
    shown = name if entry.local_name is None else entry.local_name.encode()
    local = LOCAL.pack(b"PK\3\4", *usual, *told, len(shown), len(extra)) + shown + extra + body
    if entry.descriptor:
        local += struct.pack(entry.descriptor, crc, len(body), size)
    tail = (len(name), len(extra), 0, 0, 0, entry.attributes, start)
    return local, CENTRAL.pack(b"PK\1\2", 20, *usual, *sizes, *tail) + name + extra


def _packed(entry: Entry) -> bytes:
    if entry.method == 0:
        return entry.content
    deflater = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    return deflater.compress(entry.content) + deflater.flush()


def entries(parts: Mapping[str, str | bytes]) -> list[Entry]:
    """The parts as members."""
    return [
        Entry(name, content.encode() if isinstance(content, str) else content)
        for name, content in parts.items()
    ]

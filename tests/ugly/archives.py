"""Files that are no archive, half of one, or one that lies."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from dataclasses import replace
from functools import cache

from tests.fuzz.seeds import filled
from tests.ooxml import samples
from tests.ugly.entries import Entry, archive, entries
from tests.ugly.sample import Sample, accept, hold, refuse

ROWS = '<row r="1"><c r="A1"><v>1</v></c></row>'
PLAIN = entries(samples.parts(samples.sheet(ROWS)))
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STRUCTURE = refuse("HostileWorkbook", "構造")
_SIZE = refuse("HostileWorkbook", "大きさ")
_SHEET = next(n for n, entry in enumerate(PLAIN) if "worksheets" in entry.name)
_MEGABYTE = 2**20


def with_entries(*more: Entry) -> Callable[[], bytes]:
    """A sound workbook with more members."""
    return lambda: archive([*PLAIN, *more])


def all_with(**changed: object) -> Callable[[], bytes]:
    """A sound workbook whose members are all written in another way."""
    return lambda: archive(replace(entry, **changed) for entry in PLAIN)  # type: ignore[arg-type]


def sheet_with(**changed: object) -> Callable[[], bytes]:
    """A sound workbook whose worksheet part alone is written in another way."""

    def make() -> bytes:
        return archive(
            replace(entry, **changed) if n == _SHEET else entry  # type: ignore[arg-type]
            for n, entry in enumerate(PLAIN)
        )

    return make


@cache
def _zeros(size: int) -> bytes:
    deflater = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    pieces = [deflater.compress(bytes(_MEGABYTE)) for _ in range(size // _MEGABYTE)]
    return b"".join((*pieces, deflater.flush()))


def _bomb(name: str, size: int, stated: int | None = None) -> Entry:
    """A member of that many zeros; it may state another size."""
    return Entry(name, packed=_zeros(size), size=size if stated is None else stated, crc=0)


def _ole(stream: str) -> bytes:
    """A compound file with one directory entry of that name (MS-CFB 2.2 and 2.6)."""
    name = stream.encode("utf-16-le")
    entry = name.ljust(64, b"\0") + struct.pack("<H2B", len(name) + 2, 2, 1) + bytes(61)
    return (_OLE + bytes(22) + b"\xfe\xff\x09\0").ljust(512, b"\0") + entry + bytes(2048)


def _cut(part: int) -> Callable[[], bytes]:
    return lambda: filled()[: len(filled()) * part // 21]


def _hole(part: int) -> Callable[[], bytes]:
    """Some 600 bytes of zeros in the middle, as of a block not yet written."""

    def make() -> bytes:
        data = bytearray(filled())
        at = len(data) * part // 8
        data[at : at + 600] = bytes(600)
        return bytes(data)

    return make


def _zip64_end() -> bytes:
    """The archive with the end record of ZIP64 in front of the usual one."""
    data = archive(PLAIN)
    end = data.rindex(b"PK\5\6")
    _, _, _, _, count, size, offset, _ = struct.unpack_from("<4s4H2LH", data, end)
    record = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, count, count, size, offset)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, end, 1)
    last = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return data[:end] + record + locator + last


def _zip64_end_nowhere() -> bytes:
    data = bytearray(_zip64_end())
    struct.pack_into("<Q", data, data.rindex(b"PK\6\7") + 8, 2**64 - 1)
    return bytes(data)


def _sixty_thousand() -> bytes:
    return archive([*PLAIN, *(Entry(f"a{n}", method=0) for n in range(60_000))])


def _overlapping() -> bytes:
    """Two names for the very same bytes."""
    at = len(archive(PLAIN[:1]).partition(b"PK\1\2")[0])
    inside = Entry("b" * len(PLAIN[1].name), PLAIN[1].content, at=at)
    return archive([*PLAIN, inside])


def _inside() -> bytes:
    """A member that lies within the stored bytes of another (CVE-2024-0450)."""
    inner = archive([Entry("inner.xml", b"<a/>", method=0)])
    outer = Entry("outer.bin", inner, method=0)
    start = len(archive(PLAIN).partition(b"PK\1\2")[0])
    at = start + 30 + len(outer.name)
    return archive([*PLAIN, outer, Entry("inner.xml", b"<a/>", method=0, at=at)])


SAMPLES = (
    # --- not an archive
    Sample("zero bytes", lambda: b"", hold("空")),
    Sample("zero-filled", lambda: bytes(20_000), hold("空")),
    Sample("password", lambda: _ole("EncryptedPackage"), refuse("EncryptedWorkbook", "パスワード")),
    Sample("xls renamed", lambda: _ole("Workbook"), refuse("NotAWorkbook", ".xls")),
    Sample("picture", lambda: b"\x89PNG\r\n\x1a\n" + bytes(99), refuse("NotAWorkbook", ".xlsx")),
    Sample("csv", lambda: "部,課\r\n".encode("cp932"), refuse("NotAWorkbook", ".xlsx")),
    Sample("html", lambda: b"<html><table></table></html>", refuse("NotAWorkbook", ".xlsx")),
    Sample("junk in front", lambda: b"MZ" + archive(PLAIN), refuse("NotAWorkbook", ".xlsx")),
    Sample("too big", lambda: b"PK\3\4" + bytes(20 * _MEGABYTE), refuse("HostileWorkbook", "20MB")),
    # --- half of one
    *(Sample(f"truncated {n:02} of 21", _cut(n), hold()) for n in range(1, 21)),
    *(Sample(f"hole at {n} of 8", _hole(n), hold()) for n in range(1, 8)),
    Sample("end is zeros", lambda: filled()[:-300] + bytes(300), hold("途中")),
    Sample("start is zeros", lambda: bytes(300) + filled()[300:], hold()),
    Sample("junk behind", lambda: archive(PLAIN) + b"\r\n", hold("途中")),
    Sample("zeros behind", lambda: archive(PLAIN) + bytes(512), accept(A1=1)),
    Sample("wrong CRC", sheet_with(crc=1), hold("壊れて")),
    Sample("wrong CRC of a picture", with_entries(Entry("a.png", b"abc", crc=1)), hold("壊れて")),
    Sample("size too small", sheet_with(size=9), hold("壊れて")),
    Sample("size too great", sheet_with(size=9999), hold("壊れて")),
    Sample("no deflate stream", sheet_with(packed=b"\xff" * 90), hold("壊れて")),
    # --- an archive that lies
    Sample("archive in front", lambda: archive([Entry("a")]) + archive(PLAIN), _STRUCTURE),
    Sample("overlapping members", _overlapping, _STRUCTURE),
    Sample("member inside a member", _inside, _STRUCTURE),
    Sample(
        "two names, one of them local",
        sheet_with(local_name="xl/worksheets/sheet2.xml"),
        _STRUCTURE,
    ),
    Sample("duplicate member", with_entries(PLAIN[_SHEET]), _STRUCTURE),
    Sample("duplicate by case", with_entries(Entry("XL/Workbook.xml", b"<a/>")), _STRUCTURE),
    Sample("path outside", with_entries(Entry("../../etc/cron.d/a", b"a")), _STRUCTURE),
    Sample("path outside, backslashes", with_entries(Entry("xl\\..\\..\\a", b"a")), _STRUCTURE),
    Sample("absolute path", with_entries(Entry("/etc/passwd", b"a")), _STRUCTURE),
    Sample("drive path", with_entries(Entry("C:/Windows/a", b"a")), _STRUCTURE),
    Sample("symlink", with_entries(Entry("xl/l", b"/etc", attributes=0o120777 << 16)), _STRUCTURE),
    Sample("NUL in a name", with_entries(Entry("xl/a\0.xml", b"a")), _STRUCTURE),
    Sample("empty step in a name", with_entries(Entry("xl//a.xml", b"a")), _STRUCTURE),
    Sample("60,000 members", _sixty_thousand, refuse("HostileWorkbook", "部品の数")),
    Sample("bomb in one part", with_entries(_bomb("xl/a.bin", 130 * _MEGABYTE)), _SIZE),
    Sample("bomb of ratio", with_entries(_bomb("xl/a.bin", 8 * _MEGABYTE)), _SIZE),
    Sample(
        "bomb in many parts",
        with_entries(*(_bomb(f"xl/{n}.bin", _MEGABYTE) for n in range(200))),
        _SIZE,
    ),
    Sample("bomb with a false size", with_entries(_bomb("xl/a.bin", 130 * _MEGABYTE, 99)), hold()),
    Sample(
        "bomb as worksheet", sheet_with(packed=_zeros(64 * _MEGABYTE), size=64 * _MEGABYTE), _SIZE
    ),
    Sample("encrypted member", sheet_with(flags=1), refuse("EncryptedWorkbook", "暗号化")),
    Sample("unknown compression", sheet_with(method=93), refuse("NotAWorkbook", "圧縮方式")),
    Sample("ZIP64 end record nowhere", _zip64_end_nowhere, hold("途中")),
    # --- unusual and sound
    Sample("stored", all_with(method=0), accept(A1=1)),
    Sample("data descriptors", all_with(descriptor="<3L"), accept(A1=1)),
    Sample("long data descriptors", all_with(descriptor="<L2Q"), accept(A1=1)),
    Sample("ZIP64 sizes", all_with(zip64=True), accept(A1=1)),
    Sample("ZIP64 end record", _zip64_end, accept(A1=1)),
    Sample("extra fields", all_with(extra=struct.pack("<2HL", 0x5455, 4, 7)), accept(A1=1)),
    Sample("broken extra field", all_with(extra=b"\x55\x54\xff\xff"), accept(A1=1)),
    Sample("archive comment", lambda: archive(PLAIN, comment="注".encode() * 9), accept(A1=1)),
    Sample("folders", with_entries(Entry("xl/", method=0), Entry("a/", method=0)), accept(A1=1)),
    Sample("members backwards", lambda: archive(PLAIN[::-1]), accept(A1=1)),
    Sample(
        "Japanese member name", with_entries(Entry("xl/図.png", b"a", flags=0x800)), accept(A1=1)
    ),
    Sample("empty member", with_entries(Entry("xl/empty.bin")), accept(A1=1)),
)

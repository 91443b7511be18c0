"""The directory of a ZIP file, believed only where the bytes bear it out (APPNOTE.TXT 6.3, ECMA-376 part 2 annex B).

Python's zipfile of the versions we support accepts overlapping and duplicate members and forgets how a member was
stored, so that it can be neither trusted with hostile files nor used for copying members as they are.
"""

from __future__ import annotations

import stat
import struct
from dataclasses import dataclass

from xlsync.errors import (
    DamagedWorkbook,
    EncryptedWorkbook,
    HostileWorkbook,
    NotAWorkbook,
)
from xlsync.ooxml import limits

LOCAL = struct.Struct("<4s5H3L2H")
CENTRAL = struct.Struct("<4s6H3L5H2L")
END = struct.Struct("<4s4H2LH")
_END64_LOCATOR = struct.Struct("<4sLQL")
_END64 = struct.Struct("<4sQ2H2L4Q")
_UNKNOWN_32 = 0xFFFF_FFFF
_UNKNOWN_16 = 0xFFFF
ZIP64_FIELD = 0x0001
UTF8_FLAG = 0x0800
_ENCRYPTED_FLAGS = 0x2041
_DESCRIPTOR_FLAG = 0x0008
STORED, DEFLATED = 0, 8

_CUT_OFF = "ファイルが途中で切れているか壊れています。Excelで開いて保存し直してください。"
_HOSTILE = (
    "ファイルの構造が通常のExcelブックと異なり、安全に読めません。Excelで保存し直してください。"
)
_HOLE = bytes(64)


@dataclass(frozen=True, slots=True)
class Sizes:
    """What the directory says of a member's contents: CRC-32 and the numbers of bytes packed and plain."""

    crc: int
    packed: int
    plain: int


@dataclass(frozen=True, slots=True)
class Member:
    """One file of the archive: where its bytes lie, as directory and local header agree."""

    name: str
    flags: int
    method: int
    sizes: Sizes
    start: int
    data_start: int
    end: int
    header: tuple[int, int]
    zip64_offset_at: int | None

    @property
    def is_folder(self) -> bool:
        """True for an entry that stands for a folder and holds nothing."""
        return self.name.endswith("/")


def read_directory(data: bytes) -> tuple[tuple[Member, ...], bytes]:
    """All members in directory order, and the archive's comment; raises WorkbookError subclasses."""
    try:
        return _directory(data)
    except HostileWorkbook as error:
        # A block of the file that is not written yet reads as zeros, and what it says of itself there as nonsense.
        if error.reason == _HOSTILE and _HOLE in data:
            raise DamagedWorkbook(_CUT_OFF) from None
        raise


def _directory(data: bytes) -> tuple[tuple[Member, ...], bytes]:
    first, stop, count, comment = _bounds(data)
    if count > limits.MEMBERS:
        raise HostileWorkbook("部品の数が多すぎて読めません。Excelで保存し直してください。")
    members = []
    at = first
    for _ in range(count):
        member, at = _member(data, at, stop)
        members.append(member)
    if at != stop:
        raise HostileWorkbook(_HOSTILE)
    _refuse_overlaps(members, first)
    _refuse_duplicates(members)
    _refuse_bombs(members)
    return tuple(members), comment


def _bounds(data: bytes) -> tuple[int, int, int, bytes]:
    """Start and end of the directory, its count of members, and the archive's comment."""
    end = _end_record(data)
    _, disk, first_disk, _, count, size, offset, _ = END.unpack_from(data, end)
    stop = end
    if _UNKNOWN_16 in (disk, first_disk, count) or _UNKNOWN_32 in (size, offset):
        stop, disk, first_disk, count, size, offset = _end64(data, end)
    if disk or first_disk or offset + size > stop:
        raise DamagedWorkbook(_CUT_OFF)
    if offset + size != stop:
        raise HostileWorkbook(_HOSTILE)
    return offset, stop, count, data[end + END.size : _end_of_archive(data, end)]


def _end_record(data: bytes) -> int:
    """Where the end record stands that reaches to the end of the file, but for zeros: some disks fill up their blocks."""
    filled = len(data.rstrip(b"\0"))
    lowest = max(0, filled - END.size - _UNKNOWN_16)
    at = data.rfind(b"PK\5\6", lowest)
    while at >= 0:
        whole = at + END.size <= len(data)
        if whole and filled <= _end_of_archive(data, at) <= len(data):
            return at
        at = data.rfind(b"PK\5\6", lowest, at)
    raise DamagedWorkbook(_CUT_OFF)


def _end_of_archive(data: bytes, end_record: int) -> int:
    """Where the comment ends that follows the end record."""
    comment_size: int = END.unpack_from(data, end_record)[7]
    return end_record + END.size + comment_size


def _end64(data: bytes, end: int) -> tuple[int, int, int, int, int, int]:
    """Position, disks, count, size and offset from the ZIP64 end record in front of the ordinary one."""
    try:
        locator, _, at, _ = _END64_LOCATOR.unpack_from(data, end - _END64_LOCATOR.size)
        fields = _END64.unpack_from(data, at)
    except (struct.error, OverflowError):
        raise DamagedWorkbook(_CUT_OFF) from None
    if locator != b"PK\6\7" or fields[0] != b"PK\6\6":
        raise DamagedWorkbook(_CUT_OFF)
    return at, fields[4], fields[5], fields[7], fields[8], fields[9]


def _member(data: bytes, at: int, stop: int) -> tuple[Member, int]:
    """The member whose directory header stands at `at`, and where the next header stands."""
    if at + CENTRAL.size > stop:
        raise DamagedWorkbook(_CUT_OFF)
    header = CENTRAL.unpack_from(data, at)
    signature, _, _, flags, method, _, _, crc, packed, size, name_len, extra_len, comment_len = (
        header[:13]
    )
    end = at + CENTRAL.size + name_len + extra_len + comment_len
    if signature != b"PK\1\2" or end > stop:
        raise DamagedWorkbook(_CUT_OFF)
    raw_name = data[at + CENTRAL.size : at + CENTRAL.size + name_len]
    name = _checked_name(raw_name, header[15])
    _refuse_method(flags, method, name)
    extra_at = at + CENTRAL.size + name_len
    size, packed, start, offset_at = _zip64_sizes(
        data, extra_at, extra_at + extra_len, (size, packed, header[16])
    )
    data_start = _data_start(data, start, raw_name, method)
    tail = data_start + packed
    if flags & _DESCRIPTOR_FLAG:
        tail += _descriptor_size(data, tail, crc, packed, size)
    if tail > len(data):
        raise DamagedWorkbook(_CUT_OFF, name)
    sizes = Sizes(crc, packed, size)
    header_range = (at, end)
    return Member(name, flags, method, sizes, start, data_start, tail, header_range, offset_at), end


def _checked_name(raw: bytes, attributes: int) -> str:
    """The member's name with forward slashes; refuses names that lead outside, and symbolic links."""
    try:
        name = raw.decode("utf-8")
    except UnicodeDecodeError:
        name = raw.decode("cp437")
    name = name.replace("\\", "/")
    steps = name.rstrip("/").split("/")
    leads_out = "" in steps or "." in steps or ".." in steps or ":" in steps[0] or "\0" in name
    if leads_out or stat.S_ISLNK(attributes >> 16):
        raise HostileWorkbook(_HOSTILE, name.replace("\0", ""))
    return name


def _refuse_method(flags: int, method: int, name: str) -> None:
    """Raise unless the member is stored or deflated, and not encrypted."""
    if flags & _ENCRYPTED_FLAGS:
        raise EncryptedWorkbook(
            "ファイルが暗号化されています。パスワードを外して保存し直してください。", name
        )
    if method not in (STORED, DEFLATED):
        raise NotAWorkbook("Excelで使われない圧縮方式です。Excelで保存し直してください。", name)


def _zip64_sizes(
    data: bytes, at: int, stop: int, sizes: tuple[int, int, int]
) -> tuple[int, int, int, int | None]:
    """Size, packed size and offset with the ZIP64 field's values in place of the unknown ones."""
    size, packed, start = sizes
    offset_at = None
    for kind, begin, end in extra_fields(data, at, stop):
        if kind != ZIP64_FIELD:
            continue
        # Only the values that are unknown in 32 bits are there, in this order.
        offsets = iter(range(begin, end - 7, 8))
        if size == _UNKNOWN_32 and (offset := next(offsets, None)) is not None:
            size = int.from_bytes(data[offset : offset + 8], "little")
        if packed == _UNKNOWN_32 and (offset := next(offsets, None)) is not None:
            packed = int.from_bytes(data[offset : offset + 8], "little")
        if start == _UNKNOWN_32 and (offset_at := next(offsets, None)) is not None:
            start = int.from_bytes(data[offset_at : offset_at + 8], "little")
    return size, packed, start, offset_at


def extra_fields(data: bytes, at: int, stop: int) -> list[tuple[int, int, int]]:
    """(kind, start, end) of each whole extra field's contents between `at` and `stop`."""
    fields = []
    while at + 4 <= stop:
        kind, size = struct.unpack_from("<2H", data, at)
        if at + 4 + size > stop:
            break
        fields.append((kind, at + 4, at + 4 + size))
        at += 4 + size
    return fields


def _data_start(data: bytes, start: int, raw_name: bytes, method: int) -> int:
    """Where the member's packed bytes begin, after a local header that agrees with the directory."""
    if start + LOCAL.size > len(data):
        raise DamagedWorkbook(_CUT_OFF)
    header = LOCAL.unpack_from(data, start)
    if header[0] != b"PK\3\4":
        raise DamagedWorkbook(_CUT_OFF)
    name_end: int = start + LOCAL.size + header[9]
    if data[start + LOCAL.size : name_end] != raw_name or header[3] != method:
        raise HostileWorkbook(_HOSTILE)
    extra_size: int = header[10]
    return name_end + extra_size


def _descriptor_size(data: bytes, at: int, crc: int, packed: int, size: int) -> int:
    """Bytes of the data descriptor at `at`; 0 where the writer left it out."""
    for signature in (b"PK\7\x08", b""):
        for form in ("<3L", "<L2Q"):
            expected = signature + struct.pack(form, crc, packed, size)
            if data.startswith(expected, at):
                return len(expected)
    return 0


def _refuse_overlaps(members: list[Member], directory: int) -> None:
    """Raise unless every member lies alone, in front of the directory, the first at the file's start."""
    position = 0
    for member in sorted(members, key=lambda member: member.start):
        if member.start < position:
            raise HostileWorkbook(_HOSTILE, member.name)
        position = member.end
    if position > directory:
        raise HostileWorkbook(_HOSTILE)


def _refuse_duplicates(members: list[Member]) -> None:
    """Raise when two names are one part (OPC compares names without regard to case)."""
    seen: set[str] = set()
    for member in members:
        key = member.name.casefold()
        if key in seen:
            raise HostileWorkbook(_HOSTILE, member.name)
        seen.add(key)


def _refuse_bombs(members: list[Member]) -> None:
    """Raise when the sizes the directory admits to are beyond the limits."""
    too_big = "展開後の大きさが異常です。内容を確かめて、Excelで保存し直してください。"
    if sum(member.sizes.plain for member in members) > limits.PACKAGE_BYTES:
        raise HostileWorkbook(too_big)
    for member in members:
        swollen = (
            member.sizes.plain > limits.RATIO_FROM_BYTES
            and member.sizes.plain > limits.RATIO * member.sizes.packed
        )
        if member.sizes.plain > limits.PART_BYTES or swollen:
            raise HostileWorkbook(too_big, member.name)

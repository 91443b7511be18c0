"""Writing a ZIP archive that keeps members of another one as the bytes they are (APPNOTE.TXT 6.3)."""

from __future__ import annotations

import struct
import zlib

from xlsync.ooxml.opc.zip_directory import (
    CENTRAL,
    DEFLATED,
    END,
    LOCAL,
    UTF8_FLAG,
    ZIP64_FIELD,
    Member,
    extra_fields,
)

# An eighth more bytes than at zlib's default of 6, in a third of the time.
_COMPRESSION_LEVEL = 2
# 1980-01-01 00:00, the date Excel itself gives every member.
_NO_TIME = (0, 0x21)


class ZipWriter:
    """The bytes of a new archive, member by member; directory headers are kept apart until the end."""

    def __init__(self, source: bytes) -> None:
        self._source = source
        self._out: list[bytes] = []
        self._position = 0
        self._headers: dict[str, bytes] = {}

    def _put(self, *chunks: bytes) -> None:
        self._out.extend(chunks)
        self._position += sum(map(len, chunks))

    def copy(self, member: Member) -> None:
        """The member as it stands, local header, packed bytes and data descriptor."""
        header = bytearray(self._source[slice(*member.header)])
        if member.zip64_offset_at is not None:
            struct.pack_into(
                "<Q", header, member.zip64_offset_at - member.header[0], self._position
            )
        else:
            struct.pack_into("<L", header, 42, self._position)
        self._headers[member.name] = bytes(header)
        self._put(self._source[member.start : member.end])

    def replace(self, member: Member, content: bytes) -> None:
        """The member's name, time and attributes with other contents."""
        at, end = member.header
        old = CENTRAL.unpack_from(self._source, at)
        name_end = at + CENTRAL.size + old[10]
        name = self._source[at + CENTRAL.size : name_end]
        extra = _without_zip64(self._source, name_end, name_end + old[11])
        comment = self._source[name_end + old[11] : end]
        local = LOCAL.unpack_from(self._source, member.start)
        local_extra_at = member.data_start - local[10]
        local_extra = _without_zip64(self._source, local_extra_at, member.data_start)
        packed, sizes = _packed(content, member.method)
        shared = (member.flags & UTF8_FLAG, member.method, old[5], old[6], *sizes, len(name))
        need = min(old[2], 20)
        self._headers[member.name] = (
            CENTRAL.pack(
                old[0],
                old[1],
                need,
                *shared,
                len(extra),
                len(comment),
                0,
                *old[14:16],
                self._position,
            )
            + name
            + extra
            + comment
        )
        self._put(LOCAL.pack(b"PK\3\4", need, *shared, len(local_extra)), name, local_extra, packed)

    def add(self, name: str, content: bytes) -> None:
        """A new deflated member at the end."""
        raw = name.encode("utf-8")
        packed, sizes = _packed(content, DEFLATED)
        flags = 0 if raw.isascii() else UTF8_FLAG
        shared = (20, flags, DEFLATED, *_NO_TIME, *sizes, len(raw), 0)
        self._headers[name] = CENTRAL.pack(b"PK\1\2", 20, *shared, 0, 0, 0, 0, self._position) + raw
        self._put(LOCAL.pack(b"PK\3\4", *shared), raw, packed)

    def finished(self, kept: list[Member], comment: bytes) -> bytes:
        """The whole archive; the directory keeps its own order, which need not be that of the bytes."""
        order = [member.name for member in kept]
        names = order + [name for name in self._headers if name not in set(order)]
        directory = b"".join(self._headers[name] for name in names)
        end = END.pack(
            b"PK\5\6", 0, 0, len(names), len(names), len(directory), self._position, len(comment)
        )
        return b"".join((*self._out, directory, end, comment))


def _packed(content: bytes, method: int) -> tuple[bytes, tuple[int, int, int]]:
    """The bytes to store, with (CRC-32, packed size, size)."""
    packed = content
    if method == DEFLATED:
        deflater = zlib.compressobj(_COMPRESSION_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
        packed = deflater.compress(content) + deflater.flush()
    return packed, (zlib.crc32(content), len(packed), len(content))


def _without_zip64(data: bytes, at: int, stop: int) -> bytes:
    """The extra fields between `at` and `stop` but for the ZIP64 sizes, which the new contents outdate."""
    fields = extra_fields(data, at, stop)
    return b"".join(data[start - 4 : end] for kind, start, end in fields if kind != ZIP64_FIELD)

"""ZIP files written cheaply, so that a million damaged workbooks can be made in minutes; the archives themselves are sound."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence

LOCAL = struct.Struct("<4s5H3L2H")
CENTRAL = struct.Struct("<4s6H3L5H2L")
END = struct.Struct("<4s4H2LH")
_DATE = 0x4C81  # 2018-04-01
_DEFLATED = 8


def packed(parts: Sequence[tuple[str, bytes]], *, deflate: bool) -> bytes:
    """The archive of the parts, in their order; a name may stand twice or lead anywhere."""
    out: list[bytes] = []
    directory: list[bytes] = []
    at = 0
    for name, content in parts:
        raw = name.encode("utf-8", "surrogatepass")
        body = _deflated(content) if deflate else content
        method = _DEFLATED if deflate else 0
        facts = (20, 0, method, 0, _DATE, zlib.crc32(content), len(body), len(content), len(raw))
        directory += [CENTRAL.pack(b"PK\1\2", 20, *facts, 0, 0, 0, 0, 0, at), raw]
        out += [LOCAL.pack(b"PK\3\4", *facts, 0), raw, body]
        at += LOCAL.size + len(raw) + len(body)
    index = b"".join(directory)
    count = len(parts)
    return b"".join((*out, index, END.pack(b"PK\5\6", 0, 0, count, count, len(index), at, 0)))


def _deflated(content: bytes) -> bytes:
    deflater = zlib.compressobj(1, zlib.DEFLATED, -zlib.MAX_WBITS)
    return deflater.compress(content) + deflater.flush()

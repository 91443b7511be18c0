"""Workbooks that are not what was written: a byte changed, zeros behind the end."""

from __future__ import annotations

import io
import struct
import zipfile

from xlsync.ooxml import read_cells

UNUSED = "docProps/app.xml"


def damaged(data: bytes) -> bytes:
    """The workbook with one byte changed in a part that no reading looks at."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        start = archive.getinfo(UNUSED).header_offset
    name_size, extra_size = struct.unpack_from("<HH", data, start + 26)
    at = start + 30 + name_size + extra_size + 8
    broken = data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]
    assert read_cells(broken) == read_cells(data)  # its cells are all there, which is what misleads
    return broken


def padded(data: bytes) -> bytes:
    """The workbook as some disks and USB sticks give it back, their last block filled up with zeros."""
    return data + bytes(4096 - len(data) % 4096)

"""Reading a whole file while nobody writes it, at once, because Excel cannot save while another program has it open."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from pathlib import Path
from typing import Final

from xlsync.errors import HostileWorkbook, XlsyncError
from xlsync.inbox.intake.stability import FileSignature
from xlsync.ooxml import limits
from xlsync.open_folder import open_folder

_MEGABYTE: Final = 2**20


def saved_at(mtime: int, now: str) -> str:
    """Return a modification time (nanoseconds) as ISO 8601, in the time zone of `now`."""
    zone = dt.datetime.fromisoformat(now).tzinfo
    return dt.datetime.fromtimestamp(mtime / 1e9, zone).isoformat(timespec="seconds")


def signature_of(status: os.stat_result) -> FileSignature:
    """Return the signature of a file from its status."""
    return FileSignature(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)


def digest_of(data: bytes) -> str:
    """Return the SHA-256 of a file's contents."""
    return hashlib.sha256(data).hexdigest()


def signature_where_written(file: Path, digest: str, root: Path) -> FileSignature | None:
    """Return the signature of a file that holds what we have just written, None where it holds anything else by now.

    `digest` is that of what we wrote; no component of the path below `root` may be a link.
    """
    try:
        signature = signature_of(file.lstat())
        data = read_unchanged(file, signature, root=root)
    except (OSError, XlsyncError):
        return None
    return signature if data is not None and digest_of(data) == digest else None


def read_unchanged(
    file: Path,
    signature: FileSignature,
    most: int = limits.FILE_BYTES,
    root: Path | None = None,
) -> bytes | None:
    """Return a file's bytes, None where its signature differs before or after reading.

    No component of the path below `root` may be a link. Raises HostileWorkbook for more than `most` bytes, OSError where the
    file cannot be read.
    """
    try:
        with open_folder(file.parent, root) as folder, folder.open(file.name) as source:
            status = os.fstat(source.fileno())
            if signature_of(status) != signature:
                return None
            if status.st_size > most:
                size = f"{status.st_size / _MEGABYTE:.0f} MB"
                raise HostileWorkbook(f"大きすぎます（{size}）。配布したファイルか確かめてください")
            data = source.read(most + 1)
            after = os.fstat(source.fileno()), folder.status(file.name)
    except FileNotFoundError:
        return None
    same = all(signature_of(status) == signature for status in after)
    return data if same and len(data) == signature.size else None

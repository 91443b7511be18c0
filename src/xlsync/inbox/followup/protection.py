"""Workbooks that their users have protected against changes: read-only files, and those marked as final."""

from __future__ import annotations

import os
import re
import stat
import sys
from pathlib import Path
from typing import Final

from xlsync.ooxml.opc.package import Package

_READ_ONLY: Final = (
    "読み取り専用のファイルです。書き戻すには、ファイルのプロパティで読み取り専用を外してください"
)
_FINAL: Final = "最終版として設定されたブックです。書き戻すには、Excelで「編集する」を押して保存し直してください"
_CUSTOM_PROPERTIES: Final = "docProps/custom.xml"
_MARK_AS_FINAL: Final = re.compile(
    rb"name\s*=\s*[\"']_MarkAsFinal[\"'][^<]*<(?:\w+:)?bool\s*>\s*(?:true|1)\s*<", re.IGNORECASE
)
_WRITE: Final = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH
_DOS_ATTRIBUTES: Final = "user.DOSATTRIB"
_DOS_READ_ONLY: Final = 1


def protection_of(file: Path, status: os.stat_result, data: bytes) -> str:
    """Return why a workbook must not be written into, in a sentence; "" where nothing protects it."""
    if _is_read_only(file, status):
        return _READ_ONLY
    package = Package.open(data)
    is_final = _CUSTOM_PROPERTIES in package and _MARK_AS_FINAL.search(
        package.part(_CUSTOM_PROPERTIES)
    )
    return _FINAL if is_final else ""


def _is_read_only(file: Path, status: os.stat_result) -> bool:
    if sys.platform == "win32":
        return bool(status.st_file_attributes & stat.FILE_ATTRIBUTE_READONLY)
    if not status.st_mode & _WRITE:
        return True
    if sys.platform != "linux":
        return False
    try:
        return is_dos_read_only(os.getxattr(file, _DOS_ATTRIBUTES, follow_symlinks=False))
    except OSError:
        return False


def is_dos_read_only(attribute: bytes) -> bool:
    """True where Samba's extended attribute says that a Windows user has set a file to read-only."""
    if attribute.startswith(b"0x"):  # Samba before 3.5
        text = attribute.split(b"\0")[0].decode("ascii", "replace")
        return (
            bool(int(text, 16) & _DOS_READ_ONLY) if re.fullmatch(r"0x[0-9a-fA-F]+", text) else False
        )
    flags = attribute[12:16]  # after an empty text, the version, and which values are valid
    return bool(int.from_bytes(flags, "little") & _DOS_READ_ONLY)

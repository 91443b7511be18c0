"""Workbooks that their users have protected against changes: read-only files and workbooks, and those marked as final."""

from __future__ import annotations

import os
import re
import stat
import sys
from pathlib import Path
from typing import Final

from xlsync.ooxml.read.reader import open_workbook

_READ_ONLY: Final = (
    "読み取り専用のファイルです。書き戻すには、ファイルのプロパティで読み取り専用を外してください"
)
_FINAL: Final = "最終版として設定されたブックです。書き戻すには、Excelで「編集する」を押して保存し直してください"
_RECOMMENDED: Final = (
    "読み取り専用を推奨する設定（または書き込みパスワード）のあるブックです。書き戻すには、名前を付けて保存の「ツール」の"
    "「全般オプション」で設定を外して保存し直してください"
)
_MARK_AS_FINAL: Final = "_MarkAsFinal"
_TRUE: Final = frozenset({"true", "1"})
_WRITE: Final = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH
_DOS_ATTRIBUTES: Final = "user.DOSATTRIB"
_DOS_READ_ONLY: Final = 1


def protection_of(file: Path, status: os.stat_result, data: bytes) -> str:
    """Return why a workbook must not be written into, in a sentence; "" where nothing protects it."""
    if _is_read_only(file, status):
        return _READ_ONLY
    workbook = open_workbook(data)
    if workbook.custom_properties.get(_MARK_AS_FINAL, "").lower() in _TRUE:
        return _FINAL
    return _RECOMMENDED if workbook.is_read_only else ""


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

"""Where a workbook's bytes come from: a path, bytes, or a file opened in binary mode."""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO

from xlsync.errors import DamagedWorkbook, WorkbookError

__all__ = ["Source", "bytes_of"]

Source = str | os.PathLike[str] | bytes | BinaryIO


def bytes_of(source: Source) -> bytes:
    """Return a workbook's bytes.

    Args:
        source: A path, the bytes themselves, or a file opened in binary mode, which is read from where it stands.

    Raises:
        WorkbookError: The source is none of these, a folder, a closed file, or a file that does not exist.
        DamagedWorkbook: The file cannot be read.

    Example:
        >>> bytes_of("nowhere.xlsx")
        Traceback (most recent call last):
        xlsync.errors.WorkbookError: nowhere.xlsx：ファイルがありません。名前と場所を確かめてください

    """
    if isinstance(source, bytes | bytearray | memoryview):
        return bytes(source)
    if isinstance(source, str | os.PathLike):
        return _read_path(Path(source))
    if hasattr(source, "read"):
        return _read_file(source)
    raise WorkbookError(
        "ファイルの場所（パス）、バイト列、またはバイナリモードで開いたファイルを渡してください"
        f"（渡されたもの：{type(source).__name__}）"
    )


def _read_path(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise WorkbookError("フォルダです。Excelファイルを指定してください", str(path))
        return path.read_bytes()
    except FileNotFoundError as fault:
        reason = "ファイルがありません。名前と場所を確かめてください"
        raise WorkbookError(reason, str(path)) from fault
    except (OSError, ValueError) as fault:
        raise DamagedWorkbook(f"読み取れません（{fault}）", str(path)) from fault


def _read_file(file: BinaryIO) -> bytes:
    if getattr(file, "closed", False):
        raise WorkbookError("ファイルはもう閉じられています。開き直してください")
    try:
        data: object = file.read()
    except UnicodeDecodeError:
        data = None  # opened as text
    except (OSError, ValueError) as fault:
        raise DamagedWorkbook(f"読み取れません（{fault}）") from fault
    if not isinstance(data, bytes):
        raise WorkbookError('ファイルをバイナリモード（"rb"）で開いてください')
    return data

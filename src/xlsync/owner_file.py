"""WHO HAS A WORKBOOK OPEN, as the file says that Excel or LibreOffice lays beside it.

A hint, not a lock: a program that crashed leaves it behind, so it never stops a reading. It always stops a writing.
"""

from __future__ import annotations

import contextlib
import stat
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

_EXCEL: Final = "~$"
_LIBREOFFICE: Final = (".~lock.", "#")
_LARGEST: Final = 4096
_NAME_WIDTH: Final = 55
"""Bytes of an Excel owner file up to the UTF-16 name: its length, the name in the ANSI code page, spaces."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A workbook is open, or its program ended without taking the owner file away. `who` is "" where it does not say."""

    program: Literal["Excel", "LibreOffice"]
    who: str
    owner_file: Path


def opened_by(file: Path) -> Opened | None:
    """Tell who has a workbook open; None where no owner file lies beside it. Never raises for what lies there."""
    prefix, suffix = _LIBREOFFICE
    # Excel leaves the first two signs of a long name out
    names = (_EXCEL + file.name, _EXCEL + file.name[2:])
    for name in names:
        beside = file.with_name(name)
        if (data := _bytes(beside)) is not None:
            return Opened("Excel", excel_owner(data), beside)
    beside = file.with_name(prefix + file.name + suffix)
    data = _bytes(beside)
    return None if data is None else Opened("LibreOffice", libreoffice_owner(data), beside)


def user_of(file: Path, otherwise: str) -> str:
    """Give who has a workbook open, as its owner file says; where it says nothing, `otherwise`."""
    opened = opened_by(file)
    return opened.who if opened is not None and opened.who else otherwise


def excel_owner(data: bytes) -> str:
    """Give the user's name in a `~$` file, "" where it holds none."""
    if len(data) >= _NAME_WIDTH + 2:
        length = int.from_bytes(data[_NAME_WIDTH : _NAME_WIDTH + 2], "little")
        wide = data[_NAME_WIDTH + 2 : _NAME_WIDTH + 2 + 2 * length]
        name = _clean(wide.decode("utf-16-le", "replace"))
        if name and "\ufffd" not in name:
            return name
    narrow = data[1 : 1 + data[0]] if data and data[0] < _NAME_WIDTH else b""
    return _clean(narrow.decode("cp932", "replace"))


def libreoffice_owner(data: bytes) -> str:
    """Give the user's name in a `.~lock.…#` file (`name,system user,host,date,profile;`), "" where it holds none."""
    words = data.decode("utf-8", "replace").split(",")
    return next((name for word in words[:2] if (name := _clean(word))), "")


def _bytes(file: Path) -> bytes | None:
    """Give what an owner file holds, b"" where it cannot be read (Excel keeps it locked), None where there is none."""
    try:
        if not stat.S_ISREG(file.lstat().st_mode):
            return None
    except OSError:
        return None
    with contextlib.suppress(OSError), file.open("rb") as source:
        return source.read(_LARGEST)
    return b""


def _clean(text: str) -> str:
    kept = "".join(sign for sign in text if unicodedata.category(sign)[0] != "C")
    return kept.strip()

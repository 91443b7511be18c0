"""Who has a workbook open, as told by the owner file that Excel, LibreOffice or WPS Office puts beside it.

A hint, not a lock: a program that crashed leaves its owner file behind. So it never prevents reading, but always writing.
"""

from __future__ import annotations

import contextlib
import stat
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from xlsync.open_folder import OpenFolder, open_folder

Program = Literal["Excel", "LibreOffice", "WPS Office"]

OWNER_FILE_BEGINNINGS: Final = ("~$", ".~")
"""How the names of owner files begin."""
_LARGEST: Final = 4096
_NAME_WIDTH: Final = 55
"""Bytes of an Excel owner file up to the UTF-16 name: its length, the name in the ANSI code page, spaces."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A workbook is open, or its program ended without deleting the owner file. `who` is "" where it does not say."""

    application: Program
    who: str
    owner_file: Path


def opened_by(file: Path) -> Opened | None:
    """Return who has a workbook open, None where there is no owner file."""
    try:
        with open_folder(file.parent) as folder:
            return opened_in(folder, file.name)
    except OSError:
        return None


def opened_in(folder: OpenFolder, name: str) -> Opened | None:
    """Return who has a workbook in a folder open, None where there is no owner file.

    Names are compared as Windows does, without regard to case: the owner file has the spelling that the user typed.
    """
    programs = _owner_files(name)
    for entry in folder.names():
        program = programs.get(_folded(entry)) if entry.startswith(OWNER_FILE_BEGINNINGS) else None
        if program is not None and (data := _read(folder, entry)) is not None:
            who = libreoffice_owner(data) if program == "LibreOffice" else excel_owner(data)
            return Opened(program, who, folder.folder_path / entry)
    return None


def may_be_open(name: str, entries: Iterable[str]) -> bool:
    """Whether an owner file among the names of a folder's entries is a workbook's."""
    programs = _owner_files(name)
    return any(_folded(entry) in programs for entry in entries)


def _owner_files(name: str) -> dict[str, Program]:
    """Return the folded names an owner file may have. Excel leaves out the first two characters of a long name."""
    names: dict[str, Program] = {
        f"~${name}": "Excel",
        f"~${name[2:]}": "Excel",
        f".~lock.{name}#": "LibreOffice",
        f".~{name}": "WPS Office",
    }
    return {_folded(owner): program for owner, program in names.items()}


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def user_of(file: Path, otherwise: str) -> str:
    """Return who has a workbook open according to its owner file, else `otherwise`."""
    opened = opened_by(file)
    return opened.who if opened is not None and opened.who else otherwise


def excel_owner(data: bytes) -> str:
    """Return the user's name in a `~$` file, "" where it holds none."""
    if len(data) >= _NAME_WIDTH + 2:
        length = int.from_bytes(data[_NAME_WIDTH : _NAME_WIDTH + 2], "little")
        wide = data[_NAME_WIDTH + 2 : _NAME_WIDTH + 2 + 2 * length]
        name = _printable(wide.decode("utf-16-le", "replace"))
        if name and "\ufffd" not in name:
            return name
    narrow = data[1 : 1 + data[0]] if data and data[0] < _NAME_WIDTH else b""
    return _printable(narrow.decode("cp932", "replace"))


def libreoffice_owner(data: bytes) -> str:
    """Return the user's name in a `.~lock.…#` file (`name,system user,host,date,profile;`), "" where it holds none."""
    words = data.decode("utf-8", "replace").split(",")
    return next((name for word in words[:2] if (name := _printable(word))), "")


def _read(folder: OpenFolder, name: str) -> bytes | None:
    """Return an owner file's bytes, b"" where it cannot be read (Excel keeps it locked), None where it is no file."""
    try:
        if not stat.S_ISREG(folder.status(name).st_mode):
            return None
    except OSError:
        return None
    with contextlib.suppress(OSError), folder.open(name) as source:
        return source.read(_LARGEST)
    return b""


def _printable(text: str) -> str:
    kept = "".join(char for char in text if unicodedata.category(char)[0] != "C")
    return kept.strip()

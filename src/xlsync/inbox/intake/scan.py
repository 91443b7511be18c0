"""What lies in the folder just now: one look at every file that may be ours, and a word on what nobody could open."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from xlsync.inbox.intake.file_filter import Kind, is_passed_over, kind_of
from xlsync.inbox.intake.read_stable import look_of
from xlsync.inbox.intake.stability import Look

_LINK: Final = "ショートカット（リンク）は受け取れません。ファイルそのものを置いてください"
_NO_FILE: Final = "ファイルではありません。評価シートなら、Excelで保存し直してください"
_FOLDER: Final = "Excelブックの名前のフォルダです。中のファイルは受け取ります"
_ODD: Final = "受け取れない形式です。Excelで.xlsx形式に保存し直してください"
_UNSEEN: Final = "見ることができません（{why}）。アクセス権を確かめてください"
_OURS: Final[frozenset[Kind]] = frozenset({"workbook", "archive", "leftover"})
_PROMISING: Final[frozenset[Kind]] = frozenset({"workbook", "archive", "odd"})


@dataclass(frozen=True)
class Scan:
    """Files by their path below the folder ("/" between), as the system spells it; `strays` say why one cannot be taken.

    `blind` are the folders nobody could list: what lies there is unknown, not gone. `away` is a sentence where the folder
    itself cannot be listed. `names` counts everything that was passed.
    """

    files: dict[str, Look] = field(default_factory=dict)
    strays: dict[str, str] = field(default_factory=dict)
    blind: tuple[str, ...] = ()
    away: str = ""
    names: int = 0

    def knows(self, path: str) -> bool:
        """True where a path that is not among the files is certainly not there."""
        inside = (path.startswith(f"{folder}/") for folder in self.blind)
        return not self.away and not any(inside)


def scan(root: Path) -> Scan:
    """Look at everything below a folder once. Links are never followed; a file that vanishes meanwhile is not there."""
    files: dict[str, Look] = {}
    strays: dict[str, str] = {}
    blind: list[str] = []
    names = 0
    folders = [""]
    while folders:
        folder = folders.pop()
        try:
            found = _entries(root, folder)
        except OSError as fault:
            why = fault.strerror or "入出力エラー"
            if not folder:
                return Scan(away=f"共有フォルダを開けません（{why}）")
            if not isinstance(fault, FileNotFoundError | NotADirectoryError):
                strays[folder] = _UNSEEN.format(why=why)
                blind.append(folder)
            continue
        names += len(found)
        for entry in found:
            path = f"{folder}/{entry.name}" if folder else entry.name
            if _is_folder(entry):
                if not is_passed_over(entry.name):
                    folders.append(path)
                    strays |= {path: _FOLDER} if kind_of(entry.name) in _PROMISING else {}
                continue
            for look in _looks(entry, path, strays):
                files[path] = look
    return Scan(files, strays, tuple(blind), names=names)


def _entries(root: Path, folder: str) -> list[os.DirEntry[str]]:
    with os.scandir(os.path.join(root, folder) if folder else root) as listed:  # noqa: PTH118 - once per folder
        return list(listed)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        junction = getattr(entry, "is_junction", None)
        return entry.is_dir(follow_symlinks=False) and not (junction and junction())
    except OSError:
        return False


def _looks(entry: os.DirEntry[str], path: str, strays: dict[str, str]) -> Iterator[Look]:
    """Give the look of a file of ours; add to the strays what bears such a name and is none."""
    kind = kind_of(entry.name)
    if kind not in _OURS and kind != "odd":
        return
    try:
        # In a Windows folder's list a file's size and times lag behind while somebody writes it.
        status = (
            os.lstat(entry.path) if sys.platform == "win32" else entry.stat(follow_symlinks=False)
        )
    except FileNotFoundError:
        return  # Excel is between deleting and renaming
    except OSError as fault:
        strays[path] = _UNSEEN.format(why=fault.strerror or "入出力エラー")
        return
    if stat.S_ISREG(status.st_mode):
        if kind == "odd":
            strays[path] = _ODD
        else:
            yield look_of(status)
    elif kind != "leftover":
        strays[path] = _LINK if stat.S_ISLNK(status.st_mode) else _NO_FILE

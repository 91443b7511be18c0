"""One scan of the watched folder: the signature of every file that may be a sheet, and why others cannot be taken."""

from __future__ import annotations

import contextlib
import os
import stat
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

from xlsync.disk import is_temporary
from xlsync.inbox.intake.file_filter import Kind, is_ignored_folder, kind_of, normalized_name
from xlsync.inbox.intake.read_stable import signature_of
from xlsync.inbox.intake.stability import FileSignature
from xlsync.inbox.intake.unsupported_files import (
    SIGNATURE_BYTES,
    WITHOUT_ENDING,
    is_other_document,
    looks_like_spreadsheet,
    why_unsupported,
)
from xlsync.open_folder import open_folder
from xlsync.owner_file import OWNER_FILE_BEGINNINGS

_LINK: Final = "ショートカット（リンク）は受け取れません。ファイルそのものを置いてください"
_LINK_OF_OTHER_NAME: Final = (
    "ショートカット（リンク）のため、中は見ません。ファイルやフォルダそのものを置いてください"
)
_NO_FILE: Final = "ファイルではありません。配布したファイルなら、Excelで保存し直してください"
_FOLDER: Final = "Excelブックの名前のフォルダです。中のファイルは受け取ります"
_UNSEEN: Final = "見ることができません（{why}）。アクセス権を確かめてください"
_READABLE: Final[frozenset[Kind]] = frozenset({"workbook", "archive", "save_remains"})
_NAMED_LIKE_SHEETS: Final[frozenset[Kind]] = frozenset({"workbook", "archive", "unsupported"})


def _converts_nothing(_name: str) -> bool:
    return False


@dataclass(frozen=True)
class Scan:
    """Signatures by path below the folder ("/" between, spelled as on disk); `strays` say why a file cannot be taken.

    `blind` are folders that could not be listed: their files are unknown, not gone. `away` is the reason where the watched
    folder itself cannot be listed. `entry_count` counts all directory entries, `temporary` are unfinished
    files of ours, `owner_files` what programs put beside workbooks that are open.
    """

    signatures: dict[str, FileSignature] = field(default_factory=dict)
    strays: dict[str, str] = field(default_factory=dict)
    blind: tuple[str, ...] = ()
    away: str = ""
    entry_count: int = 0
    temporary: dict[str, FileSignature] = field(default_factory=dict)
    owner_files: tuple[str, ...] = ()

    def knows(self, path: str) -> bool:
        """True where a path that is not among the files certainly does not exist."""
        inside = (path.startswith(f"{folder}/") for folder in self.blind)
        return not self.away and not any(inside)


class _ScannedFolder(NamedTuple):
    """The folder that is scanned, and the share it lies in: no link below that is followed."""

    root: Path
    share_root: Path

    def holds_spreadsheet(self, path: str, signature: FileSignature) -> bool:
        return begins_like_spreadsheet(self.root / path, self.share_root, signature)


@dataclass
class _Collector:
    """What a scan has collected, and the folders still to be listed."""

    scanned_folder: _ScannedFolder
    signatures: dict[str, FileSignature] = field(default_factory=dict)
    strays: dict[str, str] = field(default_factory=dict)
    blind: list[str] = field(default_factory=list)
    folders: list[str] = field(default_factory=lambda: [""])
    entry_count: int = 0
    temporary: dict[str, FileSignature] = field(default_factory=dict)
    converts: Callable[[str], bool] = _converts_nothing
    owner_files: list[str] = field(default_factory=list)

    def add_folder(self, folder: str) -> None:
        """List a folder and collect its entries. Raises OSError where it cannot be listed."""
        with open_folder(
            self.scanned_folder.root / folder, self.scanned_folder.share_root
        ) as opened:
            # By descriptor: entries ask for their status through it, so it must stay open.
            with os.scandir(opened.folder_path if opened.fd is None else opened.fd) as listed:
                entries = list(listed)
            self.entry_count += len(entries)
            for entry in entries:
                path = f"{folder}/{entry.name}" if folder else entry.name
                if _is_folder(entry):
                    self._add_subfolder(entry.name, path)
                else:
                    self._add_file(entry, path)

    def _add_subfolder(self, name: str, path: str) -> None:
        if is_ignored_folder(name):
            return
        self.folders.append(path)
        if kind_of(name) in _NAMED_LIKE_SHEETS:
            self.strays[path] = _FOLDER

    def _add_file(self, entry: os.DirEntry[str], path: str) -> None:
        kind = kind_of(entry.name)
        if entry.name.startswith(OWNER_FILE_BEGINNINGS):
            self.owner_files.append(path)
        if kind == "ignored" or (
            kind == "foreign" and is_other_document(normalized_name(entry.name))
        ):
            self._add_temporary(entry, path)
            return
        try:
            status = _status(entry)
        except FileNotFoundError:
            return  # Excel is between deleting and renaming
        except OSError as fault:
            self.strays[path] = _UNSEEN.format(why=fault.strerror or "入出力エラー")
            return
        if stat.S_ISREG(status.st_mode):
            self._add_regular(kind, path, signature_of(status))
        else:
            self._add_no_file(kind, path, is_link=stat.S_ISLNK(status.st_mode))

    def _add_no_file(self, kind: Kind, path: str, *, is_link: bool) -> None:
        if is_link:
            self.strays[path] = _LINK if kind in _NAMED_LIKE_SHEETS else _LINK_OF_OTHER_NAME
        elif kind in _NAMED_LIKE_SHEETS:
            self.strays[path] = _NO_FILE

    def _add_regular(self, kind: Kind, path: str, signature: FileSignature) -> None:
        name = path.rpartition("/")[2]
        if kind in _READABLE or self.converts(name):
            self.signatures[path] = signature
        elif kind == "unsupported":
            self.strays[path] = why_unsupported(normalized_name(name))
        elif self.scanned_folder.holds_spreadsheet(path, signature):
            self.strays[path] = WITHOUT_ENDING

    def _add_temporary(self, entry: os.DirEntry[str], path: str) -> None:
        if is_temporary(entry.name):
            with contextlib.suppress(OSError):
                self.temporary[path] = signature_of(_status(entry))


def scan(
    root: Path, share: Path | None = None, converts: Callable[[str], bool] = _converts_nothing
) -> Scan:
    """Scan everything below a folder once. No link below `share` is followed; files that vanish meanwhile are left out.

    `converts` is true for the name of a file that is converted before it is read.
    """
    collector = _Collector(_ScannedFolder(root, share or root), converts=converts)
    while collector.folders:
        folder = collector.folders.pop()
        try:
            collector.add_folder(folder)
        except OSError as fault:
            why = fault.strerror or "入出力エラー"
            if not folder:
                return Scan(away=f"共有フォルダを開けません（{why}）")
            if not isinstance(fault, FileNotFoundError | NotADirectoryError):
                collector.strays[folder] = _UNSEEN.format(why=why)
                collector.blind.append(folder)
    return Scan(
        collector.signatures,
        collector.strays,
        tuple(collector.blind),
        entry_count=collector.entry_count,
        temporary=collector.temporary,
        owner_files=tuple(sorted(collector.owner_files)),
    )


@lru_cache(maxsize=65_536)  # files with an unknown ending are opened once, not at every scan
def begins_like_spreadsheet(file: Path, share: Path, _signature: FileSignature | None) -> bool:
    """True where a file's first bytes are those of a workbook or an archive; False where it cannot be read."""
    try:
        with open_folder(file.parent, share) as folder, folder.open(file.name) as source:
            return looks_like_spreadsheet(source.read(SIGNATURE_BYTES))
    except OSError:
        return False


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        junction = getattr(entry, "is_junction", None)
        return entry.is_dir(follow_symlinks=False) and not (junction and junction())
    except OSError:
        return False


def _status(entry: os.DirEntry[str]) -> os.stat_result:
    if sys.platform == "win32":
        # In a Windows directory entry size and times lag behind while somebody writes the file.
        return os.lstat(entry.path)
    return entry.stat(follow_symlinks=False)

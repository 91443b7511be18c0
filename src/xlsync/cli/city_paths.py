"""Files and folders: which files a path means, where a sheet's workbook belongs, and writing in one step."""

from __future__ import annotations

import stat
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from xlsync.errors import DamagedWorkbook, HostileWorkbook, WorkbookError
from xlsync.file_names import file_name
from xlsync.inbox import share_paths
from xlsync.inbox.config import BOARD_BOOK
from xlsync.inbox.intake.file_filter import kind_of, normalized_name
from xlsync.inbox.share_paths import usual_file, write_if_changed

if TYPE_CHECKING:
    from xlsync.cli.settings import City
    from xlsync.sheet import Sheet

__all__ = [
    "file_name",
    "files_in",
    "is_vacant",
    "read_file",
    "shown",
    "source_path",
    "workbook_file",
    "write_if_changed",
]

LARGEST: Final = 20 * 2**20
"""Bytes; no honest workbook of the form comes near."""

_SHEETS: Final = ".json"


def files_in(paths: Iterable[Path], city: City | None = None) -> Iterator[Path]:
    """Give every file the paths mean: a file itself, a folder's workbooks and JSON sheets, at any depth, in order.

    What the city's own commands made (summaries, the board) is none of a folder's sheets.
    """
    for path in paths:
        if path.is_dir():
            found = (
                file for file in path.rglob("*") if _is_wanted(file) and not _is_made(file, city)
            )
            yield from sorted(found, key=lambda file: unicodedata.normalize("NFC", str(file)))
        else:
            yield path


def _is_made(file: Path, city: City | None) -> bool:
    if city is None:
        return False
    place = file.resolve()
    made = (city.summaries.resolve(), (city.shared / BOARD_BOOK).resolve())
    return any(place.is_relative_to(one) for one in made)


def _is_wanted(file: Path) -> bool:
    kind = kind_of(file.name)
    if kind != "workbook" and not (
        kind == "foreign" and normalized_name(file.name).endswith(_SHEETS)
    ):
        return False
    try:
        return stat.S_ISREG(file.lstat().st_mode)
    except OSError:
        return False


def read_file(file: Path) -> bytes:
    """Give a file's bytes; WorkbookError says why it cannot be read."""
    try:
        status = file.stat()
        if not stat.S_ISREG(status.st_mode):
            raise WorkbookError("ファイルではありません")
        if status.st_size > LARGEST:
            raise HostileWorkbook(
                f"大きすぎます（{status.st_size / 2**20:.0f} MB）。評価シートのファイルか確かめてください"
            )
        return file.read_bytes()
    except FileNotFoundError as fault:
        raise WorkbookError("ファイルがありません。名前と場所を確かめてください") from fault
    except OSError as fault:
        raise DamagedWorkbook(
            f"読み取れません（{fault.strerror}）。ほかの人が開いていないか確かめてください"
        ) from fault


def workbook_file(city: City, sheet: Sheet) -> Path:
    """Give where a sheet's living workbook belongs: 評価シート/部/課/key_事務事業名.xlsx."""
    return usual_file(city.sheets, sheet)


def source_path(file: Path, city: City | None) -> str:
    """Give a file's place under one name, however it was given: relative to the city where it lies in it."""
    return share_paths.source_path(file, city.folder if city is not None else None)


def is_vacant(place: str, city: City | None) -> bool:
    """True where nothing lies at a place (as `source_path` names it) any more, though its folder is there."""
    return share_paths.is_vacant(place, city.folder if city is not None else None)


def shown(file: Path, city: City) -> str:
    """Give a file's path as people know it: relative to the city's folder where it lies in it."""
    resolved = file.resolve()
    return (
        str(resolved.relative_to(city.folder.resolve()))
        if resolved.is_relative_to(city.folder.resolve())
        else str(file)
    )

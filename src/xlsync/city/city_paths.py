"""Which files a path means, where a sheet's workbook belongs, and how a path is shown to people."""

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
from xlsync.shared_folder import SharedFolder, scratch_folder

if TYPE_CHECKING:
    from xlsync.city.settings import CitySettings
    from xlsync.sheet import Sheet

__all__ = [
    "display_path",
    "file_name",
    "files_in",
    "is_vacant",
    "read_file",
    "shared_folder_of",
    "source_path",
    "workbook_file",
    "write_if_changed",
]

LARGEST: Final = 20 * 2**20
"""Bytes; no honest workbook of the form comes near."""

_SHEETS: Final = ".json"


def files_in(paths: Iterable[Path], city: CitySettings | None = None) -> Iterator[Path]:
    """Yield every file the paths mean: a file itself, a folder's workbooks and JSON sheets at any depth, in order.

    Summaries and the board, which the city's own commands wrote, are left out of a folder.
    """
    for path in paths:
        if path.is_dir():
            files = (file for file in path.rglob("*") if _is_wanted(file))
            own = [file for file in files if not _is_generated(file, city)]
            yield from sorted(own, key=lambda file: unicodedata.normalize("NFC", str(file)))
        else:
            yield path


def _is_generated(file: Path, city: CitySettings | None) -> bool:
    if city is None:
        return False
    path = file.resolve()
    generated = (city.summaries.resolve(), (city.shared / BOARD_BOOK).resolve())
    return any(path.is_relative_to(root) for root in generated)


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
    """Return a file's bytes; WorkbookError says why it cannot be read."""
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


def shared_folder_of(city: CitySettings, folder: Path) -> SharedFolder:
    """Return the shared folder where a folder is below it, else that folder itself, for writing files of ours into it."""
    root = city.shared if folder.is_relative_to(city.shared) else folder
    return SharedFolder(root, scratch_folder(city.store.folder))


def workbook_file(city: CitySettings, sheet: Sheet) -> Path:
    """Return where a sheet's living workbook belongs: 評価シート/部/課/key_事務事業名.xlsx."""
    return usual_file(city.sheets, sheet)


def source_path(file: Path, city: CitySettings | None) -> str:
    """Return a file's path relative to the city where it lies in it, the same however it was given."""
    return share_paths.source_path(file, city.folder if city is not None else None)


def is_vacant(relative: str, city: CitySettings | None) -> bool:
    """True where no file is at such a path any more (as `source_path` returns it), though its folder exists."""
    return share_paths.is_vacant(relative, city.folder if city is not None else None)


def display_path(file: Path, city: CitySettings) -> str:
    """Return a file's path as people know it: relative to the city's folder where it lies in it."""
    path, folder = file.resolve(), city.folder.resolve()
    return str(path.relative_to(folder)) if path.is_relative_to(folder) else str(file)

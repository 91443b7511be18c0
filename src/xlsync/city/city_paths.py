"""Which files a path means, where a sheet's workbook belongs, and how a path is shown to people."""

from __future__ import annotations

import stat
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from xlsync.errors import DamagedWorkbook, HostileWorkbook, WorkbookError
from xlsync.file_names import file_name
from xlsync.inbox import share_paths
from xlsync.inbox.config import BOARD, SUMMARIES
from xlsync.inbox.intake.file_filter import kind_of, normalized_name
from xlsync.inbox.intake.libreoffice import LibreOffice, find_libreoffice
from xlsync.inbox.intake.scan import begins_like_spreadsheet, scan
from xlsync.inbox.share_paths import usual_file, write_if_changed, year_name
from xlsync.shared_folder import SharedFolder, scratch_folder
from xlsync.workbook.move_notice import NOTICE_FILE, is_move_notice

if TYPE_CHECKING:
    from xlsync.city.settings import CitySettings
    from xlsync.sheet import Sheet

__all__ = [
    "InputFile",
    "converter_of",
    "display_path",
    "file_name",
    "files_in",
    "input_files",
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
_SAVE_REMAINS: Final = "Excelが保存の途中で残したファイルのようです。元のファイルがなければ、名前を「….xlsx」に直してください"


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file that a path means; `reason` says why it is not received although it may be somebody's sheet, "" where it is."""

    file: Path
    reason: str = ""


def input_files(paths: Iterable[Path], city: CitySettings | None = None) -> Iterator[InputFile]:
    """Yield every file the paths mean: a file itself; of a folder, at any depth and in order, workbooks, archives, JSON sheets
    and whatever else may be somebody's sheet.

    Summaries and the board, which the city's own commands wrote, are left out of a folder.
    """
    for path in paths:
        if path.is_dir():
            files = [*_files_below(path, converter_of(city)), *_json_sheets_below(path)]
            own = [file for file in files if not _is_generated(file.file, city)]
            yield from sorted(own, key=lambda file: unicodedata.normalize("NFC", str(file.file)))
        else:
            yield InputFile(path)


def files_in(paths: Iterable[Path], city: CitySettings | None = None) -> Iterator[Path]:
    """Yield the single workbooks and JSON sheets among the files the paths mean."""
    for file in input_files(paths, city):
        if not file.reason and kind_of(file.file.name) != "archive":
            yield file.file


def converter_of(city: CitySettings | None) -> LibreOffice:
    """Return what converts a city's files of older formats; outside a city (None) LibreOffice where it is installed."""
    return LibreOffice(find_libreoffice("auto")) if city is None else city.libreoffice


def _files_below(folder: Path, libreoffice: LibreOffice) -> Iterator[InputFile]:
    scanned = scan(folder, converts=libreoffice.reads)
    if scanned.away:
        yield InputFile(folder, scanned.away)
    for path, signature in scanned.signatures.items():
        if kind_of(path.rpartition("/")[2]) != "save_remains":
            yield InputFile(folder / path)
        elif begins_like_spreadsheet(folder / path, folder, signature):
            yield InputFile(folder / path, _SAVE_REMAINS)
    for path, reason in scanned.strays.items():
        if path in scanned.blind or not (folder / path).is_dir():
            yield InputFile(folder / path, reason)


def _json_sheets_below(folder: Path) -> Iterator[InputFile]:
    for file in folder.rglob("*"):
        if normalized_name(file.name).endswith(_SHEETS) and _is_json_sheet(file):
            yield InputFile(file)


def _is_generated(file: Path, city: CitySettings | None) -> bool:
    if city is None:
        return False
    path = file.resolve()
    is_board = path.parent == city.shared.resolve() and path.name.startswith(BOARD)
    if is_board or path.is_relative_to((city.shared / SUMMARIES).resolve()):
        return True
    return path.name == NOTICE_FILE and is_move_notice(SharedFolder(path.parent).read(path) or b"")


def _is_json_sheet(file: Path) -> bool:
    try:
        return kind_of(file.name) == "foreign" and stat.S_ISREG(file.lstat().st_mode)
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
                f"大きすぎます（{status.st_size / 2**20:.0f} MB）。配布したファイルか確かめてください"
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
    return usual_file(city.sheets, sheet, year_name(city.store.files, sheet.edition.year))


def source_path(file: Path, city: CitySettings | None) -> str:
    """Return a file's path relative to the city where it lies in it, the same however it was given."""
    return share_paths.source_path(file, city.folder if city is not None else None)


def is_vacant(relative: str, city: CitySettings | None) -> bool:
    """True where no file is at such a path any more (as `source_path` returns it), though its folder exists."""
    return share_paths.is_vacant(relative, city.folder if city is not None else None)


def display_path(file: Path, city: CitySettings) -> str:
    """Return a file's path as people know it: relative to the city's folder where it lies in it."""
    path, folder = file.parent.resolve() / file.name, city.folder.resolve()
    return str(path.relative_to(folder)) if path.is_relative_to(folder) else str(file)

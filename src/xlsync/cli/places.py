"""Files and folders: which files a path means, where a sheet's workbook belongs, and writing in one step."""

from __future__ import annotations

import os
import re
import stat
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from xlsync.disk import replace_whole
from xlsync.errors import DamagedWorkbook, HostileWorkbook, WorkbookError

if TYPE_CHECKING:
    from xlsync.cli.settings import City
    from xlsync.sheet import Sheet

LARGEST: Final = 20 * 2**20
"""Bytes; no honest workbook of the form comes near."""

_PASSED_OVER = re.compile(
    r"(?:~\$|\.~|\._|\.DS_Store|~WRL).*|.*\.(?:tmp|part|filepart|crdownload)|Thumbs\.db|desktop\.ini|[0-9A-F]{6,8}",
    re.IGNORECASE,
)
_WANTED: Final = (".xlsx", ".xlsm", ".json")
_FULL_WIDTH: Final = dict(zip('\\/:*?"<>|', "￥／：＊？”＜＞｜", strict=True))
_FORBIDDEN: Final = str.maketrans({**_FULL_WIDTH, **{chr(code): " " for code in range(32)}})
_NAME_LIMIT: Final = 60


def files_in(paths: Iterable[Path]) -> Iterator[Path]:
    """Give every file the paths mean: a file itself, a folder's workbooks and JSON sheets, at any depth, in order."""
    for path in paths:
        if path.is_dir():
            found = (file for file in path.rglob("*") if _is_wanted(file))
            yield from sorted(found, key=lambda file: unicodedata.normalize("NFC", str(file)))
        else:
            yield path


def _is_wanted(file: Path) -> bool:
    name = unicodedata.normalize("NFKC", file.name)
    if _PASSED_OVER.fullmatch(name) or not name.lower().endswith(_WANTED):
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
    folder = (
        city.sheets
        / file_name(sheet.department or "部未記入")
        / file_name(sheet.division or "課未記入")
    )
    return folder / f"{sheet.key}_{file_name(sheet.title or '名称未記入')}.xlsx"


def file_name(text: str) -> str:
    """Give text as a file name every system accepts: forbidden signs full-width, no outer dots or spaces, not too long."""
    safe = unicodedata.normalize("NFC", text).translate(_FORBIDDEN)
    return re.sub(r"\s+", " ", safe).strip(" .")[:_NAME_LIMIT].strip(" .") or "_"


def write_if_new(file: Path, data: bytes) -> bool:
    """Write a file in one step, making its folder; False, and nothing touched, where it holds these bytes already."""
    try:
        if file.read_bytes() == data:
            return False
    except OSError:
        pass
    replace_whole(file, data)
    return True


def place_of(file: Path, city: City | None) -> str:
    """Give a file's place under one name, however it was given: relative to the city where it lies in it."""
    resolved = file.resolve()
    inside = city is not None and resolved.is_relative_to(city.folder.resolve())
    return (resolved.relative_to(city.folder.resolve()) if inside and city else resolved).as_posix()


def is_empty(place: str, city: City | None) -> bool:
    """True where nothing lies at a place (as `place_of` names it) any more, though its folder is there.

    A share that is away for an hour has emptied no place.
    """
    file = (city.folder if city is not None else Path()) / place
    try:
        file.lstat()
    except FileNotFoundError:
        return os.path.isdir(file.parent)  # noqa: PTH112 - false, not an exception, where it may not be looked at
    except OSError:
        return False
    return False


def shown(file: Path, city: City) -> str:
    """Give a file's path as people know it: relative to the city's folder where it lies in it."""
    resolved = file.resolve()
    return (
        str(resolved.relative_to(city.folder.resolve()))
        if resolved.is_relative_to(city.folder.resolve())
        else str(file)
    )

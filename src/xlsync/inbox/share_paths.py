"""Places of files: what they are called towards the store, where a sheet's workbook belongs, writing only what changed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from xlsync.disk import replace_whole
from xlsync.file_names import file_name

if TYPE_CHECKING:
    from xlsync.sheet import Sheet


def place_of(file: Path, folder: Path | None) -> str:
    """Give a file's place under one name, however it was given: relative to the city's folder where it lies in it."""
    resolved = file.resolve()
    inside = folder is not None and resolved.is_relative_to(folder.resolve())
    return (resolved.relative_to(folder.resolve()) if inside and folder else resolved).as_posix()


def is_empty(place: str, folder: Path | None) -> bool:
    """True where nothing lies at a place (as `place_of` names it) any more, though its folder is there.

    A share that is away for an hour has emptied no place.
    """
    file = (folder or Path()) / place
    try:
        file.lstat()
    except FileNotFoundError:
        return os.path.isdir(file.parent)  # noqa: PTH112 - false, not an exception, where it may not be looked at
    except OSError:
        return False
    return False


def living_file(sheets: Path, sheet: Sheet) -> Path:
    """Give where a sheet's living workbook belongs: 評価シート/部/課/key_事務事業名.xlsx."""
    department = file_name(sheet.department or "部未記入")
    division = file_name(sheet.division or "課未記入")
    return (
        sheets
        / department
        / division
        / f"{sheet.key}_{file_name(sheet.title or '名称未記入')}.xlsx"
    )


def write_if_new(file: Path, data: bytes) -> bool:
    """Write a file in one step, making its folder; False, and nothing touched, where it holds these bytes already."""
    try:
        if file.read_bytes() == data:
            return False
    except OSError:
        pass
    replace_whole(file, data)
    return True

"""Paths in the shared folder: source paths as the store records them, where a sheet's workbook belongs, writing on change."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from xlsync.disk import replace_whole
from xlsync.file_names import file_name
from xlsync.sheet_keys import readable_name
from xlsync.store.rollover_acts import is_begun

if TYPE_CHECKING:
    from xlsync.form.edition import Edition
    from xlsync.sheet import Sheet
    from xlsync.store.store_path import StorePath

_FOLDERS: Final = 2
"""Levels of the organization that have folders of their own."""


def source_path(file: Path, folder: Path | None) -> str:
    """Return the path by which the store knows a file: resolved, and relative to the city's folder where it is inside."""
    resolved = file.resolve()
    inside = folder is not None and resolved.is_relative_to(folder.resolve())
    return (resolved.relative_to(folder.resolve()) if inside and folder else resolved).as_posix()


def is_vacant(path: str, folder: Path | None) -> bool:
    """True where a source path names no file any more, though its folder exists.

    While a share is not mounted nothing counts as deleted.
    """
    file = (folder or Path()) / path
    try:
        file.lstat()
    except FileNotFoundError:
        return os.path.isdir(file.parent)  # noqa: PTH112 - false, not an exception, where it may not be looked at
    except OSError:
        return False
    return False


def can_be_seen(file: Path) -> bool:
    """True for a file that is there; false, and no exception, also where a right is missing or the share does not answer."""
    return os.path.isfile(file)  # noqa: PTH113 - Path.is_file raises then


def year_name(store_files: StorePath, year: int) -> str:
    """Return by what the folders and files of an edition are told apart: 2019年度.

    "" for the edition that was there before any roll-over: its workbooks keep their places.
    """
    return f"{year}年度" if is_begun(store_files, year) else ""


def usual_file(sheets: Path, sheet: Sheet, year: str = "") -> Path:
    """Return where a sheet's workbook belongs: 評価シート/部/課/key_事務事業名.xlsx, with the units of at most two levels.

    With the name of a `year`: 評価シート/2019年度/部/課/key_事務事業名_2019年度.xlsx.
    """
    return usual_file_of(sheets, sheet.edition, (sheet.units, sheet.key, sheet.title), year)


def usual_file_of(
    sheets: Path, edition: Edition, named: tuple[tuple[str, ...], str, str], year: str = ""
) -> Path:
    """Return where the workbook of the sheet belongs that has these units, this key and this title."""
    identity, (units, key, sheet_title) = edition.definition.identity, named
    levels = zip(identity.organization[:_FOLDERS], units, strict=False)
    folder = (sheets / year).joinpath(
        *(file_name(unit or f"{level.name}未記入") for level, unit in levels)
    )
    name = readable_name(key, file_name(key))
    title = f"_{file_name(sheet_title or '名称未記入')}" if identity.title else ""
    return folder / f"{name}{title}{f'_{year}' if year else ''}.xlsx"


def write_if_changed(file: Path, data: bytes) -> bool:
    """Write a file in one step, making its folder; False, and nothing touched, where it holds these bytes already."""
    try:
        if file.read_bytes() == data:
            return False
    except OSError:
        pass
    replace_whole(file, data)
    return True

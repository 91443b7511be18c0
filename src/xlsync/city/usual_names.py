"""Rename living workbooks whose sheets have other keys by now, never one that somebody has open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from xlsync import atomic_rename
from xlsync.city.city_paths import workbook_file
from xlsync.errors import XlsyncError
from xlsync.open_folder import open_folder
from xlsync.owner_file import opened_by
from xlsync.shared_folder import SharedFolder
from xlsync.workbook.reading.form_reader import read

if TYPE_CHECKING:
    from xlsync.city.settings import CitySettings
    from xlsync.sheet import Sheet
    from xlsync.sheet_keys import SheetId


@dataclass(frozen=True, slots=True)
class Renamed:
    """A living workbook under the name of a former key, its name of today, and in Japanese why it still has the former one."""

    former_file: Path
    file: Path
    hindrance: str = ""


def rename_to_todays_keys(city: CitySettings, sheet_ids: Iterable[SheetId]) -> Iterator[Renamed]:
    """Rename the workbooks that lie where a sheet's workbook belonged under a former key; yield each of them."""
    year = city.terms.fiscal_year
    for sheet_id in sheet_ids:
        newest = city.store.find_newest(sheet_id, year)
        if newest is not None:
            usual_path = workbook_file(city, newest.sheet)
            for file in files_of_former_keys(city, newest.sheet):
                yield Renamed(file, usual_path, rename_where_possible(city, file, usual_path))


def files_of_former_keys(city: CitySettings, sheet: Sheet) -> list[Path]:
    """Return the workbooks of a sheet that lie where its workbook belonged under a former key."""
    year = sheet.edition.year
    if len(city.store.keys_of(sheet.id, year)) == 1:
        return []
    former_sheets = (revision.sheet for revision in city.store.revisions(sheet.id, year))
    former = {workbook_file(city, each) for each in former_sheets if each.key != sheet.key}
    files = sorted(former - {workbook_file(city, sheet)})
    return [file for file in files if is_of_sheet(city, file, sheet.id)]


def is_of_sheet(city: CitySettings, file: Path, sheet_id: SheetId) -> bool:
    """Whether a file is a workbook of this sheet alone: another may lie under the name by now."""
    data = SharedFolder(city.shared).read(file)
    if data is None:
        return False
    try:
        readings = read(data, city.terms.form)
    except XlsyncError:
        return False
    stamps = [reading.stamp for reading in readings]
    return bool(stamps) and all(stamp is not None and stamp.key == sheet_id for stamp in stamps)


def rename_where_possible(city: CitySettings, file: Path, usual_path: Path) -> str:
    """Rename a file that nobody has open to a name that is free; else return in Japanese why not."""
    opened = opened_by(file)
    if opened is not None:
        return f"{opened.who or 'だれか'}が開いています"
    try:
        with (
            open_folder(file.parent, city.shared) as source,
            open_folder(usual_path.parent, city.shared, create=True) as target,
        ):
            atomic_rename.rename_to_free_name(source.name(file.name), target.name(usual_path.name))
            target.flush()
            source.flush()
    except FileExistsError:
        return "その名前のファイルがすでにあります"
    except OSError as fault:
        return f"名前を変えられません（{fault.strerror}）"
    return ""


__all__ = [
    "Renamed",
    "files_of_former_keys",
    "is_of_sheet",
    "rename_to_todays_keys",
    "rename_where_possible",
]

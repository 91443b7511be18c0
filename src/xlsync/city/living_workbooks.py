"""The workbooks staff use, below 評価シート/: which there are of a sheet, and write-back into them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from xlsync.city.city_paths import display_path, is_vacant, source_path, workbook_file
from xlsync.city.clock_and_user import now, user
from xlsync.city.usual_names import files_of_former_keys, is_of_sheet
from xlsync.exchange.department_summaries import programs_of
from xlsync.exchange.receipt import Source
from xlsync.inbox.followup.write_back_file import (
    WriteBackResult,
    planned_update,
    write_back,
)
from xlsync.inbox.share_paths import can_be_seen
from xlsync.shared_folder import SharedFolder, scratch_folder
from xlsync.sheet_keys import SheetId
from xlsync.store import last_distribution

if TYPE_CHECKING:
    from xlsync.city.settings import CitySettings
    from xlsync.exchange.file_record import FileRecord
    from xlsync.sheet import Sheet


_WORKBOOKS: Final = (".xlsx", ".xlsm")


def writable_workbooks(city: CitySettings, files: Iterable[Path]) -> list[Path]:
    """Return the workbooks among the files that write-back may change: those below 評価シート/, none where it is off."""
    return [file for file in files if city.write_back and _is_living(city, file)]


def write_back_into(
    city: CitySettings,
    file: Path,
    source: Source | None = None,
    known: FileRecord | None = None,
) -> WriteBackResult:
    """Write what the store knows better into a workbook that nobody has open, and return what came of it.

    `source` is where the file comes from, by default where it lies; `known` is what is known of files.
    """
    source = source or _source_of(city, file)
    shared = SharedFolder(city.shared.resolve(), scratch_folder(city.store.folder))
    return write_back(city.store, city.terms, file.resolve(), source, shared=shared, known=known)


def planned_write_back(city: CitySettings, file: Path) -> WriteBackResult:
    """Return what a write-back would come to now; nothing is written."""
    shared = SharedFolder(city.shared.resolve(), scratch_folder(city.store.folder))
    data = shared.read(file.resolve())
    if data is None:
        return WriteBackResult("changed")
    return planned_update(city.store, city.terms, file, data, _source_of(city, file))


def _source_of(city: CitySettings, file: Path) -> Source:
    path = source_path(file, city)
    return Source(
        display_path(file, city), now(), user(), path, lambda moved: is_vacant(moved, city)
    )


def living_files(city: CitySettings, sheet: Sheet, default: Path) -> list[Path]:
    """Return the living workbooks of a sheet that exist.

    They are looked for at the default path, where the store last saw them, where they belonged under a former key, and where
    the last one was given out.
    """
    paths = city.store.copy_paths(SheetId(sheet.id), sheet.edition.year)
    seen = [default, *(city.folder / path for path in paths)]
    given_out = _given_out(city, sheet, seen)
    files = dict.fromkeys((*seen, *files_of_former_keys(city, sheet), *given_out))
    return [file for file in files if _is_living(city, file) and can_be_seen(file)]


def _given_out(city: CitySettings, sheet: Sheet, seen: Collection[Path]) -> list[Path]:
    """Return the workbook that was last given out, where it lies elsewhere: its unit or name was another one then."""
    given_out = last_distribution(city.store.files, SheetId(sheet.id), sheet.edition.year)
    file = None if given_out is None else city.folder / given_out.file
    return [file] if file and file not in seen and is_of_sheet(city, file, sheet.id) else []


def program_files(city: CitySettings, keys: Collection[SheetId]) -> list[Path]:
    """Return the living workbooks that show a total over any of the sheets: of their programs that are called complete."""
    files: dict[Path, None] = {}
    for sheet in _program_sheets(city, keys):
        files |= dict.fromkeys(living_files(city, sheet, workbook_file(city, sheet)))
    return list(files)


def _program_sheets(city: CitySettings, keys: Collection[SheetId]) -> list[Sheet]:
    """Return the stored sheets of the complete programs that any of the keys belongs to."""
    store, terms = city.store, city.terms
    programs = set(filter(terms.is_complete, programs_of(store, terms, keys)))
    if not programs:
        return []
    year = terms.fiscal_year
    keys_by_id = store.keys_by_id(year, store.keys(year))
    every = [each for each, key in keys_by_id.items() if terms.program_of_key(key) in programs]
    revisions = (store.find_newest(each, year) for each in every)
    return [revision.sheet for revision in revisions if revision is not None]


def _is_living(city: CitySettings, file: Path) -> bool:
    below = file.resolve().is_relative_to(city.sheets.resolve())
    return below and file.suffix.lower() in _WORKBOOKS

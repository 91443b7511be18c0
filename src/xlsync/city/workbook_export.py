"""New workbooks of stored sheets, in the shared folder or anywhere else."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from xlsync.city.city_paths import workbook_file
from xlsync.city.clock_and_user import now, user
from xlsync.city.living_workbooks import living_files
from xlsync.disk import create_once
from xlsync.errors import StoreError, WorkbookError
from xlsync.exchange.new_workbook import (
    export_known,
    export_past_sheet,
    export_trial,
    template_of,
)
from xlsync.exchange.resolution import as_of
from xlsync.ooxml.read.reader import open_workbook
from xlsync.shared_folder import SharedFolder
from xlsync.store import Distribution, record_distribution
from xlsync.store.not_registered import not_registered
from xlsync.workbook.stamp_carriers import document_stamp

if TYPE_CHECKING:
    from xlsync.city.settings import CitySettings
    from xlsync.sheet import Sheet
    from xlsync.sheet_keys import SheetId


@dataclass
class Exported:
    """What came of an export, by key: new files, files that existed already, and why a sheet fits no workbook."""

    created: dict[str, Path] = field(default_factory=dict)
    existing: dict[str, list[Path]] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)

    def write_once(self, key: str, file: Path, make: Callable[[], bytes]) -> None:
        """Write what `make` returns into a file unless it exists; a sheet that no workbook can hold is refused."""
        try:
            data = make()
        except WorkbookError as fault:
            self.refused[key] = fault.reason
            return
        if create_once(file, data):
            self.created[key] = file
        else:
            self.existing[key] = [file]


def export_living(city: CitySettings, heads: Iterable[Sheet]) -> Exported:
    """Write the living workbook of each sheet that has none yet, and leave those that exist, also where they were moved.

    A sheet that no workbook can hold is refused with its reason, and the others are written all the same.
    """
    exported = Exported()
    for head in heads:
        file, existing = living_or_new(city, head)
        if existing:
            exported.existing[head.key] = existing
            continue
        exported.write_once(head.key, file, partial(_new_workbook, city, head))
        if head.key in exported.created:
            _record(city, head, file)
    return exported


def living_or_new(city: CitySettings, head: Sheet) -> tuple[Path, list[Path]]:
    """Return the file that a new living workbook of a sheet gets, and the living workbooks that it has already."""
    usual_file = workbook_file(city, head)
    is_taken = _is_of_other_year(city, head, usual_file)
    file = usual_file.with_stem(f"{usual_file.stem}（新）") if is_taken else usual_file
    return file, _own_files(city, head, file, usual_file)


def _new_workbook(city: CitySettings, head: Sheet) -> bytes:
    """Return a new workbook of a sheet; the template is built with the first one."""
    return export_known(template_of(city.terms), head, _copy_id(), city.store, city.terms)


def _own_files(city: CitySettings, head: Sheet, default: Path, usual_file: Path) -> list[Path]:
    """Return the living workbooks of a sheet that exist, without those over which somebody has saved another year's.

    `default` is where a new one belongs: `usual_file`, of which is known then that it is not another year's.
    """

    def is_of_other_year(file: Path) -> bool:
        return default != usual_file if file == usual_file else _is_of_other_year(city, head, file)

    return [file for file in living_files(city, head, default) if not is_of_other_year(file)]


def _is_of_other_year(city: CitySettings, head: Sheet, file: Path) -> bool:
    """True for a workbook whose stamp names another year."""
    data = SharedFolder(city.shared).read(file)
    if data is None:
        return False
    try:
        stamp = document_stamp(open_workbook(data))
    except WorkbookError:
        return False
    return stamp is not None and stamp.fiscal_year != head.edition.year


def _record(city: CitySettings, sheet: Sheet, file: Path) -> None:
    """Record that a workbook was given out now."""
    path = file.relative_to(city.folder) if file.is_relative_to(city.folder) else file
    given_out = Distribution(now(), user(), path.as_posix(), city.terms.form.version)
    record_distribution(city.store.files, sheet.id, city.terms.fiscal_year, given_out)


def export_trials(
    city: CitySettings, heads: Iterable[Sheet], folder: Path | None = None
) -> Exported:
    """Write a trial workbook of each sheet, beside its living one or into `folder`, and leave those that exist."""
    exported = Exported()
    for head in heads:
        living = workbook_file(city, head)
        file = (folder or living.parent) / f"{living.stem}_試し用.xlsx"
        make = partial(export_trial, city.store, city.terms, head, _copy_id())
        exported.write_once(head.key, file, make)
    return exported


def export_to(city: CitySettings, key: str, file: Path) -> None:
    """Write a new workbook of a stored sheet into a new file; StoreError where the file exists, or the sheet does not."""
    year = city.terms.fiscal_year
    revision = city.store.find_newest(city.store.id_of(key, year), year)
    head = None if revision is None else revision.sheet
    if head is None:
        raise not_registered(city.store.form, key)
    data = _new_workbook(city, head)
    if not create_once(file, data):
        raise StoreError("すでにあります。新しい名前を指定してください", str(file))
    _record(city, head, file)


def export_past(
    city: CitySettings, keys: Iterable[SheetId], day: date, folder: Path
) -> tuple[Exported, list[str]]:
    """Write workbooks of sheets as they stood at the end of a day, and return them and the keys that had no sheet then."""
    exported, absent = Exported(), []
    for key in keys:
        past = as_of(city.store, key, city.terms.fiscal_year, day.isoformat())
        if past is None:
            absent.append(str(key))
            continue
        sheet, form = past
        terms = replace(city.terms, form=form)
        file = folder / f"{key}_{day}時点.xlsx"
        exported.write_once(key, file, partial(export_past_sheet, terms, sheet, _copy_id()))
    return exported, absent


def _copy_id() -> str:
    """Return a new random number for a workbook, by which copies of one sheet are told apart."""
    return secrets.token_hex(4)

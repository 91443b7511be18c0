"""New workbooks of stored sheets, in the shared folder or anywhere else."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from xlsync.city.city_paths import workbook_file
from xlsync.city.living_workbooks import living_files
from xlsync.disk import create_once
from xlsync.errors import StoreError, WorkbookError
from xlsync.exchange.new_workbook import export, export_known, export_trial, template_of
from xlsync.exchange.resolution import as_of

if TYPE_CHECKING:
    from xlsync.city.settings import CitySettings
    from xlsync.sheet import Sheet


@dataclass
class Exported:
    """What came of an export, by key: new files, files that existed already, and why a sheet fits no workbook."""

    created: dict[str, Path] = field(default_factory=dict)
    existing: dict[str, list[Path]] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)


def export_living(city: CitySettings, heads: Iterable[Sheet]) -> Exported:
    """Write the living workbook of each sheet that has none yet, and leave those that exist, also where they were moved.

    A sheet that no workbook can hold is refused with its reason, and the others are written all the same.
    """
    exported = Exported()
    template = template_of(city.terms)
    for head in heads:
        file = workbook_file(city, head)
        if existing := living_files(city, head, file):
            exported.existing[head.key] = existing
            continue
        try:
            data = export_known(template, head, _copy_id(), city.store, city.terms)
        except WorkbookError as fault:
            exported.refused[head.key] = fault.reason
            continue
        if create_once(file, data):
            exported.created[head.key] = file
        else:
            exported.existing[head.key] = [file]
    return exported


def export_trials(
    city: CitySettings, heads: Iterable[Sheet], folder: Path | None = None
) -> Exported:
    """Write a trial workbook of each sheet, beside its living one or into `folder`, and leave those that exist."""
    exported = Exported()
    for head in heads:
        living = workbook_file(city, head)
        file = (folder or living.parent) / f"{living.stem}_試し用.xlsx"
        try:
            data = export_trial(city.store, city.terms, head, _copy_id())
        except WorkbookError as fault:
            exported.refused[head.key] = fault.reason
            continue
        if create_once(file, data):
            exported.created[head.key] = file
        else:
            exported.existing[head.key] = [file]
    return exported


def export_to(city: CitySettings, key: str, file: Path) -> None:
    """Write a new workbook of a stored sheet into a new file; StoreError where the file exists, or the sheet does not."""
    revision = city.store.find_newest(key, city.terms.fiscal_year)
    head = None if revision is None else revision.sheet
    if head is None:
        raise StoreError("登録されていません。事業コードを確かめてください", key)
    data = export_known(template_of(city.terms), head, _copy_id(), city.store, city.terms)
    if not create_once(file, data):
        raise StoreError("すでにあります。新しい名前を指定してください", str(file))


def export_past(
    city: CitySettings, keys: Iterable[str], day: date, folder: Path
) -> tuple[Exported, list[str]]:
    """Write workbooks of sheets as they stood at the end of a day, and return them and the keys that had no sheet then."""
    exported, absent = Exported(), []
    for key in keys:
        past = as_of(city.store, key, city.terms.fiscal_year, day.isoformat())
        if past is None:
            absent.append(key)
            continue
        sheet, form = past
        template = template_of(replace(city.terms, form=form))
        file = folder / f"{key}_{day}時点.xlsx"
        if create_once(file, export(template, sheet, _copy_id())):
            exported.created[key] = file
        else:
            exported.existing[key] = [file]
    return exported, absent


def _copy_id() -> str:
    """Return a new random number for a workbook, by which copies of one sheet are told apart."""
    return secrets.token_hex(4)

"""`xlsync check`: what would be said of files; nothing is written."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from xlsync.city.city_paths import input_files
from xlsync.city.file_checks import check_files
from xlsync.city.settings_file import settings_folder
from xlsync.cli.console import progress
from xlsync.cli.receipt_lines import report

if TYPE_CHECKING:
    from xlsync.city.city_paths import InputFile
    from xlsync.city.settings import CitySettings
    from xlsync.exchange.receipt import Receipt


def check_paths(
    folder: Path,
    paths: Sequence[Path],
    *,
    as_json: bool = False,
    notes: bool = False,
    jobs: int = 1,
) -> int:
    """Check files, print the receipts, and return the exit code; outside a city by the newest shipped form.

    `jobs` is how many processes share the work.
    """
    city = _city_or_none(folder)
    files = list(input_files(paths, city))
    receipts = _receipts(city, files, min(jobs, len(files)))
    return report(receipts, as_json=as_json, checked=True, notes=notes)


def _receipts(city: CitySettings | None, files: list[InputFile], jobs: int) -> list[Receipt]:
    if jobs <= 1:
        return check_files(city, progress(files, "読み取り中"))
    from xlsync.city.process_checks import check_with_processes

    shown = partial(progress, label="読み取り中")
    return [*chain.from_iterable(check_with_processes(city, files, jobs, shown))]


def _city_or_none(folder: Path) -> CitySettings | None:
    if settings_folder(folder.resolve()) is None:
        return None
    from xlsync.cli.current_city import current_city

    return current_city(folder)

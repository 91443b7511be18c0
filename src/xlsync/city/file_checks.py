"""Check files and write nothing: receipts come out, and one bad file never stops the others."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from xlsync.city.file_receipts import Task, receipts_of_files
from xlsync.exchange.inspection import inspect
from xlsync.exchange.receipt import Receipt, Source, Terms
from xlsync.form.library import load_form

if TYPE_CHECKING:
    from xlsync.city.city_paths import InputFile
    from xlsync.city.settings import CitySettings
    from xlsync.exchange.incoming import Reader
    from xlsync.store import Store

_EDITION: Final = 2018
"""The fiscal year of the shipped form, where no city says which."""


def check_files(city: CitySettings | None, files: Iterable[InputFile]) -> list[Receipt]:
    """Check files and write nothing; outside a city (None) by the newest shipped form.

    Returns:
        One receipt per sheet, refusals included.

    """
    return receipts_of_files(files, _check_task(city), city, "")


def compare_files(city: CitySettings, files: Iterable[InputFile]) -> list[Receipt]:
    """Return what each sheet of the files says otherwise than the store; nothing is written."""
    from xlsync.exchange.receive import compare  # here: checking needs neither merging nor writing

    def task(data: bytes, source: Source, reader: Reader) -> list[Receipt]:
        return compare(city.store, city.terms, data, source, reader)

    return receipts_of_files(files, task, city, "")


def _check_task(city: CitySettings | None) -> Task:
    if city is None:
        terms = Terms(load_form(), _EDITION)
        return lambda data, source, reader: inspect(terms, data, source, reader=reader)
    store: Store | None = city.store if (city.store.files / "store.json").exists() else None
    return lambda data, source, reader: inspect(city.terms, data, source, store, reader)

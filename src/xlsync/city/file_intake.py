"""Check files, or receive them into the store: receipts come out, and one bad file never stops the others."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from xlsync.city.city_paths import InputFile, display_path, is_vacant, read_file, source_path
from xlsync.city.clock_and_user import now, user
from xlsync.city.settings import converter_of
from xlsync.errors import WorkbookError
from xlsync.exchange.incoming import Reader
from xlsync.exchange.program_findings import with_program_findings
from xlsync.exchange.receipt import Receipt, Refusal, Source, Terms
from xlsync.exchange.receive import inspect, receive
from xlsync.form.library import load_form
from xlsync.inbox.intake.archive import ArchiveMember, member_source, read_member, workbooks_of
from xlsync.inbox.intake.libreoffice import LibreOffice
from xlsync.inbox.intake.read_stable import saved_at
from xlsync.owner_file import user_of
from xlsync.workbook.reading.form_reader import read

if TYPE_CHECKING:
    from xlsync.city.settings import CitySettings
    from xlsync.store import Store

Task = Callable[[bytes, Source, Reader], list[Receipt]]
"""What is done with a file's bytes, which the reader reads."""

_EDITION: Final = 2018
"""The fiscal year of the shipped form, where no city says which."""
_CLOSED: Final = (
    "受付は締め切られています（xlsync.toml の [deadline] closed）。"
    "締切後に受け取るときは `xlsync import --after-deadline` を使ってください"
)


def receive_files(
    city: CitySettings,
    files: Iterable[InputFile],
    *,
    who: str = "",
    clearing_meant: bool = False,
    after_deadline: bool = False,
) -> list[Receipt]:
    """Receive files into the store.

    Args:
        city: The city's settings.
        files: Workbooks, archives of workbooks, and JSON sheets of another system.
        who: Who brings them, where a workbook itself does not say; the system's user by default.
        clearing_meant: Take it as meant that many fields of a sheet were cleared at once.
        after_deadline: Receive also where the settings say that the deadline is closed.

    Returns:
        One receipt per sheet, refusals included; findings that depend on a program's other sheets are those after all
        files, so that they do not depend on the order.

    Raises:
        StoreError: The store cannot be read or written.

    """
    task = _receive_task(city, clearing_meant=clearing_meant, after_deadline=after_deadline)
    return with_program_findings(city.store, city.terms, _each(files, task, city, who))


def receive_file(city: CitySettings, file: InputFile, source: Source) -> list[Receipt]:
    """Receive one file into the store as if it came from somewhere else; WorkbookError where it cannot be read."""
    return _receipts_of(file, _receive_task(city), source, converter_of(city))


def _receive_task(
    city: CitySettings, *, clearing_meant: bool = False, after_deadline: bool = False
) -> Task:
    def task(data: bytes, source: Source, reader: Reader) -> list[Receipt]:
        if city.deadline.closed and not after_deadline:
            return _received_when_closed(city, data, source, reader)
        source = replace(source, clearing_meant=clearing_meant)
        return receive(city.store, city.terms, data, source, reader)

    return task


def _received_when_closed(
    city: CitySettings, data: bytes, source: Source, reader: Reader
) -> list[Receipt]:
    """Return the receipts of a trial workbook, which is never stored, and a refusal of any other."""
    receipts = inspect(city.terms, data, source, city.store, reader)
    if all(receipt.outcome == "trial" for receipt in receipts):
        return receipts
    return [Receipt(source.file, "refused", refusal=Refusal(_CLOSED))]


def check_files(city: CitySettings | None, files: Iterable[InputFile]) -> list[Receipt]:
    """Check files and write nothing; outside a city (None) by the newest shipped form.

    Returns:
        One receipt per sheet, refusals included.

    """
    return _each(files, _check_task(city), city, "")


def _check_task(city: CitySettings | None) -> Task:
    if city is None:
        terms = Terms(load_form(), _EDITION)
        return lambda data, source, reader: inspect(terms, data, source, reader=reader)
    store: Store | None = city.store if (city.store.folder / "store.json").exists() else None
    return lambda data, source, reader: inspect(city.terms, data, source, store, reader)


def _each(
    files: Iterable[InputFile], task: Task, city: CitySettings | None, who: str
) -> list[Receipt]:
    receipts: list[Receipt] = []
    when, who, libreoffice = now(), who or user(), converter_of(city)
    for file in files:
        source = source_of(file.file, city, when, who)
        try:
            receipts += _receipts_of(file, task, source, libreoffice)
        except WorkbookError as fault:
            receipts.append(Receipt(source.file, "refused", refusal=Refusal(fault.reason)))
    return receipts


def _receipts_of(
    file: InputFile, task: Task, source: Source, libreoffice: LibreOffice
) -> list[Receipt]:
    """Return the receipts of a file's workbooks. Raises WorkbookError for the whole file."""
    if file.reason:
        raise WorkbookError(file.reason)
    receipts: list[Receipt] = []
    for member in workbooks_of(file.file.name, read_file(file.file), libreoffice):
        own = member_source(source, member)
        if member.reason:
            receipts.append(Receipt(own.file, "refused", refusal=Refusal(member.reason)))
            continue
        try:
            receipts += task(member.data, own, reader_of(member, libreoffice))
        except WorkbookError as fault:
            receipts.append(Receipt(own.file, "refused", refusal=Refusal(fault.reason)))
    return receipts


def reader_of(member: ArchiveMember, libreoffice: LibreOffice) -> Reader:
    """Return a reader for a file's workbook, which converts it first where it must be."""
    return lambda _data, form: read_member(member, libreoffice, lambda data: read(data, form))


def source_of(file: Path, city: CitySettings | None, when: str, who: str) -> Source:
    """Return where a file comes from; who has it open counts before `who`."""
    name = display_path(file, city) if city is not None else str(file)
    path = source_path(file, city)
    source = Source(name, when, user_of(file, who), path, lambda moved: is_vacant(moved, city))
    with contextlib.suppress(OSError):
        return replace(source, saved=saved_at(file.stat().st_mtime_ns, when))
    return source

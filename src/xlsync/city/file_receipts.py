"""The receipts of files: what a task makes of each workbook in them, and one bad file never stops the others."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from xlsync.city.city_paths import (
    InputFile,
    converter_of,
    display_path,
    is_vacant,
    read_file,
    source_path,
)
from xlsync.city.clock_and_user import now, user
from xlsync.errors import WorkbookError
from xlsync.exchange.incoming import Reader
from xlsync.exchange.receipt import Receipt, Refusal, Source
from xlsync.inbox.intake.archive import ArchiveMember, member_source, read_member, workbooks_of
from xlsync.inbox.intake.libreoffice import LibreOffice
from xlsync.inbox.intake.read_stable import saved_at
from xlsync.owner_file import user_of
from xlsync.workbook.reading.form_reader import read

if TYPE_CHECKING:
    from xlsync.city.settings import CitySettings

Task = Callable[[bytes, Source, Reader], list[Receipt]]
"""What is done with a file's bytes, which the reader reads."""


def receipts_of_files(
    files: Iterable[InputFile], task: Task, city: CitySettings | None, who: str
) -> list[Receipt]:
    """Return what the task makes of each workbook of each file; a file that cannot be read is a refusal."""
    receipts: list[Receipt] = []
    when, who, libreoffice = now(), who or user(), converter_of(city)
    for file in files:
        source = source_of(file.file, city, when, who)
        try:
            receipts += receipts_of_file(file, task, source, libreoffice)
        except WorkbookError as fault:
            receipts.append(Receipt(source.file, "refused", refusal=Refusal(fault.reason)))
    return receipts


def receipts_of_file(
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

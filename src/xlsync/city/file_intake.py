"""Receive files into the store: receipts come out, and one bad file never stops the others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from xlsync.city.city_paths import InputFile, converter_of
from xlsync.city.clock_and_user import seconds_passed
from xlsync.city.file_receipts import Task, receipts_of_file, receipts_of_files
from xlsync.exchange.city_inputs import CityInputs
from xlsync.exchange.file_record import FileRecord
from xlsync.exchange.inspection import inspect
from xlsync.exchange.known_receipts import receive_unless_known
from xlsync.exchange.program_findings import with_program_findings
from xlsync.exchange.receipt import Receipt, Refusal, Source
from xlsync.exchange.receive import receive
from xlsync.store.store_batch import store_batch

if TYPE_CHECKING:
    from xlsync.city.settings import CitySettings
    from xlsync.exchange.incoming import Reader

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
    with (
        store_batch(city.store, seconds_passed) as store,
        FileRecord(CityInputs(store, city.terms)) as known,
    ):
        task = _receive_task(
            replace(city, store=store),
            known,
            clearing_meant=clearing_meant,
            after_deadline=after_deadline,
        )
        receipts = receipts_of_files(files, task, city, who)
    return with_program_findings(city.store, city.terms, receipts)


def receive_file(city: CitySettings, file: InputFile, source: Source) -> list[Receipt]:
    """Receive one file into the store as if it came from somewhere else; WorkbookError where it cannot be read."""
    return receipts_of_file(file, _receive_task(city), source, converter_of(city))


def _receive_task(
    city: CitySettings,
    known: FileRecord | None = None,
    *,
    clearing_meant: bool = False,
    after_deadline: bool = False,
) -> Task:
    def task(data: bytes, source: Source, reader: Reader) -> list[Receipt]:
        if city.deadline.closed and not after_deadline:
            return _received_when_closed(city, data, source, reader)
        source = replace(source, clearing_meant=clearing_meant)

        def take_in(own: Source) -> list[Receipt]:
            return receive(city.store, city.terms, data, own, reader)

        if known is None:
            return take_in(source)
        return receive_unless_known(known, data, source, take_in)

    return task


def _received_when_closed(
    city: CitySettings, data: bytes, source: Source, reader: Reader
) -> list[Receipt]:
    """Return the receipts of a trial workbook, which is never stored, and a refusal of any other."""
    receipts = inspect(city.terms, data, source, city.store, reader)
    if all(receipt.outcome == "trial" for receipt in receipts):
        return receipts
    return [Receipt(source.file, "refused", refusal=Refusal(_CLOSED))]

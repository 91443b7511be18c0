"""`xlsync diff`: how workbooks differ from the store; nothing is written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from xlsync.city.city_paths import display_path, files_in, read_file
from xlsync.city.clock_and_user import now, user
from xlsync.city.file_receipts import reader_of
from xlsync.city.year_change import at_year
from xlsync.cli import ATTENTION, FAILED
from xlsync.cli.change_lines import change_lines
from xlsync.cli.console import complain, put_json, say
from xlsync.cli.current_city import current_city
from xlsync.errors import WorkbookError
from xlsync.exchange import Receipt, Refusal, Source, compare
from xlsync.inbox.intake.archive import workbooks_of
from xlsync.sheet import Sheet

if TYPE_CHECKING:
    from xlsync.city.settings import CitySettings


def show_differences(folder: Path, paths: Sequence[Path], *, as_json: bool) -> int:
    """Print how workbooks differ from the store, and return the exit code."""
    city = current_city(folder)
    receipts = [receipt for file in files_in(paths, city) for receipt in _compare(city, file)]
    if as_json:
        put_json({"receipts": [receipt.to_document() for receipt in receipts]})
    else:
        for receipt in receipts:
            _say(city, receipt)
    return _code(receipts)


def _compare(city: CitySettings, file: Path) -> list[Receipt]:
    name = display_path(file, city)
    try:
        (member,) = workbooks_of(file.name, read_file(file), city.libreoffice)
        source, reader = Source(name, now(), user()), reader_of(member, city.libreoffice)
        return compare(city.store, city.terms, member.data, source, reader)
    except WorkbookError as fault:
        return [Receipt(name, "refused", refusal=Refusal(fault.reason))]


def _say(city: CitySettings, receipt: Receipt) -> None:
    if receipt.outcome == "refused":
        complain(f"{receipt.file}：{receipt.reason}")
        return
    say(f"{receipt.file}  {receipt.key} {receipt.title}  違い {len(receipt.changes)}件")
    year = receipt.edition or city.terms.fiscal_year
    city = at_year(city, year)
    head = city.store.head(city.store.id_of(receipt.key, year), year)
    shown = head or Sheet(city.terms.form.at(year), receipt.key)
    for line in change_lines(shown, receipt.changes):
        say(line)


def _code(receipts: Sequence[Receipt]) -> int:
    refused = [receipt for receipt in receipts if receipt.outcome == "refused"]
    if len(refused) == len(receipts):
        return FAILED
    return ATTENTION if refused or any(receipt.changes for receipt in receipts) else 0

"""A reorganisation of the city: its list of units, its sheets, its workbooks, in an order in which it can stop at any call."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from xlsync.city.clock_and_user import today
from xlsync.city.contacts import CONTACTS_FILE, read_contacts
from xlsync.city.transferred_files import TransferredFile, Transfers
from xlsync.errors import SettingsError, XlsyncError
from xlsync.exchange.register.headed_table import first_headed
from xlsync.exchange.register.list_table import read_tables, shown_texts
from xlsync.exchange.reorganization.reorganization_plan import (
    ReorganizationPlan,
    plan_reorganization,
)
from xlsync.exchange.reorganization.reorganization_run import (
    act_to_take_back,
    run_reorganization,
    sheets_to_return,
    take_reorganization_back,
)
from xlsync.exchange.reorganization.unit_succession import named, shown
from xlsync.kinds import fold
from xlsync.organization import Organization, day_in_year, organization_of_rows
from xlsync.unit_lines import SINCE, SUCCESSOR, UNTIL, ListWords
from xlsync.workbook.list_workbook import list_workbook

if TYPE_CHECKING:
    from xlsync.city.settings import CitySettings
    from xlsync.exchange.receipt import Receipt, Source
    from xlsync.exchange.register.list_table import ListTable
    from xlsync.exchange.reorganization.reorganization_run import Progress
    from xlsync.sheet import Sheet
    from xlsync.store.reorganization_acts import MovedSheet, ReorganizationAct
    from xlsync.unit_lines import Row

_NO_LIST: Final = "組織の一覧がありません。xlsync.toml の [organization] の file に書くか、一覧のファイルを指定してください"
_NO_DAYS: Final = "「{until}」と「{successor}」の列がありません。見出しのある一覧に、なくなる日と改編後の名前を書いてください"


@dataclass(frozen=True, slots=True)
class Reorganized:
    """What a reorganisation did: a receipt for each sheet, each workbook, and notices that could not be written."""

    receipts: tuple[Receipt, ...] = ()
    transferred_files: tuple[TransferredFile, ...] = ()
    left_notices: tuple[tuple[Path, str], ...] = ()


def planned_reorganization(
    city: CitySettings, file: Path | None, day: dt.date | None
) -> ReorganizationPlan:
    """Return what a list of units makes of the city's sheets.

    Args:
        city: The city's settings.
        file: A list for this act alone (Excel or CSV), None for the city's own.
        day: The day whose organization is to hold; None for today, within the city's fiscal year.

    Raises:
        SettingsError: There is no list, or it is wrong; the message names the line.

    """
    day = day or day_in_year(city.terms.fiscal_year, today())
    own = city.organization
    listed, unread = (own, ()) if file is None else read_list_of_units(city, file)
    if listed is None:
        raise SettingsError(_NO_LIST)
    if not listed.unit_lines and file is not None:
        level = city.terms.form.definition.identity.level_words[-1]
        reason = _NO_DAYS.format(until=UNTIL, successor=f"{SUCCESSOR}{level}")
        raise SettingsError(reason, str(file))
    plan = plan_reorganization(city.store, city.terms, listed, day)
    return replace(plan, doubts=(*unread, *plan.doubts))


def read_list_of_units(city: CitySettings, file: Path) -> tuple[Organization, tuple[str, ...]]:
    """Return the units of an Excel workbook or CSV file, and which further worksheets are not read.

    Raises:
        SettingsError: The message names the line that is wrong.
        WorkbookError: The message names the cell that is wrong.

    """
    definition = city.terms.form.definition
    levels = definition.identity.level_words
    words = ListWords(levels, definition.words.key, definition.words.title)
    try:
        tables = read_tables(file.read_bytes(), file.name)
    except OSError as fault:
        raise SettingsError(f"ファイルが読めません（{fault.strerror}）", str(file)) from fault
    headed = first_headed(tables, lambda table: _names_levels(table, levels) or None)
    table, unread = (headed.list_table, headed.unread_lists) if headed else (tables[0], ())
    rows: list[Row] = []
    for row in table.rows_as_shown():
        last = max(row.list_cells, default=0)
        cells = (row.list_cells.get(column) for column in range(1, last + 1))
        rows.append((row.number, shown_texts(cells, file.name)))
    return organization_of_rows(rows, file.name, words), unread


def _names_levels(table: ListTable, levels: Sequence[str]) -> bool:
    """Whether the first row of a table holds the headings of a list of units; a list may do without."""
    cells = [cell for row in table.list_rows[:1] for cell in row.list_cells.values()]
    return {fold(cell.text).removesuffix("等名") for cell in cells} >= {*map(fold, levels)}


def planned_files(city: CitySettings, plan: ReorganizationPlan) -> list[TransferredFile]:
    """Return the workbooks that would be moved, and why some would not."""
    return list(_transfers(city, plan).files())


def _transfers(city: CitySettings, plan: ReorganizationPlan) -> Transfers:
    return Transfers(city, {each.sheet.id: each.new_units for each in plan.transfers})


def reorganize(
    city: CitySettings, plan: ReorganizationPlan, source: Source, progress: Progress
) -> Reorganized:
    """Move the sheets of a plan and their workbooks; run again, it goes on where it stopped."""
    receipts = tuple(run_reorganization(city.store, city.terms, plan, source, progress))
    return _with_files(city, receipts, source)


def undo_reorganization(city: CitySettings, source: Source, progress: Progress) -> Reorganized:
    """Take the last reorganisation back: sheets and workbooks; StoreError where there is none."""
    act = _act_to_take_back(city)
    receipts = tuple(take_reorganization_back(city.store, city.terms, act, source, progress))
    return _with_files(city, receipts, source)


def reorganization_to_undo(
    city: CitySettings,
) -> tuple[ReorganizationAct, list[tuple[Sheet, MovedSheet]], list[Sheet]]:
    """Return the act that would be taken back, the sheets that go back, and those that stay; nothing is written."""
    act = _act_to_take_back(city)
    return act, *sheets_to_return(city.store, act, city.terms.fiscal_year)


def _act_to_take_back(city: CitySettings) -> ReorganizationAct:
    has_files_left = any(Transfers(city, {}).files())
    return act_to_take_back(city.store, city.terms.fiscal_year, has_files_left=has_files_left)


def _with_files(city: CitySettings, receipts: tuple[Receipt, ...], source: Source) -> Reorganized:
    transfers = Transfers(city, {})
    files = tuple(transfers.move())
    made_on = dt.date.fromisoformat(source.when[:10])
    return Reorganized(receipts, files, tuple(transfers.write_notices(made_on)))


def other_lists_notes(city: CitySettings, plan: ReorganizationPlan) -> Iterator[str]:
    """Yield what the city's other lists still say of units that are no more, in Japanese."""
    gone = dict.fromkeys(named(each.sheet.units) for each in plan.transfers)
    try:
        contacts = read_contacts(city)
    except XlsyncError:
        return
    for units in gone:
        if contacts.has(units):
            yield f"{CONTACTS_FILE} に「{shown(units[:2])}」が残っています。新しい所属の行を加えてください"


def transfer_list(city: CitySettings, plan: ReorganizationPlan) -> bytes:
    """Return the plan as a workbook: what is undecided is filled in there, and given to the command again."""
    words = city.terms.form.definition.words
    levels = city.terms.form.definition.identity.level_words
    following = [f"{SUCCESSOR}{level}" for level in levels]
    headings = [words.key, words.title, *levels, SINCE, UNTIL, *following, "扱い"]
    until = (plan.day - dt.timedelta(days=1)).isoformat()
    rows = [_row(each.sheet, until, each.new_units, "移す") for each in plan.transfers]
    rows += [_row(sheet, until, (), reason) for sheet, reason in plan.undecided_sheets]
    reason = "組織の一覧にない所属です。改編後の名前を書いてください"
    rows += [_row(sheet, until, (), reason) for sheet in plan.unlisted_sheets]
    return list_workbook("組織改編", headings, rows)


def _row(sheet: Sheet, until: str, units: Sequence[str], reason: str) -> list[str]:
    names = [*units, *("",) * len(sheet.units)][: len(sheet.units)]
    return [sheet.key, sheet.title, *named(sheet.units), "", until, *named(tuple(names)), reason]


__all__ = [
    "Reorganized",
    "other_lists_notes",
    "planned_files",
    "planned_reorganization",
    "read_list_of_units",
    "reorganize",
    "transfer_list",
    "undo_reorganization",
]

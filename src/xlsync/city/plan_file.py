"""The city's list of 施策 as a file says it: read from Excel or CSV, and what it is to put it in place of the present one."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from xlsync.city.list_replacement import NamingEntry, planned_replacement
from xlsync.city.settings_change import settings_text
from xlsync.errors import WorkbookError
from xlsync.exchange.register.headed_table import first_headed
from xlsync.exchange.register.list_table import read_tables, shown_texts
from xlsync.plan_list import HEADS, PlanList, read_plan_list

if TYPE_CHECKING:
    from xlsync.city.list_replacement import ListReplacement
    from xlsync.city.settings import CitySettings
    from xlsync.exchange.register.list_table import ListCell, ListRow, ListTable

USUAL_NAME: Final = "施策.csv"
PLAN_ENTRY: Final = NamingEntry("plans", "file")
_NEEDED: Final = frozenset({"計画", "名称"})
_NO_HEADINGS: Final = "「計画」と「名称」の列がある行が見つかりません。見出しは 計画、大、中、小、名称、いつから、いつまで です"


def read_plan_file(data: bytes, name: str) -> tuple[PlanList, tuple[str, ...]]:
    """Return the 施策 of an Excel or CSV file, and which further worksheets are not read.

    Columns are known by their headings, in any order.

    Raises:
        WorkbookError: The bytes are no such file, have no such headings, or a cell holds an error.
        SettingsError: A row is wrong; its number is that in the file.

    """
    headed = first_headed(read_tables(data, name), _columns)
    if headed is None:
        raise WorkbookError(_NO_HEADINGS, name)
    text = _text(headed.list_table, *headed.list_headings, name)
    return read_plan_list(text, name), headed.unread_lists


def _columns(table: ListTable) -> tuple[int, dict[str, int]] | None:
    """Return the row of the headings and the column of each, None where there is no such row."""
    for row in table.rows_as_shown():
        columns = {cell.text: column for column, cell in row.list_cells.items()}
        if columns.keys() >= _NEEDED:
            return row.number, {name: columns[name] for name in HEADS if name in columns}
    return None


def _text(table: ListTable, head: int, columns: dict[str, int], name: str) -> str:
    """Return a table as the city's list, each row in the line of its number."""
    below = (row for row in table.rows_as_shown() if row.number > head)
    rows = {row.number: shown_texts(_cells(row, columns), name) for row in below}
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    for number in range(1, max(rows, default=0) + 1):
        writer.writerow([each.replace("\n", " ") for each in rows.get(number, [])])
    return text.getvalue()


def _cells(row: ListRow, columns: dict[str, int]) -> list[ListCell | None]:
    return [row.list_cells.get(columns.get(name, 0)) for name in HEADS]


def planned_plan_list(city: CitySettings, listed: PlanList) -> ListReplacement:
    """Return what it is to put a list of 施策 in place of the city's."""
    name = PLAN_ENTRY.name_in(settings_text(city.folder)) or USUAL_NAME
    return planned_replacement(city, name, _list_bytes(listed), PLAN_ENTRY)


def _list_bytes(listed: PlanList) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(HEADS)
    for each in listed.plan_entries:
        codes = [*each.codes, "", "", ""][:3]
        ends = "" if each.is_endless else each.ends_in
        writer.writerow([each.plan_name, *codes, each.name, each.begins_in or "", ends])
    return text.getvalue().encode("utf-8-sig")


__all__ = ["PLAN_ENTRY", "USUAL_NAME", "planned_plan_list", "read_plan_file"]

"""The city's list of 施策 taken over from a file: read, and put in place of the one before, which is kept."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from xlsync.city.settings import plan_file_name
from xlsync.city.settings_change import change_settings, settings_text, text_digest
from xlsync.disk import create_once, replace_whole
from xlsync.errors import WorkbookError
from xlsync.exchange.register.list_table import read_tables
from xlsync.plan_list import HEADS, PlanList, read_plan_list

if TYPE_CHECKING:
    from pathlib import Path

    from xlsync.city.settings import CitySettings
    from xlsync.city.settings_change import ChangedBy
    from xlsync.exchange.register.list_table import ListRow, ListTable

USUAL_NAME: Final = "施策.csv"
_NEEDED: Final = frozenset({"計画", "名称"})
_KEPT: Final = "lists"
_NO_HEADINGS: Final = "「計画」と「名称」の列がある行が見つかりません。見出しは 計画、大、中、小、名称、いつから、いつまで です"
_SETTING: Final = '\n[plans]\nfile = "{name}"\n'


def read_plan_file(data: bytes, name: str) -> PlanList:
    """Return the 施策 of an Excel or CSV file; columns are known by their headings, in any order.

    Raises:
        WorkbookError: The bytes are no such file, or have no such headings.
        SettingsError: A row is wrong; its number is that in the file.

    """
    for table in read_tables(data, name):
        columns = _columns(table)
        if columns is not None:
            return read_plan_list(_text(table, *columns), name)
    raise WorkbookError(_NO_HEADINGS, name)


def _columns(table: ListTable) -> tuple[int, dict[str, int]] | None:
    """Return the row of the headings and the column of each, None where there is no such row."""
    for row in table.list_rows:
        columns = {cell.text: column for column, cell in row.list_cells.items()}
        if columns.keys() >= _NEEDED:
            return row.number, {name: columns[name] for name in HEADS if name in columns}
    return None


def _text(table: ListTable, head: int, columns: dict[str, int]) -> str:
    """Return a table as the city's list, each row in the line of its number."""
    rows = {row.number: _cells(row, columns) for row in table.list_rows if row.number > head}
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    for number in range(1, max(rows, default=0) + 1):
        writer.writerow([each.replace("\n", " ") for each in rows.get(number, [])])
    return text.getvalue()


def _cells(row: ListRow, columns: dict[str, int]) -> list[str]:
    cells = (row.list_cells.get(columns.get(name, 0)) for name in HEADS)
    return ["" if cell is None else cell.text for cell in cells]


def plan_file_of(city: CitySettings) -> Path:
    """Return where the city's list of 施策 lies, or would lie."""
    return city.folder / (plan_file_name(city.folder) or USUAL_NAME)


def folder_of_former_lists(city: CitySettings) -> Path:
    """Return where the lists are kept that were replaced."""
    return city.store.folder / "page" / _KEPT / USUAL_NAME


def replace_plan_list(city: CitySettings, listed: PlanList, by: ChangedBy) -> None:
    """Put a list of 施策 in place of the city's, which is kept, and name it in the settings where they name none.

    Raises:
        Stale: The settings have changed meanwhile.
        SettingsError: The settings cannot be followed with it.

    """
    file, kept = plan_file_of(city), folder_of_former_lists(city)
    with city.store.writing():
        before, written = file.read_bytes() if file.exists() else b"", _list_bytes(listed)
        if before and before != written:
            kept.mkdir(mode=0o700, parents=True, exist_ok=True)
            number = len(list(kept.glob("*.csv"))) + 1
            create_once(kept / f"{number}.csv", before)
        replace_whole(file, written)
    if not plan_file_name(city.folder):
        text = settings_text(city.folder)
        settings = text + _SETTING.format(name=file.name)
        kept_in = city.store.folder / "page" / "settings"
        change_settings(city, settings, text_digest(text), kept_in, by)


def _list_bytes(listed: PlanList) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(HEADS)
    for each in listed.plan_entries:
        codes = [*each.codes, "", "", ""][:3]
        ends = "" if each.is_endless else each.ends_in
        writer.writerow([each.plan_name, *codes, each.name, each.begins_in or "", ends])
    return text.getvalue().encode("utf-8-sig")


__all__ = ["folder_of_former_lists", "plan_file_of", "read_plan_file", "replace_plan_list"]

"""The rows of a list as sheets: each row's key and values, or what is wrong with it, said with row and cell."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from xlsync.exchange.register.headings import ID_HEADING, KEY, LINEAGE_HEADINGS, SHEET_ID, Headings
from xlsync.exchange.register.list_table import PLAIN, ListCell, ListRow, ListTable
from xlsync.finding import finding
from xlsync.finding_catalogue import CATALOGUE
from xlsync.kinds import fold
from xlsync.ooxml.a1 import column_letters
from xlsync.ooxml.read.reader import Cell
from xlsync.sheet import key_of
from xlsync.sheet_keys import fault_of_key, split_key
from xlsync.workbook.reading.cell_reading import FieldReading, read_cell

if TYPE_CHECKING:
    from xlsync.form.edition import Edition, Field
    from xlsync.kinds import Value

_TOTAL: Final = re.compile("(?:.*[小合総累部局課室係所計])?計")
"""小計, 合計, 総務部 計; none of the words that end alike: 会計, 統計, 設計."""
_KEPT: Final = "。入力された内容は保管しています"
"""What findings on a workbook promise, and nobody does for a list that is not taken in."""


@dataclass(frozen=True, slots=True)
class ListedSheet:
    """A row of a list: its number, the key of its sheet, and the value of each column by path.

    `sheet_id` is the id it names its sheet by, "" where that cell is blank, None where the list has no such column.
    `lineage_texts` are what the columns say of where the sheet comes from, by what they mean.
    """

    row: int
    key: str
    values: Mapping[str, Value]
    sheet_id: str | None = None
    lineage_texts: Mapping[str, str] = field(default_factory=dict)


@dataclass
class ListReading:
    """What a list says: its sheets, what is wrong with it, what is doubtful, and what was passed over."""

    sheets: list[ListedSheet] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)


def is_total(row: ListRow) -> bool:
    """Whether a row says of itself that it sums up others."""
    return any(is_total_word(cell.text) for cell in row.list_cells.values())


def is_total_word(text: str) -> bool:
    """Whether a cell says that its row sums up others: 小計, 合計."""
    return _TOTAL.fullmatch(fold(text)) is not None


def read_listed_sheets(
    table: ListTable, headings: Headings, edition: Edition, key_parts: Mapping[str, Collection[str]]
) -> ListReading:
    """Read the rows below the headings; `key_parts` are the values of the registered sheets at each field of the key."""
    reading = ListReading(faults=list(headings.faults))
    rows = table.rows_as_shown()
    words = next((_texts(row, headings) for row in rows if row.number == headings.row), {})
    for row in (row for row in rows if row.number > headings.row):
        if _texts(row, headings) == words:
            reading.passed_over.append(f"{row.number}行目：見出しの繰り返しとみなし、読みません")
        else:
            _RowReader(row, headings, edition, key_parts, reading).read()
    _refuse_repeated_keys(reading)
    return reading


def _texts(row: ListRow, headings: Headings) -> dict[int, str]:
    """Return what a row says in the columns that are read."""
    columns = headings.field_columns
    return {column: cell.text for column, cell in row.list_cells.items() if column in columns}


@dataclass
class _RowReader:
    """Reads one row into the reading of the list."""

    list_row: ListRow
    known_headings: Headings
    edition: Edition
    key_parts: Mapping[str, Collection[str]]
    list_reading: ListReading
    values: dict[str, Value] = field(default_factory=dict)
    sheet_id: str | None = None
    lineage_texts: dict[str, str] = field(default_factory=dict)

    def read(self) -> None:
        if not self.list_row.list_cells.keys() & self.known_headings.field_columns.keys():
            return
        if self._is_total():
            self.list_reading.passed_over.append(
                f"{self.list_row.number}行目：合計の行とみなし、読みません"
            )
            return
        if self.list_row.is_hidden:
            reason = "非表示の行です。再表示して確かめるか、行を削除してください"
            self.list_reading.faults.append(f"{self.list_row.number}行目：{reason}")
            return
        count = len(self.list_reading.faults)
        for column, path in self.known_headings.field_columns.items():
            self._read_column(column, path)
        if len(self.list_reading.faults) == count:
            self._take()

    def _is_total(self) -> bool:
        """Whether the row sums up others: it says so, and not whose sheet it is."""
        key = {KEY, *self.edition.definition.identity.key}
        columns = self.known_headings.field_columns
        is_named = all(
            column in self.list_row.list_cells for column, path in columns.items() if path in key
        )
        return not is_named and is_total(self.list_row)

    def _read_column(self, column: int, path: str) -> None:
        cell = self.list_row.list_cells.get(column)
        if cell is not None and cell.fault and path not in self.edition.by_path:
            self._fault(cell.address, cell.fault)
        elif path == SHEET_ID:
            self.sheet_id = "" if cell is None else cell.text
        elif path in LINEAGE_HEADINGS.values():
            self.lineage_texts[path] = "" if cell is None else cell.text
        elif path == KEY:
            self._read_key(cell)
        elif cell is None:
            self.values[path] = None
        else:
            self._read_field(self.edition.by_path[path], cell)

    def _read_key(self, cell: ListCell | None) -> None:
        """Read the fields of the key from one cell that holds all of them."""
        paths = self.edition.definition.identity.key
        text = "" if cell is None else cell.text
        if cell is None or not text:
            return
        parts = split_key(text, len(paths))
        if len(parts) != len(paths):
            self._fault(cell.address, f"「{text}」は{self._key_words()}の形ではありません")
            return
        for path, part in zip(paths, parts, strict=True):
            self._read_field(
                self.edition.by_path[path], ListCell(cell.address, Cell(part, None), PLAIN)
            )

    def _read_field(self, field_: Field, cell: ListCell) -> None:
        if cell.is_error:
            self._fault(cell.address, f"「{field_.title}」がエラー値（{cell.text}）です")
            return
        is_key = field_.path in self.edition.definition.identity.key
        read = read_cell(field_, cell.list_cell, cell.cell_formatting, is_summed=False)
        faults = list(_faults(field_, read, is_key=is_key))
        for fault in faults:
            self._fault(cell.address, fault)
        if not faults:
            self.values[field_.path] = read.value
            self.list_reading.doubts += [
                f"{self.list_row.number}行目（{cell.address}）：{doubt}"
                for doubt in _doubts(field_, read)
            ]
            self._refuse_lost_zeros(field_, cell, read.value)

    def _refuse_lost_zeros(self, field_: Field, cell: ListCell, value: Value) -> None:
        """Refuse a number for a text of the key from which Excel took the zeros in front."""
        known = self.key_parts.get(field_.path, ())
        if not field_.kind.is_free_text or not isinstance(value, str) or value in known:
            return
        same = [part for part in known if part.lstrip("0") == value.lstrip("0")]
        if same:
            reason = (
                f"「{field_.title}」の「{value}」は、登録済みの「{same[0]}」と先頭の0だけが違います。"
                "同じものなら0を補ってください"
            )
            self._fault(cell.address, reason)

    def _take(self) -> None:
        key = key_of(self.edition, self.values)
        if key is None:
            paths = self.edition.definition.identity.key
            blank = [path for path in paths if self.values.get(path) in {None, "-"}]
            labels = "・".join(self.edition.by_path[path].label for path in blank)
            where = [
                f"{column_letters(column)}{self.list_row.number}"
                for column, path in self.known_headings.field_columns.items()
                if path in blank or path == KEY
            ]
            self._fault(
                "、".join(where), f"{self._key_words()}が決まりません（{labels}が空欄です）"
            )
        elif fault := fault_of_key(key):
            self._fault("", f"{self._key_words()}「{key}」が{fault}")
        else:
            self.list_reading.sheets.append(
                ListedSheet(
                    self.list_row.number, key, self.values, self.sheet_id, self.lineage_texts
                )
            )

    def _key_words(self) -> str:
        return self.edition.definition.words.key

    def _fault(self, address: str, reason: str) -> None:
        cell = f"（{address}）" if address else ""
        self.list_reading.faults.append(f"{self.list_row.number}行目{cell}：{reason}")


def _faults(field_: Field, read: FieldReading, *, is_key: bool) -> Iterator[str]:
    """Yield why a cell gives no value; what is a guess elsewhere is not good enough for a key."""
    for code, facts in read.remarks:
        severity = CATALOGUE[code].severity
        if severity == "error" or (is_key and severity == "warning"):
            message = finding(code, field_.path, field=field_.title, **facts).message
            yield message.replace(_KEPT, "")


def _doubts(field_: Field, read: FieldReading) -> Iterator[str]:
    for code, facts in read.remarks:
        if CATALOGUE[code].severity == "warning":
            yield finding(code, field_.path, field=field_.title, **facts).message


def _names_of(listed: ListedSheet) -> list[tuple[str, str]]:
    """Return by what a row names its sheet, each with the words for it."""
    by_id = [(ID_HEADING, listed.sheet_id)] if listed.sheet_id else []
    return [("", listed.key), *by_id]


def _refuse_repeated_keys(reading: ListReading) -> None:
    rows: dict[tuple[str, str], int] = {}
    for listed in reading.sheets:
        for named in _names_of(listed):
            first = rows.setdefault(named, listed.row)
            if first != listed.row:
                reading.faults.append(
                    f"{listed.row}行目：{named[0]}「{named[1]}」が{first}行目にもあります"
                )


__all__ = ["ListReading", "ListedSheet", "is_total", "is_total_word", "read_listed_sheets"]

"""The lines of a file of the financial system: each line's budget code and amounts in yen, or what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from xlsync.csv_bytes import csv_text_of
from xlsync.errors import WorkbookError
from xlsync.exchange.figures.apportion import YEN_PER_UNIT
from xlsync.exchange.figures.budget_codes import BudgetCode, code_of_parts, code_of_text
from xlsync.exchange.figures.file_faults import (
    date_for_code,
    grouped_by_sentence,
    merged_heading_faults,
    title_year_faults,
    years_of_field,
)
from xlsync.exchange.figures.file_kinds import CARRIED_OVER, CODE, COLUMN_MEANINGS, NAME, YEAR
from xlsync.exchange.figures.line_columns import headed_lines
from xlsync.exchange.register.list_table import ListCell, ListRow, ListTable, read_tables
from xlsync.exchange.register.listed_sheets import is_total, is_total_word
from xlsync.form.years import parse_year
from xlsync.kinds import Unreadable, fold
from xlsync.kinds.in_unit import parse_in_unit
from xlsync.ooxml.a1 import column_letters
from xlsync.ooxml.read.reader import Cell

if TYPE_CHECKING:
    from xlsync.exchange.figures.file_kinds import FileKind
    from xlsync.form.edition import Edition

_NOTHING: Final = frozenset({"", "0", "-", "無", "なし", "×"})
"""What a column of 繰越 holds where a line was not carried over."""


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """A line of a file: its row there, its code, what it is called, and its amounts in yen by the field's path."""

    row: int
    budget_code: BudgetCode
    name: str
    yen: Mapping[str, int]
    is_carried_over: bool = False


@dataclass
class LinesReading:
    """What a file says: its lines, what is wrong with it, what was passed over, and what somebody should look at first."""

    budget_lines: list[BudgetLine] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)


def read_budget_lines(data: bytes, name: str, kind: FileKind, edition: Edition) -> LinesReading:
    """Read a file of one kind.

    Args:
        data: An Excel workbook, a CSV file, or lines of fixed width, in UTF-8 or cp932.
        name: The file's name, for messages.
        kind: What the city says of such files.
        edition: The form in the year that is taken in.

    Raises:
        WorkbookError: The bytes are no such file, or no row of it holds the headings that the kind names.

    """
    tables = [_fixed_table(data, name, kind.widths)] if kind.widths else read_tables(data, name)
    headed = headed_lines(tables, kind, edition, name)
    table, (first, columns) = headed.list_table, headed.list_headings
    reader = _LineReader(kind, edition, columns, LinesReading(doubts=[*headed.unread_lists]))
    reader.lines_reading.faults += [
        *merged_heading_faults(table, first - 1, columns),
        *title_year_faults(edition, reader.amounts, name, table, first),
    ]
    for row in table.list_rows:
        if row.number >= first:
            reader.read(row)
    reader.lines_reading.faults += grouped_by_sentence(reader.faults)
    return reader.lines_reading


def _fixed_table(data: bytes, name: str, widths: tuple[int, ...]) -> ListTable:
    """Return lines of fixed width as rows of cells; a width counts bytes of cp932, in which such files are written."""
    text = csv_text_of(data)
    if text is None:
        raise WorkbookError("UTF-8・シフトJISの文字として読めません", name)
    rows = []
    for number, line in enumerate(text.splitlines(), start=1):
        written, start, cells = line.encode("cp932", "replace"), 0, {}
        for column, width in enumerate(widths, start=1):
            part = written[start : start + width].decode("cp932", "replace").strip()
            start += width
            if part:
                cells[column] = ListCell(f"{column_letters(column)}{number}", Cell(part, None))
        if cells:
            rows.append(ListRow(number, cells))
    return ListTable(name, tuple(rows))


@dataclass
class _LineReader:
    """Reads rows into the reading of a file."""

    file_kind: FileKind
    edition: Edition
    meanings: Mapping[int, str]
    lines_reading: LinesReading
    faults: dict[int, list[str]] = field(default_factory=dict)

    def read(self, row: ListRow) -> None:
        cells = {column: row.list_cells.get(column) for column in self.meanings}
        if not any(cells.values()):
            return
        code = self._code(cells)
        if not code and is_total(row):
            self._pass_over(row, "合計の行とみなし、読みません")
            return
        faults = [*self._faults_of_row(row, code), *self._faults_of_year(cells)]
        faults += filter(None, map(date_for_code, self._code_cells(cells)))
        faults += self._faults_of_cells(cells)
        yen: dict[str, int] = {}
        for column, cell in cells.items():
            if self.meanings[column] in self.amounts:
                faults += self._add_amount(yen, self.meanings[column], cell)
        if faults:
            self.faults[row.number] = faults
        elif code:
            carried = fold(self._text(cells, CARRIED_OVER)) not in _NOTHING
            name = self._text(cells, NAME)
            self.lines_reading.budget_lines.append(BudgetLine(row.number, code, name, yen, carried))

    @property
    def amounts(self) -> set[str]:
        """The fields that the columns hold amounts of."""
        return set(self.meanings.values()) - {
            "",
            *COLUMN_MEANINGS,
            *self.edition.definition.identity.key,
        }

    def _faults_of_cells(self, cells: Mapping[int, ListCell | None]) -> Iterator[str]:
        """Yield which of the cells holds an error, or something that is struck through: no code, no name, and no amount."""
        for cell in cells.values():
            if cell is not None and cell.fault:
                yield f"（{cell.address}）：{cell.fault}"

    def _pass_over(self, row: ListRow, reason: str) -> None:
        self.lines_reading.passed_over.append(f"{row.number}行目：{reason}")

    def _code(self, cells: Mapping[int, ListCell | None]) -> BudgetCode | None:
        whole = self._text(cells, CODE)
        parts = [self._text(cells, path) for path in self._code_paths]
        if any(map(is_total_word, (whole, *parts))):
            return None
        if whole:
            return code_of_text(whole)
        return code_of_parts(parts) if parts and all(parts) else None

    @property
    def _code_paths(self) -> list[str]:
        named = set(self.meanings.values())
        return [path for path in self.edition.definition.identity.key if path in named]

    def _code_cells(self, cells: Mapping[int, ListCell | None]) -> Iterator[ListCell | None]:
        for column, cell in cells.items():
            if self.meanings[column] in {CODE, *self._code_paths}:
                yield cell

    def _text(self, cells: Mapping[int, ListCell | None], meaning: str) -> str:
        for column, cell in cells.items():
            if self.meanings[column] == meaning and cell is not None:
                return cell.text
        return ""

    def _faults_of_row(self, row: ListRow, code: BudgetCode | None) -> Iterator[str]:
        if row.is_hidden:
            yield "：非表示の行です。再表示して確かめるか、行を削除してください"
        if not code:
            yield "：予算コードが空欄です"

    def _faults_of_year(self, cells: Mapping[int, ListCell | None]) -> Iterator[str]:
        """Yield where a line is of another year than the fields its amounts go into."""
        text = self._text(cells, YEAR)
        if not text:
            return
        year = parse_year(text)
        if year is None:
            yield f"：年度「{text}」が読めません"
            return
        years = {path: years_of_field(self.edition, path) for path in self.amounts}
        others = [path for path, known in years.items() if known and year not in known]
        if others:
            label = f"{self.edition.calendar.label(year)}年度"
            title = self.edition.by_path[min(others)].title
            yield (
                f"：{label}の金額ですが、取り込む欄は「{title}」です。ファイルの年度を確かめてください"
                "（金額の年度の列でないときは --map 見出し= と決めてください）"
            )

    def _add_amount(self, yen: dict[str, int], path: str, cell: ListCell | None) -> Iterator[str]:
        """Add what a cell holds to the line's yen; yield why it holds no amount. A blank is nothing."""
        yen.setdefault(path, 0)
        if cell is None or not cell.text or cell.fault:
            return
        read = parse_in_unit(cell.list_cell.value, self.file_kind.unit)
        if isinstance(read, Unreadable):
            yield f"（{cell.address}）：「{cell.text}」は金額として読めません（{read.reason}）"
            return
        amount = read.number * YEN_PER_UNIT[self.file_kind.unit]
        if amount != amount.to_integral_value():
            yield f"（{cell.address}）：「{cell.text}」は1円より小さい端数があります"
        else:
            yen[path] += int(amount)


__all__ = ["BudgetLine", "LinesReading", "read_budget_lines"]

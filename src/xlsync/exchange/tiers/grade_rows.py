"""The rows of a table of grades: each row's sheet and what it says of it, or what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from xlsync.exchange.figures.budget_codes import code_of_parts, code_of_text
from xlsync.exchange.figures.file_faults import date_for_code
from xlsync.exchange.register.headings import KEY, SHEET_ID
from xlsync.exchange.register.listed_sheets import is_total, is_total_word
from xlsync.exchange.tiers.tier import PART_WORDS
from xlsync.finding import finding
from xlsync.finding_catalogue import CATALOGUE
from xlsync.kinds import fold
from xlsync.workbook.reading.cell_reading import read_cell

if TYPE_CHECKING:
    from xlsync.exchange.figures.budget_codes import BudgetCode
    from xlsync.exchange.figures.line_shares import LineShares
    from xlsync.exchange.register.list_table import ListCell, ListRow, ListTable
    from xlsync.exchange.tiers.tier import Tier
    from xlsync.exchange.tiers.tier_headings import Meaning, TierColumns
    from xlsync.form.edition import Field
    from xlsync.kinds import Value
    from xlsync.sheet import Sheet

_LONGEST: Final = 32_767
"""Characters that a cell of Excel holds."""
Known = tuple[Sequence["Tier"], Sequence["Sheet"], "LineShares"]
"""The tiers, the sheets that count, and which of them a code means."""


@dataclass(frozen=True, slots=True)
class GradeRow:
    """A row: its number, its sheet, and the value of each part that is not blank."""

    row: int
    sheet: Sheet
    part_values: Mapping[Meaning, Value]


@dataclass
class GradeRows:
    """What a table says: its rows, what is wrong with it, what is doubtful, and what was passed over."""

    grade_rows: list[GradeRow] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)


def read_grade_rows(table: ListTable, columns: TierColumns, known: Known) -> GradeRows:
    """Read the rows below the headings. A blank says nothing: it takes no grade away."""
    tiers, sheets, shares = known
    reader = _RowReader(columns, tiers, sheets, shares)
    for row in table.list_rows:
        if row.number >= columns.first_row:
            reader.read(row)
    reader.refuse_repeated_sheets()
    return reader.reading


class _RowReader:
    def __init__(
        self,
        columns: TierColumns,
        tiers: Sequence[Tier],
        sheets: Sequence[Sheet],
        shares: LineShares,
    ) -> None:
        self.reading = GradeRows()
        self._columns = columns
        self._tiers = {tier.tier_name: tier for tier in tiers}
        self._sheets = sheets
        self._shares = shares

    def read(self, row: ListRow) -> None:
        if not row.list_cells.keys() & self._columns.part_columns.keys():
            return
        if is_total(row) and not self._code_texts(row):
            self.reading.passed_over.append(f"{row.number}行目：合計の行とみなし、読みません")
            return
        faults = list(self._faults(row))
        values = self._values(row, faults)
        if faults:
            self.reading.faults += [f"{row.number}行目{fault}" for fault in faults]
            return
        sheet = self._sheet(row)
        if sheet is not None and values:
            self.reading.grade_rows.append(GradeRow(row.number, sheet, values))

    def refuse_repeated_sheets(self) -> None:
        """Say where two rows are about one sheet: nobody can tell which counts."""
        rows: dict[str, int] = {}
        for each in self.reading.grade_rows:
            first = rows.setdefault(each.sheet.id, each.row)
            if first != each.row:
                self.reading.faults.append(
                    f"{each.row}行目：{each.sheet.key} {each.sheet.title} が{first}行目にもあります。どちらか1行にしてください"
                )

    def _faults(self, row: ListRow) -> Iterator[str]:
        if row.is_hidden:
            yield "：非表示の行です。再表示して確かめるか、行を削除してください"
        for column in self._columns.named_columns:
            cell = row.list_cells.get(column)
            if cell is not None and cell.fault:
                yield f"（{cell.address}）：{cell.fault}"
        yield from filter(None, map(date_for_code, self._code_cells(row)))

    def _code_cells(self, row: ListRow) -> list[ListCell | None]:
        named = self._columns.named_columns
        keys = [column for column, path in named.items() if path in {KEY, *self._key_paths}]
        return [row.list_cells.get(column) for column in keys]

    @property
    def _key_paths(self) -> Sequence[str]:
        return self._sheets[0].edition.definition.identity.key if self._sheets else ()

    def _code_texts(self, row: ListRow) -> list[str]:
        """Return what a row says of its code, but for a word such as 合計."""
        texts = [cell.text for cell in self._code_cells(row) if cell is not None]
        return [text for text in texts if text and not is_total_word(text)]

    def _sheet(self, row: ListRow) -> Sheet | None:
        """Return the sheet that a row is about; where there is none, or it is doubtful, that is said."""
        texts = self._texts(row)
        if texts.get(SHEET_ID):
            return self._sheet_of_id(row, texts[SHEET_ID])
        code = self._code(texts)
        if code is None:
            return self._sheet_of_title(row, texts)
        sheets = [share.sheet for share in self._shares.of(code)]
        if len(sheets) != 1:
            reason = self._shares.why_none(code).replace("予算コード", "コード")
            self._doubt(row, f"{code.code_text} は取り込みません。{reason}")
            return None
        self._compare_title(row, sheets[0], texts)
        return sheets[0]

    def _texts(self, row: ListRow) -> dict[str, str]:
        """Return what names the row's sheet, by the field's path, KEY or SHEET_ID."""
        cells = {path: row.list_cells.get(c) for c, path in self._columns.named_columns.items()}
        return {path: cell.text for path, cell in cells.items() if cell is not None}

    def _code(self, texts: Mapping[str, str]) -> BudgetCode | None:
        if texts.get(KEY):
            return code_of_text(texts[KEY])
        parts = [texts.get(path, "") for path in self._key_paths]
        return code_of_parts(parts) if all(parts) else None

    def _sheet_of_id(self, row: ListRow, text: str) -> Sheet | None:
        sheet = next((sheet for sheet in self._sheets if sheet.id == text), None)
        if sheet is None:
            self._doubt(row, f"シートID「{text}」の事業は集計の対象にありません。取り込みません")
        return sheet

    def _sheet_of_title(self, row: ListRow, texts: Mapping[str, str]) -> Sheet | None:
        """Return the only sheet with a row's title, for tables that have no codes."""
        title = texts.get(self._title_path, "")
        same = [sheet for sheet in self._sheets if title and fold(sheet.title) == fold(title)]
        if len(same) != 1:
            why = f"「{title}」という事業が{len(same)}件あります" if title else "番号が空欄です"
            self._doubt(row, f"{why}。取り込みません")
            return None
        words = same[0].edition.definition.words
        self._doubt(
            row, f"{words.key}がないため、{words.title}「{title}」で {same[0].key} とみなしました"
        )
        return same[0]

    @property
    def _title_path(self) -> str:
        return self._sheets[0].edition.definition.identity.title if self._sheets else ""

    def _compare_title(self, row: ListRow, sheet: Sheet, texts: Mapping[str, str]) -> None:
        title = texts.get(self._title_path, "")
        if title and fold(title) != fold(sheet.title):
            words = sheet.edition.definition.words
            self._doubt(
                row,
                f"{sheet.key} の{words.title}が「{title}」です（登録では「{sheet.title}」）。{words.key}を確かめてください",
            )

    def _doubt(self, row: ListRow, words: str) -> None:
        self.reading.doubts.append(f"{row.number}行目：{words}")

    def _values(self, row: ListRow, faults: list[str]) -> dict[Meaning, Value]:
        """Return the value of each part; add to `faults` why one has none."""
        values: dict[Meaning, Value] = {}
        for column, meaning in self._columns.part_columns.items():
            cell = row.list_cells.get(column)
            if cell is None or not cell.text:
                continue
            if cell.fault:
                faults.append(f"（{cell.address}）：{cell.fault}")
                continue
            value, fault = self._value(cell, meaning)
            if fault:
                faults.append(f"（{cell.address}）：{fault}")
            else:
                values[meaning] = value
        return values

    def _value(self, cell: ListCell, meaning: Meaning) -> tuple[Value, str]:
        name, part = meaning
        tier = self._tiers[name]
        if part in tier.field_paths:
            edition = self._sheets[0].edition
            return _value_of_field(edition.by_path[tier.field_paths[part]], cell)
        if part != "grade" or not tier.grade_words:
            long = "長すぎます" if len(cell.text) > _LONGEST else ""
            return cell.text, long
        same = [word for word in tier.grade_words if fold(word) == fold(cell.text)]
        if same:
            return same[0], ""
        listed = "・".join(tier.grade_words)
        return None, f"「{cell.text}」という{name}の{PART_WORDS[part]}はありません（{listed}）"


def _value_of_field(field_: Field, cell: ListCell) -> tuple[Value, str]:
    """Return what a cell says in a field of the form, and in Japanese why it says nothing, "" where it does."""
    read = read_cell(field_, cell.list_cell, cell.cell_formatting, is_summed=False)
    for code, facts in read.remarks:
        if CATALOGUE[code].severity == "error":
            return None, finding(code, field_.path, field=field_.title, **facts).message
    kind = field_.kind
    if field_.list_closed and kind.is_choice and read.value not in kind.listed():
        return (
            None,
            f"「{cell.text}」は「{field_.title}」の選択肢にありません（{'・'.join(kind.listed())}）",
        )
    return read.value, ""


__all__ = ["GradeRow", "GradeRows", "read_grade_rows"]

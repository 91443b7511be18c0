"""The lines of tables: one for each column and each thing that may be wrong in it, which says in how many rows it is.

They stand in workbooks alone. The findings of a sheet are told row by row (`checks/row_checks.py`); the worksheet チェック has
room for some dozens of lines, and a table may have hundreds of rows that are not filled in yet.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from xlsync.finding import Finding
from xlsync.finding_catalogue import CATALOGUE
from xlsync.rules.holds import Above
from xlsync.rules.line import Line
from xlsync.rules.row_faults import (
    BlankInRow,
    DashInRow,
    FaultyRows,
    FilledInRow,
    NotListedInRow,
    RepeatedInRow,
    RowFault,
)
from xlsync.rules.sentence import Number, Piece, Words
from xlsync.rules.term import Given, Literal

if TYPE_CHECKING:
    from xlsync.form.edition import Edition, Field
    from xlsync.form.tables import Table

_SENTENCES: Final = {
    "required": "「{field}」が未入力の行が、{count}行あります。表の行ごとに入力してください{dash}。",
    "required-with": "「{other}」を入力した行のうち{count}行で、「{field}」が未入力です。入力してください。",
    "dash-refused": "「{field}」が「-」の行が、{count}行あります。{expected}。",
    "not-in-closed-list": "「{field}」が選択肢にない行が、{count}行あります。次から選んでください：{choices}。",
    "not-in-list": "「{field}」が選択肢にない行が、{count}行あります。"
    "次から選ぶか、このままでよいか企画担当に確かめてください：{choices}。",
    "row-repeated": "「{field}」が、上の行と同じ行が{count}行あります。"
    "{labels}が同じ行は1つだけです。どちらかを直すか、要らない行を削除してください。",
}


@dataclass(frozen=True)
class RowLine(Line):
    """A line over the rows of a table; its finding stands at the cell of the first row."""

    faulty_rows: FaultyRows = field(kw_only=True, repr=False)

    def count(self, finding: Finding) -> int:
        """Return of how many rows a finding of its speaks."""
        return int(finding.facts["count"].replace(",", ""))

    def finding(self, given: Given) -> Finding | None:
        """Return the finding over a sheet, None where no row is at fault."""
        cells = self.faulty_rows.cells(given)
        if not cells:
            return None
        words = {name: piece.text(given) for name, piece in self.facts.items() if name != "count"}
        texts = {**words, "count": f"{len(cells):,}"}
        message = self.sentence.format_map(texts)
        return Finding(self.code, self.severity, cells[0], message, facts=texts)


@lru_cache(maxsize=32)
def row_lines_of(edition: Edition) -> tuple[RowLine, ...]:
    """Return the lines of an edition's tables: column by column, then what no two rows may share."""
    return tuple(each for table in edition.tables for each in _of_table(edition, table))


def is_counted_by_row_lines(edition: Edition, finding: Finding) -> bool:
    """Whether a finding on a row is among those that a line of its table counts."""
    table, _, cell = finding.path.partition(".")
    column = f"{table}.{cell.rpartition('.')[2]}"
    return any((each.code, each.path) == (finding.code, column) for each in row_lines_of(edition))


def _of_table(edition: Edition, table: Table) -> Iterator[RowLine]:
    for column in table.column_fields:
        yield from _of_column(edition, table, column)
    for key in table.table_entry.keys:
        columns = [table.column(word) for word in key]
        if all(column.kind.is_words for column in columns):
            repeated = RepeatedInRow(
                tuple(column.path for column in columns), columns[0].kind.words
            )
            labels = "・".join(column.label for column in columns)
            yield _line("row-repeated", table, columns[0], (repeated,), labels=labels)


def _of_column(edition: Edition, table: Table, column: Field) -> Iterator[RowLine]:
    blank = BlankInRow(column.path)
    if column.required is True:
        dash = "（該当がないときは「-」）" if column.dash_allowed else ""
        yield _line("required", table, column, (blank,), dash=dash)
    elif isinstance(column.required, str):
        other = edition.by_path[column.required]
        faults = (blank, FilledInRow(other.path))
        yield _line("required-with", table, column, faults, other=other.title)
    if not column.dash_allowed:
        dashes = (DashInRow(column.path),)
        yield _line("dash-refused", table, column, dashes, expected=column.expected)
    if column.list_name is not None and column.kind.is_choice:
        items = column.kind.listed()
        code = "not-in-closed-list" if column.list_closed else "not-in-list"
        other_words = NotListedInRow(column.path, items)
        yield _line(code, table, column, (other_words,), choices="、".join(items))


def _line(
    code: str, table: Table, column: Field, faults: tuple[RowFault, ...], **words: str
) -> RowLine:
    rows = FaultyRows(table, code, column.path, faults)
    pieces: dict[str, Piece] = {name: Words(text) for name, text in words.items()}
    pieces |= {"field": Words(column.title), "count": Number(rows)}
    return RowLine(
        code,
        column.path,
        CATALOGUE[code].severity,
        (Above(rows, Literal(0)),),
        _SENTENCES[code],
        pieces,
        faulty_rows=rows,
    )


__all__ = ["RowLine", "is_counted_by_row_lines", "row_lines_of"]

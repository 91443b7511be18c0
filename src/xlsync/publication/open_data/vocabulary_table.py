"""What the columns of other open data are here, as the form's [publication] says: a row for each field that stands for one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from xlsync.form.publication_pages import fields_named
from xlsync.publication.open_data.data_table import SHEETS, DataColumn, DataTable
from xlsync.summary.export.axis_tables import column_in

if TYPE_CHECKING:
    from xlsync.form.edition import Edition, Field
    from xlsync.form.publication_pages import MappedColumn, Vocabulary
    from xlsync.summary.export.tidy import Row

_COLUMNS: Final = (
    DataColumn("vocabulary", "ほかのデータ"),
    DataColumn("source", "出典", meaning="ほかのデータの列の説明がある場所"),
    DataColumn("their_table", "ほかのデータの表"),
    DataColumn("their_column", "ほかのデータの列"),
    DataColumn("table", "こちらの表"),
    DataColumn(
        "column", "こちらの列", meaning="JSON・Parquet の列の名前。CSVの見出しは dictionary の表"
    ),
    DataColumn("at", "こちらの区分", meaning="年度区分などの行の区分。区分のない表は空欄"),
    DataColumn("unit", "こちらの単位"),
    DataColumn(
        "times", "掛ける数", "integer", meaning="こちらの数に掛けると、ほかのデータの単位になります"
    ),
    DataColumn("note", "注"),
)


def vocabulary_table(edition: Edition) -> DataTable:
    """Return the table; fields that are not public are not in it."""
    rows = [
        row
        for vocabulary in edition.definition.publication.vocabulary
        for column in vocabulary.columns
        for row in _rows(edition, vocabulary, column)
    ]
    key = ("vocabulary", "their_table", "their_column", "column", "at")
    return DataTable("vocabulary", "ほかのデータの列との対応", _COLUMNS, rows, key)


def _rows(edition: Edition, vocabulary: Vocabulary, column: MappedColumn) -> Iterator[Row]:
    theirs: Row = {
        "vocabulary": vocabulary.title,
        "source": vocabulary.source or None,
        "their_table": column.table or None,
        "their_column": column.column,
        "times": column.times,
        "note": column.note or None,
    }
    if column.own is not None:
        yield {**theirs, "table": SHEETS, "column": column.own, "at": None, "unit": None}
    for field in fields_named(edition, column.field) if column.field else ():
        yield {**theirs, **_our_column(field)}


def _our_column(field: Field) -> Row:
    axes, keys, name = column_in(field)
    return {
        "table": "-".join(axes) or SHEETS,
        "column": name,
        "at": " ".join(keys) or None,
        "unit": field.unit or None,
    }


__all__ = ["vocabulary_table"]

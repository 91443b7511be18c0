"""The tables of a fiscal year as a Frictionless Data Package: files, their description, and a dictionary of every column."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from xlsync.canonical_json import canonical
from xlsync.publication.open_data.compared_columns import comparison_of
from xlsync.publication.open_data.data_table import SHEETS, DataColumn, DataTable
from xlsync.publication.open_data.figure_table import figure_table
from xlsync.publication.open_data.predecessor_table import predecessor_table
from xlsync.publication.open_data.proof_table import proof_table
from xlsync.publication.open_data.register_tables import (
    budget_code_table,
    choice_table,
    count_table,
    left_out_table,
)
from xlsync.publication.open_data.sheet_tables import sheet_tables
from xlsync.publication.open_data.vocabulary_table import vocabulary_table
from xlsync.sheet_keys import name_on_disk

if TYPE_CHECKING:
    from xlsync.publication.published_year import PublishedYear, Publisher
    from xlsync.summary.export.table_cells import Type
    from xlsync.summary.export.tidy import Row

DESCRIPTOR: Final = "datapackage.json"
DICTIONARY: Final = "dictionary"
_DICTIONARY: Final = (
    DataColumn("table", "表（ファイル）"),
    DataColumn("column", "名前（JSON・Parquet）"),
    DataColumn("heading", "見出し（CSV）"),
    DataColumn("type", "型"),
    DataColumn("unit", "単位"),
    DataColumn("meaning", "説明"),
    DataColumn("list", "一覧の名前", meaning="choices の表の一覧"),
)
_TYPES: Final[Mapping[Type, str]] = {
    "integer": "整数",
    "number": "数",
    "boolean": "真偽",
    "string": "文字",
}


def data_tables(year: PublishedYear, *others: DataTable) -> list[DataTable]:
    """Return every table of a fiscal year, that of the sheets first, then `others`, and the dictionary last."""
    vocabulary = year.edition.definition.publication.vocabulary
    fixed_tables = [
        figure_table(year),
        proof_table(year),
        choice_table(year.edition),
        budget_code_table(year),
        count_table(year),
        left_out_table(year),
        predecessor_table(year),
        *([vocabulary_table(year.edition)] if vocabulary else []),
        *others,
    ]
    tables = [*_apart_from(fixed_tables, sheet_tables(year)), *fixed_tables]
    return [*tables, dictionary_of(tables)]


def _apart_from(
    fixed_tables: Iterable[DataTable], tables: Iterable[DataTable]
) -> Iterator[DataTable]:
    """Yield the tables of the form: one that is called like a table of fixed_tables gets a "_" behind its name."""
    names = {DICTIONARY, *(table.name for table in fixed_tables)}
    for table in tables:
        yield replace(table, name=f"{table.name}_") if table.name in names else table


def data_files(year: PublishedYear, *others: DataTable, has_parquet: bool) -> dict[str, bytes]:
    """Return the files of the data package by their paths in it, the descriptor first; `others` are further tables."""
    tables = data_tables(year, *others)
    files: dict[str, bytes] = {}
    for table in tables:
        files[f"{table.name}.csv"] = table.to_csv()
        files[f"{table.name}.json"] = table.to_json()
        if has_parquet:
            files[f"{table.name}.parquet"] = table.to_parquet()
    for public in year.public_sheets:
        files[f"sheets/{name_on_disk(public.sheet.id)}.json"] = public.sheet.to_json()
    return {DESCRIPTOR: canonical(descriptor_of(year, tables, files)), **files}


def dictionary_of(tables: Iterable[DataTable]) -> DataTable:
    """Return the table that explains the columns of tables."""
    rows: list[Row] = [
        {
            "table": table.name,
            "column": column.name,
            "heading": column.heading,
            "type": _TYPES[column.type],
            "unit": column.unit or None,
            "meaning": column.meaning or None,
            "list": column.list_name or None,
        }
        for table in tables
        for column in table.data_columns
    ]
    return DataTable(DICTIONARY, "データ項目の説明", _DICTIONARY, rows, ("table", "column"))


def descriptor_of(
    year: PublishedYear, tables: Iterable[DataTable], files: Mapping[str, bytes]
) -> dict[str, Any]:
    """Return datapackage.json (https://specs.frictionlessdata.io): what each file is, with its size and hash."""
    edition, publisher = year.edition, year.publisher
    return {
        "profile": "tabular-data-package",
        "name": f"{edition.form}-{edition.year}",
        "title": f"{publisher.city_name}　{edition.title}",
        "version": year.as_of,
        **_licence_of(publisher),
        "contributors": [
            {
                "title": publisher.city_name,
                "role": "publisher",
                **({"organization": publisher.enquiries} if publisher.enquiries else {}),
            }
        ],
        "city_code": publisher.city_code,
        "fiscal_year": edition.year,
        "counts": dict(year.counts),
        "comparison": comparison_of(edition),
        "resources": [_resource_of(table, files) for table in tables],
        "other_formats": list(_other_formats(files)),
    }


def _licence_of(publisher: Publisher) -> dict[str, Any]:
    if not publisher.licence:
        return {}
    path = {"path": publisher.licence_url} if publisher.licence_url else {}
    return {"licenses": [{"title": publisher.licence, **path}]}


def _resource_of(table: DataTable, files: Mapping[str, bytes]) -> dict[str, Any]:
    path = f"{table.name}.csv"
    schema: dict[str, Any] = {
        "fields": [_field_of(column) for column in table.data_columns],
        "missingValues": [""],
    }
    headings = {column.name: column.heading for column in table.data_columns}
    if table.name == SHEETS:
        schema["primaryKey"] = [headings["id"]]
    if table.refers_to_sheets:
        refers = {"resource": SHEETS, "fields": headings["id"]}
        schema["foreignKeys"] = [{"fields": headings["id"], "reference": refers}]
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "title": table.title,
        "path": path,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8-sig",
        **_size_and_hash(files[path]),
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "doubleQuote": True},
        "schema": schema,
    }


def _field_of(column: DataColumn) -> dict[str, Any]:
    described = {"description": column.meaning} if column.meaning else {}
    unit = {"unit": column.unit} if column.unit else {}
    return {
        "name": column.heading,
        "title": column.heading,
        "type": column.type,
        "column": column.name,
        **unit,
        **described,
    }


def _other_formats(files: Mapping[str, bytes]) -> Iterator[dict[str, Any]]:
    """Yield what is beside the CSV files: the same tables in other formats, and each sheet by itself."""
    for path, data in files.items():
        if not path.endswith(".csv"):
            yield {"path": path, **_size_and_hash(data)}


def _size_and_hash(data: bytes) -> dict[str, Any]:
    return {"bytes": len(data), "hash": f"sha256:{hashlib.sha256(data).hexdigest()}"}


__all__ = ["DESCRIPTOR", "data_files", "data_tables", "descriptor_of", "dictionary_of"]

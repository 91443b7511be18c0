"""Read back what a folder of publication says of a fiscal year: what is published already is shown as it was published."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from xlsync.canonical_json import parse_json
from xlsync.errors import SheetError
from xlsync.kinds.rows import ROW_ID
from xlsync.publication.open_data.data_package import DESCRIPTOR
from xlsync.publication.open_data.data_table import SHEETS
from xlsync.publication.open_data.predecessor_table import PREDECESSORS
from xlsync.publication.open_data.register_tables import LEFT_OUT
from xlsync.publication.published_year import (
    LeftOutSheet,
    PublicPredecessor,
    PublicSheet,
    PublishedYear,
)
from xlsync.publication.site.site_layout import data_folder
from xlsync.sheet import Sheet
from xlsync.sheet_stage import STAGE_WORDS

if TYPE_CHECKING:
    from pathlib import Path

    from xlsync.form.edition import Edition, Field
    from xlsync.form.tables import Table
    from xlsync.kinds import Value
    from xlsync.publication.published_year import Publisher

_STAGES: Final = {word: stage for stage, word in STAGE_WORDS.items()}
_UNREADABLE: Final = (OSError, SheetError, KeyError, TypeError, AttributeError, ValueError)


def last_published_year(
    target: Path, edition: Edition, publisher: Publisher, budget_names: Mapping[str, str]
) -> PublishedYear:
    """Return what a folder says of a fiscal year, as far as it can be read; `edition` has the public fields only."""
    sheets = {sheet.id: sheet for sheet in published_sheets(target, edition)}
    rows = [row for row in _rows(target, edition, SHEETS) if row.get("id") in sheets]
    public_sheets = tuple(_public_sheet(sheets[row["id"]], row) for row in rows)
    left_out = tuple(_left_out_sheet(edition, row) for row in _rows(target, edition, LEFT_OUT))
    as_of = str(_document(target, edition, DESCRIPTOR).get("version", ""))
    predecessors = tuple(_predecessors(target, edition))
    return PublishedYear(
        publisher,
        edition,
        public_sheets,
        left_out,
        budget_names,
        as_of,
        public_predecessors=predecessors,
    )


def _predecessors(target: Path, edition: Edition) -> Iterator[PublicPredecessor]:
    for row in _rows(target, edition, PREDECESSORS):
        with contextlib.suppress(*_UNREADABLE, ArithmeticError):
            yield PublicPredecessor(
                str(row["id"]),
                str(row["former_id"]),
                int(row["former_edition"]),
                str(row["former_key"]),
                str(row["former_title"] or ""),
                str(row["relation"]),
                Decimal(str(row["share_percent"])).normalize(),
            )


def published_sheets(target: Path, edition: Edition) -> Iterator[Sheet]:
    """Yield the sheets of a fiscal year that a folder holds, as far as they can be read, in the public fields of today."""
    folder = target / data_folder(edition.year) / "sheets"
    for file in sorted(folder.glob("*.json")) if folder.is_dir() else ():
        with contextlib.suppress(*_UNREADABLE):
            yield _sheet_in(parse_json(file.read_bytes()), edition)


def _sheet_in(document: Any, edition: Edition) -> Sheet:
    values = {path: _value_in(document, field) for path, field in edition.by_path.items()}
    for table in edition.tables:
        values |= _rows_in(document, table)
    typed = {str(path): str(text) for path, text in document.get("unreadable", {}).items()}
    key = str(document["key"])
    return Sheet(edition, key, values, None, typed).with_id(str(document.get("id", key)))


def _rows_in(document: Any, table: Table) -> dict[str, Value]:
    """Return the values of a table's rows by path, as far as they can be read in the columns of today."""
    rows = document.get(table.path)
    by_id = {row["id"]: row for row in rows if ROW_ID.fullmatch(row["id"])} if rows else {}
    values: dict[str, Value] = {table.path: tuple(by_id) or None}
    for row_id, row in by_id.items():
        for word, path in zip(table.words, table.cell_paths(row_id), strict=True):
            with contextlib.suppress(ValueError):
                values[path] = table.column(word).kind.from_json(row.get(word))
    return values


def _value_in(document: Any, field: Field) -> Value:
    """Return the value of a field in the JSON of a sheet, None where there is none."""
    here = document
    try:
        for step in field.steps:
            here = here[step]
        return field.kind.from_json(here)
    except (KeyError, IndexError, TypeError, ValueError):
        return None


def _public_sheet(sheet: Sheet, row: Mapping[str, Any]) -> PublicSheet:
    return PublicSheet(
        sheet,
        _units_in(sheet.edition, row),
        _STAGES.get(row.get("stage", ""), "published"),
        row.get("corrected") == "あり",
        tuple(str(row.get("former_keys") or "").split()),
    )


def _left_out_sheet(edition: Edition, row: Mapping[str, Any]) -> LeftOutSheet:
    title = edition.definition.identity.title
    values = {title: str(row.get("title") or "")} if title else {}
    sheet = Sheet(edition, str(row.get("key")), values).with_id(str(row.get("id")))
    state, reason, day = (str(row.get(name) or "") for name in ("state", "reason", "from_day"))
    return LeftOutSheet(sheet, _units_in(edition, row), state, reason, day)


def _units_in(edition: Edition, row: Mapping[str, Any]) -> tuple[str, ...]:
    levels = edition.definition.identity.organization
    return tuple(str(row.get(level.field) or "") for level in levels)


def _rows(target: Path, edition: Edition, table: str) -> list[dict[str, Any]]:
    rows = _document(target, edition, f"{table}.json").get("rows", [])
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _document(target: Path, edition: Edition, name: str) -> dict[str, Any]:
    with contextlib.suppress(*_UNREADABLE):
        document = parse_json((target / data_folder(edition.year) / name).read_bytes())
        return document if isinstance(document, dict) else {}
    return {}


__all__ = ["last_published_year", "published_sheets"]

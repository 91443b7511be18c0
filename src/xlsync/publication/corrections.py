"""What changed since the last publication: for the office in full, for readers as a list of corrections."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from xlsync.canonical_json import parse_json
from xlsync.errors import SheetError
from xlsync.publication.open_data.data_table import DataColumn, DataTable
from xlsync.publication.site.page_content import NOT_FILLED
from xlsync.publication.site.site_layout import data_folder

if TYPE_CHECKING:
    from pathlib import Path

    from xlsync.form.edition import Edition, Field
    from xlsync.kinds import Value
    from xlsync.publication.published_year import PublishedYear
    from xlsync.sheet import Sheet
    from xlsync.summary.export.tidy import Row

CORRECTIONS: Final = "corrections"
CorrectionKind = Literal["訂正", "新しく公表", "公表を取りやめ"]
_COLUMNS: Final = (
    DataColumn("as_of", "日付", meaning="訂正したあとの内容の日付"),
    DataColumn("kind", "区分"),
    DataColumn("id", "識別番号"),
    DataColumn("key", "番号"),
    DataColumn("title", "名称"),
    DataColumn("path", "項目名"),
    DataColumn("label", "項目"),
    DataColumn("before", "訂正前", meaning="文章の欄は示しません"),
    DataColumn("after", "訂正後", meaning="文章の欄は示しません"),
)


@dataclass(frozen=True, slots=True)
class Correction:
    """A field that says something else than at the last publication, or a whole sheet that is new or not published any more."""

    correction_kind: CorrectionKind
    sheet_id: str
    key: str
    title: str
    path: str = ""
    field_title: str = ""
    words_before: str = ""
    words_after: str = ""


@dataclass(frozen=True, slots=True)
class _LastSheet:
    """What the last publication said of a sheet, in the fields that are public today."""

    sheet_id: str
    key: str
    title: str
    values: Mapping[str, Value]


def corrections_since(target: Path, year: PublishedYear) -> list[Correction]:
    """Return what changes in a folder by a publication of a fiscal year; nothing where it holds none of that year."""
    last = {each.sheet_id: each for each in _last_sheets(target, year.edition)}
    if not last:
        return []
    corrections: list[Correction] = []
    for public in year.public_sheets:
        sheet = public.sheet
        if sheet.id in last:
            corrections += _changes(last.pop(sheet.id), sheet)
        else:
            corrections.append(Correction("新しく公表", sheet.id, sheet.key, sheet.title))
    ended = (
        Correction("公表を取りやめ", each.sheet_id, each.key, each.title) for each in last.values()
    )
    return [*corrections, *ended]


def _last_sheets(target: Path, edition: Edition) -> Iterator[_LastSheet]:
    """Yield the sheets of the last publication, as far as they can be read."""
    folder = target / data_folder(edition.year) / "sheets"
    for file in sorted(folder.glob("*.json")) if folder.is_dir() else ():
        with contextlib.suppress(OSError, SheetError, KeyError, TypeError, AttributeError):
            yield _last_sheet(parse_json(file.read_bytes()), edition)


def _last_sheet(document: Any, edition: Edition) -> _LastSheet:
    values = {path: _value_in(document, field) for path, field in edition.by_path.items()}
    title = values.get(edition.definition.identity.title)
    key = str(document["key"])
    return _LastSheet(str(document.get("id", key)), key, str(title or ""), values)


def _value_in(document: Any, field: Field) -> Value:
    """Return the value of a field in the JSON of a sheet, None where there is none."""
    here = document
    try:
        for step in field.steps:
            here = here[step]
        return field.kind.from_json(here)
    except (KeyError, IndexError, TypeError, ValueError):
        return None


def _changes(last: _LastSheet, sheet: Sheet) -> Iterator[Correction]:
    for path, field in sheet.edition.by_path.items():
        before, after = last.values[path], sheet[path]
        if before != after:
            yield Correction(
                "訂正",
                sheet.id,
                sheet.key,
                sheet.title,
                path,
                field.title,
                field.words(before) or NOT_FILLED,
                field.words(after) or NOT_FILLED,
            )


def correction_table(target: Path, year: PublishedYear) -> DataTable:
    """Return the list of corrections for readers: those of earlier publications, then those since the last one.

    What a text said before is not shown: it may have been corrected because it should not have been published.
    """
    fresh = [_row(year, correction) for correction in corrections_since(target, year)]
    rows = [*_earlier_rows(target, year.edition), *fresh]
    return DataTable(CORRECTIONS, "訂正の一覧", _COLUMNS, rows, ("as_of", "id", "path"))


def _row(year: PublishedYear, correction: Correction) -> Row:
    field = year.edition.by_path.get(correction.path)
    is_shown = field is not None and field.kind.name != "text"
    return {
        "as_of": year.as_of,
        "kind": correction.correction_kind,
        "id": correction.sheet_id,
        "key": correction.key,
        "title": correction.title or None,
        "path": correction.path or None,
        "label": correction.field_title or None,
        "before": correction.words_before if is_shown else None,
        "after": correction.words_after if is_shown else None,
    }


def _earlier_rows(target: Path, edition: Edition) -> list[Row]:
    """Return the rows of the last publication's list, without those of fields that are not public any more."""
    file = target / data_folder(edition.year) / f"{CORRECTIONS}.json"
    try:
        rows = parse_json(file.read_bytes())["rows"]
        return [row for row in rows if row["path"] is None or row["path"] in edition.by_path]
    except (OSError, SheetError, KeyError, TypeError):
        return []


__all__ = ["CORRECTIONS", "Correction", "correction_table", "corrections_since"]

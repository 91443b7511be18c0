"""What changed since the last publication: for the office in full, for readers as a list of corrections."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from xlsync.canonical_json import parse_json
from xlsync.errors import SheetError
from xlsync.form.tables import row_of
from xlsync.merging_rows import row_changes
from xlsync.publication.last_publication import published_sheets
from xlsync.publication.open_data.data_table import DataColumn, DataTable
from xlsync.publication.site.site_layout import data_folder
from xlsync.publication.site.site_parts import NOT_FILLED
from xlsync.row_titles import title_of

if TYPE_CHECKING:
    from pathlib import Path

    from xlsync.form.edition import Edition, Field
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


def corrections_since(target: Path, year: PublishedYear) -> list[Correction]:
    """Return what changes in a folder by a publication of a fiscal year; nothing where it holds none of that year."""
    last = {sheet.id: sheet for sheet in published_sheets(target, year.edition)}
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
        Correction("公表を取りやめ", sheet.id, sheet.key, sheet.title) for sheet in last.values()
    )
    return [*corrections, *ended]


def _changes(last: Sheet, sheet: Sheet) -> Iterator[Correction]:
    edition = sheet.edition
    rows = (path for table in edition.tables for path in row_changes(table, last, sheet))
    for path in (*edition.by_path, *rows):
        field, before, after = edition.by_path[path], last[path], sheet[path]
        if before != after:
            yield Correction(
                "訂正",
                sheet.id,
                sheet.key,
                sheet.title,
                path,
                title_of(sheet if sheet[path] is not None else last, path),
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
    is_shown = field is not None and not _says_texts(field)
    return {
        "as_of": year.as_of,
        "kind": correction.correction_kind,
        "id": correction.sheet_id,
        "key": correction.key,
        "title": correction.title or None,
        "path": correction.path or None,
        "label": field.title if field is not None else None,
        "before": correction.words_before if is_shown else None,
        "after": correction.words_after if is_shown else None,
    }


def _says_texts(field: Field) -> bool:
    """Whether what was there may have been a text of people: so may a row of a table as a whole."""
    of_row = row_of(field.path)
    return field.kind.is_free_text or (of_row is not None and not of_row[2])


def _earlier_rows(target: Path, edition: Edition) -> list[Row]:
    """Return the rows of the last publication's list, without those of fields that are not public any more."""
    file = target / data_folder(edition.year) / f"{CORRECTIONS}.json"
    try:
        rows = parse_json(file.read_bytes())["rows"]
        return [row for row in rows if row["path"] is None or row["path"] in edition.by_path]
    except (OSError, SheetError, KeyError, TypeError):
        return []


__all__ = ["CORRECTIONS", "Correction", "correction_table", "corrections_since"]

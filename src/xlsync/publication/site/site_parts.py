"""What a project's page shows of a part of the form, ready for a template: texts, tables over axes, tables of rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from xlsync.kinds import DASH
from xlsync.summary.export.table_cells import is_numeric

if TYPE_CHECKING:
    from xlsync.form.edition import Field
    from xlsync.publication.published_year import PublicSheet

NOT_FILLED: Final = "（記載なし）"
"""Stands for a blank: "-" is what the sheet itself says."""


@dataclass(frozen=True, slots=True)
class SiteColumn:
    """A column of a table: its keys on the axes, with the year of its sheet where they name none, and what it is called."""

    column_key: tuple[tuple[str, ...], int]
    words: str


@dataclass(frozen=True, slots=True)
class SiteText:
    """A field that stands once in a sheet; `earlier_texts` is what earlier years say, where it differs, with the year.

    The year goes with what the form of then calls the field, where that is another word.
    """

    words: str
    text: str
    earlier_texts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SiteRow:
    """A row of a table: a field over its site_columns, "" where a form has none there.

    `earlier_words` says what forms of earlier years call it, where that is another word.
    """

    words: str
    unit: str
    meaning: str
    texts: tuple[str, ...]
    is_number: bool
    earlier_words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SiteTable:
    """The fields of a part that lie on the same axes, their site_columns side by side.

    `sheet_words` says of which year's sheet alone they are, "" for the newest sheet or several.
    """

    column_headings: tuple[str, ...]
    site_rows: tuple[SiteRow, ...]
    sheet_words: str = ""


@dataclass(frozen=True, slots=True)
class SiteRows:
    """A table of rows of unknown number, as one year's sheet has it; `sheet_words` is "" for the newest sheet.

    The first column says what a row is about; `are_numbers` tells of each column whether it holds numbers.
    """

    caption_words: str
    sheet_words: str
    column_headings: tuple[str, ...]
    are_numbers: tuple[bool, ...]
    row_texts: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class SitePart:
    """A part of the form: its heading, what stands once, on axes, in rows; `anchor` is its name in an address."""

    anchor: str
    heading: str
    site_texts: tuple[SiteText, ...]
    site_tables: tuple[SiteTable, ...]
    site_row_tables: tuple[SiteRows, ...] = ()


def shown_text(public: PublicSheet, field: Field) -> str:
    """Return what a sheet says at a field, as people read it, with its unit."""
    if field.path in public.sheet.unreadable:
        return public.sheet.unreadable[field.path]
    value = public.sheet[field.path]
    return NOT_FILLED if value is None else field.words(value)


def shown_number(public: PublicSheet, field: Field) -> str:
    """Return `shown_text`, a number without its unit, which stands beside the row or over the column."""
    text = shown_text(public, field)
    is_number = is_numeric(field.kind) and public.sheet[field.path] not in {None, DASH}
    return text.removesuffix(field.unit) if is_number else text


def sheet_words(public: PublicSheet) -> str:
    """Return what the page calls a year's sheet: 2018年度のシート."""
    return f"{public.sheet.edition.year}年度のシート"


__all__ = [
    "NOT_FILLED",
    "SiteColumn",
    "SitePart",
    "SiteRow",
    "SiteRows",
    "SiteTable",
    "SiteText",
    "sheet_words",
    "shown_number",
    "shown_text",
]

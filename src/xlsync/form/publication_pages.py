"""The table [publication] of form.toml: what `xlsync publish` makes beside the pages of the form, as data.

Fields are named by their entries' paths with axes in braces, or by their own with years: "costs.{-1}-settled.total".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import Field, model_validator

from xlsync.form.strict import Strict
from xlsync.kinds import fold

if TYPE_CHECKING:
    from xlsync.form.edition import Edition
    from xlsync.form.edition import Field as FormField


class SiteList(Strict):
    """Lists of the site by what a field says, such as the 施策 that a project serves: a page for each value."""

    title: str = Field(min_length=1, max_length=40)
    field: str


class FactsBlock(Strict):
    """Short fields of a report, label and value beside each other."""

    block: Literal["facts"]
    title: str = ""
    fields: list[str] = Field(min_length=1)


class TableBlock(Strict):
    """Fields of a report that lie on one axis: a row for each entry, a column for each of its keys (in `columns`)."""

    block: Literal["table"]
    title: str = ""
    fields: list[str] = Field(min_length=1)
    columns: list[str] = Field(default=[])


class TextsBlock(Strict):
    """Texts of a report in full, each below its label."""

    block: Literal["texts"]
    title: str = ""
    fields: list[str] = Field(min_length=1)


class RowsBlock(Strict):
    """A [[table]] of the form in a report: a row for each of its rows, with the columns named in `columns`."""

    block: Literal["rows"]
    title: str = ""
    table: str
    columns: list[str] = Field(min_length=1, max_length=12)


ReportBlock = Annotated[
    FactsBlock | TableBlock | TextsBlock | RowsBlock, Field(discriminator="block")
]


class OnlySheets(Strict):
    """Which sheets a report shows: those of which a field says one of some words."""

    field: str
    says: list[str] = Field(min_length=1)


class ReportLayout(Strict):
    """A second layout of the sheets for a book of its own (主要な施策の成果説明書): blocks from top to bottom.

    `title` names the book, `heading` stands on each page (the title, where none is said).
    """

    title: str = Field(min_length=1, max_length=40, pattern=r"^[^\\/:*?\"<>|]+$")
    heading: str = ""
    blocks: list[ReportBlock] = Field(min_length=1)
    only: OnlySheets | None = None


class MappedColumn(Strict):
    """A column of another system's table, and what says the same here: a field, or a column of the table of sheets.

    A number here, `times` so much, is in the unit of the other system.
    """

    table: str = ""
    column: str = Field(min_length=1)
    field: str = ""
    own: Literal["id", "edition", "city", "city_code", "former_keys"] | None = None
    times: int = Field(default=1, ge=1)
    note: str = ""

    @model_validator(mode="after")
    def _is_one_of_both(self) -> Self:
        if bool(self.field) == (self.own is not None):
            raise ValueError("field か own の、どちらか一方を書いてください")
        return self


class Vocabulary(Strict):
    """What the columns of another system's open data are here; `source` is where they are described."""

    title: str = Field(min_length=1)
    source: str = ""
    columns: list[MappedColumn] = Field(min_length=1)


class PublicationPages(Strict):
    """Everything that a form says of its publication."""

    lists: list[SiteList] = Field(default=[])
    report: ReportLayout | None = None
    vocabulary: list[Vocabulary] = Field(default=[])

    @model_validator(mode="after")
    def _lists_are_distinct(self) -> Self:
        titles = [fold(each.title) for each in self.lists]
        repeated = [title for title in titles if titles.count(title) > 1]
        if repeated:
            raise ValueError(f"[publication] の lists に「{repeated[0]}」が二度あります")
        return self

    @property
    def paths(self) -> Iterator[str]:
        """The paths of the fields that are named."""
        yield from (each.field for each in self.lists)
        for vocabulary in self.vocabulary:
            yield from (column.field for column in vocabulary.columns if column.field)
        if self.report is not None:
            for block in self.report.blocks:
                yield from block.fields if not isinstance(block, RowsBlock) else ()
            yield from [self.report.only.field] if self.report.only else ()


def fields_named(edition: Edition, path: str) -> tuple[FormField, ...]:
    """Return the fields of an entry (axes in braces) or the one of a path, in form order; none where an edition has none."""
    written = edition.expand(path)
    return tuple(
        field for field in edition.fields if field.entry.path == path or field.path == written
    )


def unknown_published_paths(edition: Edition) -> list[str]:
    """Return what [publication] names that is no field, or no key of a column: it is left out, and stops nobody's work."""
    publication = edition.definition.publication
    unknown = [path for path in publication.paths if not fields_named(edition, path)]
    for block in publication.report.blocks if publication.report is not None else ():
        unknown += _unknown_keys(edition, block) if isinstance(block, TableBlock) else ()
        unknown += _unknown_columns(edition, block) if isinstance(block, RowsBlock) else ()
    return list(dict.fromkeys(unknown))


def _unknown_keys(edition: Edition, block: TableBlock) -> Iterator[str]:
    fields = [field for path in block.fields for field in fields_named(edition, path)]
    known = {str(step) for field in fields for step in field.steps}
    yield from (key for key in block.columns if edition.expand(key) not in known)


def _unknown_columns(edition: Edition, block: RowsBlock) -> Iterator[str]:
    table = edition.table_of.get(block.table)
    if table is None:
        yield block.table
        return
    yield from (f"{block.table}.{word}" for word in block.columns if word not in table.words)


__all__ = [
    "FactsBlock",
    "PublicationPages",
    "ReportBlock",
    "ReportLayout",
    "RowsBlock",
    "SiteList",
    "TableBlock",
    "TextsBlock",
    "Vocabulary",
    "fields_named",
    "unknown_published_paths",
]

"""What a package says cities are compared by (`comparison` of its datapackage.json), read strictly: other people wrote it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

_NAME: Final = r"^[\w.-]+$"


class _Published(BaseModel):
    """Part of a descriptor; what later versions add to it is passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Measured(_Published):
    """An amount or a grade: the column of a table, and where on the table's axes it is."""

    label: str
    unit: str = ""
    table_name: str = Field(pattern=_NAME, alias="table")
    column: str
    at: dict[str, str] = {}
    fiscal_year: int


class Graded(Measured):
    """A grade; `words` are mark and word of each, the best first."""

    words: tuple[tuple[str, str], ...] = ()


class Group(_Published):
    """What tells sheets apart: columns of the table of sheets, and the table that names their codes, "" for none."""

    label: str
    sheet_columns: tuple[str, ...] = Field(min_length=1, alias="columns")
    names: str = Field(default="", pattern=r"^[\w.-]*$")


class Comparison(_Published):
    """What cities are compared by; the last of the amounts is the whole."""

    amount_columns: tuple[Measured, ...] = Field(default=(), alias="amounts")
    grade_columns: tuple[Graded, ...] = Field(default=(), alias="grades")
    group_columns: tuple[Group, ...] = Field(default=(), alias="groups")

    def columns(self) -> Iterator[tuple[str, str]]:
        """Yield table and column of everything that is read."""
        for each in (*self.amount_columns, *self.grade_columns):
            yield each.table_name, each.column
            yield from ((each.table_name, axis) for axis in each.at)
        for group in self.group_columns:
            yield from (("sheets", column) for column in group.sheet_columns)


class Resource(_Published):
    """A table of a package, and the names of its columns for programs."""

    class Schema(_Published):
        """Its columns."""

        class Column(_Published):
            """A column, by its name in JSON and Parquet."""

            column: str = ""

        published_columns: tuple[Column, ...] = Field(default=(), alias="fields")

    name: str
    table_schema: Schema = Field(alias="schema")


class Descriptor(_Published):
    """A package as it describes itself."""

    name: str
    title: str
    as_of: str = Field(default="", alias="version")
    city_code: str = ""
    fiscal_year: int
    comparison: Comparison
    contributors: tuple[dict[str, str], ...] = ()
    resources: tuple[Resource, ...] = ()

    @property
    def city(self) -> str:
        """The name of the city, "" where it says none."""
        return next((each.get("title", "") for each in self.contributors), "")

    @property
    def form_name(self) -> str:
        """The name of the form."""
        return self.name.removesuffix(f"-{self.fiscal_year}")

    def missing(self) -> list[str]:
        """Return the tables and columns that are compared and that it does not have."""
        have = {
            (each.name, column.column)
            for each in self.resources
            for column in each.table_schema.published_columns
        }
        return [
            f"{table}.{column}"
            for table, column in self.comparison.columns()
            if (table, column) not in have
        ]


__all__ = ["Comparison", "Descriptor", "Graded", "Group", "Measured"]

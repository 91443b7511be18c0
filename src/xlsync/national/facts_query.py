"""The SQL that joins the tables of some packages into one, `facts`: a row for each sheet with its amounts, groups and grades.

Names of tables and columns come from other people's files: they are quoted, and their values are parameters.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from xlsync.national.comparison_terms import Group, Measured
    from xlsync.national.published_packages import CityPackage

_FOLDER: Final = r"regexp_replace(filename, '[/\\][^/\\]*$', '')"
_Term = TypeVar("_Term")
_NUMBER: Final = "DECIMAL(38, 3)"
"""Sums are exact, to a thousandth of the unit."""


@dataclass(frozen=True, slots=True)
class FactsQuery:
    """A statement that makes the table `facts`, its parameters, and the columns of the amounts, groups and grades in it."""

    statement: str
    parameters: tuple[object, ...]
    amount_names: tuple[str, ...]
    group_names: tuple[str, ...]
    grade_names: tuple[str, ...]


def facts_query(packages: Sequence[CityPackage]) -> FactsQuery:
    """Return the query for packages that are compared by the same columns."""
    comparison = packages[0].comparison
    amounts = _numbered("amount", comparison.amount_columns)
    groups = _numbered("group", comparison.group_columns)
    grades = _numbered("grade", comparison.grade_columns)
    tables = [
        _sheets(packages, groups),
        *_measured_tables(packages, amounts, grades),
        *_names(packages, groups),
    ]
    parts = ", ".join(f"{table.name} AS ({table.query})" for table in tables)
    shown = ", ".join(
        ("sheets.folder", *(_shown(*group) for group in groups.items()), *amounts, *grades)
    )
    joins = " ".join(table.join for table in tables)
    return FactsQuery(
        f"CREATE OR REPLACE TEMP TABLE facts AS WITH {parts} SELECT {shown} FROM sheets {joins}",  # noqa: S608 - quoted names
        tuple(parameter for table in tables for parameter in table.parameters),
        tuple(amounts),
        tuple(groups),
        tuple(grades),
    )


def sums_query(column: str, amount: str) -> str:
    """Return the query for value, folders, sheets, numbers and sum of an amount by the values of a column of `facts`."""
    return (
        f"SELECT {column}, list(DISTINCT folder), count(*), count({amount}), sum({amount})"  # noqa: S608 - our own names
        f" FROM facts GROUP BY {column} ORDER BY {column}"
    )


@dataclass(frozen=True, slots=True)
class _Table:
    """A table of the packages: its name here, its query with parameters, and how it is joined to the sheets."""

    name: str
    query: str
    parameters: tuple[object, ...]
    join: str = ""


def _numbered(name: str, terms: Iterable[_Term]) -> dict[str, _Term]:
    """Return the terms by the names of their columns in `facts`."""
    return {f"{name}_{number}": term for number, term in enumerate(terms)}


def _sheets(packages: Sequence[CityPackage], groups: Mapping[str, Group]) -> _Table:
    columns = (f"{_joined(group)} AS {name}" for name, group in groups.items())
    return _Table("sheets", *_read(packages, "sheets", ("id", *columns)))


def _measured_tables(
    packages: Sequence[CityPackage], amounts: Mapping[str, Measured], grades: Mapping[str, Measured]
) -> Iterator[_Table]:
    """Yield a table for each place on the axes of which something is read."""
    columns: dict[tuple[str, tuple[tuple[str, str], ...]], list[str]] = {}
    for measured, kind in ((amounts, _NUMBER), (grades, "VARCHAR")):
        for name, term in measured.items():
            position = (term.table_name, tuple(term.at.items()))
            column = f"TRY_CAST({_quoted(term.column)} AS {kind}) AS {name}"
            columns.setdefault(position, ["id"]).append(column)
    for number, ((table, at), shown) in enumerate(columns.items()):
        query, parameters = _read(packages, table, shown)
        where = " AND ".join(f"{_quoted(axis)} = ?" for axis, _ in at) or "true"
        keys = (key for _, key in at)
        name = f"table_{number}"
        join = f"LEFT JOIN {name} USING (folder, id)"
        yield _Table(name, f"{query} WHERE {where}", (*parameters, *keys), join)


def _names(packages: Sequence[CityPackage], groups: Mapping[str, Group]) -> Iterator[_Table]:
    """Yield the table of the names of a group's codes."""
    for column, group in groups.items():
        if group.names:
            name = f"names_{column}"
            join = f"LEFT JOIN {name} ON {name}.folder = sheets.folder AND {name}.code = {column}"
            yield _Table(name, *_read(packages, group.names, ("code", "name")), join)


def _read(
    packages: Iterable[CityPackage], table: str, columns: Iterable[str]
) -> tuple[str, tuple[object, ...]]:
    """Return the query for columns of a table of every package, and its parameters."""
    shown = ", ".join((f"{_FOLDER} AS folder", *columns))
    files = [package.file(table) for package in packages]
    return f"SELECT {shown} FROM read_parquet(?, union_by_name = true, filename = true)", (files,)  # noqa: S608 - quoted names


def _joined(group: Group) -> str:
    """Return the value of a group's columns: codes joined as the table of their names has them, NULL where one is blank."""
    return " || '-' || ".join(
        f"CAST({_quoted(column)} AS VARCHAR)" for column in group.sheet_columns
    )


def _shown(column: str, group: Group) -> str:
    """Return a group's column of `facts`: the name of its code, where there is one."""
    return f"coalesce(names_{column}.name, {column}) AS {column}" if group.names else column


def _quoted(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


__all__ = ["FactsQuery", "facts_query", "sums_query"]

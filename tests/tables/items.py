"""備品点検票, the example form with a row table, and sheets of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

import xlsync
from xlsync.form.edition import Edition
from xlsync.form.library import Form, load_form
from xlsync.form.tables import Table
from xlsync.kinds import Value
from xlsync.sheet import Sheet, key_of

FOLDER: Final = Path(xlsync.__file__).parent / "forms" / "examples" / "bihin"
YEAR: Final = 2026
WORKSHEET: Final = "点検票"
COLUMNS: Final = dict(
    zip(("number", "name", "acquired", "price", "count", "state", "note"), "ACDEFGH", strict=True)
)
"""The letters of the columns as drawn; the ids stand in B."""
FIRST: Final = 9
HEAD: Final[Mapping[str, Value]] = {
    "unit.department": "総務部",
    "unit.division": "管財課",
    "place.code": "A-01",
    "place.name": "本庁3階",
    "check.date": "2026-06-01",
    "check.person": "佐藤　花子",
}


@cache
def form() -> Form:
    return load_form(str(FOLDER))


def edition() -> Edition:
    return form().at(YEAR)


def table() -> Table:
    return edition().table_of["items"]


def row(number: str, name: str = "机", count: int = 1, **more: Value) -> dict[str, Value]:
    """A row in which nothing is left to fill in."""
    usual: dict[str, Value] = {"acquired": "2020-04-01", "price": 1000, "state": "良"}
    return {"number": number, "name": name, "count": count, **usual, **more}


def sheet(rows: Mapping[str, Mapping[str, Value]], **more: Value) -> Sheet:
    """A sheet with rows by their ids, its totals computed."""
    cells = {f"items.{i}.{word}": v for i, cells in rows.items() for word, v in cells.items()}
    values: dict[str, Value] = {**HEAD, "items": tuple(rows), **cells, **more}
    for word in ("count", "price"):
        numbers = [v for r in rows.values() if isinstance(v := r.get(word), int)]
        values[f"total.{word}"] = sum(numbers) if numbers else None
    key = key_of(edition(), values)
    assert key is not None
    return Sheet(edition(), key, values)


def said(sheet: Sheet) -> list[dict[str, Any]]:
    """The rows of a sheet, without their ids."""
    return [row.values for row in sheet.rows("items")]


def names(sheet: Sheet) -> list[Value]:
    """The names in the rows of a sheet, in order."""
    return [row.values["name"] for row in sheet.rows("items")]


def typed(
    number: int, cells: Sequence[str | int | None]
) -> dict[tuple[str, str], str | int | None]:
    """What is typed into a row of the worksheet, column by column."""
    letters = COLUMNS.values()
    return {(WORKSHEET, f"{at}{number}"): v for at, v in zip(letters, cells, strict=True)}

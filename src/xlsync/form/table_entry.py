"""One [[table]] of a form's definition: rows of unknown number, whose columns are fields."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final, Literal, Self

from pydantic import Field, model_validator

from xlsync.form.field_entry import FieldEntry, RequiredWith
from xlsync.form.strict import Strict

_NAME = r"^[a-z][a-z0-9_]*$"
_COLUMN: Final = re.compile(_NAME)
MOST_ROWS: Final = 5_000
"""Rows of one table, printed or filled: with more of them a file is slow to open for whoever works in it."""
_ROW_ID: Final = "id"
_NOT_IN_A_TABLE: Final = ("omit", "former", "same_as", "carry", "since", "until")


class TableEntry(Strict):
    """A table: its place in the JSON, the rows a blank page has, how a row is called, what no two rows may share.

    `title` is the column whose word a row is called by; `unique` lists columns, or columns together, in which no two rows
    may have the same.
    """

    path: str = Field(pattern=_NAME)
    label: str
    part: str
    rows: int = Field(ge=1, le=MOST_ROWS)
    title: str = ""
    unique: list[str | Annotated[list[str], Field(min_length=1)]] = Field(default=[])
    carry: Literal["keep", "empty"] = "keep"
    column: list[FieldEntry] = Field(min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _columns_are_of_its_part(cls, entries: Any) -> Any:
        """Let the columns be of the table's part of the form."""
        columns = entries.get("column") if isinstance(entries, dict) else None
        if not isinstance(columns, list):
            return entries
        part = entries.get("part")
        whole = [{"part": part, **c} if isinstance(c, dict) else c for c in columns]
        return {**entries, "column": whole}

    @model_validator(mode="after")
    def _columns_are_sound(self) -> Self:
        names = [column.path for column in self.column]
        for column in self.column:
            _refuse_unfit(column, names)
        wanted = [*filter(None, [self.title]), *(name for key in self.keys for name in key)]
        unknown = next((name for name in wanted if name not in names), None)
        if unknown is not None:
            raise ValueError(f"title・unique の「{unknown}」という列はありません")
        return self

    @property
    def keys(self) -> tuple[tuple[str, ...], ...]:
        """The columns in which, together, no two rows may have the same."""
        return tuple((key,) if isinstance(key, str) else tuple(key) for key in self.unique)

    @property
    def title_column(self) -> str:
        """The column whose word a row is called by."""
        return self.title or self.column[0].path


def _refuse_unfit(column: FieldEntry, names: list[str]) -> None:
    """Raise ValueError for what a column cannot be."""
    name = column.path
    if not _COLUMN.fullmatch(name) or name == _ROW_ID:
        raise ValueError(
            f"列の path「{name}」は、英小文字・数字・_ の1語にしてください（id は使えません）"
        )
    if names.count(name) > 1:
        raise ValueError(f"列「{name}」が二度あります")
    if column.filled_by == "computed":
        raise ValueError(f"列「{name}」は計算する欄（computed）にできません")
    beyond = [entry for entry in _NOT_IN_A_TABLE if entry in column.model_fields_set]
    if beyond:
        raise ValueError(f"列「{name}」に {beyond[0].replace('_', '-')} は書けません")
    _refuse_unfit_requirement(column, names)


def _refuse_unfit_requirement(column: FieldEntry, names: list[str]) -> None:
    other = column.required.with_ if isinstance(column.required, RequiredWith) else None
    is_known = isinstance(column.required, RequiredWith) or column.required in {"always", "never"}
    if not is_known or (other is not None and other not in names):
        raise ValueError(
            f"列「{column.path}」の required は、always・never か、同じ表の列との with にしてください"
        )


__all__ = ["MOST_ROWS", "TableEntry"]

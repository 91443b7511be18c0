"""The rows of a table: which there are and in which order, and one row as a whole.

Neither stands in a cell of its own. A table's value is the tuple of its rows' ids, None where it has no row; a row's value is
the tuple of its cells in the order of the columns, None where there is no such row.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from xlsync.kinds.kind import Kind, KindOptions
from xlsync.kinds.value import (
    DASH,
    Json,
    Parsed,
    Typed,
    Unreadable,
    Value,
    as_typed,
    refuse_json,
)

ROW_ID: Final = re.compile(r"R[0-9A-Z]{1,15}")
"""What a row's id looks like: no name of a column looks so."""
_NOT_TYPED: Final = "表の行は、1つのセルには書けません"
_SHOWN_CELLS: Final = 4


class _OfTable(Kind):
    """What belongs to a table: no cell holds it, and no entry of a form asks for it by name."""

    __slots__ = ()

    office_word: ClassVar[str] = "表"
    english: ClassVar[str] = "rows"
    about: ClassVar[str] = "行数の決まっていない表"
    examples: ClassVar = ()
    fits_a_line: ClassVar[bool] = False

    @classmethod
    def of(cls, options: KindOptions) -> Kind:
        """Refuse: rows are made of a [[table]]."""
        del options
        raise ValueError("表は [[table]] で定義してください")

    @property
    def expected(self) -> str:
        """What belongs into it, as a request."""
        return "表に行を入力してください"

    def parse_filled(self, typed: Typed) -> Parsed | Unreadable:
        """Refuse whatever is typed: rows are read from many cells."""
        return Unreadable(as_typed(typed), _NOT_TYPED)

    def from_json(self, document: Json) -> Value:
        """Return the value of its JSON: "-" is none of it."""
        return self.filled_from_json(document)


@dataclass(frozen=True, slots=True)
class RowIds(_OfTable):
    """Which rows a table has, in order."""

    name: ClassVar[str] = "rows"

    def show(self, value: Value) -> str | None:
        """Return how many rows there are."""
        return f"{len(value)}行" if isinstance(value, tuple) else None

    def to_json(self, value: Value) -> Json:
        """Return the ids as a list."""
        return list(value) if isinstance(value, tuple) else []

    def filled_from_json(self, document: Json) -> Value:
        """Return the ids of a list; each at most once."""
        if not isinstance(document, list) or not all(map(_is_id, document)):
            raise refuse_json(document, "行のidの一覧")
        if len(set(document)) < len(document):
            raise ValueError("同じidの行が二度あります")
        return tuple(document) or None

    def json_schema(self) -> dict[str, Json]:
        """Return the schema of a list of ids."""
        items = {"type": "string", "pattern": f"^{ROW_ID.pattern}$"}
        return {"type": "array", "items": items, "uniqueItems": True}


@dataclass(frozen=True, slots=True)
class RowCells(_OfTable):
    """A row as a whole: the words of its columns, and the kind of each."""

    name: ClassVar[str] = "row"
    column_kinds: tuple[tuple[str, Kind], ...]

    def show(self, value: Value) -> str | None:
        """Return the first filled cells of the row, as people would name it."""
        if not isinstance(value, tuple):
            return None
        kinds = dict(self.column_kinds)
        cells = dict(zip(kinds, value, strict=True))
        return self.named(cells, lambda word, cell: kinds[word].words(cell))

    def named(self, cells: Mapping[str, Any], shown: Callable[[str, Any], str]) -> str:
        """Return a row as people would name it, by the first cells that say something when `shown`."""
        texts = (shown(word, cells[word]) for word, _ in self.column_kinds)
        words = [text for text in texts if text not in {"", DASH}]
        more = "…" if len(words) > _SHOWN_CELLS else ""
        return "・".join(words[:_SHOWN_CELLS]) + more or "（空の行）"

    def to_json(self, value: Value) -> Json:
        """Return the row as an object, None where there is none."""
        if not isinstance(value, tuple):
            return None
        cells = zip(self.column_kinds, value, strict=True)
        return {column: kind.to_json(cell) for (column, kind), cell in cells}

    def filled_from_json(self, document: Json) -> Value:
        """Return the cells of an object with exactly the columns' words."""
        if document is None:
            return None
        if not isinstance(document, dict) or document.keys() != dict(self.column_kinds).keys():
            raise refuse_json(document, "行の{列: 値}")
        return tuple(kind.from_json(document[column]) for column, kind in self.column_kinds)

    def json_schema(self) -> dict[str, Json]:
        """Return the schema of a row, with its id."""
        row_id = {"type": "string", "pattern": f"^{ROW_ID.pattern}$"}
        columns = {column: kind.json_schema() for column, kind in self.column_kinds}
        return {
            "type": "object",
            "properties": {"id": row_id, **columns},
            "required": ["id", *columns],
            "additionalProperties": False,
        }


def _is_id(document: Any) -> bool:
    return isinstance(document, str) and ROW_ID.fullmatch(document) is not None

"""Which worksheet of a file of the financial system holds its lines, and what each column of it holds."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Final

from xlsync.errors import WorkbookError
from xlsync.exchange.figures.file_kinds import (
    CARRIED_OVER,
    NAME,
    YEAR,
    amount_paths,
    column_meaning,
)
from xlsync.exchange.register.headed_table import HeadedTable, first_headed
from xlsync.kinds import fold

if TYPE_CHECKING:
    from xlsync.exchange.figures.file_kinds import FileKind
    from xlsync.exchange.register.list_table import ListRow, ListTable
    from xlsync.form.edition import Edition

_BY_NUMBER: Final = re.compile(r"([1-9][0-9]?[0-9]?)列目")
_LOOKED_AT: Final = 30
"""Rows in which the headings are looked for."""
_YEAR_WORDS: Final = ("年度", "会計年度")
"""Headings of the year of a line's amounts, unless the city says that they mean something else."""
FirstAndColumns = tuple[int, dict[int, str]]
"""The first row below the headings, and what each column holds."""


def headed_lines(
    tables: list[ListTable], kind: FileKind, edition: Edition, name: str
) -> HeadedTable[FirstAndColumns]:
    """Return the table with the kind's columns."""
    headed = first_headed(tables, _columns_finder(kind, edition))
    if headed is not None:
        return headed
    named = "、".join(kind.column_meanings) or "なし"
    reason = (
        "見出しの行が見つかりません。予算コードの列と金額の列が1行に並んでいることを確かめ、"
        f"--map 見出し=欄 で決めてください（いま決めてある見出し：{named}）"
    )
    raise WorkbookError(reason, name)


def _columns_finder(
    kind: FileKind, edition: Edition
) -> Callable[[ListTable], FirstAndColumns | None]:
    """Return what finds the columns of a kind in a table."""
    meanings = {
        heading: column_meaning(edition, written)
        for heading, written in kind.column_meanings.items()
    }
    numbered = _numbered_columns(meanings)
    if numbered:
        return lambda table: (1, numbered) if _has_columns(table, numbered) else None
    mapped = {fold(word): held for word, held in meanings.items()}
    words = {**dict.fromkeys(_YEAR_WORDS, YEAR), **_key_words(edition), **mapped}
    amounts = set(amount_paths(edition))

    def find(table: ListTable) -> FirstAndColumns | None:
        for row in table.list_rows[:_LOOKED_AT]:
            columns = _headed_columns(row, words)
            if _is_headed(columns, amounts):
                return row.number + 1, columns
        return None

    return find


def _has_columns(table: ListTable, columns: Collection[int]) -> bool:
    """Whether a row has entries in several of some columns, as a code and an amount."""
    return any(len(row.list_cells.keys() & set(columns)) > 1 for row in table.list_rows)


def _numbered_columns(meanings: Mapping[str, str]) -> dict[int, str]:
    """Return what columns hold that the city names by their number (3列目)."""
    matches = ((_BY_NUMBER.fullmatch(heading), meaning) for heading, meaning in meanings.items())
    return {int(match[1]): meaning for match, meaning in matches if match and meaning}


def _headed_columns(row: ListRow, words: Mapping[str, str]) -> dict[int, str]:
    """Return what columns hold that a row names."""
    meanings = {column: words.get(fold(cell.text)) for column, cell in row.list_cells.items()}
    return {column: meaning for column, meaning in meanings.items() if meaning}


def _key_words(edition: Edition) -> dict[str, str]:
    """Return what the form itself calls the fields of the key."""
    return {
        fold(word): path
        for path in edition.definition.identity.key
        for word in (edition.by_path[path].label, edition.by_path[path].title, path)
    }


def _is_headed(columns: Mapping[int, str], amounts: Collection[str]) -> bool:
    """Whether a row names at least one amount, and something of a code."""
    meanings = set(columns.values()) - {NAME, CARRIED_OVER, YEAR}
    return not meanings.isdisjoint(amounts) and not meanings.issubset(amounts)


__all__ = ["FirstAndColumns", "headed_lines"]

"""Which worksheet of a workbook is the list: the first one with the headings; further lists are named, as they are not read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from xlsync.exchange.register.list_table import ListTable

_H = TypeVar("_H")


@dataclass(frozen=True, slots=True)
class HeadedTable(Generic[_H]):
    """The table that is read, what its headings say, and in Japanese which further worksheets have such a list."""

    list_table: ListTable
    list_headings: _H
    unread_lists: tuple[str, ...] = ()


def first_headed(
    tables: Iterable[ListTable], headings_of: Callable[[ListTable], _H | None]
) -> HeadedTable[_H] | None:
    """Return the first table with headings, None where none has them.

    Args:
        tables: The visible worksheets of a workbook, in its order.
        headings_of: Returns what the headings of a table say, None for a table that is no such list.

    """
    pairs = [(table, headings_of(table)) for table in tables]
    headed = [(table, headings) for table, headings in pairs if headings is not None]
    if not headed:
        return None
    (read, headings), *further = headed
    unread = tuple(_unread(table.name, read.name) for table, _ in further)
    return HeadedTable(read, headings, unread)


def _unread(name: str, read: str) -> str:
    return (
        f"ワークシート「{name}」にも一覧がありますが、読みません（読むのは「{read}」だけです）。"
        "要るときは、そのワークシートだけのファイルにして、もう一度行ってください"
    )


__all__ = ["HeadedTable", "first_headed"]

"""A list of ours in a new unsaved workbook of the same Excel: text in every cell, each line a link to where it belongs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

from xlsync.addin.client.open_books import LIST_OF, full_name

if TYPE_CHECKING:
    from xlsync.addin.protocol.changes import Row

_UNFIT: Final = re.compile(r"[:\\/?*\[\]']")
_TITLE: Final = 31
_TEXT: Final = 8000
"""Characters; Excel takes 32,767 in a cell and shows fewer."""
_NAME: Final = 250
_NARROWEST, _WIDEST = 8, 70
_TOP: Final = -4160


def show_list(book: Any, title: str, columns: Sequence[str], rows: Sequence[Row]) -> Any:
    """Write the list into a new workbook, which closes without a question: pressing the button again writes it again."""
    workbook = book.app.books.add()
    sheet = workbook.sheets[0]
    sheet.name = _UNFIT.sub("_", title)[:_TITLE] or "xlsync"
    width = max(1, len(columns))
    lines = [_line(columns, width), *(_line(row.texts, width) for row in rows)]
    area = sheet.range((1, 1), (len(lines), width))
    area.number_format = "@"  # or Excel would understand what it reads
    area.api.Value2 = tuple(lines)
    area.wrap_text = True
    area.api.VerticalAlignment = _TOP
    for number in range(width):
        longest = max(len(line[number]) for line in lines)
        column = sheet.range((1, number + 1), (len(lines), number + 1))
        column.column_width = min(max(2 * longest + 2, _NARROWEST), _WIDEST)
    _link(book, sheet, rows)
    _name_the_source(book, sheet)
    workbook.api.Saved = True
    return workbook


def _line(texts: Iterable[str], width: int) -> tuple[str, ...]:
    cut_texts = [text[:_TEXT] for text in texts][:width]
    return (*cut_texts, *[""] * (width - len(cut_texts)))


def _link(book: Any, sheet: Any, rows: Sequence[Row]) -> None:
    if not book.api.Path:
        return  # no file yet, so nowhere to link to
    for number, row in enumerate(rows, start=2):
        if row.cell:
            name = row.worksheet.replace("'", "''")
            target = f"'{name}'!{row.cell}"
            sheet.api.Hyperlinks.Add(sheet.range((number, 1)).api, full_name(book), target)


def _name_the_source(book: Any, sheet: Any) -> None:
    """Let the list say which workbook it tells of: who presses a button on it means that one."""
    quoted = full_name(book).replace('"', '""')
    if len(quoted) <= _NAME:
        sheet.api.Names.Add(LIST_OF, f'="{quoted}"', False)  # noqa: FBT003 - Visible, by position as COM wants it

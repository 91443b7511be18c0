"""The notice (移動先のご案内) that a reorganisation leaves in a folder: where the workbooks are that were there, with links.

Links lead from the notice to the workbooks, so that Excel opens them where they are, whatever the share is called on a PC.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from xlsync.errors import WorkbookError
from xlsync.excel_text import CELL_LIMIT, link_url
from xlsync.ooxml.read.reader import open_workbook

if TYPE_CHECKING:
    from xlsync.form.definition import Words

NOTICE_FILE: Final = "移動先のご案内.xlsx"
_PAGE: Final = "移動先のご案内"
_HEADING: Final = "このフォルダにあった{sheet}は、組織改編のため次の場所に移りました。「ファイル」を押すと開きます。"
_WIDTHS: Final = (20, 36, 40, 56)
_A4: Final = 9


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """A sheet that has moved: its key, title and unit, and the way to its workbook from the notice, "" for none."""

    key: str
    title: str
    unit_shown: str
    workbook_link: str

    @property
    def file_name(self) -> str:
        """The workbook's name."""
        return self.workbook_link.rpartition("/")[2]


def move_notice(words: Words, lines: Sequence[NoticeLine], made_on: dt.date) -> bytes:
    """Return a notice; equal lines give equal bytes."""
    import xlsxwriter  # here: every command that lists files asks whether one of them is a notice

    from xlsync.workbook.streamed_list import FONT

    data = io.BytesIO()
    options = {"in_memory": True, "strings_to_urls": False, "strings_to_formulas": False}
    with xlsxwriter.Workbook(data, options) as book:
        created = dt.datetime.combine(made_on, dt.time(), dt.UTC)
        book.set_properties({"author": "xlsync", "created": created})
        base = {"font_name": FONT, "font_size": 11, "valign": "top", "text_wrap": True}
        title = book.add_format({"font_name": FONT, "font_size": 12, "bold": True})
        head = book.add_format({**base, "bold": True, "bg_color": "#D9E1F2", "border": 1})
        cell = book.add_format({**base, "border": 4, "num_format": "@"})
        link = book.add_format({**base, "border": 4, "font_color": "#0563C1", "underline": 1})
        page = book.add_worksheet(_PAGE)
        page.write_string(0, 0, _HEADING.format(sheet=words.sheet), title)
        for column, text in enumerate((words.key, words.title, "新しい所属", "ファイル")):
            page.set_column(column, column, _WIDTHS[column])
            page.write_string(2, column, text, head)
        for row, line in enumerate(lines, start=3):
            for column, text in enumerate((line.key, line.title, line.unit_shown)):
                page.write_string(row, column, text[:CELL_LIMIT], cell)
            if url := link_url(line.workbook_link, ""):
                page.write_url(row, 3, url, link, line.file_name)
            else:
                page.write_string(row, 3, line.file_name or "（ファイルはまだありません）", cell)
        page.set_landscape()
        page.set_paper(_A4)
        page.fit_to_pages(1, 0)
        page.freeze_panes(3, 0)
        page.protect("", {"select_locked_cells": True, "format_columns": True})
    return data.getvalue()


def is_move_notice(data: bytes) -> bool:
    """Whether the bytes are a notice, and not what somebody has saved under its name."""
    try:
        return open_workbook(data).worksheets == (_PAGE,)
    except WorkbookError:
        return False


__all__ = ["NOTICE_FILE", "NoticeLine", "is_move_notice", "move_notice"]

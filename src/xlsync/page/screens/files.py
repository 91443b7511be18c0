"""Files to take away: the workbook of a sheet as any revision says, and what was received, as it came."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from flask import Blueprint

from xlsync.exchange.new_workbook import export_known, export_past_sheet, template_of
from xlsync.file_names import last_part
from xlsync.page.guard import allow
from xlsync.page.page_context import city, note_act
from xlsync.page.refusals import unknown_page
from xlsync.page.screens.file_response import download
from xlsync.page.screens.visible_sheets import visible_row
from xlsync.page.visitors import OFFICE, READERS
from xlsync.store.store_files import RECEIVED_ENDINGS

if TYPE_CHECKING:
    from flask import Response

    from xlsync.page.sheet_snapshot import SheetRow
    from xlsync.store import Revision

files = Blueprint("files", __name__)


@files.get("/sheets/<sheet_name>/workbook/<int:number>")
@allow(READERS)
def workbook(sheet_name: str, number: int) -> Response:
    """Return a workbook of a revision; of the newest one with all that the store knows beside it."""
    row = visible_row(sheet_name)
    revision = _revision(row, number)
    terms, store = city().terms, city().store
    if number == row.seen_number:
        data = export_known(template_of(terms), revision.sheet, _copy_id(), store, terms)
    else:
        data = export_past_sheet(terms, revision.sheet, _copy_id())
    note_act("シートのダウンロード", row.board_line.key, f"第{number}版")
    return download(data, f"{row.board_line.key}_{row.board_line.title}_第{number}版.xlsx")


@files.get("/sheets/<sheet_name>/received/<int:number>")
@allow(OFFICE)
def received(sheet_name: str, number: int) -> Response:
    """Return the workbook that brought a revision, as it was received."""
    row = visible_row(sheet_name)
    submission = _revision(row, number).draft.submission
    for ending in RECEIVED_ENDINGS if submission.workbook_hash else ():
        file = city().store.files / "received" / f"{submission.workbook_hash}{ending}"
        if file.is_file():
            note_act("受け取ったファイルのダウンロード", row.board_line.key, f"第{number}版")
            name = last_part(submission.file).rpartition(".")[0] or row.board_line.key
            return download(file.read_bytes(), f"{name}{ending}", "application/octet-stream")
    raise unknown_page("この版は、ファイルから受け取ったものではありません")


def _revision(row: SheetRow, number: int) -> Revision:
    revision = city().store.find_revision(row.sheet_id, city().terms.fiscal_year, number)
    if revision is None:
        raise unknown_page(f"第{number}版はありません")
    return revision


def _copy_id() -> str:
    return secrets.token_hex(4)


__all__ = ["files"]

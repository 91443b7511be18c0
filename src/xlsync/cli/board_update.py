"""The board (提出状況) after a command that has changed what it tells, and a line about it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from xlsync.cli.console import complain
from xlsync.cli.long_running import office_of
from xlsync.errors import XlsyncError
from xlsync.inbox.config import BOARD_BOOK
from xlsync.inbox.status.board_refresh import refresh_board

if TYPE_CHECKING:
    from xlsync.cli.settings import City
    from xlsync.exchange import Receipt


def board_file(city: City) -> Path:
    """Give the board's workbook."""
    return city.shared / BOARD_BOOK


def renew_board(city: City, receipts: Iterable[Receipt] = ()) -> bool:
    """Bring the board up to date, or leave that to the watcher; False where it could not be, which is said.

    The command has done its work by then: what hinders the board is no failure of it.
    """
    below = (
        city.sheets.relative_to(city.folder) if city.sheets.is_relative_to(city.folder) else None
    )
    refused = {
        Path(one.file).relative_to(below).as_posix(): one.reason
        for one in receipts
        if one.outcome == "refused" and below is not None and Path(one.file).is_relative_to(below)
    }
    try:
        shown = refresh_board(office_of(city), datetime.now().astimezone(), refused)
    except XlsyncError as fault:
        complain(f"提出状況の一覧を書き換えられませんでした：{fault}")
        return False
    if shown == "waiting":
        complain(
            f"{board_file(city)}：開かれているため、書き換えていません。"
            "閉じてからもう一度 `xlsync summarize` を実行してください"
        )
    return shown != "waiting"

"""The board (提出状況) after a command that has changed what it shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from xlsync.city.office import office_of
from xlsync.errors import XlsyncError
from xlsync.inbox.log_messages import trial_words

if TYPE_CHECKING:
    from xlsync.city.settings import CitySettings
    from xlsync.exchange.receipt import Receipt

Warn = Callable[[str], None]
"""What is told, in Japanese, that the board could not be written."""


def board_file(city: CitySettings) -> Path:
    """Return the board's workbook."""
    return office_of(city).board_book


def renew_board(city: CitySettings, receipts: Iterable[Receipt], warn: Warn) -> bool:
    """Bring the board up to date, or leave that to the watcher; False where it could not be, which `warn` is told.

    The command has done its work by then: what hinders the board is no failure of it.
    """
    from xlsync.inbox.status.board_refresh import refresh_board

    try:
        shown = refresh_board(
            office_of(city), datetime.now().astimezone(), _not_stored(city, receipts)
        )
    except XlsyncError as fault:
        warn(f"提出状況の一覧を書き換えられませんでした：{fault}")
        return False
    if shown == "waiting":
        warn(
            f"{board_file(city)}：開かれているため、書き換えていません。"
            "閉じてからもう一度 `xlsync summarize` を実行してください"
        )
    return shown != "waiting"


def _not_stored(city: CitySettings, receipts: Iterable[Receipt]) -> dict[str, str]:
    """Return why files below 評価シート/ are not in the store, by their path there: refused, or of a trial."""
    if not city.sheets.is_relative_to(city.folder):
        return {}
    root = city.sheets.relative_to(city.folder)
    return {
        Path(receipt.file).relative_to(root).as_posix(): receipt.reason or trial_words(receipt)
        for receipt in receipts
        if receipt.outcome in {"refused", "trial"} and Path(receipt.file).is_relative_to(root)
    }

"""The city's own list of budget codes and their names (款・項・目), optional.

The list is a CSV file of two columns, a line for each code from 会計 on, in any order:

    コード,名称
    01-02,総務費
    01-02-01,総務管理費
    01-02-01-08,企画費
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from xlsync.csv_bytes import csv_rows
from xlsync.errors import SettingsError
from xlsync.kinds.characters import half_width

if TYPE_CHECKING:
    from collections.abc import Mapping

HEADS: Final = ("コード", "名称")
_CODE: Final = re.compile(r"[0-9]+(-[0-9]+)*")


def read_budget_names(text: str, where: str) -> Mapping[str, str]:
    """Return the name of each budget code.

    Args:
        text: The file's content.
        where: The file's name, for messages.

    Raises:
        SettingsError: The message names the line and what is wrong with it.

    """
    names: dict[str, str] = {}
    for number, cells in csv_rows(text, where):
        row = [cell.strip() for cell in cells]
        if any(row) and (names or tuple(row) != HEADS):
            code, name = _entry(row, f"{where} {number}行目")
            if names.setdefault(code, name) != name:
                reason = f"「{code}」の名称が2とおりあります。どちらかを消してください"
                raise SettingsError(reason, f"{where} {number}行目")
    return names


def _entry(row: list[str], where: str) -> tuple[str, str]:
    """Return the code and the name of a line; empty columns behind them do not count."""
    while len(row) > len(HEADS) and not row[-1]:
        row = row[:-1]
    if len(row) != len(HEADS) or not row[1]:
        raise SettingsError(
            "「コード,名称」の2列で書いてください（例：01-02-01,総務管理費）", where
        )
    code = half_width(row[0])
    if not _CODE.fullmatch(code):
        reason = f"「{row[0]}」は予算コードではありません。会計から順に「-」でつないでください（例：01-02-01）"
        raise SettingsError(reason, where)
    return code, row[1]

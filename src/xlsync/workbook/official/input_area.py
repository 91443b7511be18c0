"""An area of a page that somebody types into, and the reasons for which an area is taken for one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from xlsync.workbook.official.page_grid import Area

UNLOCKED: Final = "ロックされていないセル"
BOX: Final = "罫線で囲まれた空欄"
BEFORE_UNIT: Final = "単位の前の空欄"
BEHIND_LABEL: Final = "見出しの右の空欄"
DATE: Final = "年・月・日の欄"
TITLED: Final = "見出しのある枠の空き"
PRESET: Final = "記入欄の色のセル（文字は見本か記入済みの内容）"
GAPS: Final = "文字の間に記入する欄（様式では、このセルの文字は欄に変わります）"
FORMULA: Final = "計算式"
BLANK_WIDTH: Final = 2.5
"""Characters; narrower blanks before a unit or behind a label are the space between."""


@dataclass(frozen=True, slots=True)
class InputArea:
    """An area that is typed into, and why; `unit` is printed behind it, `title` in its box.

    `is_date` where it spans 年, 月 and 日.
    """

    area: Area
    why: str
    is_sure: bool = True
    unit: str = ""
    is_date: bool = False
    title: str = ""

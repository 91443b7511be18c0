"""The findings about the units that a sheet names: severity and sentence by code."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from xlsync.finding_entry import Entry

UNIT_FINDINGS: Final[Mapping[str, Entry]] = MappingProxyType(
    {
        "unit-unknown": Entry(
            "warning",
            "「{shown}」は市の組織の一覧にありません。部等名・課等名・係等名を確かめてください。",
        ),
        "unit-ended": Entry(
            "warning",
            "「{shown}」は、組織改編で{day}に「{meant}」になりました。部等名・課等名・係等名を確かめてください。",
        ),
        "unit-near": Entry(
            "note",
            "「{shown}」は、市の組織の一覧では「{meant}」です。「{meant}」のものとして集計します。",
        ),
    }
)


__all__ = ["UNIT_FINDINGS"]

"""The findings about what depends on other fields: conditions and computed values; severity and sentence by code."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from xlsync.finding_entry import Entry

EXPRESSION_FINDINGS: Final[Mapping[str, Entry]] = MappingProxyType(
    {
        "required-with": Entry(
            "error", "「{other}」が入力されているときは、「{field}」も入力してください。"
        ),
        "expression": Entry(
            "warning", "「{field}」は、様式で決めた条件を満たしていません。内容を確かめてください。"
        ),
        "computed": Entry(
            "error",
            "「{field}」の{shown}は、計算した値（{sum}）と違います。この欄は自動で計算されます。入力を消すか、もとになる欄を直してください。",
        ),
        "required-when": Entry(
            "error", "「{field}」が未入力です。ほかの欄の内容により、入力が必要です{dash}。"
        ),
    }
)

__all__ = ["EXPRESSION_FINDINGS"]

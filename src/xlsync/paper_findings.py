"""The findings about what paper and screen do not show of a sheet: severity and sentence by code."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from xlsync.finding_entry import Entry

PAPER_FINDINGS: Final[Mapping[str, Entry]] = MappingProxyType(
    {
        "hidden-lines": Entry(
            "warning",
            "{fields}は、{listed}が非表示のため、画面にも印刷にも出ていません。値はそのまま受け取りました。"
            "再表示して、内容を確かめてください。",
        ),
        "fits": Entry(
            "warning",
            "「{field}」は印刷すると枠に入りきりません（あと約{over}字多い）。文章を短くするか、行の高さを広げてください。",
        ),
        "font-too-large": Entry(
            "warning",
            "「{field}」は、文字の書体か大きさ（{font}ポイント）が様式（{own}ポイント）と違うため、印刷すると枠に入りきりません。"
            "文字を様式の大きさに戻すか、文章を短くするか、行の高さを広げてください。",
        ),
    }
)

"""What of a form's drawing is not in the template made of it: shapes, text boxes, controls and the like."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from xlsync.ooxml.opc.package import Package
from xlsync.ooxml.opc.relationships import related
from xlsync.ooxml.opc.workbook_part import read_workbook_part
from xlsync.ooxml.xml.encoding import decoded

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_SHAPES: Final = re.compile(r"<(?:\w+:)?(pic|sp|cxnSp|graphicFrame)[\s/>]")
_ON_THE_PAGE: Final = re.compile(
    r"<(?:\w+:)?(control|oleObject|legacyDrawingHF|oddHeader|oddFooter|evenHeader|evenFooter"
    r"|firstHeader|firstFooter)[\s/>]"
)
_WORDS: Final[Mapping[str, str]] = {
    "pic": "画像",
    "sp": "図形・文字の枠",
    "cxnSp": "線",
    "graphicFrame": "グラフなど",
    "control": "チェックボックスなどの部品",
    "oleObject": "埋め込まれたファイル",
    "legacyDrawingHF": "ヘッダー・フッターの画像",
    "oddHeader": "ヘッダー",
    "oddFooter": "フッター",
    "evenHeader": "偶数ページのヘッダー",
    "evenFooter": "偶数ページのフッター",
    "firstHeader": "先頭ページのヘッダー",
    "firstFooter": "先頭ページのフッター",
}


def lost_drawings(drawing: bytes, template: bytes, worksheets: Iterable[str]) -> list[str]:
    """Return in Japanese what the form's worksheets have in the drawing and no longer in the template, each with its number."""
    lost: Counter[str] = Counter()
    for worksheet in worksheets:
        lost += _drawn(drawing, worksheet) - _drawn(template, worksheet)
    return [f"{words} {lost[kind]}個" for kind, words in _WORDS.items() if lost[kind]]


def _drawn(data: bytes, worksheet: str) -> Counter[str]:
    """Return how many things of each kind are drawn on a worksheet, beside its cells."""
    package = Package.open(data)
    entry = read_workbook_part(package).worksheet(worksheet)
    if entry is None:
        return Counter()
    counts = Counter(_ON_THE_PAGE.findall(decoded(package.part(entry.part))))
    return counts + shapes_on(package, worksheet)


def shapes_on(package: Package, worksheet: str) -> Counter[str]:
    """Return how many pictures, shapes and lines a worksheet has."""
    counts: Counter[str] = Counter()
    entry = read_workbook_part(package).worksheet(worksheet)
    for part in () if entry is None else related(package, entry.part, "drawing"):
        counts.update(_SHAPES.findall(decoded(package.part(part))))
    return counts


__all__ = ["lost_drawings", "shapes_on"]

"""What the styles part says of a cell by the index of its style: number format and strike-through (ECMA-376 part 1, 18.8)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple
from xml.etree.ElementTree import Element

from xlsync.ooxml.a1 import whole_number
from xlsync.ooxml.opc.part_cache import cached_by_content
from xlsync.ooxml.opc.workbook_part import TRUE
from xlsync.ooxml.read.cell_fonts import CellFont, font_contents, fonts_by_pattern, fonts_by_tree
from xlsync.ooxml.read.number_formats import BUILTIN_FORMATS, DateKind, kind_of_format
from xlsync.ooxml.xml.encoding import (
    MAIN_NAMESPACES,
    decoded,
    has_tag,
    local_name,
    parsed,
    plain,
    unescaped,
)

_ROOT = re.compile(r"\s*(?:<\?xml[^<>]*\?>)?\s*<styleSheet[\s>]")
_FORMAT_ID = re.compile(r"""\bnumFmtId\s*=\s*["']([0-9]+)["']""", re.ASCII)
_FONT_ID = re.compile(r"""\bfontId\s*=\s*["']([0-9]+)["']""", re.ASCII)
_FORMAT = re.compile(r'<numFmt numFmtId="([0-9]+)" formatCode="([^"<]*)" ?/>')
_SHRINKS = re.compile(r"""\bshrinkToFit\s*=\s*["'](?:1|true|on)["']""")
_FALSE = ("0", "false", "off")
_GENERAL = "General"
_STRIKE = re.compile(r"""<strike(?!\s+val\s*=\s*["'](?:0|false|off)["'])""")


class _StylesPart(NamedTuple):
    """The attributes of each cell style as written, and the codes of number formats by their numbers."""

    styles: Sequence[str]
    codes: dict[str, str]


class CellStyles:
    """The cell styles of a workbook, each looked at when a cell in that style is met first.

    A style is named by its index as cells write it; a cell that names none has the first one.
    """

    def __init__(self, styles: bytes, where: str) -> None:
        self._part, self._where = styles, where
        text = plain(decoded(styles, where))
        fast = _fast_styles(text)
        self._is_fast = fast is not None
        self._styles, self._codes = fast or _tree_styles(styles, where)
        self._kinds: dict[str, DateKind] = {}
        self._formats: dict[str, str] = {}

    def date_kind(self, style: str) -> DateKind:
        """Whether the style shows a number as a date, a time or a duration."""
        if style not in self._kinds:
            self._kinds[style] = kind_of_format(self.number_format(style))
        return self._kinds[style]

    def number_format(self, style: str) -> str:
        """The style's number format code, `General` where it has none."""
        if style not in self._formats:
            self._formats[style] = self._number_format(style)
        return self._formats[style]

    def is_struck(self, style: str) -> bool:
        """True when the style's font is struck through."""
        if not self._struck_fonts:
            return False
        font = _FONT_ID.search(self._attributes(style))
        return (0 if font is None else whole_number(font[1])) in self._struck_fonts

    def font(self, style: str) -> CellFont:
        """The style's font, and whether it lets a text shrink."""
        attributes = self._attributes(style)
        number = _FONT_ID.search(attributes)
        index = 0 if number is None else whole_number(number[1]) or 0
        font = self._fonts[index] if index < len(self._fonts) else CellFont()
        return font._replace(shrinks=_SHRINKS.search(attributes) is not None)

    def _number_format(self, style: str) -> str:
        number = _FORMAT_ID.search(self._attributes(style))
        identity = "0" if number is None else number[1]
        if identity in self._codes:
            return self._codes[identity]
        return BUILTIN_FORMATS.get(whole_number(identity) or 0, _GENERAL)

    def _attributes(self, style: str) -> str:
        """The style's attributes as written; none for an index that no style has."""
        index = whole_number(style or "0")
        known = index is not None and index < len(self._styles) and (style or "0") == str(index)
        return self._styles[index] if known and index is not None else ""

    @cached_property
    def _fonts(self) -> list[CellFont]:
        text = plain(decoded(self._part, self._where))
        fonts = fonts_by_pattern(text) if self._is_fast else None
        return fonts_by_tree(self._part, self._where) if fonts is None else fonts

    @cached_property
    def _struck_fonts(self) -> frozenset[int]:
        """The indices of the fonts that are struck through."""
        text = plain(decoded(self._part, self._where))
        if "strike" not in text:
            return frozenset()
        struck = _fast_strikes(text) if self._is_fast else None
        if struck is None:
            struck = _tree_strikes(self._part, self._where)
        return frozenset(index for index, is_struck in enumerate(struck) if is_struck)


def _fast_strikes(text: str) -> list[bool] | None:
    """Whether each font is struck through, by regular expressions; None where only a real parser can tell."""
    fonts = font_contents(text)
    return None if fonts is None else [_STRIKE.search(font) is not None for font in fonts]


def _tree_strikes(styles: bytes, where: str) -> list[bool]:
    """The same from the part's tree."""
    groups = parsed(styles, where)
    fonts = [font for group in groups if local_name(group.tag) == "fonts" for font in group]
    return [_is_struck(font) for font in fonts]


def _is_struck(font: Element) -> bool:
    return any(
        local_name(item.tag) == "strike" and item.get("val", "1") not in _FALSE for item in font
    )


@cached_by_content
def cell_styles(data: bytes, where: str) -> CellStyles:
    """The cell styles of a styles part."""
    return CellStyles(data, where)


def _fast_styles(text: str) -> _StylesPart | None:
    """The styles by regular expressions; None for a part that needs a real parser."""
    start, stop = text.find("<cellXfs"), text.find("</cellXfs>")
    if _ROOT.match(text) is None or has_tag(text, "<!") or not 0 <= start < stop:
        return None
    if text.find("<cellXfs", start + 1) >= 0 or not _has_one_prefix(text[:stop]):
        return None
    styles = text[start:stop].split("<xf ")[1:]
    if text.count("<xf", start, stop) != len(styles):
        return None
    head = text[:start]
    formats = _FORMAT.findall(head) if "<numFmt " in head else []
    if head.count("<numFmt ") != len(formats):
        return None
    return _StylesPart(styles, {number: unescaped(code) for number, code in formats})


def _has_one_prefix(text: str) -> bool:
    """False where some number formats, fonts or styles may have another name than the others."""
    root = _ROOT.match(text)
    end = text.find(">", 0 if root is None else root.end() - 1)
    return sum(map(text[:end].count, MAIN_NAMESPACES)) == 1 and "xmln" not in text[end:]


def _tree_styles(styles: bytes, where: str) -> _StylesPart:
    """The same from the part's tree."""
    codes: dict[str, str] = {}
    attributes: list[str] = []
    for group in parsed(styles, where):
        if local_name(group.tag) == "numFmts":
            codes = {item.get("numFmtId", ""): item.get("formatCode", "") for item in group}
        elif local_name(group.tag) == "cellXfs":
            attributes = list(map(_attributes_of, group))
    return _StylesPart(attributes, codes)


def _attributes_of(style: Element) -> str:
    """Return what is asked of a style, as the fast way finds it in the text."""
    shrinks = any(item.get("shrinkToFit") in TRUE for item in style)
    numbers = f' numFmtId="{style.get("numFmtId", "0")}" fontId="{style.get("fontId", "0")}"'
    return numbers + ' shrinkToFit="1"' * shrinks

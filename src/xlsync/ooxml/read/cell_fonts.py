"""The face and size of each font of a styles part (ECMA-376 part 1, 18.8.22)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from xlsync.ooxml.xml.encoding import local_name, parsed, unescaped

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_FONT: Final = re.compile(r"<font(?:\s*/>|\s*>(.*?)</font\s*>)", re.DOTALL)
_SIZE: Final = re.compile(r"""<sz\s+val\s*=\s*["']([0-9.]+)["']""")
_FACE: Final = re.compile(r"""<name\s+val\s*=\s*["']([^"'<]*)["']""")


class CellFont(NamedTuple):
    """The font of a cell, and whether its text shrinks to fit; no face, and a size of 0 points, where the file names none."""

    face: str = ""
    size: float = 0.0
    shrinks: bool = False


def fonts_by_pattern(text: str) -> list[CellFont] | None:
    """Return the fonts of a plain styles part by regular expressions; None where only a real parser can tell."""
    fonts = font_contents(text)
    return None if fonts is None else [_font(_FACE.search(it), _SIZE.search(it)) for it in fonts]


def font_contents(text: str) -> list[str] | None:
    """Return what stands in each font of a plain styles part; None where only a real parser can tell."""
    start, stop = text.find("<fonts"), text.find("</fonts>")
    if not 0 <= start < stop:
        return None
    fonts = _FONT.findall(text, start, stop)
    return fonts if len(fonts) == text.count("<font", start, stop) - 1 else None


def _font(face: re.Match[str] | None, size: re.Match[str] | None) -> CellFont:
    return _named(
        unescaped(face[1]) if face is not None else "", size[1] if size is not None else ""
    )


def fonts_by_tree(styles: bytes, where: str) -> list[CellFont]:
    """Return the same from the part's tree."""
    groups = parsed(styles, where)
    fonts = [font for group in groups if local_name(group.tag) == "fonts" for font in group]
    return [_named(_value(font, "name"), _value(font, "sz")) for font in fonts]


def _value(font: Element, name: str) -> str:
    return next((item.get("val", "") for item in font if local_name(item.tag) == name), "")


def _named(face: str, size: str) -> CellFont:
    return CellFont(face, points(size))


def points(size: str) -> float:
    """Return the size of a font as a file writes it; 0 where that is no size."""
    try:
        read = float(size)
    except ValueError:
        return 0.0
    return read if 0 < read < float("inf") else 0.0

"""Which fonts, fills, borders and formats show alike, however programs write them (ECMA-376 part 1, 18.8)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from xml.etree.ElementTree import Element

from xlsync.ooxml.xml.encoding import escaped, local_name

StyleKey = tuple[str, tuple[tuple[str, str], ...], tuple["StyleKey", ...]]

_DEFAULTS: Final = {
    "alignment": {
        "horizontal": "general",
        "vertical": "bottom",
        "textRotation": "0",
        "wrapText": "0",
        "indent": "0",
        "relativeIndent": "0",
        "justifyLastLine": "0",
        "shrinkToFit": "0",
        "readingOrder": "0",
    },
    "protection": {"locked": "1", "hidden": "0"},
    "border": {"outline": "1", "diagonalUp": "0", "diagonalDown": "0"},
}
_IMPLIED: Final = {
    **dict.fromkeys(("b", "i", "strike", "condense", "extend", "outline", "shadow"), "1"),
    "u": "single",
}
"""What `val` is of elements that do not state it."""
_FONT: Final = (
    *(
        "b",
        "i",
        "strike",
        "condense",
        "extend",
        "outline",
        "shadow",
        "u",
        "vertAlign",
        "sz",
        "color",
    ),
    *("name", "family", "charset", "scheme"),
)
"""The order of the schema for what a font has."""
_SIDES: Final = frozenset(
    {"left", "right", "top", "bottom", "diagonal", "start", "end", "vertical", "horizontal"}
)
_WORDS: Final = {"true": "1", "false": "0"}
_TEXTS: Final = frozenset({"name", "rFont", "numFmt"})


def style_key(element: Element) -> StyleKey:
    """Return what two elements of a styles part have in common exactly if Excel shows the same by them.

    Attributes left at their defaults, the order of the children and the alpha value of colours, which Excel ignores, make
    no difference.
    """
    name = local_name(element.tag)
    return name, tuple(sorted(_attributes(name, element))), shown_keys(element)


def shown_keys(element: Element) -> tuple[StyleKey, ...]:
    """Return the keys of those children that say more than their absence, in one order."""
    keys = [style_key(child) for child in style_children(element)]
    return tuple(sorted(filter(_shows, keys)))


def style_children(element: Element) -> Iterator[Element]:
    """Return the children that are of the element's own namespace, extensions left out."""
    namespace = element.tag.rpartition("}")[0]
    for child in element:
        if child.tag.rpartition("}")[0] == namespace and local_name(child.tag) != "extLst":
            yield child


def style_text(prefix: str, element: Element) -> str:
    """Return the element as a part with that prefix writes it, what is of other namespaces left out."""
    name = prefix + local_name(element.tag)
    attributes = "".join(
        f' {key}="{escaped(value)}"' for key, value in element.items() if "}" not in key
    )
    children = list(style_children(element))
    if local_name(element.tag) == "font":  # openpyxl writes the name first
        children.sort(key=lambda child: _rank(local_name(child.tag)))
    content = "".join(style_text(prefix, child) for child in children)
    return f"<{name}{attributes}>{content}</{name}>" if content else f"<{name}{attributes}/>"


def _rank(name: str) -> int:
    return _FONT.index(name) if name in _FONT else len(_FONT)


def _attributes(name: str, element: Element) -> Iterator[tuple[str, str]]:
    """Return the attributes that say something, in one spelling."""
    defaults = _DEFAULTS.get(name, {})
    stated = {key: _value(name, key, value) for key, value in element.items() if "}" not in key}
    if name == "numFmt":
        stated.pop("numFmtId", None)  # the code says what it shows
    yield from ((key, value) for key, value in stated.items() if value != defaults.get(key))
    implied = _IMPLIED.get(name)
    if implied is not None and "val" not in stated:
        yield "val", implied


def _value(name: str, key: str, written: str) -> str:
    """Return the value of an attribute in one spelling."""
    if key == "rgb":
        return written[-6:].upper()
    return written if name in _TEXTS else _WORDS.get(written, written)


def _shows(key: StyleKey) -> bool:
    """Return False for a child that says no more than its absence."""
    name, attributes, children = key
    if name in _SIDES:
        return dict(attributes).get("style", "none") != "none"
    return bool(attributes or children) or name not in _DEFAULTS

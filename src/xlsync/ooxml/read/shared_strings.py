"""The shared strings of a workbook (ECMA-376 part 1, 18.4): each item's runs joined, phonetic readings left out.

The counts the part states are ignored: a false one has made other readers ask for gigabytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.etree.ElementTree import Element

from xlsync.ooxml.read.worksheet_fast import EDGE_SPACE, XML_SPACE, rich_text
from xlsync.ooxml.xml.encoding import (
    MAIN_NAMESPACES,
    decoded,
    has_tag,
    local_name,
    parsed,
    plain,
    string_value,
    unescaped,
)

_ROOT = re.compile(r"\s*(?:<\?xml[^<>]*\?>)?\s*<sst(?:\s[^<>]*)?>")
_ITEM = re.compile(
    rf'<si>(?:{EDGE_SPACE}<t(?>(?: xml:space="preserve")?)>([^<]*+)</t></si>|((?>(?:[^<]++|<(?!/?si[ />]))*))</si>)|<si ?/>'
)
_ESCAPED = re.compile("&|_x")
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def shared_strings(data: bytes, where: str) -> list[str]:
    """The strings in file order; raises DamagedWorkbook or HostileWorkbook."""
    text = plain(decoded(data, where))
    items = _fast_items(text)
    if items is None:
        return _tree_strings(parsed(data, where))
    if "&" not in text and "_x" not in text:
        return [rich_text(runs) if runs else text for text, runs in items]
    return [_string(text, runs) for text, runs in items]


def _fast_items(text: str) -> list[tuple[str, str]] | None:
    """Each item as its plain text or else its contents; None for a part that needs a real parser."""
    root = _ROOT.match(text)
    if root is None or "xml:space" in root[0] or has_tag(text, "<!") or "<ext" in text:
        return None
    # Under a second name, strings would not be seen.
    if sum(map(root[0].count, MAIN_NAMESPACES)) > 1 or "xmln" in text[root.end() :]:
        return None
    items: list[tuple[str, str]] = _ITEM.findall(text)
    return items if len(items) == text.count("<si") else None


def _string(text: str, runs: str) -> str:
    """The string of an item in whose part some text is escaped."""
    if runs:
        return string_value(rich_text(runs))
    return string_value(unescaped(text)) if _ESCAPED.search(text) else text


def _tree_strings(root: Element) -> list[str]:
    """The strings from the part's tree."""
    preserved = _preserves(root)
    return [string_value(_item_text(item, preserved=preserved)) for item in root]


def _item_text(item: Element, *, preserved: bool) -> str:
    """The text of a string item; white space at its edges stays where it is rich or says so, as in `rich_text`."""
    runs = [run for run in item if local_name(run.tag) == "r"]
    texts = _text_elements((item, *runs))
    written = "".join(text.text or "" for text in texts)
    keeps_edges = runs or preserved or _preserves(item) or any(map(_preserves, texts))
    return written if keeps_edges else written.strip(XML_SPACE)


def _text_elements(parents: Iterable[Element]) -> list[Element]:
    return [text for parent in parents for text in parent if local_name(text.tag) == "t"]


def _preserves(element: Element) -> bool:
    return element.get(_SPACE) == "preserve"

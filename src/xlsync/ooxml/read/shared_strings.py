"""The shared strings of a workbook (ECMA-376 part 1, 18.4): each item's runs joined, phonetic readings left out.

The counts the part states are ignored: a false one has made other readers ask for gigabytes.
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from xlsync.errors import DamagedWorkbook
from xlsync.ooxml.read.worksheet_fast import rich_text
from xlsync.ooxml.xml.encoding import (
    decoded,
    has_tag,
    local_name,
    parsed,
    plain,
    string_value,
    unescaped,
)

_USUAL = re.compile(r"\s*(?:<\?xml[^<>]*\?>)?\s*<sst[\s>]")
_ITEM = re.compile(
    r'<si>(?:<t(?: xml:space="preserve")?+>([^<]*+)</t></si>|((?:[^<]++|<(?!/?si[ />]))*+)</si>)|<si ?/>'
)


_ODD = re.compile("&|_x")


def shared_strings(data: bytes, where: str) -> list[str]:
    """The strings in file order; raises DamagedWorkbook or HostileWorkbook."""
    text = plain(decoded(data, where))
    usual = _USUAL.match(text) is not None and not has_tag(text, "<!") and "<ext" not in text
    if not usual or "xmln" in text[text.find("<si") :]:
        return [string_value(_item_text(item)) for item in parsed(data, where)]
    items = _ITEM.findall(text)
    if len(items) != text.count("<si"):
        raise DamagedWorkbook(
            "ブックの中の文字列が壊れています。Excelで開いて保存し直してください。", where
        )
    if "&" not in text and "_x" not in text:
        return [rich_text(runs) if runs else text for text, runs in items]
    return [
        string_value(rich_text(runs)) if runs else _value(text) if _ODD.search(text) else text
        for text, runs in items
    ]


def _value(text: str) -> str:
    return string_value(unescaped(text))


def _item_text(item: Element) -> str:
    """The text of a string item from its tree."""
    runs = [item, *(run for run in item if local_name(run.tag) == "r")]
    texts = [text for run in runs for text in run if local_name(text.tag) == "t"]
    return "".join(text.text or "" for text in texts)

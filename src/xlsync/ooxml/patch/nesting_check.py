"""Whether rows, cells and what is in them are nested as the schema wants it (ECMA-376 part 1, 18.3.1).

A reader may make something of a cell within a value or a row within a row; a writer must not guess whose is whose.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple
from xml.parsers import expat

from xlsync.ooxml.xml.encoding import MAIN_NAMESPACES
from xlsync.ooxml.xml.splice import Element

_PARENTS = {
    "sheetData": "worksheet",
    "row": "sheetData",
    "c": "row",
    "f": "c",
    "v": "c",
    "is": "c",
}
_TEXT_ONLY = ("f", "v")
_UNPREFIXED = re.compile(r"<[^\s/>:]+(?=[\s/>])")
_MAIN = "|".join(map(re.escape, MAIN_NAMESPACES))
_DECLARED = re.compile(rf"""\sxmlns(?::([^\s=]+))?\s*=\s*["'](?:{_MAIN})["']""")


class SheetText(NamedTuple):
    """A part's text and mask, the prefix of its elements, and what stands between the tags of its `<sheetData>`.

    `row_elements` are those that begin there; `addressed_count` is how many state their address in their first attribute.
    """

    text: str
    masked: str
    prefix: str
    sheet_data: Element
    row_elements: Sequence[Element]
    addressed_count: int


def is_well_nested(sheet: SheetText) -> bool:
    """True when the part, which is well-formed, has its rows and cells where they belong.

    Most parts show it at a glance; the others go through expat.
    """
    if _is_flat(sheet):
        return True
    inside = sheet.masked[sheet.sheet_data.inner : sheet.sheet_data.inner_end]
    if "AlternateContent" in inside or not _names_cells_alike(inside, sheet.prefix):
        return False
    return _nested_well(sheet.text)


def _names_cells_alike(inside: str, prefix: str) -> bool:
    """True unless tags have another prefix for the namespace of cells, which would hide cells from us.

    Some programs declare it again and again, under one name or another.
    """
    declared = {f"{name}:" if name else "" for name in _DECLARED.findall(inside)}
    return not any(has_tags(other, inside) for other in declared - {prefix})


def has_tags(prefix: str, masked: str) -> bool:
    """True when some tag in the text has the prefix, which ends with its colon, or none where it is ""."""
    return f"<{prefix}" in masked if prefix else _UNPREFIXED.search(masked) is not None


def _is_flat(sheet: SheetText) -> bool:
    """True when `<sheetData>` holds nothing but rows of cells, and no row or cell stands elsewhere."""
    masked, data = sheet.masked, sheet.sheet_data
    at = data.inner
    for row in sheet.row_elements:
        if at != row.start and masked[at : row.start].strip():
            return False
        at = row.end
    elsewhere = _of_cells(sheet.prefix)
    return (
        not masked[at : data.inner_end].strip()
        and elsewhere.search(masked, 0, data.start) is None
        and elsewhere.search(masked, data.end) is None
        and _only_cells(masked[data.inner : data.inner_end], sheet)
    )


def _only_cells(inside: str, sheet: SheetText) -> bool:
    """True when each tag is that of a row, of an empty cell, or of a cell that only has a formula and a value.

    Every end of a cell belongs to the last start of one before it, or cells would be nested.
    """
    tag = f"{sheet.prefix}c"
    *filled, _ = pieces = inside.split(f"</{tag}")
    if not {piece[:1] for piece in pieces[1:]} <= {">"} or "xmln" in inside:
        return False
    elements = [piece[piece.rfind(f"<{tag} ") :] for piece in filled]
    together = f"</{tag}>".join([*elements, ""])
    if _flat_cells(sheet.prefix).fullmatch(together) is None:
        return False
    empty_cells = sheet.addressed_count - len(filled)
    of_rows = 2 * len(sheet.row_elements) - sum(row.empty for row in sheet.row_elements)
    return inside.count("<") - together.count("<") == empty_cells + of_rows


@lru_cache(maxsize=16)
def _of_cells(prefix: str) -> re.Pattern[str]:
    return re.compile(rf"<{re.escape(prefix)}(?:c|row|sheetData)[\s/>]")


@lru_cache(maxsize=16)
def _flat_cells(prefix: str) -> re.Pattern[str]:
    """A pattern for cells side by side, none of them empty tags: a formula, a value, a text, each at most once."""
    p = re.escape(prefix)
    texts = "".join(
        rf"(?>(?:<{p}{name}(?>(?:\s[^<>]*+|/)?)>(?:(?<=/>)|[^<]*+</{p}{name}\s*+>)\s*+)?)"
        for name in _TEXT_ONLY
    )
    inline = rf"(?>(?:<{p}is>(?>(?:[^<]++|<(?!/?{p}(?:sheetData|row|is|c|f|v)[\s/>]))*)</{p}is\s*+>\s*+)?)"
    return re.compile(rf"(?>(?:<{p}c [^<>]*+>(?<!/>)\s*+{texts}{inline}</{p}c>)*)")


def _nested_well(text: str) -> bool:
    """The same of any part, whatever else is in it."""
    path: list[str] = []
    wrong: list[str] = []

    def start(tag: str, _attributes: dict[str, str]) -> None:
        namespace, _, local = tag.rpartition(" ")
        name = local if namespace in MAIN_NAMESPACES else tag
        parent = path[-1] if path else ""
        # A row of another namespace looks like one of ours where it stands without a prefix.
        if name != local == "row" and "sheetData" in path:
            wrong.append(name)
        if parent in _TEXT_ONLY or _PARENTS.get(name, parent) != parent:
            wrong.append(name)
        path.append(name)

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _tag: path.pop()
    try:
        parser.Parse(text.removeprefix("\ufeff"), True)  # noqa: FBT003 - expat takes no keywords
    except expat.ExpatError:
        return False
    return not wrong

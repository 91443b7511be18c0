"""A worksheet's text as another workbook can have it: formats, strings and worksheets under their numbers and titles there."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final

from xlsync.errors import UnwritableWorkbook
from xlsync.ooxml.a1 import whole_number
from xlsync.ooxml.formula_titles import with_titles
from xlsync.ooxml.opc.package import Package
from xlsync.ooxml.opc.workbook_part import read_workbook_part
from xlsync.ooxml.patch.style_merge import StyleNumbers
from xlsync.ooxml.patch.worksheet_children import Children, reprefixed
from xlsync.ooxml.xml.encoding import decoded, escaped, has_tag, unescaped
from xlsync.ooxml.xml.prefixes import with_one_prefix
from xlsync.ooxml.xml.splice import (
    Edit,
    attributes,
    children,
    flat_elements,
    mask,
    root_element,
    root_tag,
    spliced,
    tag_pattern,
    unsafe,
    with_attribute,
    without_attribute,
)

WITH_RELATIONSHIPS: Final = (
    *("drawing", "legacyDrawing", "legacyDrawingHF", "drawingHF", "picture", "oleObjects"),
    *("controls", "AlternateContent", "customProperties", "webPublishItems", "tableParts"),
)
"""The children of a worksheet that mean something only by the parts they are related to."""

_FORMULA: Final = re.compile(
    r"<((?:[\w.-]+:)?(?:f|formula[12]?))((?:\s[^<>]*)?)>([^<]*!(?:[^<]*))</\1>"
)
_TARGET: Final = re.compile(
    r'(<(?:[\w.-]+:)?(?:hyperlink|cfvo)\s[^<>]*?\s(?:location|val)=")([^"]*!)'
)
_RELATIONSHIP_ID: Final = re.compile(r"""\s[\w.-]+:id\s*=\s*(?:"[^"]*"|'[^']*')""")


def worksheet_copy(
    source: Package, title: str, styles: StyleNumbers, titles: Mapping[str, str]
) -> str:
    """Return the text of a worksheet of `source` with the formats at `styles` and the worksheets called as `titles` says.

    What it is related to by other parts (pictures, comments) is left out; links out of the workbook lead nowhere. Raises
    UnwritableWorkbook where there is no such worksheet.
    """
    workbook = read_workbook_part(source)
    entry = workbook.worksheet(title)
    if entry is None:
        raise UnwritableWorkbook("シートが見つかりません。シート名を確かめてください。", title)
    strings = workbook.target(source, "sharedStrings")
    shared = b"" if strings is None else source.part(strings)
    return _copied(source.part(entry.part), title, shared, styles, tuple(titles.items()))


@lru_cache(maxsize=8)
def _copied(
    part: bytes,
    title: str,
    shared_strings: bytes,
    styles: StyleNumbers,
    titles: tuple[tuple[str, str], ...],
) -> str:
    """Return the copy's text. The worksheets of a form are copied into one workbook after the other, hence the cache."""
    text = with_one_prefix(decoded(part, title))
    if has_tag(text, "<!"):
        raise unsafe(title)
    text = _without_relationships(text)
    prefix = root_tag(mask(text), title).prefix
    text = _with_inline_strings(text, prefix, shared_strings)
    return renamed(renumbered(text, prefix, styles), dict(titles))


def renumbered(text: str, prefix: str, styles: StyleNumbers) -> str:
    """Return a worksheet part's text, or some elements of it, with the formats under their numbers in another workbook."""
    cells = styles.cell_formats
    # A cell that names no format has the first one, which may be another one there.
    implied = cells[0] if cells and cells[0] else None
    text = _renumbered(text, f"{prefix}c", "s", cells, implied)
    text = _renumbered(text, f"{prefix}row", "s", cells, None)
    text = _renumbered(text, f"{prefix}col", "style", cells, None)
    return _renumbered(text, f"{prefix}cfRule", "dxfId", styles.differential_formats, None)


def _renumbered(
    text: str, name: str, attribute: str, numbers: Sequence[int], implied: int | None
) -> str:
    """Return the text with one attribute of the elements of a name renumbered; `implied` is for those without it."""
    stated = re.compile(rf"""(\s{attribute}\s*=\s*["'])([0-9]+)(?=["'])""")

    def number(match: re.Match[str]) -> str:
        index = whole_number(match[2])
        is_known = index is not None and index < len(numbers)
        return match[1] + (str(numbers[index]) if index is not None and is_known else "0")

    def tag(match: re.Match[str]) -> str:
        changed, count = stated.subn(number, match[0], count=1)
        if count or implied is None:
            return changed
        return with_attribute(match[0], attribute, str(implied))

    return tag_pattern(name).sub(tag, text)


def renamed(text: str, titles: Mapping[str, str]) -> str:
    """Return a worksheet part's text, or some elements of it, with worksheets under their new titles in formulas and links."""
    if all(old == new for old, new in titles.items()):
        return text

    def formula(match: re.Match[str]) -> str:
        return f"<{match[1]}{match[2]}>{_with_titles(match[3], titles)}</{match[1]}>"

    text = _FORMULA.sub(formula, text)
    return _TARGET.sub(lambda match: match[1] + _with_titles(match[2], titles), text)


def _with_titles(escaped_formula: str, titles: Mapping[str, str]) -> str:
    formula = unescaped(escaped_formula)
    changed = with_titles(formula, titles)
    return escaped_formula if changed == formula else escaped(changed)


def _without_relationships(text: str) -> str:
    """Return a worksheet part's text without what means nothing once the part has no relationships."""
    parts = Children.of(text)
    edits: list[Edit] = [
        (element.start, element.end, "") for element in parts.named(*WITH_RELATIONSHIPS)
    ]
    for setup in parts.named("pageSetup"):
        tag = _RELATIONSHIP_ID.sub("", text[setup.start : setup.inner])
        edits.append((setup.start, setup.inner, tag))
    for link, written in parts.within("hyperlinks"):
        edits.append((link.start, link.end, _RELATIONSHIP_ID.sub("", written)))
    return spliced(text, edits)


def _with_inline_strings(text: str, prefix: str, shared_strings: bytes) -> str:
    """Return a worksheet part's text with each shared string in the cells that have it."""
    if not shared_strings or not re.search(r"""\st\s*=\s*["']s["']""", text):
        return text
    strings = _strings(with_one_prefix(decoded(shared_strings)), prefix)
    edits: list[Edit] = []
    for cell in flat_elements(text, f"{prefix}c", 0, len(text)):
        if attributes(cell.attributes).get("t") != "s":
            continue
        value = next(flat_elements(text, f"{prefix}v", cell.inner, cell.inner_end), None)
        index = None if value is None else whole_number(text[value.inner : value.inner_end].strip())
        tag = without_attribute(text[cell.start : cell.inner], "t")
        if value is not None and index is not None and index < len(strings):
            tag = with_attribute(tag, "t", "inlineStr")
            inline = f"<{prefix}is>{strings[index]}</{prefix}is>"
            edits += [(cell.start, cell.inner, tag), (value.start, value.end, inline)]
        else:
            edits.append((cell.start, cell.end, f"{tag.removesuffix('/>').removesuffix('>')}/>"))
    return spliced(text, edits)


def _strings(text: str, prefix: str) -> list[str]:
    """Return the contents of each shared string as a part with that prefix writes them."""
    masked = mask(text)
    root = root_element(masked, "")
    items = children(masked, root.inner, root.inner_end)
    return [reprefixed(text[item.inner : item.inner_end], root.prefix, prefix) for item in items]

"""The calculation chain without cells that lost their formula (ECMA-376 part 1, 18.6).

An entry for a cell without a formula makes Excel call the book damaged.
"""

from __future__ import annotations

from collections.abc import Collection

from xlsync.ooxml.xml.splice import (
    Edit,
    attributes,
    flat_elements,
    mask,
    root_element,
    spliced,
    with_attribute,
)


def without_cells(text: str, sheet_id: str, lost: Collection[str]) -> str | None:
    """The part's text without the lost cells of one worksheet; None when no cell is left in it.

    An entry without `i` belongs to the worksheet of the entry before it, so that an entry that stays
    takes over the `i` of one that goes.
    """
    masked = mask(text)
    root = root_element(masked, "calcChain")
    edits: list[Edit] = []
    current = stated = ""
    kept = 0
    for entry in flat_elements(masked, f"{root.prefix}c", root.inner, root.inner_end):
        named = attributes(entry.attributes)
        current = named.get("i", current)
        if current == sheet_id and named.get("r") in lost:
            edits.append((entry.start, entry.end, ""))
            continue
        kept += 1
        if "i" not in named and current != stated:
            tag = with_attribute(text[entry.start : entry.inner], "i", current)
            edits.append((entry.start, entry.inner, tag))
        stated = current
    return spliced(text, edits) if kept else None

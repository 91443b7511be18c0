"""Where rows and cells stand in the text of a worksheet part (ECMA-376 part 1, 18.3.1).

Positions are those of the untouched text. A part whose shape leaves a doubt about what a position means is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from xlsync.errors import DamagedWorkbook
from xlsync.workbook.part_text import MAIN_NAMESPACES
from xlsync.workbook.references import split_range, split_reference
from xlsync.workbook.workbook_part import TRUE
from xlsync.workbook.xml_splice import (
    Element,
    attributes,
    flat_elements,
    mask,
    root_tag,
    unsafe,
)

Block = tuple[int, int, int, int]

_NAMESPACE = re.compile(r"""\sxmlns(?::[^\s=]+)?\s*=\s*["']([^"']*)["']""")


@dataclass(frozen=True, slots=True)
class SheetGrid:
    """A worksheet part's text with its mask, the prefix of its elements, and its `<sheetData>`."""

    title: str
    text: str
    masked: str
    prefix: str
    data: Element

    @classmethod
    def of(cls, title: str, text: str) -> SheetGrid:
        """The grid of the part; UnwritableWorkbook when its shape leaves doubts."""
        masked = mask(text)
        root = root_tag(masked, title)
        found = list(flat_elements(masked, f"{root.prefix}sheetData", root.inner, len(masked)))
        if root.name != f"{root.prefix}worksheet" or len(found) != 1:
            raise unsafe(title)
        data = found[0]
        # A second prefix for the same namespace, or alternatives, would hide cells from us.
        spoken = [name for name in _NAMESPACE.findall(root.attributes) if name in MAIN_NAMESPACES]
        doubtful = ("AlternateContent", *(f'"{name}"' for name in MAIN_NAMESPACES))
        hidden = any(masked.find(word, data.inner, data.inner_end) >= 0 for word in doubtful)
        if len(spoken) != 1 or hidden:
            raise unsafe(title)
        return cls(title, text, masked, root.prefix, data)

    def rows(self) -> Iterator[tuple[int, Element]]:
        """(row number, element) in file order."""
        number = 0
        for element in self._within("row", self.data):
            written = attributes(element.attributes).get("r", str(number + 1))
            if not (written.isascii() and written.isdecimal()):
                raise unsafe(self.title)
            number = int(written)
            yield number, element

    def cells(self, row: int, element: Element) -> Iterator[tuple[int, Element]]:
        """(column number, element) of a row, in file order."""
        column = 0
        for cell in self._within("c", element):
            written = attributes(cell.attributes).get("r")
            if written is None:
                column += 1
            else:
                found, column = split_reference(written)
                if found != row:
                    raise unsafe(self.title)
            yield column, cell

    def formula(self, cell: Element) -> Element | None:
        """The cell's `<f>`."""
        return next(self._within("f", cell), None)

    def extension(self, cell: Element) -> str:
        """The cell's `<extLst>` as written, or ""."""
        found = next(self._within("extLst", cell), None)
        return "" if found is None else self.text[found.start : found.end]

    def merges(self) -> Iterator[Block]:
        """The merged areas; one whose range cannot be understood is left out."""
        for element in flat_elements(
            self.masked, f"{self.prefix}mergeCell", self.data.end, len(self.masked)
        ):
            block = _block(attributes(element.attributes).get("ref", ""))
            if block is not None:
                yield block

    def array_blocks(self) -> Iterator[Block]:
        """The areas of more than one cell that one array formula or data table fills."""
        inside = (self.data.inner, self.data.inner_end)
        if all(self.masked.find(word, *inside) < 0 for word in ("array", "dataTable")):
            return
        for element in self._within("f", self.data):
            named = attributes(element.attributes)
            block = _block(named.get("ref", ""))
            if named.get("t") in ("array", "dataTable") and block and block[:2] != block[2:]:
                yield block

    def dimension(self) -> Element | None:
        """The `<dimension>`."""
        return next(flat_elements(self.masked, f"{self.prefix}dimension", 0, self.data.start), None)

    def column_style(self, column: int) -> str:
        """The style index that `<cols>` gives new cells of the column, "" for none."""
        for element in flat_elements(self.masked, f"{self.prefix}col", 0, self.data.start):
            named = attributes(element.attributes)
            first, last = named.get("min", ""), named.get("max", "")
            if first.isdecimal() and last.isdecimal() and int(first) <= column <= int(last):
                return named.get("style", "")
        return ""

    def _within(self, name: str, parent: Element) -> Iterator[Element]:
        return flat_elements(self.masked, self.prefix + name, parent.inner, parent.inner_end)


def row_style(row: Element) -> str:
    """The style index that the row gives its new cells, "" for none."""
    named = attributes(row.attributes)
    return named.get("s", "") if named.get("customFormat") in TRUE else ""


def _block(text: str) -> Block | None:
    try:
        return split_range(text)
    except DamagedWorkbook:
        return None

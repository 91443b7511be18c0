"""Where rows and cells stand in the text of a worksheet part (ECMA-376 part 1, 18.3.1).

Positions are those of the untouched text. A part whose shape leaves a doubt about what a position means is refused.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from xlsync.errors import DamagedWorkbook
from xlsync.ooxml.a1 import (
    Area,
    column_letters,
    column_number,
    split_range,
    split_reference,
    whole_number,
)
from xlsync.ooxml.opc.workbook_part import TRUE
from xlsync.ooxml.patch.nesting_check import SheetText, has_tags, is_well_nested
from xlsync.ooxml.xml.encoding import MAIN_NAMESPACES, unescaped
from xlsync.ooxml.xml.splice import (
    Element,
    attributes,
    flat_elements,
    mask,
    root_tag,
    unsafe,
)

_NAMESPACE = re.compile(r"""\sxmlns(?::([^\s=]+))?\s*=\s*["']([^"']*)["']""")
_ROW_NUMBER = re.compile(' r="([1-9][0-9]{0,6})"')
_STATED = re.compile(r"""\sr\s*=\s*["']([^"'<>]*)["']""")


@dataclass(frozen=True)
class SheetGrid:
    """A worksheet part's text with its mask, the prefix of its elements, and its `<sheetData>`."""

    title: str
    text: str
    masked: str
    prefix: str
    sheet_data: Element

    @classmethod
    def of(cls, title: str, text: str, *, sound: bool = False) -> SheetGrid:
        """The grid of the part; UnwritableWorkbook when its shape leaves doubts, which a `sound` one is known not to do."""
        masked = mask(text)
        root = root_tag(masked, title)
        data_elements = list(
            flat_elements(masked, f"{root.prefix}sheetData", root.inner, len(masked))
        )
        if root.name != f"{root.prefix}worksheet" or len(data_elements) != 1:
            raise unsafe(title)
        data = data_elements[0]
        grid = cls(title, text, masked, root.prefix, data)
        if not _names_cells_once(root, masked) or not (sound or grid._is_sound()):
            raise unsafe(title)
        return grid

    def _is_sound(self) -> bool:
        rows, cells = self.row_elements, len(self.stated_first)
        return is_well_nested(
            SheetText(self.text, self.masked, self.prefix, self.sheet_data, rows, cells)
        )

    @cached_property
    def row_elements(self) -> tuple[Element, ...]:
        """The rows in file order."""
        return tuple(self._within("row", self.sheet_data))

    @cached_property
    def stated_first(self) -> list[str]:
        """What the cells call themselves that do so in their first attribute, as nearly all do."""
        return _stated_first(self.prefix).findall(self.masked, *self._inside)

    def rows(self) -> Iterator[tuple[int, Element]]:
        """(row number, element) in file order."""
        number = 0
        for element in self.row_elements:
            stated_first = _ROW_NUMBER.match(element.attributes)
            if stated_first is not None:
                number = int(stated_first[1])
                yield number, element
                continue
            written = attributes(element.attributes).get("r", str(number + 1))
            stated = whole_number(written.strip())
            if stated is None:
                raise unsafe(self.title)
            number = stated
            yield number, element

    def cell_starts(self, row: int, element: Element, columns: Iterable[int]) -> dict[int, int]:
        """Return column → where its cell's element starts, for the cells that state their address first."""
        starts = {}
        for column in columns:
            tag = f'<{self.prefix}c r="{column_letters(column)}{row}"'
            at = self.masked.find(tag, element.inner, element.inner_end)
            if at >= 0:
                starts[column] = at
        return starts

    def cells(self, row: int, element: Element) -> list[tuple[int, int]]:
        """(column number, where its element starts) of each cell of a row, in file order."""
        fast = self._fast_cells(row, element)
        if fast is not None:
            return fast
        return [(column, cell.start) for column, cell in self._any_cells(row, element)]

    def cell_at(self, start: int) -> Element:
        """The cell whose element starts there."""
        inside = (start, self.sheet_data.inner_end)
        return next(flat_elements(self.masked, f"{self.prefix}c", *inside))

    def _fast_cells(self, row: int, element: Element) -> list[tuple[int, int]] | None:
        """The same where each cell states its address first, and none can hold another; else None."""
        inside = (element.inner, element.inner_end)
        matches = list(_addressed(self.prefix).finditer(self.masked, *inside))
        if len(matches) != self.masked.count(f"<{self.prefix}c", *inside):
            return None
        if self.masked.find("extLst", *inside) >= 0:
            return None
        number = str(row)
        if any(match[2] != number for match in matches):
            return None
        return [(column_number(match[1]), match.start()) for match in matches]

    def _any_cells(self, row: int, element: Element) -> Iterator[tuple[int, Element]]:
        column = 0
        for cell in self._within("c", element):
            written = attributes(cell.attributes).get("r")
            if written is None:
                column += 1
            else:
                stated_row, column = split_reference(written)
                if stated_row != row:
                    raise unsafe(self.title)
            yield column, cell

    def refuse_repeated_addresses(self, wanted: Collection[str], count: int) -> None:
        """Raise when two cells have one address, or other cells than the `count` ones met have one of those wanted."""
        tags = self.masked.count(f"<{self.prefix}c", *self._inside)
        stated = self._stated_addresses(tags)
        addresses = set(stated)
        if len(addresses) < len(stated) or len(addresses.intersection(wanted)) != count:
            raise unsafe(self.title)
        # The address of a cell that states none follows from those before it, so that all must be in order.
        if tags > len(stated):
            each = [
                (number, at) for number, row in self.rows() for at, _ in self.cells(number, row)
            ]
            if len(each) != tags or len(set(each)) < tags:
                raise unsafe(self.title)

    def _stated_addresses(self, tags: int) -> list[str]:
        """Return the addresses that the cells, `tags` in number, state, as Excel writes them."""
        stated = self.stated_first
        if len(stated) != tags:
            everything = _STATED.findall(self.masked, *self._inside)
            stated = [at for at in everything if not at.strip().isdigit()]  # rows state numbers
        together = "".join(stated)
        if together.isascii() and together.isalnum() and together == together.upper():
            return stated
        return [unescaped(at).replace("$", "").strip().upper() for at in stated]

    @property
    def _inside(self) -> tuple[int, int]:
        return self.sheet_data.inner, self.sheet_data.inner_end

    def formula(self, cell: Element) -> Element | None:
        """The cell's `<f>`."""
        if self.masked.find(f"<{self.prefix}f", cell.inner, cell.inner_end) < 0:
            return None
        return next(self._within("f", cell), None)

    def extension(self, cell: Element) -> str:
        """The cell's `<extLst>` as written, or ""."""
        if self.masked.find("extLst", cell.inner, cell.inner_end) < 0:
            return ""
        element = next(self._within("extLst", cell), None)
        return "" if element is None else self.text[element.start : element.end]

    def merges(self) -> Iterator[Area]:
        """The merged areas; one whose range cannot be understood is left out."""
        tag = f"{self.prefix}mergeCell"
        stated = _merged(self.prefix).findall(self.masked, self.sheet_data.end)
        if len(stated) != self.masked.count(f"<{tag}", self.sheet_data.end) - self.masked.count(
            f"<{tag}s", self.sheet_data.end
        ):
            elements = flat_elements(self.masked, tag, self.sheet_data.end, len(self.masked))
            stated = [attributes(element.attributes).get("ref", "") for element in elements]
        yield from (area for ref in stated if (area := _area(ref)) is not None)

    def array_areas(self) -> Iterator[Area]:
        """The areas of more than one cell that one array formula or data table fills."""
        if all(self.masked.find(word, *self._inside) < 0 for word in ("array", "dataTable")):
            return
        for element in self._within("f", self.sheet_data):
            named = attributes(element.attributes)
            area = _area(named.get("ref", ""))
            if named.get("t") in ("array", "dataTable") and area and area[:2] != area[2:]:
                yield area

    def dimension(self) -> Element | None:
        """The `<dimension>`."""
        return next(
            flat_elements(self.masked, f"{self.prefix}dimension", 0, self.sheet_data.start), None
        )

    def column_style(self, column: int) -> str:
        """The style index that `<cols>` gives new cells of the column, "" for none."""
        for element in flat_elements(self.masked, f"{self.prefix}col", 0, self.sheet_data.start):
            named = attributes(element.attributes)
            first, last = (whole_number(named.get(bound, "")) for bound in ("min", "max"))
            if first is not None and last is not None and first <= column <= last:
                return named.get("style", "")
        return ""

    def _within(self, name: str, parent: Element) -> Iterator[Element]:
        return flat_elements(self.masked, self.prefix + name, parent.inner, parent.inner_end)


def _names_cells_once(root: Element, masked: str) -> bool:
    """True when the root's prefix is that of cells, and no element has another prefix that is."""
    names = _NAMESPACE.findall(root.attributes)
    main = {f"{prefix}:" if prefix else "" for prefix, name in names if name in MAIN_NAMESPACES}
    others = main - {root.prefix}
    return root.prefix in main and not any(has_tags(other, masked) for other in others)


@lru_cache(maxsize=16)
def _addressed(prefix: str) -> re.Pattern[str]:
    """The beginning of a cell's tag that states its address first, as nearly every program does."""
    letters = "[A-Z]{1,2}|[A-W][A-Z]{2}|X(?:[A-E][A-Z]|F[A-D])"
    return re.compile(rf'<{re.escape(prefix)}c r="({letters})([1-9][0-9]{{0,5}})"')


@lru_cache(maxsize=16)
def _stated_first(prefix: str) -> re.Pattern[str]:
    """What cells call themselves, where that is their first attribute."""
    return re.compile(rf'<{re.escape(prefix)}c r="([^"<>]*+)"')


@lru_cache(maxsize=16)
def _merged(prefix: str) -> re.Pattern[str]:
    return re.compile(rf'<{re.escape(prefix)}mergeCell ref="([^"<>]*)" ?/>')


def row_style(row: Element) -> str:
    """The style index that the row gives its new cells, "" for none."""
    named = attributes(row.attributes)
    return named.get("s", "") if named.get("customFormat") in TRUE else ""


@lru_cache(maxsize=4096)
def _area(text: str) -> Area | None:
    try:
        return split_range(text)
    except DamagedWorkbook:
        return None

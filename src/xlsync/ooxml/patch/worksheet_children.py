"""The children of a worksheet part's root, and where one more has its place (ECMA-376 part 1, 18.3.1.99)."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from xlsync.ooxml.xml.splice import Edit, Element, children, inserted, mask, root_element, root_tag

ORDER: Final = (
    *("sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr"),
    *("sheetProtection", "protectedRanges", "scenarios", "autoFilter", "sortState"),
    *("dataConsolidate", "customSheetViews", "mergeCells", "phoneticPr", "conditionalFormatting"),
    *("dataValidations", "hyperlinks", "printOptions", "pageMargins", "pageSetup", "headerFooter"),
    *("rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors", "smartTags"),
    *("drawing", "legacyDrawing", "legacyDrawingHF", "drawingHF", "picture", "oleObjects"),
    *("controls", "AlternateContent", "webPublishItems", "tableParts", "extLst"),
)
"""The order of the schema; AlternateContent stands in it where Excel writes the controls that older programs skip."""


class Children(NamedTuple):
    """A worksheet part's text, its root element and the elements side by side in it; the cells are blanked in the mask."""

    text: str
    masked: str
    root_element: Element
    elements: tuple[Element, ...]

    @classmethod
    def of(cls, text: str) -> Children:
        """The children of the part with that text."""
        masked = _without_cells(mask(text))
        root = root_element(masked, "")
        return cls(text, masked, root, tuple(children(masked, root.inner, root.inner_end)))

    def named(self, *names: str) -> list[Element]:
        """The children of these local names."""
        return [element for element in self.elements if local(element) in names]

    def within(self, name: str) -> list[tuple[Element, str]]:
        """The elements inside the children of that local name, with their text."""
        inside = [
            element
            for group in self.named(name)
            for element in children(self.masked, group.inner, group.inner_end)
        ]
        return [(element, self.text[element.start : element.end]) for element in inside]

    def insertion(self, name: str, content: str) -> Edit:
        """The edit that puts `content`, elements of that local name, behind all that must stand before them."""
        before = ORDER[: ORDER.index(name) + 1]
        ends = [element.end for element in self.named(*before)]
        return inserted(
            self.text, self.root_element, max(ends, default=self.root_element.inner), content
        )


def _without_cells(masked: str) -> str:
    """Return the mask with the rows blanked as well, among which no child of the root stands."""
    name = f"{root_tag(masked, '').prefix}sheetData"
    start, end = masked.find(f"<{name}>"), masked.rfind(f"</{name}")
    if not 0 <= start < end:
        return masked
    start += len(f"<{name}>")
    return masked[:start] + " " * (end - start) + masked[end:]


def local(element: Element) -> str:
    """The element's name without its prefix."""
    return element.name.removeprefix(element.prefix)


def reprefixed(text: str, old: str, new: str) -> str:
    """Return elements with another prefix in front of the names that have the old one."""
    if old == new:
        return text
    return re.sub(rf"<(/?){re.escape(old)}(?=[\w.-]+[\s/>])", rf"<\g<1>{new}", text)

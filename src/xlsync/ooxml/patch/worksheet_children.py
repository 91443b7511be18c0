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
        masked = mask(text)
        rows = _rows(masked)
        if rows is None:
            root = root_element(masked, "")
            return cls(text, masked, root, tuple(children(masked, root.inner, root.inner_end)))
        # Among a million characters of rows no child of the root stands: they are not searched.
        start, end = rows
        around = masked[:start] + masked[end:]
        root = root_element(around, "")
        inside = children(around, root.inner, root.inner_end)
        blank = masked[:start] + " " * (end - start) + masked[end:]
        elements = tuple(_moved(element, start, end - start) for element in inside)
        return cls(text, blank, _moved(root, start, end - start), elements)

    @property
    def text_without_rows(self) -> str:
        """The part's text without what stands in `<sheetData>`."""
        for data in self.named("sheetData"):
            return self.text[: data.inner] + self.text[data.inner_end :]
        return self.text

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


def _rows(masked: str) -> tuple[int, int] | None:
    """Return where the rows begin and end; None where there are none, or none that can be told at once."""
    name = f"{root_tag(masked, '').prefix}sheetData"
    start, end = masked.find(f"<{name}>"), masked.rfind(f"</{name}")
    start += len(f"<{name}>")
    return (start, end) if len(name) < start < end else None


def _moved(element: Element, at: int, count: int) -> Element:
    """Return where an element stands once as many characters were put in at a position, which is the end of a start tag."""
    name, attributes, start, inner, inner_end, end = element
    return Element(
        name,
        attributes,
        start + count if start > at else start,
        inner + count if inner > at else inner,
        inner_end + count if inner_end >= at else inner_end,
        end + count if end >= at else end,
    )


def local(element: Element) -> str:
    """The element's name without its prefix."""
    return element.name.removeprefix(element.prefix)


def reprefixed(text: str, old: str, new: str) -> str:
    """Return elements with another prefix in front of the names that have the old one."""
    if old == new:
        return text
    return re.sub(rf"<(/?){re.escape(old)}(?=[\w.-]+[\s/>])", rf"<\g<1>{new}", text)

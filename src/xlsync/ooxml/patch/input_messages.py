"""The messages that Excel shows beside a selected cell (the prompts of data validation), put on single cells of a page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from xlsync.errors import DamagedWorkbook
from xlsync.ooxml.a1 import is_within, range_text, split_range, split_reference
from xlsync.ooxml.patch.worksheet_children import Children
from xlsync.ooxml.patch.worksheet_replacement import worksheet_entry
from xlsync.ooxml.xml.encoding import escaped, unescaped
from xlsync.ooxml.xml.splice import (
    Edit,
    Element,
    attributes,
    opened,
    spliced,
    with_attribute,
)

if TYPE_CHECKING:
    from xlsync.ooxml.a1 import Area, Position
    from xlsync.ooxml.patch.package_editor import PackageEdit

TITLE_LENGTH: Final = 32
TEXT_LENGTH: Final = 255
"""Characters that Excel has room for; it takes a file with more for damaged."""


@dataclass(frozen=True, slots=True)
class InputMessage:
    """A message beside a selected cell: its title and its text, cut to what Excel has room for."""

    message_title: str
    text: str

    @property
    def attributes(self) -> dict[str, str]:
        """The attributes of the validation that shows it."""
        return {
            "showInputMessage": "1",
            "promptTitle": _cut(self.message_title, TITLE_LENGTH),
            "prompt": _cut(self.text, TEXT_LENGTH),
        }


def put_input_messages(
    edit: PackageEdit,
    worksheet: str,
    messages: Mapping[str, InputMessage],
    replaced: Mapping[str, InputMessage],
    title: str,
) -> None:
    """Let cells of a worksheet show messages; what else their data validation says stays, as do all other cells'.

    Args:
        edit: The package that is being edited.
        worksheet: The title of the worksheet.
        messages: The messages by address.
        replaced: The messages of other cells, put only where one of `title` stands now.
        title: The title of messages that are no longer wanted.

    Raises:
        UnwritableWorkbook: There is no such worksheet.

    """
    entry = worksheet_entry(edit, worksheet)
    text = edit.text(entry.part)
    if not messages and escaped(title) not in text:
        return
    page = Children.of(text)
    validations = _Validations(page)
    for address, message in messages.items():
        validations.put(split_reference(address), message)
    for address, message in replaced.items():
        validations.put(split_reference(address), message, title)
    edit.put(entry.part, spliced(text, validations.edits()))


class _Validations:
    """The data validation of a page, and which cells are to have another message."""

    def __init__(self, page: Children) -> None:
        self._page = page
        elements = [element for element, _ in page.within("dataValidations")]
        self._areas = {element: _areas(element) for element in elements}
        self._wanted: dict[Element | None, dict[Position, InputMessage]] = {}

    def put(self, cell: Position, message: InputMessage, only: str = "") -> None:
        """Let a cell show a message, where `only` is the title of the one it shows now if that is given."""
        there = next((e for e, areas in self._areas.items() if _covers(areas, cell)), None)
        shown = {} if there is None else attributes(there.attributes)
        is_meant = not only or unescaped(shown.get("promptTitle", "")) == only
        wanted = message.attributes
        if is_meant and any(unescaped(shown.get(name, "")) != wanted[name] for name in wanted):
            self._wanted.setdefault(there, {})[cell] = message

    def edits(self) -> Iterator[Edit]:
        """Yield what changes in the part's text."""
        if not self._wanted:
            return
        added = "".join(self._new(cell, message) for cell, message in self._new_messages.items())
        groups = self._page.named("dataValidations")
        replacements = {e: self._replacement(e) for e in self._wanted if e is not None}
        written = sum(len(parts) for parts in replacements.values()) + len(self._new_messages)
        count = str(len(self._areas) - len(replacements) + written)
        yield from ((e.start, e.end, "".join(parts)) for e, parts in replacements.items())
        if not groups:
            name = f"{self._page.root_element.prefix}dataValidations"
            group = f'<{name} count="{count}">{added}</{name}>'
            yield self._page.insertion("dataValidations", group)
            return
        tag = self._page.text[groups[0].start : groups[0].inner]
        yield groups[0].start, groups[0].inner, with_attribute(opened(tag), "count", count)
        end = f"</{groups[0].name}>" if groups[0].empty else ""
        yield groups[0].inner_end, groups[0].inner_end, added + end

    @property
    def _new_messages(self) -> Mapping[Position, InputMessage]:
        """The messages of cells without data validation."""
        return self._wanted.get(None, {})

    def _new(self, cell: Position, message: InputMessage) -> str:
        return _spoken(f"<{self._page.root_element.prefix}dataValidation/>", cell, message)

    def _replacement(self, element: Element) -> list[str]:
        """Return what stands for a validation: itself for the cells that are left to it, and one for each other cell."""
        tag = self._page.text[element.start : element.inner]
        rest = self._page.text[element.inner : element.end]
        areas = self._areas[element]
        for cell in self._wanted[element]:
            areas = [part for area in areas for part in _without_cell(area, cell)]
        own = with_attribute(tag, "sqref", " ".join(range_text(*area) for area in areas))
        messages = self._wanted[element].items()
        spoken = [_spoken(tag, cell, message) + rest for cell, message in messages]
        return [own + rest, *spoken] if areas else spoken


def _spoken(tag: str, cell: Position, message: InputMessage) -> str:
    """Return the start tag of a validation for one cell with another message."""
    for name, written in {"sqref": range_text(*cell, *cell), **message.attributes}.items():
        tag = with_attribute(tag, name, written)
    return tag


def _areas(element: Element) -> list[Area]:
    """Return the areas of a validation; none where it names whole rows or columns, which stays as it is."""
    listed = attributes(element.attributes).get("sqref", "").split()
    try:
        return [split_range(area) for area in listed]
    except DamagedWorkbook:
        return []


def _covers(areas: Sequence[Area], cell: Position) -> bool:
    return any(is_within(cell, area) for area in areas)


def _without_cell(area: Area, cell: Position) -> Iterator[Area]:
    """Yield the parts of an area that are left without a cell."""
    if is_within(cell, area):
        yield from _around(area, cell)
    else:
        yield area


def _around(area: Area, cell: Position) -> Iterator[Area]:
    """Yield what is left of an area above, below, left and right of a cell in it."""
    top, left, bottom, right = area
    row, column = cell
    if row > top:
        yield top, left, row - 1, right
    if row < bottom:
        yield row + 1, left, bottom, right
    if column > left:
        yield row, left, row, column - 1
    if column < right:
        yield row, column + 1, row, right


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"


__all__ = ["InputMessage", "put_input_messages"]

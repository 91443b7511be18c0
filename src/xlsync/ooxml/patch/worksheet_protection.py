"""Protect the worksheets of a workbook without a password: nothing in them can be changed, everything can be copied.

What is changed for that has a space before its "=", which no program writes: so it can be taken back, and only that.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from xlsync.ooxml.patch.package_editor import PackageEdit
from xlsync.ooxml.patch.worksheet_children import Children
from xlsync.ooxml.xml.splice import attributes, spliced, with_attribute

if TYPE_CHECKING:
    from collections.abc import Callable

_ELEMENT: Final = "sheetProtection"
_STATES: Final = 'sheet ="1" objects="1" scenarios="1"'
_SWITCHED_ON: Final = {"0": "1", "false": "true"}
_SWITCHED_OFF: Final = {on: off for off, on in _SWITCHED_ON.items()}
_FORMAT: Final = re.compile(r"<(?:\w+:)?protection\b[^<>]*>")
"""Whether cells of a format are locked, in a styles part; cells whose format does not say so are."""


def protect_worksheets(data: bytes) -> bytes:
    """Return a workbook in which no cell of any worksheet can be changed, also those that were open to staff.

    Cells can still be selected and copied, columns and rows are still as wide. Without a password anybody can take the
    protection off: it keeps people from typing into the wrong file. A workbook that is protected so already stays as it is.
    """
    edit = PackageEdit(data)
    for entry in edit.workbook.worksheets:
        edit.put(entry.part, _protected(edit.text(entry.part)))
    _change_formats(edit, _switched_on)
    return edit.finished()


def unprotect_worksheets(data: bytes) -> bytes:
    """Return a workbook with what `protect_worksheets` changed as it was before; where nothing is left of that, as it is."""
    edit = PackageEdit(data)
    for entry in edit.workbook.worksheets:
        edit.put(entry.part, _unprotected(edit.text(entry.part)))
    _change_formats(edit, _switched_off)
    return edit.finished()


def _protected(text: str) -> str:
    page = Children.of(text)
    for element in page.named(_ELEMENT):
        state = attributes(element.attributes).get("sheet")
        if state in _SWITCHED_OFF:
            return text
        tag = text[element.start : element.inner]
        stated = with_attribute(tag, "sheet", "0") if state is None else tag
        return spliced(text, [(element.start, element.inner, _switched_on(stated, "sheet"))])
    inserted = f"<{page.root_element.prefix}{_ELEMENT} {_STATES}/>"
    return spliced(text, [page.insertion(_ELEMENT, inserted)])


def _unprotected(text: str) -> str:
    edits = []
    for element in Children.of(text).named(_ELEMENT):
        if element.attributes.strip() == _STATES:
            edits.append((element.start, element.end, ""))
        else:
            tag = _switched_off(text[element.start : element.inner], "sheet")
            edits.append((element.start, element.inner, tag))
    return spliced(text, edits)


def _switched_on(tag: str, name: str) -> str:
    """Return a tag with an attribute that says no saying yes, so that one sees that it was changed."""
    pattern = rf"""(\s{name})\s*=\s*(["'])(0|false)\2"""
    return re.sub(pattern, lambda at: f"{at[1]} ={at[2]}{_SWITCHED_ON[at[3]]}{at[2]}", tag)


def _switched_off(tag: str, name: str) -> str:
    """Return a tag with an attribute that was switched on as it was before."""
    pattern = rf"""(\s{name}) =(["'])(1|true)\2"""
    return re.sub(pattern, lambda at: f"{at[1]}={at[2]}{_SWITCHED_OFF[at[3]]}{at[2]}", tag)


def _change_formats(edit: PackageEdit, change: Callable[[str, str], str]) -> None:
    """Change whether the cells of each format are locked."""
    part = edit.workbook.target(edit, "styles")
    if part is not None:
        edit.put(part, _FORMAT.sub(lambda tag: change(tag[0], "locked"), edit.text(part)))


__all__ = ["protect_worksheets", "unprotect_worksheets"]

"""Protect the worksheets of a workbook without a password: nothing in them can be changed, everything can be copied.

What is changed for that is written as "true", which programs write as "1": so it can be taken back, and only that.
"""

from __future__ import annotations

import re
from typing import Final

from xlsync.ooxml.patch.package_editor import PackageEdit
from xlsync.ooxml.patch.worksheet_children import Children
from xlsync.ooxml.xml.splice import Edit, Element, attributes, spliced, with_attribute

_ELEMENT: Final = "sheetProtection"
_STATES: Final = 'sheet="true" objects="1" scenarios="1"'
_TRUE: Final = "true"
_LOCKED: Final = re.compile(
    r"""(?P<before><(?:\w+:)?protection\b[^<>]*?\slocked\s*=\s*)(?P<quote>["'])(?P<value>\w+)(?P=quote)"""
)
"""Whether cells of a format are locked, in a styles part; cells whose format does not say so are."""


def protect_worksheets(data: bytes) -> bytes:
    """Return a workbook in which no cell of any worksheet can be changed, also those that were open to staff.

    Cells can still be selected and copied, columns and rows are still as wide. Without a password anybody can take the
    protection off: it keeps people from typing into the wrong file. A workbook that is protected so already stays as it is.
    """
    edit = PackageEdit(data)
    for entry in edit.workbook.worksheets:
        edit.put(entry.part, _protected(edit.text(entry.part)))
    _set_locked(edit, frozenset({"0", "false"}), _TRUE)
    return edit.finished()


def unprotect_worksheets(data: bytes) -> bytes:
    """Return a workbook with what `protect_worksheets` changed as it was before; where nothing is left of that, as it is."""
    edit = PackageEdit(data)
    for entry in edit.workbook.worksheets:
        edit.put(entry.part, _unprotected(edit.text(entry.part)))
    _set_locked(edit, frozenset({_TRUE}), "0")
    return edit.finished()


def _protected(text: str) -> str:
    page = Children.of(text)
    for element in page.named(_ELEMENT):
        if attributes(element.attributes).get("sheet") in {"1", _TRUE}:
            return text
        return spliced(text, [_stated(text, element, _TRUE)])
    inserted = f"<{page.root_element.prefix}{_ELEMENT} {_STATES}/>"
    return spliced(text, [page.insertion(_ELEMENT, inserted)])


def _unprotected(text: str) -> str:
    page = Children.of(text)
    edits = []
    for element in page.named(_ELEMENT):
        if element.attributes.strip() == _STATES:
            edits.append((element.start, element.end, ""))
        elif attributes(element.attributes).get("sheet") == _TRUE:
            edits.append(_stated(text, element, "0"))
    return spliced(text, edits)


def _stated(text: str, element: Element, value: str) -> Edit:
    tag = text[element.start : element.inner]
    return (element.start, element.inner, with_attribute(tag, "sheet", value))


def _set_locked(edit: PackageEdit, values: frozenset[str], value: str) -> None:
    """Replace the values that say whether the cells of a format are locked."""
    part = edit.workbook.target(edit, "styles")
    if part is None:
        return

    def changed(match: re.Match[str]) -> str:
        is_meant = match["value"] in values
        return f"{match['before']}{match['quote']}{value if is_meant else match['value']}{match['quote']}"

    edit.put(part, _LOCKED.sub(changed, edit.text(part)))


__all__ = ["protect_worksheets", "unprotect_worksheets"]

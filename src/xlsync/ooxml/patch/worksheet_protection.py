"""Protect the worksheets of a workbook without a password: nothing in them can be changed, everything can be copied."""

from __future__ import annotations

from typing import Final

from xlsync.ooxml.patch.package_editor import PackageEdit
from xlsync.ooxml.patch.worksheet_children import Children
from xlsync.ooxml.xml.splice import spliced

_ELEMENT: Final = "sheetProtection"
_STATES: Final = 'sheet="1" objects="1" scenarios="1"'


def protect_worksheets(data: bytes) -> bytes:
    """Return a workbook with every worksheet protected; one that is protected already stays as it is.

    Cells can still be selected and copied, columns and rows are still as wide. Without a password anybody can take the
    protection off: it keeps people from typing into the wrong file.
    """
    edit = PackageEdit(data)
    for entry in edit.workbook.worksheets:
        children = Children.of(edit.text(entry.part))
        if not children.named(_ELEMENT):
            prefix = children.root_element.prefix
            element = f"<{prefix}{_ELEMENT} {_STATES}/>"
            edit.put(entry.part, spliced(children.text, [children.insertion(_ELEMENT, element)]))
    return edit.finished()


__all__ = ["protect_worksheets"]

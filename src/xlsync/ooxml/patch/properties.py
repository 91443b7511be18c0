"""What a workbook says of itself beside its cells, changed: custom properties, defined names, hidden worksheets."""

from __future__ import annotations

from itertools import filterfalse

from xlsync.errors import UnwritableWorkbook
from xlsync.ooxml.a1 import whole_number
from xlsync.ooxml.opc.relationships import custom_property_parts
from xlsync.ooxml.patch.package_editor import STRICT, PackageEdit, office_namespace
from xlsync.ooxml.patch.workbook_part_editor import State, with_defined_name, with_sheet_state
from xlsync.ooxml.xml.encoding import escaped, string_text, unescaped
from xlsync.ooxml.xml.splice import (
    Edit,
    Element,
    attributes,
    children,
    inserted,
    mask,
    root_element,
    spliced,
)

__all__ = [
    "put_custom_property",
    "put_defined_name",
    "put_sheet_state",
    "set_custom_property",
    "set_defined_name",
]

_FORMAT_ID = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_FIRST_ID = 2


def set_custom_property(data: bytes, name: str, value: str) -> bytes:
    """The workbook with the custom document property `name` holding the text `value`, everything else as it was.

    The part for such properties is made when the workbook has none. Raises WorkbookError subclasses.
    """
    edit = PackageEdit(data)
    put_custom_property(edit, name, value)
    return edit.finished()


def put_custom_property(edit: PackageEdit, name: str, value: str) -> None:
    """Put the property into the package that is being edited.

    A name should be that of one property. Where it is that of several, all get the value: which of them counts is
    every program's own guess.
    """
    parts = dict.fromkeys(custom_property_parts(edit))
    office = office_namespace(edit)
    typed = f'<vt:lpwstr xmlns:vt="{office}/docPropsVTypes">{string_text(value)}</vt:lpwstr>'
    properties = {part: _of_name(edit.text(part), name) for part in parts}
    for part, same in properties.items():
        text = edit.text(part)
        edit.put(part, spliced(text, [_replaced(text, element, typed) for element in same]))
    if not any(properties.values()):
        part = next(iter(parts), "") or _added_part(edit, office)
        edit.put(part, _with_property(edit.text(part), name, typed))


def _added_part(edit: PackageEdit, office: str) -> str:
    """A new part for custom properties, related to the package."""
    candidates = (f"docProps/custom{n}.xml" for n in ("", *range(2, 1002)))
    part = next(filterfalse(edit.__contains__, candidates))
    name = "customProperties" if office == STRICT else "custom-properties"
    text = f'{_DECLARATION}<Properties xmlns="{office}/{name}" xmlns:vt="{office}/docPropsVTypes"/>'
    edit.add(part, text, _CONTENT_TYPE)
    edit.relate(f"{office}/relationships/{name}", part)
    return part


def _of_name(text: str, name: str) -> list[Element]:
    """The properties of that name in the part's text."""
    return [child for child in _properties(text) if _named(child) == name]


def _named(child: Element) -> str:
    return unescaped(attributes(child.attributes).get("name", ""))


def _properties(text: str) -> list[Element]:
    masked = mask(text)
    root = root_element(masked, "")
    return list(children(masked, root.inner, root.inner_end))


def _replaced(text: str, element: Element, typed: str) -> Edit:
    """Return the edit that makes the typed value all that is in the property."""
    if element.empty:
        return inserted(text, element, element.inner, typed)
    return (element.inner, element.inner_end, typed)


def _with_property(text: str, name: str, typed: str) -> str:
    """The part's text with the property as its last."""
    numbers = [attributes(child.attributes).get("pid", "") for child in _properties(text)]
    identity = max((_FIRST_ID, *((whole_number(number) or 0) + 1 for number in numbers)))
    root = root_element(mask(text), "")
    tag = f"{root.prefix}property"
    head = f'<{tag} fmtid="{_FORMAT_ID}" pid="{identity}" name="{escaped(name)}">'
    return spliced(text, [inserted(text, root, root.inner_end, f"{head}{typed}</{tag}>")])


def set_defined_name(
    data: bytes,
    worksheet: str | None,
    name: str,
    refers_to: str,
    hidden: bool = False,  # noqa: FBT001, FBT002
) -> bytes:
    """The workbook with `name` in the scope of the worksheet (None: the workbook) meaning `refers_to` (no "=").

    A name that exists in that scope gets another meaning; a new one is put where Excel would sort it. Raises
    UnwritableWorkbook for a worksheet that is not there.
    """
    edit = PackageEdit(data)
    put_defined_name(edit, worksheet, name, refers_to, hidden=hidden)
    return edit.finished()


def put_defined_name(
    edit: PackageEdit, worksheet: str | None, name: str, refers_to: str, *, hidden: bool
) -> None:
    """Put the name into the package that is being edited."""
    tab = None
    if worksheet is not None:
        entry = edit.workbook.worksheet(worksheet)
        if entry is None:
            raise _no_worksheet(worksheet)
        tab = entry.tab
    part = edit.workbook.part
    edit.put(part, with_defined_name(edit.text(part), tab, name, refers_to, hidden=hidden))


def put_sheet_state(edit: PackageEdit, title: str, state: State) -> None:
    """Put into the package that the worksheet's tab is shown, hidden, or hidden so that only a program shows it again.

    Only that tab's `state` changes. Raises UnwritableWorkbook for a worksheet that is not there, and for hiding the last
    one visible or the one on top when the book is opened.
    """
    entry = edit.workbook.worksheet(title)
    if entry is None:
        raise _no_worksheet(title)
    part = edit.workbook.part
    tabs = {other.tab for other in edit.workbook.worksheets}
    text = with_sheet_state(edit.text(part), entry.tab, entry.title, state, tabs)
    edit.put(part, text)


def _no_worksheet(title: str) -> UnwritableWorkbook:
    return UnwritableWorkbook("シートが見つかりません。シート名を確かめてください。", title)

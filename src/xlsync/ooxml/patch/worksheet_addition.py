"""A worksheet of another workbook added at the end of the tabs."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from xlsync.errors import UnwritableWorkbook
from xlsync.ooxml.a1 import whole_number
from xlsync.ooxml.opc.package import Package
from xlsync.ooxml.patch.links_out import links_out, with_links_out
from xlsync.ooxml.patch.package_editor import STRICT, PackageEdit, office_namespace
from xlsync.ooxml.patch.style_merge import StyleNumbers, merge_styles
from xlsync.ooxml.patch.workbook_part_editor import State, workbook_children
from xlsync.ooxml.patch.worksheet_children import Children
from xlsync.ooxml.patch.worksheet_copy import worksheet_copy
from xlsync.ooxml.patch.worksheet_replacement import ask_for_calculation, with_root_of
from xlsync.ooxml.xml.encoding import MAIN_NAMESPACES, escaped
from xlsync.ooxml.xml.splice import Element, attributes, children, inserted, mask, spliced

_NONE: Final[Mapping[str, str]] = MappingProxyType({})
_CONTENT_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def add_worksheet(  # noqa: PLR0913 - two workbooks, and how the new one calls its worksheets
    edit: PackageEdit,
    title: str,
    source: Package,
    source_title: str,
    *,
    state: State = "visible",
    titles: Mapping[str, str] = _NONE,
    styles: StyleNumbers | None = None,
) -> None:
    """Add a worksheet of another workbook behind the last tab; no other worksheet changes.

    Its names do not come along (`replace_defined_names` takes them), nor what it is related to but links.

    Args:
        edit: The package that is being edited.
        title: What the worksheet is called there, a title Excel allows.
        source: The package it comes from, as our own code writes them.
        source_title: The worksheet there.
        state: Whether its tab is shown.
        titles: What worksheets that its formulas name are called in the edited workbook.
        styles: What `merge_styles` returned for these two packages, if it was called before.

    Raises:
        UnwritableWorkbook: The workbook has a tab of that title, or the source no such worksheet.

    """
    if title.casefold() in map(str.casefold, edit.workbook.tabs):
        raise UnwritableWorkbook(
            "同じ名前のシートがあるため追加できません。そのシートの名前を変えてください。", title
        )
    styles = merge_styles(edit, source) if styles is None else styles
    office = office_namespace(edit)
    part = _free_name(edit)
    page = Children.of(worksheet_copy(source, source_title, styles, titles))
    empty = f'{_DECLARATION}<worksheet xmlns="{MAIN_NAMESPACES[office == STRICT]}"/>'
    edit.add(part, with_root_of(Children.of(empty), page), _CONTENT_TYPE)
    text = with_links_out(edit, part, edit.text(part), links_out(source, source_title), titles)
    edit.put(part, text)
    identity = edit.relate(f"{office}/relationships/worksheet", part, edit.workbook.part)
    workbook = edit.text(edit.workbook.part)
    edit.put(edit.workbook.part, _with_tab(workbook, title, state, office, identity))
    edit.read_workbook_again()
    ask_for_calculation(edit)


def _free_name(edit: PackageEdit) -> str:
    """Return a name for the part that no part has or had."""
    folder = edit.workbook.part.rpartition("/")[0]
    count = len(edit.package.names) + len(edit.workbook.tabs) + 2
    names = (f"{folder}/worksheets/sheet{n}.xml".lstrip("/") for n in range(1, count))
    return next(name for name in names if name not in edit and name not in edit.package)


def _with_tab(text: str, title: str, state: State, office: str, identity: str) -> str:
    """Return the workbook part's text with one more tab at the end."""
    root, parts = workbook_children(text)
    group = parts["sheets"]
    tabs = list(children(mask(text), group.inner, group.inner_end))
    stated = (attributes(tab.attributes).get("sheetId", "") for tab in tabs)
    number = max((whole_number(sheet_id) or 0 for sheet_id in stated), default=0) + 1
    prefix, declaration = _relationships_prefix(root, f"{office}/relationships")
    written = f' name="{escaped(title)}" sheetId="{number}"'
    written += "" if state == "visible" else f' state="{state}"'
    tab = f'<{root.prefix}sheet{declaration}{written} {prefix}:id="{identity}"/>'
    return spliced(text, [inserted(text, group, group.inner_end, tab)])


def _relationships_prefix(root: Element, namespace: str) -> tuple[str, str]:
    """Return the prefix of ids of relationships, and its declaration where the root has none."""
    for name, uri in attributes(root.attributes).items():
        if uri == namespace and name.startswith("xmlns:"):
            return name.removeprefix("xmlns:"), ""
    return "r", f' xmlns:r="{namespace}"'

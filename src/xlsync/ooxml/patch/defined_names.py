"""Many defined names of a workbook exchanged at once (ECMA-376 part 1, 18.2.5)."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from xlsync.errors import UnwritableWorkbook
from xlsync.ooxml.a1 import whole_number
from xlsync.ooxml.opc.workbook_part import TRUE, Name
from xlsync.ooxml.patch.kept_cells import NotKept
from xlsync.ooxml.patch.package_editor import PackageEdit
from xlsync.ooxml.patch.workbook_part_editor import (
    BEFORE_NAMES,
    NameKey,
    insertion,
    name_attributes,
    name_key,
    workbook_children,
)
from xlsync.ooxml.xml.encoding import escaped, unescaped
from xlsync.ooxml.xml.splice import Element, attributes, children, mask, spliced


def replace_defined_names(
    edit: PackageEdit, is_replaced: Callable[[Name], bool], names: Iterable[Name]
) -> list[NotKept]:
    """Exchange the defined names that are ours for others; everybody else's stay as they are written.

    Args:
        edit: The package that is being edited.
        is_replaced: Whether a name, with its scope and what it refers to, goes.
        names: The names that come instead. Of two that are the same name to Excel the later counts.

    Returns:
        The names that were to stay, and that a new name with another meaning takes the place of.

    Raises:
        UnwritableWorkbook: The scope of a new name is a worksheet that does not exist.

    """
    part = edit.workbook.part
    text = edit.text(part)
    new = {_key(edit, name): name for name in names}
    kept: dict[NameKey, str] = {}
    not_kept: list[NotKept] = []
    for element in _elements(text):
        name, key = _name(edit, text, element), name_key(element)
        if name is not None and is_replaced(name):
            continue
        if key not in new:
            kept[key] = text[element.start : element.end]
        elif name is not None and name.refers_to != new[key].refers_to:
            not_kept.append(NotKept("name", name.name))
    edit.put(part, _with_names(text, kept, new))
    edit.read_workbook_again()
    return not_kept


def _key(edit: PackageEdit, name: Name) -> NameKey:
    """Return what a new name is sorted by and must be alone with."""
    if name.scope is None:
        return name.name.casefold(), -1
    entry = edit.workbook.worksheet(name.scope)
    if entry is None:
        raise UnwritableWorkbook("シートが見つかりません。シート名を確かめてください。", name.scope)
    return name.name.casefold(), entry.tab


def _elements(text: str) -> list[Element]:
    _, parts = workbook_children(text)
    group = parts.get("definedNames")
    return [] if group is None else list(children(mask(text), group.inner, group.inner_end))


def _name(edit: PackageEdit, text: str, element: Element) -> Name | None:
    """Return what an element says; None where its scope is a tab that does not exist."""
    stated = attributes(element.attributes)
    local = stated.get("localSheetId")
    tab = None if local is None else whole_number(local)
    if local is not None and (tab is None or tab >= len(edit.workbook.tabs)):
        return None
    scope = None if tab is None else edit.workbook.tabs[tab]
    refers_to = unescaped(text[element.inner : element.inner_end])
    return Name(unescaped(stated.get("name", "")), scope, refers_to, stated.get("hidden") in TRUE)


def _with_names(text: str, kept: dict[NameKey, str], new: dict[NameKey, Name]) -> str:
    """Return the workbook part's text with these names, some as they are written, in Excel's order."""
    root, parts = workbook_children(text)
    tag = f"{root.prefix}definedName"
    written = dict(kept)
    for key, name in new.items():
        stated = name_attributes(name.name, None if key[1] < 0 else key[1], hidden=name.hidden)
        written[key] = f"<{tag}{stated}>{escaped(name.refers_to)}</{tag}>"
    elements = "".join(written[key] for key in sorted(written))
    content = f"<{tag}s>{elements}</{tag}s>" if elements else ""
    group = parts.get("definedNames")
    if group is None:
        return spliced(text, [insertion(text, root, parts, BEFORE_NAMES, content)])
    return spliced(text, [(group.start, group.end, content)])

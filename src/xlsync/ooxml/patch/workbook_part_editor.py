"""The text of a workbook part with a name, a tab's state or a wish for full calculation in it (ECMA-376 part 1, 18.2)."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet
from typing import Literal

from xlsync.errors import UnwritableWorkbook
from xlsync.ooxml.a1 import whole_number
from xlsync.ooxml.opc.workbook_part import TRUE
from xlsync.ooxml.xml.encoding import escaped, has_tag, unescaped
from xlsync.ooxml.xml.splice import (
    Edit,
    Element,
    attributes,
    children,
    inserted,
    mask,
    opened,
    root_element,
    spliced,
    unsafe,
    with_attribute,
    without_attribute,
)

NameKey = tuple[str, int]
"""A name as Excel compares it, and the index of the tab it is local to, -1 for the workbook."""
State = Literal["visible", "hidden", "veryHidden"]

_CALCULATION = re.compile(r"<calcPr(?=[\s/>])[^<>]*>")

# The elements that stand before <definedNames> and <calcPr>, in the order of the schema.
BEFORE_NAMES = (
    "fileVersion",
    "fileSharing",
    "workbookPr",
    "workbookProtection",
    "bookViews",
    "sheets",
    "functionGroups",
    "externalReferences",
)
_BEFORE_CALCULATION = (*BEFORE_NAMES, "definedNames")


def with_full_calculation(text: str) -> str:
    """The part's text with `fullCalcOnLoad` set, so that Excel calculates every formula when it opens the file."""
    tags = _CALCULATION.findall(text)
    if len(tags) == 1 and not has_tag(text, "<!"):
        return text.replace(tags[0], _with_full_calculation(tags[0]))
    root, parts = workbook_children(text)
    element = parts.get("calcPr")
    if element is None:
        written = f'<{root.prefix}calcPr fullCalcOnLoad="1"/>'
        return spliced(text, [insertion(text, root, parts, _BEFORE_CALCULATION, written)])
    tag = _with_full_calculation(text[element.start : element.inner])
    return spliced(text, [(element.start, element.inner, tag)])


def _with_full_calculation(tag: str) -> str:
    asked = attributes(tag).get("fullCalcOnLoad") in TRUE
    return tag if asked else with_attribute(tag, "fullCalcOnLoad", "1")


def with_defined_name(
    text: str, tab_index: int | None, name: str, refers_to: str, *, hidden: bool
) -> str:
    """The part's text with the name of that scope (index of the tab, None for the workbook) meaning `refers_to`."""
    root, parts = workbook_children(text)
    tag = f"{root.prefix}definedName"
    named = name_attributes(name, tab_index, hidden=hidden)
    element = f"<{tag}{named}>{escaped(refers_to)}</{tag}>"
    group = parts.get("definedNames")
    if group is None:
        around = f"{root.prefix}definedNames"
        content = f"<{around}>{element}</{around}>"
        return spliced(text, [insertion(text, root, parts, BEFORE_NAMES, content)])
    key = (name.casefold(), -1 if tab_index is None else tab_index)
    names = list(children(mask(text), group.inner, group.inner_end))
    # There should be one; of several, which one counts is every program's own guess.
    same = [child for child in names if name_key(child) == key]
    if same:
        return spliced(text, [_redefined(text, child, refers_to, hidden=hidden) for child in same])
    smaller = [child.end for child in names if name_key(child) < key]
    return spliced(text, [inserted(text, group, max(smaller, default=group.inner), element)])


def name_attributes(name: str, tab_index: int | None, *, hidden: bool) -> str:
    """Return the attributes of a name's element."""
    scope = "" if tab_index is None else f' localSheetId="{tab_index}"'
    return f' name="{escaped(name)}"{scope}' + (' hidden="1"' if hidden else "")


def with_sheet_state(
    text: str, tab: int, title: str, state: State, worksheets: AbstractSet[int]
) -> str:
    """The part's text with the tab of that index shown or hidden; `worksheets` are the indices of all worksheets."""
    masked = mask(text)
    _, parts = workbook_children(text)
    group = parts.get("sheets")
    tabs = [] if group is None else list(children(masked, group.inner, group.inner_end))
    if tab >= len(tabs) or unescaped(attributes(tabs[tab].attributes).get("name", "")) != title:
        raise unsafe(title)
    states = [attributes(child.attributes).get("state", "visible") for child in tabs]
    if states[tab] == state:
        return text
    if states[tab] == "visible":
        shown = {index for index, now in enumerate(states) if now == "visible"}
        _refuse_hiding(tab, title, shown & worksheets, _active_tabs(masked, parts))
    element = tabs[tab]
    tag = text[element.start : element.inner]
    shown_tag = without_attribute(tag, "state")
    changed = shown_tag if state == "visible" else with_attribute(tag, "state", state)
    return spliced(text, [(element.start, element.inner, changed)])


def _refuse_hiding(tab: int, title: str, shown: AbstractSet[int], active: AbstractSet[int]) -> None:
    """Raise where Excel would have no worksheet to show, or would open the book at one that cannot be seen."""
    if shown <= {tab}:
        raise UnwritableWorkbook(
            "表示されている唯一のシートのため非表示にできません。他のシートを先に表示してください。",
            title,
        )
    if tab in active:
        raise UnwritableWorkbook(
            "ブックを開いたときに選ばれるシートのため非表示にできません。Excelで他のシートを選び、保存し直してください。",
            title,
        )


def _active_tabs(masked: str, parts: dict[str, Element]) -> set[int]:
    """The indices of the tabs on top when the book is opened, one for each window; the first where nothing is stated."""
    group = parts.get("bookViews")
    views = [] if group is None else list(children(masked, group.inner, group.inner_end))
    stated = [attributes(view.attributes).get("activeTab", "0") for view in views]
    return {whole_number(index.strip()) or 0 for index in stated} or {0}


def workbook_children(text: str) -> tuple[Element, dict[str, Element]]:
    """The root element, and its children by local name where they have the root's prefix."""
    masked = mask(text)
    root = root_element(masked, "")
    return root, {
        child.name.removeprefix(root.prefix): child
        for child in children(masked, root.inner, root.inner_end)
        if child.prefix == root.prefix
    }


def insertion(
    text: str, root: Element, parts: dict[str, Element], before: tuple[str, ...], content: str
) -> Edit:
    """The edit that puts `content` behind the last of the elements that must stand before it."""
    at = max((parts[name].end for name in before if name in parts), default=root.inner)
    return inserted(text, root, at, content)


def name_key(element: Element) -> NameKey:
    """What names are sorted by: the name as Excel compares it, then its scope."""
    named = attributes(element.attributes)
    scope = whole_number(named.get("localSheetId", ""))
    return unescaped(named.get("name", "")).casefold(), -1 if scope is None else scope


def _redefined(text: str, element: Element, refers_to: str, *, hidden: bool) -> Edit:
    """The edit that gives a name another meaning; what else its tag says stays."""
    tag = opened(text[element.start : element.inner])
    if hidden or "hidden" in attributes(element.attributes):
        tag = with_attribute(tag, "hidden", str(int(hidden)))
    return (element.start, element.end, f"{tag}{escaped(refers_to)}</{element.name}>")

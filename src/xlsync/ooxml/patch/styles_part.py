"""The styles part of a package that is being edited, with more at the end of its lists (ECMA-376 part 1, 18.8.39)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final
from xml.etree.ElementTree import Element

from xlsync.ooxml.patch.package_editor import STRICT, PackageEdit, office_namespace
from xlsync.ooxml.xml.encoding import MAIN_NAMESPACES, local_name, parsed_text, plain
from xlsync.ooxml.xml.splice import (
    Edit,
    attributes,
    children,
    inserted,
    mask,
    opened,
    root_element,
    spliced,
    with_attribute,
)
from xlsync.ooxml.xml.splice import Element as Group

Lists = Mapping[str, list[Element]]

_ORDER: Final = (
    *("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs"),
    *("tableStyles", "colors", "extLst"),
)
NO_FILL: Final = '<fill><patternFill patternType="none"/></fill>'
GRAY_FILL: Final = '<fill><patternFill patternType="gray125"/></fill>'
_FIRST: Final = {
    "fonts": ['<font><sz val="11"/><name val="Calibri"/></font>'],
    "fills": [NO_FILL, GRAY_FILL],
    "borders": ["<border><left/><right/><top/><bottom/><diagonal/></border>"],
    "cellXfs": ['<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>'],
}
"""What a cell without a format shows, where a styles part does not say so."""
_TAG: Final = re.compile("<(/?)")
_CONTENT_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
_DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def styles_part(edit: PackageEdit) -> str:
    """Return the name of the styles part, which is made where there is none."""
    part = edit.workbook.target(edit, "styles")
    if part is not None:
        return part
    office = office_namespace(edit)
    main = MAIN_NAMESPACES[office == STRICT]
    folder = edit.workbook.part.rpartition("/")[0]
    names = (f"{folder}/styles{number}.xml".lstrip("/") for number in ("", *range(2, 1002)))
    part = next(name for name in names if name not in edit and name not in edit.package)
    edit.add(part, f'{_DECLARATION}<styleSheet xmlns="{main}"/>', _CONTENT_TYPE)
    edit.relate(f"{office}/relationships/styles", part, edit.workbook.part)
    edit.read_workbook_again()
    return part


def style_lists(text: str, where: str) -> Lists:
    """Return the fonts, fills, formats … of a styles part by the names of their lists."""
    return {local_name(group.tag): list(group) for group in parsed_text(plain(text), where)}


def completed(text: str) -> str:
    """Return a styles part's text with what cells without a format show, in lists that it lacks or left empty.

    Whatever the list of fills says, Excel shows its first two as no fill and as a gray pattern.
    """
    lists = style_lists(text, "")
    added = {name: first for name, first in _FIRST.items() if not lists.get(name)}
    if len(lists.get("fills", ())) == 1:
        added["fills"] = [GRAY_FILL]
    return with_added(text, added)


def with_added(text: str, added: Mapping[str, Sequence[str]]) -> str:
    """Return a styles part's text with more elements, written without prefix, at the end of its lists."""
    masked = mask(text)
    root = root_element(masked, "")
    groups = {
        group.name.removeprefix(root.prefix): group
        for group in children(masked, root.inner, root.inner_end)
    }
    edits: list[Edit] = []
    new: dict[int, str] = {}
    for name in filter(added.get, _ORDER):
        content = _TAG.sub(rf"<\1{root.prefix}", "".join(added[name]))
        group = groups.get(name)
        if group is None:
            tag = f"{root.prefix}{name}"
            at = _end_of_last(groups, name, root.inner)
            written = f'<{tag} count="{len(added[name])}">{content}</{tag}>'
            new[at] = new.get(at, "") + written
        else:
            count = sum(1 for _ in children(masked, group.inner, group.inner_end))
            edits.append(_extended(text, group, content, count + len(added[name])))
    return spliced(text, [*edits, *(inserted(text, root, at, new[at]) for at in new)])


def _extended(text: str, group: Group, content: str, count: int) -> Edit:
    """Return the edit that puts the content at the end of a list, which has so many elements then."""
    tag = opened(text[group.start : group.inner])
    if "count" in attributes(group.attributes):
        tag = with_attribute(tag, "count", str(count))
    inside = "" if group.empty else text[group.inner : group.inner_end]
    return (group.start, group.end, f"{tag}{inside}{content}</{group.name}>")


def _end_of_last(groups: Mapping[str, Group], name: str, start: int) -> int:
    """Return where the last of the lists ends that must stand before that of the name, `start` if there is none."""
    before = _ORDER[: _ORDER.index(name)]
    return max((groups[other].end for other in before if other in groups), default=start)

"""The links of a worksheet's cells to places in the same workbook (ECMA-376 part 1, 18.3.1.47)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from xlsync.errors import UnwritableWorkbook
from xlsync.ooxml.patch.package_editor import PackageEdit
from xlsync.ooxml.xml.encoding import escaped
from xlsync.ooxml.xml.splice import (
    Element,
    attributes,
    children,
    inserted,
    mask,
    root_element,
    spliced,
)

_BEFORE: Final = (
    "sheetPr",
    "dimension",
    "sheetViews",
    "sheetFormatPr",
    "cols",
    "sheetData",
    "sheetCalcPr",
    "sheetProtection",
    "protectedRanges",
    "scenarios",
    "autoFilter",
    "sortState",
    "dataConsolidate",
    "customSheetViews",
    "mergeCells",
    "phoneticPr",
    "conditionalFormatting",
    "dataValidations",
)
"""The elements that stand before <hyperlinks>, by the schema."""


def put_links(edit: PackageEdit, worksheet: str, links: Mapping[str, str | None]) -> None:
    """Put into the package that is being edited where each of some cells leads, None for nowhere; other links stay."""
    entry = edit.workbook.worksheet(worksheet)
    if entry is None:
        raise UnwritableWorkbook("シートが見つかりません。シート名を確かめてください。", worksheet)
    edit.put(entry.part, with_links(edit.text(entry.part), links))


def with_links(text: str, links: Mapping[str, str | None]) -> str:
    """The worksheet part's text with the links (address → target such as 'Sheet 1'!A1) in it."""
    masked = mask(text)
    root = root_element(masked, "")
    parts = list(children(masked, root.inner, root.inner_end))
    name = f"{root.prefix}hyperlinks"
    group = next((part for part in parts if part.name == name), None)
    elements = [] if group is None else _other_links(text, masked, group, links)
    elements += [
        f'<{root.prefix}hyperlink ref="{address}" location="{escaped(target)}"/>'
        for address, target in links.items()
        if target is not None
    ]
    content = f"<{name}>{''.join(elements)}</{name}>" if elements else ""
    if group is not None:
        return spliced(text, [(group.start, group.end, content)])
    before = (part.end for part in parts if part.name.removeprefix(root.prefix) in _BEFORE)
    return spliced(text, [inserted(text, root, max(before, default=root.inner), content)])


def _other_links(text: str, masked: str, group: Element, links: Collection[str]) -> list[str]:
    """Return the links of a group, as written, whose cells are none of those to be linked."""
    return [
        text[child.start : child.end]
        for child in children(masked, group.inner, group.inner_end)
        if attributes(child.attributes).get("ref") not in links
    ]

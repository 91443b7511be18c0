"""The links of a worksheet's cells to places in the same workbook (ECMA-376 part 1, 18.3.1.47)."""

from __future__ import annotations

from collections.abc import Mapping

from xlsync.errors import UnwritableWorkbook
from xlsync.ooxml.patch.package_editor import PackageEdit
from xlsync.ooxml.patch.worksheet_children import Children
from xlsync.ooxml.xml.encoding import escaped
from xlsync.ooxml.xml.splice import attributes, spliced


def put_links(edit: PackageEdit, worksheet: str, links: Mapping[str, str | None]) -> None:
    """Put into the package that is being edited where each of some cells leads, None for nowhere; other links stay."""
    entry = edit.workbook.worksheet(worksheet)
    if entry is None:
        raise UnwritableWorkbook("シートが見つかりません。シート名を確かめてください。", worksheet)
    edit.put(entry.part, with_links(edit.text(entry.part), links))


def with_links(text: str, links: Mapping[str, str | None]) -> str:
    """The worksheet part's text with the links (address → target such as 'Sheet 1'!A1) in it."""
    parts = Children.of(text)
    elements = [
        written
        for child, written in parts.within("hyperlinks")
        if attributes(child.attributes).get("ref") not in links
    ]
    elements += [
        f'<{parts.root_element.prefix}hyperlink ref="{address}" location="{escaped(target)}"/>'
        for address, target in links.items()
        if target is not None
    ]
    return with_hyperlinks(parts, elements)


def with_hyperlinks(parts: Children, elements: list[str]) -> str:
    """The worksheet part's text with these `<hyperlink>` elements instead of those it has."""
    name = f"{parts.root_element.prefix}hyperlinks"
    content = f"<{name}>{''.join(elements)}</{name}>" if elements else ""
    for group in parts.named("hyperlinks"):
        return spliced(parts.text, [(group.start, group.end, content)])
    return spliced(parts.text, [parts.insertion("hyperlinks", content)])

"""The links of a worksheet that lead out of its workbook, in a copy of the worksheet (ECMA-376 part 1, 18.3.1.47)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from xlsync.ooxml.formula_titles import with_titles
from xlsync.ooxml.opc.package import Package
from xlsync.ooxml.opc.relationships import external_targets
from xlsync.ooxml.opc.workbook_part import read_workbook_part
from xlsync.ooxml.patch.package_editor import PackageEdit, office_namespace
from xlsync.ooxml.patch.worksheet_children import Children
from xlsync.ooxml.xml.encoding import decoded
from xlsync.ooxml.xml.prefixes import with_one_prefix
from xlsync.ooxml.xml.splice import Edit, attributes, spliced, with_attribute

RELATIONSHIP_ID: Final = re.compile(r"""\s[\w.-]+:id\s*=\s*["']([^"']*)["']""")


def links_out(source: Package, title: str) -> dict[str, str]:
    """Return where the links of a worksheet lead that lead out of the workbook, by the cells as they are written."""
    entry = read_workbook_part(source).worksheet(title)
    targets = {} if entry is None else external_targets(source, entry.part)
    if entry is None or not targets:
        return {}
    page = Children.of(with_one_prefix(decoded(source.part(entry.part), title)))
    links: dict[str, str] = {}
    for element, _ in page.within("hyperlinks"):
        identity = RELATIONSHIP_ID.search(element.attributes)
        if identity is not None and identity[1] in targets:
            links[attributes(element.attributes).get("ref", "")] = targets[identity[1]]
    return links


def with_links_out(
    edit: PackageEdit, part: str, text: str, links: Mapping[str, str], titles: Mapping[str, str]
) -> str:
    """Return the text of a worksheet part in which some links, that lead nowhere yet, lead out of the workbook.

    One that leads into the workbook after all, as some programs write it, leads to the worksheet as `titles` calls it.
    """
    if not links:
        return text
    page = Children.of(text)
    edits: list[Edit] = []
    for element, _ in page.within("hyperlinks"):
        stated = attributes(element.attributes)
        target = links.get(stated.get("ref", ""))
        if target is None or "location" in stated or RELATIONSHIP_ID.search(element.attributes):
            continue
        tag = page.text[element.start : element.inner]
        if target.startswith("#"):
            tag = with_attribute(tag, "location", with_titles(target[1:], titles))
        else:
            office = f"{office_namespace(edit)}/relationships"
            identity = edit.relate(f"{office}/hyperlink", target, part, is_external=True)
            tag = with_attribute(with_attribute(tag, "xmlns:r", office), "r:id", identity)
        edits.append((element.start, element.inner, tag))
    return spliced(text, edits)

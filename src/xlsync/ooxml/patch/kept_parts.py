"""What a worksheet's old page is related to (pictures, comments, links, tables), on its new page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from xlsync.errors import DamagedWorkbook, UnwritableWorkbook
from xlsync.ooxml.opc.relationships import Relationship, relationships
from xlsync.ooxml.opc.workbook_part import SheetEntry
from xlsync.ooxml.patch.hyperlinks import with_hyperlinks
from xlsync.ooxml.patch.kept_cells import NotKept
from xlsync.ooxml.patch.kept_tables import shifted, with_kept_tables
from xlsync.ooxml.patch.links_out import RELATIONSHIP_ID
from xlsync.ooxml.patch.package_editor import PackageEdit
from xlsync.ooxml.patch.worksheet_children import Children, reprefixed
from xlsync.ooxml.xml.splice import Edit, Element, attributes, spliced, with_attribute

_WITH_PARTS: Final = (
    *("customProperties", "drawing", "legacyDrawing", "legacyDrawingHF", "drawingHF", "picture"),
    *("oleObjects", "controls", "AlternateContent"),
)
_UNNAMED_KINDS: Final = frozenset({"comments", "threadedComment"})
"""Relationships that no element of the page names."""
_REFUSED_KINDS: Final = frozenset({"pivotTable", "slicer", "timeline", "tableSingleCells"})
_CONTROLS: Final = re.compile(r"<(?:[\w.-]+:)?(?:controls|oleObjects)[\s>]")
_SPARKLINE: Final = re.compile(
    r"<(?:[\w.-]+:)?sqref\s*>([^<]*)</(?:[\w.-]+:)?sqref\s*>(?=\s*</[\w.-]*:?sparkline>)"
)
_SOURCE: Final = re.compile(r"((?:.*/)?)_rels/([^/]*)\.rels")


@dataclass(frozen=True, slots=True)
class KeptAddresses:
    """Where the cells of the old page are now: those that went along, and those whose comments and links do."""

    kept: Mapping[str, str]
    moved: Mapping[str, str | None]

    def target(self, reference: str) -> str | None:
        """Return the new reference of an old cell or block of cells, None where it went nowhere."""
        first = reference.partition(":")[0].replace("$", "")
        target = self.kept.get(first) or self.moved.get(first)
        try:
            return None if target is None else shifted(reference, first, target)
        except DamagedWorkbook:
            return None


def with_links_and_shapes(
    old: Children, page: str, addresses: KeptAddresses
) -> tuple[str, list[NotKept]]:
    """Return the text of a worksheet's new page with the links, pictures and controls of its old page, and links not kept."""
    text, not_kept = _with_links(old, Children.of(page), addresses)
    return _with_elements(old, Children.of(text)), not_kept


def with_tables(
    edit: PackageEdit, entry: SheetEntry, old: Children, page: str, kept: Mapping[str, str]
) -> tuple[str, list[NotKept]]:
    """Return the text of a new page, which has the old one's links and shapes, with its tables, and all else that it loses.

    What does not stay is related to the page no longer, and is returned where somebody may miss it.

    Raises:
        UnwritableWorkbook: The page has a table that a formula names and that cannot stay.

    """
    text, not_kept = page, list[NotKept]()
    if old.named("tableParts"):
        text, not_kept = with_kept_tables(edit, entry, old, Children.of(page), kept)
    _remove_unused(edit, entry.part, text)
    return text, [*not_kept, *_sparklines(old)]


def refuse_pivot_tables(edit: PackageEdit, entry: SheetEntry) -> None:
    """Raise for what reports of the workbook are made of: without its page Excel would call the book damaged."""
    if any(
        relation.relationship_type in _REFUSED_KINDS for relation in relationships(edit, entry.part)
    ):
        raise UnwritableWorkbook(
            "ピボットテーブルかスライサーがあるため新しい様式にできません。別のシートへ移してください。",
            entry.title,
        )


def _with_links(
    old: Children, page: Children, addresses: KeptAddresses
) -> tuple[str, list[NotKept]]:
    """Return the page with its own links, and those of cells of the old page that stay."""
    not_kept: list[NotKept] = []
    links = {_reference(element): written for element, written in page.within("hyperlinks")}
    for element, written in old.within("hyperlinks"):
        reference = _reference(element)
        target = addresses.target(reference)
        if target is not None and target not in links:
            tag = with_attribute(written, "ref", target)
            links[target] = reprefixed(tag, old.root_element.prefix, page.root_element.prefix)
        elif reference not in links and RELATIONSHIP_ID.search(element.attributes):
            not_kept.append(NotKept("hyperlink", reference))
    return with_hyperlinks(page, list(links.values())), not_kept


def _reference(element: Element) -> str:
    return attributes(element.attributes).get("ref", "")


def _with_elements(old: Children, page: Children) -> str:
    """Return the page with the old one's pictures, shapes of comments and controls."""
    edits: list[Edit] = []
    for name in _WITH_PARTS:
        elements = [old.text[element.start : element.end] for element in old.named(name)]
        if name == "AlternateContent":
            elements = [text for text in elements if _CONTROLS.search(text)]
        written = reprefixed("".join(elements), old.root_element.prefix, page.root_element.prefix)
        edits.append(page.insertion(name, written))
    return spliced(page.text, edits)


def _sparklines(old: Children) -> list[NotKept]:
    """Return the sparklines of the old page, which stand in an extension of it."""
    extensions = (old.text[element.start : element.end] for element in old.named("extLst"))
    sparklines = (reference for text in extensions for reference in _SPARKLINE.findall(text))
    return [NotKept("sparklines", reference.strip()) for reference in sparklines]


def _remove_unused(edit: PackageEdit, part: str, text: str) -> None:
    """Remove what the page is related to and does not name: settings of printers, links, tables."""
    unused = _unused(edit, part, text)
    if not unused:
        return
    edit.unrelate(part, [relationship.id for relationship in unused])
    targets = _all_targets(edit)
    for relationship in unused:
        target = relationship.target
        if not relationship.external and target in edit and target not in targets:
            edit.remove(target)


def _unused(edit: PackageEdit, part: str, text: str) -> list[Relationship]:
    """Return the relationships of a page that its text should name and does not."""
    related = relationships(edit, part)
    names = set(RELATIONSHIP_ID.findall(text)) if related else set()
    others = (relation for relation in related if relation.id not in names)
    return [relation for relation in others if relation.relationship_type not in _UNNAMED_KINDS]


def _all_targets(edit: PackageEdit) -> set[str]:
    """The parts that some part of the package is related to."""
    sources = (_SOURCE.fullmatch(name) for name in edit.package.names)
    targets: set[str] = set()
    for source in sources:
        if source is not None and source[0] in edit:
            targets.update(
                relation.target for relation in relationships(edit, source[1] + source[2])
            )
    return targets

"""A worksheet's page replaced by that of another workbook, with what people added to the old one."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final
from xml.parsers import expat

from xlsync.errors import UnwritableWorkbook
from xlsync.ooxml.opc.package import Package
from xlsync.ooxml.opc.part_cache import cached_by_text
from xlsync.ooxml.opc.workbook_part import TRUE, SheetEntry
from xlsync.ooxml.patch.cell_index import SheetGrid
from xlsync.ooxml.patch.comment_moves import comments_of, move_comments
from xlsync.ooxml.patch.kept_cells import KeptCells, NotKept, with_kept_cells
from xlsync.ooxml.patch.kept_parts import (
    KeptAddresses,
    refuse_pivot_tables,
    with_links_and_shapes,
    with_tables,
)
from xlsync.ooxml.patch.links_out import links_out, with_links_out
from xlsync.ooxml.patch.package_editor import PackageEdit
from xlsync.ooxml.patch.style_merge import StyleNumbers, merge_styles
from xlsync.ooxml.patch.workbook_part_editor import with_full_calculation
from xlsync.ooxml.patch.worksheet_children import Children
from xlsync.ooxml.patch.worksheet_copy import worksheet_copy
from xlsync.ooxml.xml.encoding import MAIN_NAMESPACES, escaped, refuse_broken, unescaped
from xlsync.ooxml.xml.splice import (
    Edit,
    attributes,
    spliced,
    unsafe,
    with_attribute,
    without_attribute,
)

_NONE: Final[Mapping[str, str]] = MappingProxyType({})
_IGNORABLE: Final = "mc:Ignorable"


def replace_worksheet(  # noqa: PLR0913 - two workbooks, and what goes from page to page
    edit: PackageEdit,
    title: str,
    source: Package,
    source_title: str,
    *,
    kept: Mapping[str, str] = _NONE,
    moved: Mapping[str, str | None] = _NONE,
    titles: Mapping[str, str] = _NONE,
    styles: StyleNumbers | None = None,
) -> list[NotKept]:
    """Replace the page of a worksheet by one of another workbook; its tab, its pictures and its comments stay.

    The page is all that stands in the worksheet: cells, formats, sizes, protection, lists and conditional formats, settings
    for printing. Whoever opens the file in Excel sees it calculated.

    Args:
        edit: The package that is being edited.
        title: The worksheet in it.
        source: The package with the new page, as our own code writes them.
        source_title: The worksheet there.
        kept: Cells of the old page that go along as they are (old address → new address), with formula, format and link.
        moved: Where the comments, and links out of the workbook, of other cells go (old address → new address, or None to
            leave a comment out, which is returned). Comments of cells named in neither stay at their address.
        titles: What worksheets that the source's formulas name are called in the edited workbook.
        styles: What `merge_styles` returned for these two packages, if it was called before.

    Returns:
        What the old page had and the new one has not, in no case something of another worksheet.

    Raises:
        UnwritableWorkbook: There is no such worksheet; a pivot table stands on the page, or a table that cannot go along
            and that a formula names; the part has an unusual shape.
        DamagedWorkbook: The old page is no well-formed XML.

    """
    entry = worksheet_entry(edit, title)
    refuse_broken(edit.part(entry.part), title)
    refuse_pivot_tables(edit, entry)
    styles = merge_styles(edit, source) if styles is None else styles
    old = Children.of(edit.text(entry.part))
    page = _new_page(old, worksheet_copy(source, source_title, styles, titles), title, kept, moved)
    text, not_kept = with_tables(edit, entry, old, page.text, page.addresses)
    text = with_links_out(edit, entry.part, text, links_out(source, source_title), titles)
    if text != page.text:
        refuse_unbound(text, title)
    edit.put(entry.part, text)
    if comments_of(edit, entry.part):
        merges = list(SheetGrid.of(title, text, sound=True).merges())
        not_kept += move_comments(edit, entry.part, {**kept, **moved}, merges)
    ask_for_calculation(edit)
    return [*page.not_kept, *not_kept]


def _new_page(
    old: Children,
    copied: str,
    title: str,
    kept: Mapping[str, str],
    moved: Mapping[str, str | None],
) -> KeptCells:
    """Return the text of the new page with the old one's cells that are kept, its links, pictures and controls."""
    if not kept:
        return _page_without_cells(old.text_without_rows, copied, title, tuple(moved.items()))
    page = SheetGrid.of(title, with_root_of(old, Children.of(copied)), sound=True)
    cells = with_kept_cells(SheetGrid.of(title, old.text), page, kept)
    return _finished(old, cells, title, moved)


@cached_by_text
def _page_without_cells(
    old: str, copied: str, title: str, moved: tuple[tuple[str, str | None], ...]
) -> KeptCells:
    """Return the new page where no cell of the old one stays: alike for most workbooks of a form, hence the cache."""
    page = Children.of(old)
    grid = SheetGrid.of(title, with_root_of(page, Children.of(copied)), sound=True)
    return _finished(page, KeptCells(grid.text), title, dict(moved))


def _finished(
    old: Children, cells: KeptCells, title: str, moved: Mapping[str, str | None]
) -> KeptCells:
    addresses = KeptAddresses(cells.addresses, moved)
    text, not_kept = with_links_and_shapes(old, cells.text, addresses)
    refuse_unbound(text, title)
    return KeptCells(text, cells.addresses, [*cells.not_kept, *not_kept])


def worksheet_entry(edit: PackageEdit, title: str) -> SheetEntry:
    """Return the worksheet of that title; UnwritableWorkbook where there is none."""
    entry = edit.workbook.worksheet(title)
    if entry is None:
        raise UnwritableWorkbook("シートが見つかりません。シート名を確かめてください。", title)
    return entry


def with_root_of(old: Children, page: Children) -> str:
    """Return the page's text in the root of the old one, which declares what stays of it.

    Of the old page are also its name in macros and whether it was selected: with two worksheets selected, whatever is
    typed goes into both.
    """
    prefix = page.root_element.prefix.removesuffix(":")
    name = f"xmlns:{prefix}" if prefix else "xmlns"
    stated = attributes(page.root_element.attributes) | attributes(old.root_element.attributes)
    named = {key: uri for key, uri in stated.items() if uri not in MAIN_NAMESPACES and key != name}
    named = {name: _main_namespace(old), **named}
    ignorable = [
        attributes(tag).get(_IGNORABLE, "")
        for tag in (page.root_element.attributes, old.root_element.attributes)
    ]
    if any(ignorable):
        named[_IGNORABLE] = " ".join(dict.fromkeys(" ".join(ignorable).split()))
    written = "".join(f' {key}="{escaped(unescaped(uri))}"' for key, uri in named.items())
    tag = f"<{page.root_element.name}{written}>"
    text = old.text[: old.root_element.start] + tag + page.text[page.root_element.inner :]
    return _with_state_of(old, Children.of(text))


def _main_namespace(page: Children) -> str:
    prefix = page.root_element.prefix.removesuffix(":")
    stated = attributes(page.root_element.attributes)
    return stated.get(f"xmlns:{prefix}" if prefix else "xmlns", MAIN_NAMESPACES[0])


def _with_state_of(old: Children, page: Children) -> str:
    """Return the page's text, selected and named in macros as the old page is."""
    edits: list[Edit] = []
    views = [attributes(view.attributes) for view, _ in old.within("sheetViews")]
    is_selected = any(view.get("tabSelected") in TRUE for view in views)
    for view, _ in page.within("sheetViews"):
        tag = without_attribute(page.text[view.start : view.inner], "tabSelected")
        if is_selected:
            tag = with_attribute(tag, "tabSelected", "1")
        edits.append((view.start, view.inner, tag))
    for properties in old.named("sheetPr"):
        name = attributes(properties.attributes).get("codeName")
        if name is not None:
            edits.append(_code_name_edit(page, unescaped(name)))
    return spliced(page.text, edits)


def _code_name_edit(page: Children, name: str) -> Edit:
    """The edit that gives the page its name in macros."""
    for element in page.named("sheetPr"):
        tag = page.text[element.start : element.inner]
        return (element.start, element.inner, with_attribute(tag, "codeName", name))
    written = f'<{page.root_element.prefix}sheetPr codeName="{escaped(name)}"/>'
    return page.insertion("sheetPr", written)


def refuse_unbound(text: str, where: str) -> None:
    """Raise UnwritableWorkbook for a part that is no XML, or has a prefix that nothing declares."""
    try:
        expat.ParserCreate("utf-8", namespace_separator=" ").Parse(
            text.removeprefix("\ufeff").encode(),
            True,  # noqa: FBT003 - takes no keywords
        )
    except expat.ExpatError:
        raise unsafe(where) from None


def ask_for_calculation(edit: PackageEdit) -> None:
    """Let Excel calculate the book when it opens it, in an order of its own."""
    chain = edit.workbook.target(edit, "calcChain")
    if chain is not None:
        edit.remove(chain)
    part = edit.workbook.part
    edit.put(part, with_full_calculation(edit.text(part)))

"""The lists and conditional formats of a worksheet replaced by those of another workbook's."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from xlsync.ooxml.opc.package import Package
from xlsync.ooxml.patch.package_editor import PackageEdit
from xlsync.ooxml.patch.style_merge import StyleNumbers, merge_styles
from xlsync.ooxml.patch.worksheet_children import Children, reprefixed
from xlsync.ooxml.patch.worksheet_copy import worksheet_copy
from xlsync.ooxml.patch.worksheet_replacement import refuse_unbound, worksheet_entry
from xlsync.ooxml.xml.encoding import refuse_broken
from xlsync.ooxml.xml.splice import Edit, children, spliced

_NONE: Final[Mapping[str, str]] = MappingProxyType({})
_RULES: Final = ("conditionalFormatting", "dataValidations")
_NEWER_RULES: Final = re.compile(r"<(?:[\w.-]+:)?(?:conditionalFormattings|dataValidations)[\s>]")


def replace_validation_and_formats(  # noqa: PLR0913 - two workbooks, and how the new one calls its worksheets
    edit: PackageEdit,
    title: str,
    source: Package,
    source_title: str,
    *,
    titles: Mapping[str, str] = _NONE,
    styles: StyleNumbers | None = None,
) -> None:
    """Replace the data validation and the conditional formats of a worksheet; nothing else of its part changes.

    Those that newer programs keep in an extension of the page go as well: they would be applied on top of the new ones.

    Args:
        edit: The package that is being edited.
        title: The worksheet in it.
        source: The package with the new rules, as our own code writes them.
        source_title: The worksheet there, whose fields are in the same cells.
        titles: What worksheets that the rules name are called in the edited workbook.
        styles: What `merge_styles` returned for these two packages, if it was called before.

    Raises:
        UnwritableWorkbook: There is no such worksheet.
        DamagedWorkbook: The worksheet is no well-formed XML.

    """
    entry = worksheet_entry(edit, title)
    refuse_broken(edit.part(entry.part), title)
    styles = merge_styles(edit, source) if styles is None else styles
    page = Children.of(worksheet_copy(source, source_title, styles, titles))
    old = Children.of(edit.text(entry.part))
    rest = Children.of(_without_rules(old))
    edits: list[Edit] = []
    for name in _RULES:
        elements = (page.text[element.start : element.end] for element in page.named(name))
        prefixes = (page.root_element.prefix, rest.root_element.prefix)
        edits.append(rest.insertion(name, reprefixed("".join(elements), *prefixes)))
    text = spliced(rest.text, edits)
    refuse_unbound(text, title)
    edit.put(entry.part, text)


def without_rules(text: str) -> str:
    """Return a worksheet part's text without data validation and conditional formats."""
    return _without_rules(Children.of(text))


def without_formats_naming(text: str, name: str) -> str:
    """Return a worksheet part's text without the conditional formats in which a name, or the beginning of one, stands."""
    page = Children.of(text)
    return spliced(
        text,
        [
            (element.start, element.end, "")
            for element in page.named("conditionalFormatting")
            if name in text[element.start : element.end]
        ],
    )


def _without_rules(page: Children) -> str:
    edits: list[Edit] = [(element.start, element.end, "") for element in page.named(*_RULES)]
    for group in page.named("extLst"):
        extensions = list(children(page.masked, group.inner, group.inner_end))
        rules = [
            extension
            for extension in extensions
            if _NEWER_RULES.search(page.text, extension.start, extension.end)
        ]
        if rules and len(rules) == len(extensions):
            edits.append((group.start, group.end, ""))
        else:
            edits += [(extension.start, extension.end, "") for extension in rules]
    return spliced(page.text, edits)

"""The lists and conditional formats of a worksheet replaced by those of another workbook's."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from xlsync.ooxml.opc.package import Package
from xlsync.ooxml.patch.kept_rules import Rule, extended_rules, rules_of, with_rules
from xlsync.ooxml.patch.package_editor import PackageEdit
from xlsync.ooxml.patch.style_merge import StyleNumbers, merge_styles
from xlsync.ooxml.patch.worksheet_children import Children, reprefixed
from xlsync.ooxml.patch.worksheet_copy import worksheet_copy
from xlsync.ooxml.patch.worksheet_replacement import refuse_unbound, worksheet_entry
from xlsync.ooxml.xml.encoding import refuse_broken
from xlsync.ooxml.xml.splice import Edit, Element, children, spliced

_NONE: Final[Mapping[str, str]] = MappingProxyType({})

_RULES: Final = ("conditionalFormatting", "dataValidations")
_NEWER_RULES: Final = re.compile(r"<(?:[\w.-]+:)?(?:conditionalFormattings|dataValidations)[\s>]")


def _replaced(_: Rule) -> bool:
    return False


def replace_validation_and_formats(  # noqa: PLR0913 - two workbooks, and how the new one calls its worksheets
    edit: PackageEdit,
    title: str,
    source: Package,
    source_title: str,
    *,
    titles: Mapping[str, str] = _NONE,
    styles: StyleNumbers | None = None,
    is_kept: Callable[[Rule], bool] = _replaced,
) -> None:
    """Replace the data validation and the conditional formats of a worksheet; nothing else of its part changes.

    Those that newer programs keep in an extension of the page go as well: they would be applied on top of the new ones.
    Rules that `is_kept` is true of stay, and apply after the new ones.

    Args:
        edit: The package that is being edited.
        title: The worksheet in it.
        source: The package with the new rules, as our own code writes them.
        source_title: The worksheet there, whose fields are in the same cells.
        titles: What worksheets that the rules name are called in the edited workbook.
        styles: What `merge_styles` returned for these two packages, if it was called before.
        is_kept: Whether a rule of the page stays, by default none.

    Raises:
        UnwritableWorkbook: There is no such worksheet.
        DamagedWorkbook: The worksheet is no well-formed XML.

    """
    entry = worksheet_entry(edit, title)
    refuse_broken(edit.part(entry.part), title)
    styles = merge_styles(edit, source) if styles is None else styles
    page = Children.of(worksheet_copy(source, source_title, styles, titles))
    old = Children.of(edit.text(entry.part))
    rest = Children.of(_without_rules(old, is_kept))
    edits: list[Edit] = []
    for name in _RULES:
        elements = (page.text[element.start : element.end] for element in page.named(name))
        prefixes = (page.root_element.prefix, rest.root_element.prefix)
        edits.append(rest.insertion(name, reprefixed("".join(elements), *prefixes)))
    kept = [rule for rule in rules_of(old) if is_kept(rule) and not rule.is_extended]
    text = with_rules(Children.of(spliced(rest.text, edits)), kept, old.root_element.prefix)
    refuse_unbound(text, title)
    edit.put(entry.part, text)


def without_rules(text: str) -> str:
    """Return a worksheet part's text without data validation and conditional formats."""
    return _without_rules(Children.of(text), _replaced)


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


def _without_rules(page: Children, is_kept: Callable[[Rule], bool]) -> str:
    """Return the part's text without its rules; of those in extensions, the ones to be kept stay."""
    edits: list[Edit] = [(element.start, element.end, "") for element in page.named(*_RULES)]
    for group in page.named("extLst"):
        extensions = list(children(page.masked, group.inner, group.inner_end))
        removed = {extension: _removed(page, extension, is_kept) for extension in extensions}
        if all(removed[extension] == [_span(extension)] for extension in extensions):
            edits.append((group.start, group.end, ""))
        else:
            edits += [(start, end, "") for spans in removed.values() for start, end in spans]
    return spliced(page.text, edits)


def _removed(
    page: Children, extension: Element, is_kept: Callable[[Rule], bool]
) -> list[tuple[int, int]]:
    """Return what is removed of an extension: all of it where none of its rules is kept, nothing where it has no rules."""
    rules = list(extended_rules(page, extension))
    if not any(is_kept(rule) for _, _, rule in rules):
        has_rules = _NEWER_RULES.search(page.text, extension.start, extension.end)
        return [_span(extension)] if has_rules else []
    return [(start, end) for start, end, rule in rules if not is_kept(rule)]


def _span(element: Element) -> tuple[int, int]:
    return element.start, element.end

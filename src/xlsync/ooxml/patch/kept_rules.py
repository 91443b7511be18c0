"""The conditional formats and the data validation of a worksheet part one by one, and some of them put into another page."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Final, NamedTuple

from xlsync.ooxml.patch.worksheet_children import Children, reprefixed
from xlsync.ooxml.xml.encoding import unescaped
from xlsync.ooxml.xml.splice import (
    Element,
    attributes,
    children,
    inserted,
    spliced,
    with_attribute,
)

_FORMULA: Final = re.compile(r"<(?:[\w.-]+:)?(?:formula[12]?|f)(?:\s[^<>]*)?>([^<]*)<")
_AREAS: Final = re.compile(r"<(?:[\w.-]+:)?sqref\s*>([^<]*)<")
_TYPE: Final = re.compile(r"""\stype\s*=\s*["'](?!none["'])""")
_PRIORITY: Final = re.compile(r"""(\spriority\s*=\s*["'])([0-9]{1,9})(?=["'])""")
_EXTENSION_IDS: Final = {
    "conditionalFormattings": "{78C0D931-6437-407d-A8EE-F0AAD7539E65}",
    "dataValidations": "{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}",
}
"""Of the extensions of a worksheet part in which newer programs write rules ([MS-XLSX] 2.3.1), by the element in them."""
_X14: Final = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"


class Rule(NamedTuple):
    """A conditional format, or the values that some cells accept.

    Attributes:
        rule_kind: "conditionalFormatting" or "dataValidation".
        sqref: The cells it is for, as written ("A1:B2 D4").
        formula_texts: The formulas in it, without "=".
        text: Its element, as the part writes it.
        is_extended: Whether it stands in an extension of the part, as newer programs write some of them.

    """

    rule_kind: str
    sqref: str
    formula_texts: tuple[str, ...]
    text: str
    is_extended: bool = False


def rules_of(page: Children) -> Iterator[Rule]:
    """Yield the rules of a worksheet part, in file order, those in extensions last."""
    for element in page.named("conditionalFormatting"):
        tag = page.text[element.start : element.inner]
        end = page.text[element.inner_end : element.end]
        for rule in children(page.masked, element.inner, element.inner_end):
            written = f"{tag}{page.text[rule.start : rule.end]}{end}"
            yield _rule("conditionalFormatting", written)
    for _, written in page.within("dataValidations"):
        yield _rule("dataValidation", written)
    for extensions in page.named("extLst"):
        for extension in children(page.masked, extensions.inner, extensions.inner_end):
            yield from (rule for _, _, rule in extended_rules(page, extension))


def extended_rules(page: Children, extension: Element) -> Iterator[tuple[int, int, Rule]]:
    """Yield where each rule in an extension of a worksheet part begins and ends, and the rule."""
    for group in children(page.masked, extension.inner, extension.inner_end):
        name = group.name.rpartition(":")[2]
        if name not in _EXTENSION_IDS:
            continue
        for element in children(page.masked, group.inner, group.inner_end):
            tag = _with_declarations(page.text[element.start : element.inner], extension, group)
            written = tag + page.text[element.inner : element.end]
            rule = _rule(name.removesuffix("s"), written, is_extended=True)
            yield element.start, element.end, rule


def _with_declarations(tag: str, *around: Element) -> str:
    """Return an element's start tag with the namespaces that elements around it declare, so that it can stand elsewhere."""
    own = attributes(tag)
    for element in reversed(around):
        for name, value in attributes(element.attributes).items():
            if name.startswith("xmlns:") and name not in own:
                own[name], tag = value, with_attribute(tag, name, unescaped(value))
    return tag


def with_rules(page: Children, rules: Collection[Rule], prefix: str) -> str:
    """Return a worksheet part's text with more rules, whose elements are written with a prefix; they apply after its own."""
    texts: dict[tuple[str, bool], list[str]] = {}
    for rule in _with_later_priorities(page, rules):
        text = reprefixed(rule.text, prefix, page.root_element.prefix)
        texts.setdefault((rule.rule_kind, rule.is_extended), []).append(text)
    for kind, with_more in _WITH.items():
        if (kind, False) in texts:
            page = Children.of(with_more(page, texts[kind, False]))
        if (kind, True) in texts:
            page = Children.of(_with_extended(page, f"{kind}s", texts[kind, True]))
    return page.text


def _with_later_priorities(page: Children, rules: Iterable[Rule]) -> Iterator[Rule]:
    """Yield rules with priorities behind those of a page's own."""
    there = [rule.text for rule in rules_of(page)]
    last = max((int(number) for text in there for _, number in _PRIORITY.findall(text)), default=0)
    for rule in rules:
        text = _PRIORITY.sub(lambda match: f"{match[1]}{int(match[2]) + last}", rule.text)
        yield rule._replace(text=text)


def _with_formats(page: Children, formats: list[str]) -> str:
    return spliced(page.text, [page.insertion("conditionalFormatting", "".join(formats))])


def _with_extended(page: Children, name: str, rules: list[str]) -> str:
    """Return a worksheet part's text with more rules in its extension for them."""
    prefix, written = page.root_element.prefix, "".join(rules)
    extension = (
        f'<{prefix}ext uri="{_EXTENSION_IDS[name]}" xmlns:x14="{_X14}">'
        f"<x14:{name}>{written}</x14:{name}></{prefix}ext>"
    )
    for extensions in page.named("extLst"):
        group = _group_in(page, extensions, name)
        if group is None:
            return spliced(
                page.text, [inserted(page.text, extensions, extensions.inner_end, extension)]
            )
        return spliced(page.text, [inserted(page.text, group, group.inner_end, written)])
    whole = f"<{prefix}extLst>{extension}</{prefix}extLst>"
    return spliced(page.text, [page.insertion("extLst", whole)])


def _group_in(page: Children, extensions: Element, name: str) -> Element | None:
    """Return the element in which extensions of a part have rules of one kind, None where there is none."""
    for extension in children(page.masked, extensions.inner, extensions.inner_end):
        for group in children(page.masked, extension.inner, extension.inner_end):
            if group.name.rpartition(":")[2] == name:
                return group
    return None


def _with_validation(page: Children, elements: list[str]) -> str:
    count = len(page.within("dataValidations")) + len(elements)
    tag = f'{page.root_element.prefix}dataValidations count="{count}"'
    for group in page.named("dataValidations"):
        there = page.text[group.inner : group.inner_end]
        end = f"</{page.root_element.prefix}dataValidations>"
        written = f"<{tag}>{there}{''.join(elements)}{end}"
        return spliced(page.text, [(group.start, group.end, written)])
    end = f"</{page.root_element.prefix}dataValidations>"
    written = f"<{tag}>{''.join(elements)}{end}"
    return spliced(page.text, [page.insertion("dataValidations", written)])


_WITH: Final = {"conditionalFormatting": _with_formats, "dataValidation": _with_validation}


def _rule(kind: str, written: str, *, is_extended: bool = False) -> Rule:
    stated = attributes(written.partition(">")[0] + ">").get("sqref", "")
    areas = stated or " ".join(_AREAS.findall(written))
    is_note = kind == "dataValidation" and not _TYPE.search(written)
    # LibreOffice writes 0 for the formulas of a validation that only has a message.
    formulas = () if is_note else tuple(unescaped(text) for text in _FORMULA.findall(written))
    return Rule(kind, " ".join(areas.split()), formulas, written, is_extended)


__all__ = ["Rule", "extended_rules", "rules_of", "with_rules"]

"""The conditional formats and the data validation of a worksheet part one by one, and some of them put into another page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from xlsync.ooxml.patch.worksheet_children import Children, reprefixed
from xlsync.ooxml.xml.encoding import unescaped
from xlsync.ooxml.xml.splice import Element, attributes, children, spliced

_FORMULA: Final = re.compile(r"<(?:[\w.-]+:)?(?:formula[12]?|f)(?:\s[^<>]*)?>([^<]*)<")
_AREAS: Final = re.compile(r"<(?:[\w.-]+:)?sqref\s*>([^<]*)<")
_PRIORITY: Final = re.compile(r"""(\spriority\s*=\s*["'])([0-9]{1,9})(?=["'])""")
_EXTENDED: Final = frozenset({"conditionalFormattings", "dataValidations"})


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
        if group.name.rpartition(":")[2] not in _EXTENDED:
            continue
        kind = group.name.rpartition(":")[2].removesuffix("s")
        for element in children(page.masked, group.inner, group.inner_end):
            written = page.text[element.start : element.end]
            yield element.start, element.end, _rule(kind, written, is_extended=True)


def with_rules(page: Children, rules: Iterable[Rule], prefix: str) -> str:
    """Return a worksheet part's text with more rules, whose elements are written with a prefix; they apply after its own."""
    by_kind: dict[str, list[str]] = {"conditionalFormatting": [], "dataValidation": []}
    for rule in rules:
        by_kind[rule.rule_kind].append(reprefixed(rule.text, prefix, page.root_element.prefix))
    return _with_validation(
        Children.of(_with_formats(page, by_kind["conditionalFormatting"])),
        by_kind["dataValidation"],
    )


def _with_formats(page: Children, formats: list[str]) -> str:
    if not formats:
        return page.text
    there = [page.text[it.start : it.end] for it in page.named("conditionalFormatting")]
    last = max((int(number) for text in there for _, number in _PRIORITY.findall(text)), default=0)
    shifted = [
        _PRIORITY.sub(lambda match: f"{match[1]}{int(match[2]) + last}", text) for text in formats
    ]
    return spliced(page.text, [page.insertion("conditionalFormatting", "".join(shifted))])


def _with_validation(page: Children, elements: list[str]) -> str:
    if not elements:
        return page.text
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


def _rule(kind: str, written: str, *, is_extended: bool = False) -> Rule:
    stated = attributes(written.partition(">")[0] + ">").get("sqref", "")
    areas = stated or " ".join(_AREAS.findall(written))
    formulas = tuple(unescaped(text) for text in _FORMULA.findall(written))
    return Rule(kind, " ".join(areas.split()), formulas, written, is_extended)


__all__ = ["Rule", "extended_rules", "rules_of", "with_rules"]

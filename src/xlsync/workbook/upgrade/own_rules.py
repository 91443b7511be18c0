"""Conditional formats and lists that somebody added to a form's page, and whether another version's page has room for them.

The form's own formats speak of its checks, and its own lists stand on its fields: whatever does neither is somebody's own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from xlsync.errors import DamagedWorkbook
from xlsync.ooxml.a1 import Area, Position, is_within, split_range
from xlsync.ooxml.formula_references import formula_references
from xlsync.ooxml.opc.part_cache import cached_by_text
from xlsync.ooxml.patch.kept_rules import Rule, rules_of
from xlsync.ooxml.patch.worksheet_children import Children
from xlsync.workbook.upgrade.own_additions import Displaced

_HIDDEN: Final = "_xlsync"
"""In every formula by which a format or a list of the form speaks of its hidden worksheets."""
_KINDS: Final = {"conditionalFormatting": "条件付き書式", "dataValidation": "入力規則"}
_MOVED: Final = "新しい様式では、この場所の欄が変わりました。必要なときは設定し直してください"


@dataclass(frozen=True, slots=True)
class OwnRules:
    """The rules that go along, and those that have no place."""

    kept_rules: tuple[Rule, ...]
    displaced: tuple[Displaced, ...]


@dataclass(frozen=True)
class FormRules:
    """The rules of a form's page: those that speak of its hidden worksheets, stand on its fields, or are drawn beside them.

    `field_positions` are the cells of its fields, `drawn` what it draws beside them, by kind, cells and formulas.
    """

    field_positions: tuple[Position, ...]
    drawn: frozenset[tuple[str, str, tuple[str, ...]]]

    def is_other(self, rule: Rule) -> bool:
        """Whether a rule is none of them: somebody added it."""
        if any(_HIDDEN in formula for formula in rule.formula_texts) or rule[:3] in self.drawn:
            return False
        areas = list(_areas(rule.sqref))
        is_on_field = any(
            is_within(field, area) for area in areas for field in self.field_positions
        )
        return rule.rule_kind == "conditionalFormatting" or not is_on_field


@lru_cache(maxsize=4)
def rules_of_form(page: str, fields: tuple[Position, ...]) -> FormRules:
    """Return the rules of a page as the form's template draws it, its fields in these cells."""
    no_rules = FormRules(fields, frozenset())
    beside = filter(no_rules.is_other, rules_of(Children.of(page)))
    return FormRules(fields, frozenset(rule[:3] for rule in beside))


@cached_by_text
def rules_beside(page: str, form_rules: FormRules) -> list[Rule]:
    """Return the rules of a page that are none of the form's; most pages of a form have the same ones, hence the cache."""
    return [rule for rule in rules_of(Children.of(page)) if form_rules.is_other(rule)]


def own_rules(rules: Iterable[Rule], changed: Collection[Position], page: str) -> OwnRules:
    """Return which of somebody's own rules stay, and which have no place, where these cells of a page have changed.

    A rule stays where neither the cells it is for nor those its formulas name have changed.
    """
    kept, displaced = list[Rule](), list[Displaced]()
    for rule in rules:
        if _touches(rule, changed, page):
            content = "、".join(
                (_KINDS[rule.rule_kind], *(f"={formula}" for formula in rule.formula_texts))
            )
            displaced.append(Displaced(rule.sqref, content, _MOVED))
        else:
            kept.append(rule)
    return OwnRules(tuple(kept), tuple(displaced))


def _touches(rule: Rule, changed: Collection[Position], page: str) -> bool:
    areas = [*_areas(rule.sqref), *_named_areas(rule, page)]
    return any(is_within(cell, area) for area in areas for cell in changed)


def _named_areas(rule: Rule, page: str) -> Iterator[Area]:
    for formula in rule.formula_texts:
        for title, area in formula_references(formula).areas:
            if title in {None, page}:
                yield area


def _areas(written: str) -> Iterator[Area]:
    for text in written.split():
        try:
            yield split_range(text)
        except DamagedWorkbook:
            continue


__all__ = ["FormRules", "OwnRules", "own_rules", "rules_beside", "rules_of_form"]

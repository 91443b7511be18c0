"""What must hold between cells: sums on the page, program totals across sheets, 人件費 against the city's rates."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from xlsync.finding import Finding, finding

if TYPE_CHECKING:
    from xlsync.checks.context import Context
    from xlsync.form.edition import BoundRule
    from xlsync.sheet import Sheet


def relation_findings(sheet: Sheet, context: Context) -> Iterator[Finding]:
    """Evaluate every rule of the edition that can be evaluated: a blank, dashed or unreadable part keeps a rule silent."""
    for rule in sheet.edition.rules:
        if rule.check == "sum":
            yield from _sum(sheet, rule)
        elif rule.check == "program-total":
            yield from _program_total(sheet, rule, context)
        elif rule.check == "personnel-cost":
            yield from _personnel_cost(sheet, rule, context)


def _sum(sheet: Sheet, rule: BoundRule) -> Iterator[Finding]:
    stated, parts = whole(sheet, rule.total), [whole(sheet, part) for part in rule.parts]
    known = [part for part in parts if part is not None]
    if stated is None or len(known) < len(parts) or stated == sum(known):
        return
    words = "、".join(sheet.edition.by_path[part].label for part in rule.parts)
    yield _mismatch(sheet, rule, "sum", stated, sum(known), parts=words)


def _program_total(sheet: Sheet, rule: BoundRule, context: Context) -> Iterator[Finding]:
    others = [other for other in context.program if other.key != sheet.key]
    amounts = [whole(one, rule.parts[0]) for one in (sheet, *others)]
    known = [amount for amount in amounts if amount is not None]
    stated = whole(sheet, rule.total)
    if stated is None or len(known) < len(amounts) or stated == sum(known):
        return
    yield _mismatch(sheet, rule, "program-total", stated, sum(known), count=str(len(amounts)))


def _personnel_cost(sheet: Sheet, rule: BoundRule, context: Context) -> Iterator[Finding]:
    rate, stated = context.rates.get(rule.at), whole(sheet, rule.total)
    persons, hours = sheet[rule.parts[0]], sheet[rule.parts[1]]
    if (
        rate is None
        or stated is None
        or not isinstance(persons, Decimal)
        or not isinstance(hours, Decimal)
    ):
        return
    exact = persons * rate.per_person + hours * rate.per_hour
    if abs(stated - exact) <= rule.tolerance:
        return
    nearest = int(exact.to_integral_value(ROUND_HALF_UP))
    shown = {"persons": f"{persons:,f}人", "hours": f"{hours:,f}時間"}
    yield _mismatch(sheet, rule, "personnel-cost", stated, nearest, **shown)


def whole(sheet: Sheet, path: str) -> int | None:
    """Give the whole number at a path, or None where there is none to reckon with."""
    value = sheet[path]
    return value if isinstance(value, int) else None


def _mismatch(
    sheet: Sheet, rule: BoundRule, sentence: str, stated: int, reckoned: int, **facts: str
) -> Finding:
    field = sheet.edition.by_path[rule.total]
    return finding(
        rule.code,
        rule.total,
        rule.severity,
        sentence,
        field=field.title,
        shown=f"{stated:,}{field.unit}",
        sum=f"{reckoned:,}{field.unit}",
        difference=f"{stated - reckoned:+,}{field.unit}",
        **facts,
    )

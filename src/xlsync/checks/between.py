"""What must hold between the sheets of one program: 要する経費全体 is the sum over its 事務事業."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from xlsync.finding import Finding, worded
from xlsync.finding_catalogue import CATALOGUE
from xlsync.rules import sentence_of

if TYPE_CHECKING:
    from xlsync.checks.context import Context
    from xlsync.form.edition import BoundRule
    from xlsync.sheet import Sheet


def program_totals(sheet: Sheet, context: Context) -> Iterator[Finding]:
    """Compare each stated total with the sum over the program's sheets.

    While sheets of the program may be missing, only a sum above the total is wrong for certain. Where the program is not
    known, or a number in it, nothing is compared.
    """
    if not context.program:
        return
    for rule in sheet.edition.rules:
        if rule.check == "program-total":
            yield from _program_total(sheet, rule, context)


def _program_total(sheet: Sheet, rule: BoundRule, context: Context) -> Iterator[Finding]:
    amounts = _amounts(sheet, rule.parts[0], context)
    stated, computed = _whole(sheet, rule.path), sum(amounts)
    if stated is None or not amounts or stated == computed:
        return
    if stated > computed and not context.program_complete:
        return
    field = sheet.edition.by_path[rule.path]
    facts = {
        "field": field.title,
        "shown": f"{stated:,}{field.unit}",
        "sum": f"{computed:,}{field.unit}",
        "difference": f"{stated - computed:+,}{field.unit}",
        "count": str(len(amounts)),
    }
    words = sentence_of(rule, CATALOGUE["program-total"].sentence, facts)
    yield worded(rule.code, rule.path, rule.severity, words, facts)


def _amounts(sheet: Sheet, path: str, context: Context) -> list[int]:
    """Return the whole number at a path in each sheet of the program; an empty list where one of them has none."""
    others = [other for other in context.program if other.id != sheet.id]
    amounts = [_whole(member, path) for member in (sheet, *others)]
    known = [amount for amount in amounts if amount is not None]
    return known if len(known) == len(amounts) else []


def _whole(sheet: Sheet, path: str) -> int | None:
    """Return the whole number at a path, None where there is none."""
    value = sheet[path]
    return value if isinstance(value, int) else None

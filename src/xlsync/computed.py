"""Computed fields: what their live formulas give, and what beside the sheet's own values they need for it.

Excel, the reader, the writer, the merge and the checks all share one definition: a sum is blank until every part is a
number, or, where its rule lets blank parts count for nothing, until some part is; a program total is this sheet's own cost
plus what the program's other projects add.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Container, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Final, cast

from xlsync.kinds import Value
from xlsync.kinds.value import as_decimal

if TYPE_CHECKING:
    from xlsync.form.edition import BoundRule, Edition

PROGRAM_TOTAL: Final = "program-total"
NOT_DUE: Final = "－"
"""What stands where nobody has to fill in anything yet, and nobody has: neither 0 nor missing."""


@dataclass(frozen=True, slots=True)
class Share:
    """What a program total has beside this sheet: the other projects' sum, and the total as issued (both 千円).

    `issued_total` stands while this sheet's own cost is blank; None: then the total is blank too.
    """

    other_total: int = 0
    issued_total: int | None = None


ALONE: Final = Share()


def compute(
    rule: BoundRule, values: Mapping[str, Value], share: Share = ALONE
) -> int | Decimal | None:
    """Return what a computed field's formula gives: the sum where enough parts are numbers, else None (blank)."""
    if rule.expression is not None and rule.computed_result is not None:
        return rule.expression.computed(values, rule.computed_result)
    return _summed(rule, values, share)


def _summed(rule: BoundRule, values: Mapping[str, Value], share: Share) -> int | Decimal | None:
    """Return what a sum comes to: that of its parts where enough are numbers, with what the program's other sheets add."""
    parts = [value for part in rule.parts for value in _values_of(part, values)]
    known = [part for part in parts if isinstance(part, int | Decimal)]
    if len(known) < (1 if rule.skips_blanks else len(parts)) or not parts:
        return share.issued_total
    total = sum(known) + share.other_total
    return total if isinstance(total, int) else as_decimal(total)


def _values_of(part: str, values: Mapping[str, Value]) -> list[Value]:
    """Return the value of a part; where that is a table's column (items.count), those of its rows."""
    table, _, column = part.rpartition(".")
    rows = values.get(table) if table else None
    if isinstance(rows, tuple):
        return [values.get(f"{table}.{row_id}.{column}") for row_id in rows]
    return [values.get(part)]


def share_of(rule: BoundRule, values: Mapping[str, Value]) -> Share | None:
    """Return the share with which the formula gives the stored value; None where none does: then the value was typed."""
    value = values.get(rule.path)
    own = compute(rule, values)
    # An expression may give a number where every part is blank: a sheet that was never calculated has its formula all the same.
    if value == own or (value is None and rule.expression is not None):
        return ALONE
    if rule.check != PROGRAM_TOTAL or not isinstance(value, int):
        return None
    return Share(issued_total=value) if own is None else Share(other_total=int(value - own))


def blank_text(
    edition: Edition, path: str, values: Mapping[str, Value], unreadable: Container[str]
) -> str:
    """Return what a computed cell shows while it has no number: "－" where it is not due and nothing is typed, else ""."""
    if path not in edition.not_due:
        return ""
    parts = edition.typed_parts(path)
    typed = any(values.get(part) is not None or part in unreadable for part in parts)
    return "" if typed else NOT_DUE


@lru_cache(maxsize=64)
def ratios(edition: Edition) -> Mapping[str, BoundRule]:
    """Return the rule of each computed field that divides by what fields say, by the field's path."""
    rules = edition.formulas.items()
    return {path: rule for path, rule in rules if rule.expression and rule.expression.is_ratio}


def results(
    edition: Edition, live: Mapping[str, Share], values: Mapping[str, Value]
) -> dict[str, int | Decimal | None]:
    """Return what the live formulas give (path → number, None for blank) over the values of the other fields."""
    totals: dict[str, int | Decimal | None] = {}

    def total(path: str) -> int | Decimal | None:
        if path not in totals:
            totals[path] = None  # a formula that leads back to itself stays blank
            rule = edition.formulas[path]
            known: dict[str, Value] = {p: total(p) for p in rule.parts if p in live}
            totals[path] = compute(
                rule, ChainMap(known, cast("dict[str, Value]", values)), live[path]
            )
        return totals[path]

    for path in live:
        total(path)
    return totals

"""What only a whole folder shows: whether 要する経費全体 agrees with the program's sheets, once all of them were received."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from xlsync.checks.between import program_totals
from xlsync.computed import PROGRAM_TOTAL
from xlsync.exchange.check_context import context_of
from xlsync.exchange.program_totals import program_of, with_known_totals
from xlsync.workbook.reading.page_layout import plan_of

if TYPE_CHECKING:
    from xlsync.exchange.receipt import Receipt, Terms
    from xlsync.finding import Finding
    from xlsync.sheet import Sheet
    from xlsync.store import Store


def with_program_findings(store: Store, terms: Terms, receipts: Iterable[Receipt]) -> list[Receipt]:
    """The receipts with the findings between sheets as the store has them now, whatever order the files came in."""
    programs: dict[str, tuple[Sheet, ...]] = {}

    def renewed(receipt: Receipt) -> Receipt:
        head = (
            store.head(receipt.sheet_id, terms.fiscal_year) if _is_current(receipt, terms) else None
        )
        if head is None:
            return receipt
        codes = {rule.code for rule in head.edition.rules if rule.check == PROGRAM_TOTAL}
        kept = [finding for finding in receipt.findings if finding.code not in codes]
        if head.program not in programs:
            programs[head.program] = program_of(store, terms, head)
        between = _findings(store, terms, head, programs[head.program])
        return replace(receipt, findings=(*kept, *between))

    return [renewed(receipt) for receipt in receipts]


def _is_current(receipt: Receipt, terms: Terms) -> bool:
    is_stored = receipt.outcome not in {"refused", "trial"}
    return is_stored and receipt.edition == terms.fiscal_year and bool(receipt.key)


def _findings(
    store: Store, terms: Terms, sheet: Sheet, program: tuple[Sheet, ...]
) -> Iterator[Finding]:
    plan = plan_of(terms.form, terms.fiscal_year)
    context = context_of(store, terms, sheet, program)
    for finding in program_totals(with_known_totals(sheet, context), context):
        yield finding.at(plan.edition.worksheet, plan.addresses[finding.path])

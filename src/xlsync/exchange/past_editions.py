"""Sheets of an edition before the present one: still recognised, and every change of them waits for the planning office."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from xlsync.exchange.receipt import Receipt, ReviewRules
from xlsync.exchange.successors import successors_of
from xlsync.finding import finding
from xlsync.store.register_acts import is_counted
from xlsync.store.rollover_acts import is_begun, is_closed

if TYPE_CHECKING:
    from xlsync.exchange.incoming import Incoming
    from xlsync.exchange.receipt import Terms
    from xlsync.finding import Finding
    from xlsync.form.edition import Edition
    from xlsync.store import Store


def terms_of_year(terms: Terms, store: Store | None, year: int) -> Terms | None:
    """Return the terms under which a sheet of a year is taken: the present ones, or those of a year that was rolled over.

    None for a year whose sheets are not taken.
    """
    if year == terms.fiscal_year:
        return terms
    if store is None or year > terms.fiscal_year or not is_begun(store.files, terms.fiscal_year):
        return None
    past = terms.at_year(year)
    rules = replace(past.procedure_rules, review_rules=ReviewRules("all"))
    return replace(past, procedure_rules=rules)


def terms_of_workbook(terms: Terms, store: Store, sheets: Iterable[Incoming]) -> Terms:
    """Return the terms of a workbook's sheets: those of a past year where all of them are of it, else the present ones."""
    years = {incoming.sheet.edition.year for incoming in sheets if not incoming.barred}
    if len(years) != 1:
        return terms
    return terms_of_year(terms, store, years.pop()) or terms


def other_year(terms: Terms, edition: Edition) -> str:
    """Return why a sheet of another year's edition is not taken, in Japanese."""
    brought = edition.expand("{0年度}")
    accepted = _present(terms)
    return f"{brought}版の様式です（いま受け付けているのは{accepted}版です）。{accepted}版のファイルに入力してください"


def with_answer(terms: Terms, store: Store, incoming: Incoming, receipt: Receipt) -> Receipt:
    """Return the receipt of a past year's sheet with a sentence about what becomes of it, and where to go on."""
    edition = incoming.sheet.edition
    is_waiting = "review-waits" in {each.code for each in receipt.findings}
    code = "last-years-change" if is_waiting else "last-years"
    closed = "（締め切られています）" if is_closed(store.files, edition.year) else ""
    facts = {"shown": f"{edition.expand('{0年度}')}{closed}", "kept": _present(terms)}
    answers = [finding(code, "", **facts), *_where_it_is_now(terms, store, incoming)]
    placed = (each.at(incoming.worksheet, "") for each in answers)
    return replace(receipt, findings=(*placed, *receipt.findings))


def _where_it_is_now(terms: Terms, store: Store, incoming: Incoming) -> Iterator[Finding]:
    """Yield in which sheets the project goes on this year, where that is not its own."""
    sheet_id, year = incoming.sheet_id, terms.fiscal_year
    if store.last(sheet_id, year) and is_counted(store.files, sheet_id, year):
        return
    successors, present = successors_of(store, sheet_id, year), _present(terms)
    if successors.sheet_ids:
        named, word = successors.named(store, year), successors.relation_word
        yield finding("last-years-became", "", None, shown=named, kept=present, reason=word)
    else:
        yield finding("last-years-ended", "", None, kept=present)


def _present(terms: Terms) -> str:
    return terms.form.at(terms.fiscal_year).expand("{0年度}")


__all__ = ["other_year", "terms_of_workbook", "terms_of_year", "with_answer"]

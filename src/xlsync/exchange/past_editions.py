"""Sheets of an edition before the present one: in the form of then, and every change of them waits for the planning office."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from xlsync.exchange.receipt import Receipt, ReviewRules
from xlsync.exchange.successors import successors_of
from xlsync.finding import finding
from xlsync.form.library import collecting
from xlsync.store.register_acts import is_counted
from xlsync.store.rollover_acts import is_begun, is_closed
from xlsync.store.year_version import form_version_of_year

if TYPE_CHECKING:
    from xlsync.exchange.incoming import Incoming
    from xlsync.exchange.receipt import Terms
    from xlsync.finding import Finding
    from xlsync.form.edition import Edition
    from xlsync.form.library import Form
    from xlsync.store import Store


def store_of_year(store: Store, terms: Terms, year: int) -> Store:
    """Return the store as the sheets of a year are read and written there: those of a past one in the form of then."""
    if year >= terms.fiscal_year:
        return store
    return store.at_form_version(form_version_of_year(store, year))


def store_at_year(store: Store | None, terms: Terms, year: int) -> Store | None:
    """Return `store_of_year`, None where there is no store."""
    return None if store is None else store_of_year(store, terms, year)


def form_of_year(terms: Terms, store: Store | None, year: int) -> Form:
    """Return the form that a sheet of a year is read in: of a past one the form of then, where its sheets are taken."""
    return (terms_of_year(terms, store, year) or terms).form


def terms_at_year(store: Store, terms: Terms, year: int) -> Terms:
    """Return the terms of another fiscal year, of a past one with the form of then."""
    if year >= terms.fiscal_year:
        return terms.at_year(year)
    form = collecting(store_of_year(store, terms, year).form, terms.form.fiscal_year)
    return replace(terms.at_year(year), form=form)


def terms_of_year(terms: Terms, store: Store | None, year: int) -> Terms | None:
    """Return the terms under which a sheet of a year is taken: the present ones, or those of a year that was rolled over.

    None for a year whose sheets are not taken. What is taken goes into the store of that year (`store_of_year`).
    """
    if year == terms.fiscal_year:
        return terms
    if store is None or year > terms.fiscal_year or not is_begun(store.files, terms.fiscal_year):
        return None
    past = terms_at_year(store, terms, year)
    rules = replace(past.procedure_rules, review_rules=ReviewRules("all"))
    return replace(past, procedure_rules=rules)


def is_of_past_year(store: Store, terms: Terms, edition: Edition) -> bool:
    """Whether an edition is one before the present one whose sheets are still taken."""
    year = edition.year
    return year < terms.fiscal_year and terms_of_year(terms, store, year) is not None


def city_of_workbook(store: Store, terms: Terms, sheets: Iterable[Incoming]) -> tuple[Store, Terms]:
    """Return store and terms of a workbook's sheets: of a past year where all are of it, else the present ones."""
    years = {incoming.sheet.edition.year for incoming in sheets if not incoming.barred}
    return city_of_year(store, terms, years.pop()) if len(years) == 1 else (store, terms)


def city_of_year(store: Store, terms: Terms, year: int) -> tuple[Store, Terms]:
    """Return store and terms under which a sheet of a year is taken, the present ones for a year whose sheets are not."""
    own_terms = terms_of_year(terms, store, year)
    return (store, terms) if own_terms is None else (store_of_year(store, terms, year), own_terms)


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


__all__ = [
    "city_of_workbook",
    "city_of_year",
    "form_of_year",
    "is_of_past_year",
    "other_year",
    "store_at_year",
    "store_of_year",
    "terms_at_year",
    "terms_of_year",
    "with_answer",
]

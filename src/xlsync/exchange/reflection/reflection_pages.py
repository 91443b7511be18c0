"""反映状況 as printed lists: every sheet with both amounts, directions against outcomes, sheets without next year's amount."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from xlsync.exchange.reflection.budget_response import (
    OUTCOMES,
    SEVERAL,
    SOURCE_WORDS,
    compared_fields,
    reflection_page,
)
from xlsync.summary.excel.book import Book
from xlsync.summary.excel.list_page import Column, PrintedList, write_list_page
from xlsync.summary.figures.unit_names import names_of

if TYPE_CHECKING:
    from xlsync.exchange.reflection.budget_response import BudgetResponse
    from xlsync.form.edition import Edition
    from xlsync.form.summary_pages import Outcome, ReflectionPage
    from xlsync.summary.excel.list_page import CellValue, Row

NO_DIRECTION: Final = "（方向性の記載なし）"
CONTRADICTION: Final = "食い違い"
_COUNT: Final = "0;△0;"
_CHANGE: Final = "+#,##0;△#,##0;0"
_UNKNOWN: Final = "金額なし"


@dataclass(frozen=True, slots=True)
class ReflectionTitles:
    """The titles of the three lists, and what their years and amounts are called."""

    title: str
    this_year: str
    next_year: str
    unit: str

    @property
    def cross(self) -> str:
        """The title of directions against outcomes."""
        return f"{self.title}（方向性別）"

    @property
    def lacking(self) -> str:
        """The title of the sheets without an amount of next year."""
        return f"{self.title}（金額なし）"


def reflection_lists(responses: Sequence[BudgetResponse], edition: Edition) -> list[PrintedList]:
    """Return the lists; none where no sheet has a direction, for then there is nothing to follow up."""
    page = reflection_page(edition)
    if page is None or not any(each.direction for each in responses):
        return []
    titles = _titles(edition, page)
    lists = [_every(responses, edition, titles), _cross(responses, edition, page, titles)]
    lacking = [each for each in responses if each.outcome is None]
    return [*lists, _lacking(lacking, edition, titles)] if lacking else lists


def reflection_workbook(
    by_department: Sequence[tuple[str, Sequence[BudgetResponse]]],
    edition: Edition,
    city: str,
) -> bytes:
    """Return the workbook: the lists of all sheets, then each department's directions against outcomes."""
    page = reflection_page(edition)
    if page is None:
        raise ValueError("the form does not say what to compare")
    titles = _titles(edition, page)
    every = [each for _, responses in by_department for each in responses]
    book = Book(f"{city}　{titles.title}", dt.date(2000, 1, 1))
    for listed in reflection_lists(every, edition):
        write_list_page(book, listed, city)
    if len(by_department) > 1:
        write_list_page(book, _departments(by_department, edition, page, titles), city)
    return book.close()


def _titles(edition: Edition, page: ReflectionPage) -> ReflectionTitles:
    """Return what the lists and their years are called."""
    now, then = compared_fields(edition, page) or (None, None)
    if now is None or then is None:
        return ReflectionTitles(page.title, "", "", "")
    return ReflectionTitles(page.title, now.axis_label, then.axis_label, now.unit)


def _named_columns(edition: Edition) -> list[Column]:
    words, levels = edition.definition.words, edition.definition.identity.organization
    units = [Column(level.name, 16) for level in levels[:2]]
    return [*units, Column(words.key, 20), Column(words.title, 30)]


def _every(
    responses: Sequence[BudgetResponse], edition: Edition, titles: ReflectionTitles
) -> PrintedList:
    """Return a row for each sheet; those that were merged or split have their amounts in the row of the first."""
    columns = [
        *_named_columns(edition),
        Column("方向性", 18),
        Column(titles.this_year, 14),
        Column(titles.next_year, 14),
        Column("増減", 13, _CHANGE),
        Column("予算の結果", 11),
        Column("金額の出どころ", 16),
        Column("備考", 34),
    ]
    rows: list[Row] = []
    marked: set[int] = set()
    for response in responses:
        if response.is_contradiction:
            marked.update(range(len(rows), len(rows) + len(response.own_sheets)))
        rows += _rows_of(response)
    notes = [
        f"単位：{titles.unit}。食い違い（方向性と予算の結果が合わないもの）は色と備考で示します。"
    ]
    return PrintedList(
        titles.title, columns, rows, notes, _sums(responses, len(columns)), marked_rows=marked
    )


def _rows_of(response: BudgetResponse) -> list[Row]:
    outcome = response.outcome or _UNKNOWN
    first = [
        response.amount,
        response.next_amount,
        response.difference,
        outcome,
        SOURCE_WORDS[response.next_source],
    ]
    rows: list[Row] = []
    for index, sheet in enumerate(response.own_sheets):
        named = [*names_of(sheet)[:2], sheet.key, sheet.title]
        amounts: list[CellValue] = [None, None, None, outcome, ""] if index else [*first]
        rows.append([*named, response.direction, *amounts, _remark(response, index)])
    return rows


def _remark(response: BudgetResponse, index: int) -> str:
    """Return what else is to be known of a row: a contradiction, a merger, a split, another name next year."""
    parts = [CONTRADICTION] if response.is_contradiction else []
    if index:
        parts.append(f"金額は {response.own_sheets[0].key} の行に合わせて示します")
        return "。".join(parts)
    is_alone = len(response.own_sheets) == 1 and len(response.heir_sheets) == 1
    if len(response.own_sheets) > 1:
        parts.append(f"{len(response.own_sheets)}件を合わせて比べます")
    if response.heir_sheets and not (is_alone and _are_alike(response)):
        named = "、".join(f"{sheet.key} {sheet.title}" for sheet in response.heir_sheets)
        parts.append(f"翌年度：{named}")
    return "。".join(parts)


def _are_alike(response: BudgetResponse) -> bool:
    old, new = response.own_sheets[0], response.heir_sheets[0]
    return (old.key, old.title) == (new.key, new.title)


def _sums(responses: Iterable[BudgetResponse], width: int) -> Row:
    """Return the sum of the amounts of those that have both."""
    now, then = _known_sums(responses)
    left: list[CellValue] = ["計（両年度の金額のあるもの）", *[""] * (width - 7)]
    return [*left, now, then, then - now, "", "", ""]


def _cross(
    responses: Sequence[BudgetResponse],
    edition: Edition,
    page: ReflectionPage,
    titles: ReflectionTitles,
) -> PrintedList:
    """Return for each direction how many sheets had which outcome, and both amounts."""
    columns = [Column("方向性", 34), *_cross_columns(titles)]
    rows = [_cross_row(label, those) for label, those in _by_direction(responses, edition, page)]
    notes = [
        f"件数はこの年度の{edition.definition.words.sheet}の数です。金額（{titles.unit}）は、両年度の金額のあるものの合計です。",
        _about_within(page),
    ]
    return PrintedList(titles.cross, columns, rows, notes, _cross_row("計", responses))


def _about_within(page: ReflectionPage) -> str:
    continued = f"増減が{page.within_percent}%までのものを継続"
    return f"{continued}、翌年度の金額が0のもの（翌年度のシートのないものを含む）を廃止とします。"


def _cross_columns(titles: ReflectionTitles) -> list[Column]:
    outcomes = [Column(outcome, 10, _COUNT) for outcome in (*OUTCOMES, _UNKNOWN, "件数")]
    amounts = [Column(titles.this_year, 16), Column(titles.next_year, 16)]
    return [*outcomes, *amounts, Column("増減", 16, _CHANGE), Column(CONTRADICTION, 12, _COUNT)]


def _cross_row(label: str, responses: Sequence[BudgetResponse]) -> Row:
    counts = [_count(responses, outcome) for outcome in (*OUTCOMES, None)]
    now, then = _known_sums(responses)
    wrong = sum(len(each.own_sheets) for each in responses if each.is_contradiction)
    return [label, *counts, sum(counts), now, then, then - now, wrong]


def _count(responses: Iterable[BudgetResponse], outcome: Outcome | None) -> int:
    return sum(len(each.own_sheets) for each in responses if each.outcome == outcome)


def _known_sums(responses: Iterable[BudgetResponse]) -> tuple[int, int]:
    """Return the sums of both amounts over those that have both."""
    known = [each for each in responses if each.outcome is not None]
    now = sum(each.amount or 0 for each in known)
    return now, sum(each.next_amount or 0 for each in known)


def _by_direction(
    responses: Sequence[BudgetResponse], edition: Edition, page: ReflectionPage
) -> list[tuple[str, list[BudgetResponse]]]:
    """Return the responses by direction: the form's words in order, then others, none at the end."""
    by_word: dict[str, list[BudgetResponse]] = {}
    for each in responses:
        by_word.setdefault(each.direction, []).append(each)
    kind = next(f.kind for f in edition.fields if f.entry.path == page.direction)
    words = kind.listed()
    others = sorted(by_word.keys() - {*words, "", SEVERAL})
    ordered = (*words, *others, SEVERAL, "")
    return [(word or NO_DIRECTION, by_word[word]) for word in ordered if word in by_word]


def _departments(
    by_department: Sequence[tuple[str, Sequence[BudgetResponse]]],
    edition: Edition,
    page: ReflectionPage,
    titles: ReflectionTitles,
) -> PrintedList:
    """Return directions against outcomes, department by department."""
    level = edition.definition.identity.organization[0].name
    columns = [Column(level, 26), Column("方向性", 26), *_cross_columns(titles)]
    rows: list[Row] = []
    for name, responses in by_department:
        for label, those in _by_direction(responses, edition, page):
            rows.append([name, *_cross_row(label, those)])
        rows.append([name, *_cross_row("計", responses)])
    every = [each for _, responses in by_department for each in responses]
    total = ["計", *_cross_row("", every)]
    return PrintedList(f"{titles.title}（{level}別）", columns, rows, [_about_within(page)], total)


def _lacking(
    responses: Iterable[BudgetResponse], edition: Edition, titles: ReflectionTitles
) -> PrintedList:
    """Return the sheets of which an amount is not known."""
    columns = [*_named_columns(edition), Column("方向性", 18), Column("ない金額", 30)]
    rows: list[Row] = []
    for response in responses:
        lacking = [titles.this_year] * (response.amount is None)
        lacking += [titles.next_year] * (response.next_amount is None)
        for sheet in response.own_sheets:
            named = [*names_of(sheet)[:2], sheet.key, sheet.title]
            rows.append([*named, response.direction, "、".join(lacking)])
    return PrintedList(titles.lacking, columns, rows)


__all__ = ["CONTRADICTION", "NO_DIRECTION", "reflection_lists", "reflection_workbook"]

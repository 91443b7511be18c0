"""`xlsync figures reflection`: what became of the directions in the next year's budget (反映状況)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlsync.city.budget_reflection import responses_by_department
from xlsync.cli import ATTENTION
from xlsync.cli.change_lines import say_first
from xlsync.cli.console import put_json, say
from xlsync.cli.current_city import current_city
from xlsync.disk import replace_whole
from xlsync.exchange.reflection.budget_response import SOURCE_WORDS
from xlsync.exchange.reflection.reflection_pages import reflection_workbook

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from xlsync.exchange.reflection.budget_response import BudgetResponse


def show_reflection(
    folder: Path, edition_year: int | None, out: Path | None, *, as_json: bool
) -> int:
    """Print what became of each direction, write the workbook where one is wanted, and return the exit code.

    It is 1 where an outcome does not agree with its direction, or an amount is not known.
    """
    city = current_city(folder, edition_year)
    edition = city.terms.form.at(city.terms.fiscal_year)
    by_department = responses_by_department(city)
    responses = [each for _, those in by_department for each in those]
    if out is not None:
        replace_whole(out, reflection_workbook(by_department, edition, city.name))
    if as_json:
        put_json({"edition": edition.year, "responses": [each.to_document() for each in responses]})
    else:
        _say(responses)
        if out is not None:
            say(f"書き出しました {out}")
    is_open = any(each.is_contradiction or each.outcome is None for each in responses)
    return ATTENTION if is_open else 0


def _say(responses: Sequence[BudgetResponse]) -> None:
    say_first([_line(each) for each in responses])
    wrong = sum(each.is_contradiction for each in responses)
    unknown = sum(each.outcome is None for each in responses)
    say(f"食い違い {wrong}件、金額のないもの {unknown}件（全{len(responses)}件）")


def _line(response: BudgetResponse) -> str:
    named = "、".join(f"{sheet.key} {sheet.title}" for sheet in response.own_sheets)
    amounts = [
        "なし" if amount is None else f"{amount:,}"
        for amount in (response.amount, response.next_amount)
    ]
    outcome = response.outcome or "金額なし"
    mark = "（食い違い）" if response.is_contradiction else ""
    source = SOURCE_WORDS[response.next_source]
    return (
        f"{named}：{response.direction or '方向性の記載なし'} → {outcome}{mark}"
        f"　{amounts[0]} → {amounts[1]}（{source}）"
    )


__all__ = ["show_reflection"]

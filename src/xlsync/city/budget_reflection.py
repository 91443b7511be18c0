"""What became of the directions of a city's sheets in the next year's budget, by department."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlsync.city.summary_files import departments_of, figures_for, survey_of
from xlsync.errors import StoreError
from xlsync.exchange.reflection.budget_response import reflection_page

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from xlsync.city.settings import CitySettings
    from xlsync.exchange.department_summaries import Survey
    from xlsync.exchange.reflection.budget_response import BudgetResponse


def responses_by_department(city: CitySettings) -> list[tuple[str, Sequence[BudgetResponse]]]:
    """Return each department with what became of its sheets; "" and all sheets where the form has no organization.

    StoreError where the form does not say what to compare, or no sheet has a direction.
    """
    edition = city.terms.form.at(city.terms.fiscal_year)
    if reflection_page(edition) is None:
        raise StoreError("この様式には、反映状況の設定（[[summary]] の reflection）がありません")
    seen = survey_of(city)
    by_department = list(_departments(city, seen))
    if not any(responses for _, responses in by_department):
        word = edition.definition.words.sheet
        raise StoreError(f"{edition.year}年度には、方向性を記入した{word}がありません")
    return by_department


def _departments(
    city: CitySettings, seen: Survey
) -> Iterator[tuple[str, Sequence[BudgetResponse]]]:
    named = [name for name in departments_of(seen) if name is not None]
    departments: list[str | None] = [*named] or [None]
    for department in departments:
        figures = figures_for(city, seen, department, city.summaries)
        sheets = [project.sheet for project in figures.projects]
        yield department or "", seen.responses_of(sheets)


__all__ = ["responses_by_department"]

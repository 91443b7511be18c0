"""What is written down about each sheet: who handed it in, what the office did, the yen it was given, its grades."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tests import papers as official
from tests.year_play.city_processes import CityProcesses
from tests.year_play.sheet_paper import SheetPaper
from xlsync.city.settings import find_settings
from xlsync.store.figure_imports import figures_imports
from xlsync.store.stage_acts import stage_acts

KIND: Final = "歳出決算"


def act_differences(city: CityProcesses, papers: list[SheetPaper]) -> Iterator[str]:
    """Compare every act with the card: nothing is handed in that nobody handed in, and no act is lost."""
    folder = find_settings(city.folder).store.folder
    for paper in papers:
        written = stage_acts(folder, paper.key, official.EDITION)
        shown = [(act.stage_act_kind, act.way) for act in written]
        if shown != list(paper.acts):
            yield f"acts {paper.key}: written {shown}, known {list(paper.acts)}"


def yen_differences(city: CityProcesses, papers: list[SheetPaper], beside: int) -> Iterator[str]:
    """Compare the yen that are kept with those of the file, and the page on which yen and 千円 are reconciled.

    Args:
        city: The city.
        papers: What is known of each sheet that counts.
        beside: The yen of the file that belong to no sheet.

    """
    kept = figures_imports(find_settings(city.folder).store.folder, official.EDITION)[KIND]
    told = city.json("figures", "reconcile", "--kind", KIND)
    by_sheet = {sheet["key"]: sheet for sheet in told["by_sheet"]}
    for paper in papers:
        figures = kept.field_figures.get(paper.key, {})
        amounts = paper.amounts or {}
        shown = {path: (figure.yen, figure.value) for path, figure in figures.items()}
        known = {path: (yen, amounts[path]) for path, yen in paper.yen.items()}
        if shown != known:
            yield f"yen {paper.key}: kept {shown}, known {known}"
        if paper.yen:
            said = by_sheet.get(paper.key, {})
            expected = _reconciled(sum(paper.yen.values()), sum(amounts.values()) * 1000)
            if {name: said.get(name) for name in expected} != expected:
                yield f"reconciled {paper.key}: shown {said}, known {expected}"
    total = sum(sum(paper.yen.values()) for paper in papers)
    stored = sum(sum((paper.amounts or {}).values()) for paper in papers if paper.yen) * 1000
    expected = _reconciled(total, stored)
    expected |= {"budget": total + beside, "without_sheet": beside}
    if told["total"] != expected:
        yield f"reconciled: shown {told['total']}, known {expected}"


def _reconciled(yen: int, stored: int) -> dict[str, int]:
    """Return the amounts of a page on which nothing but rounding lies between the budget and the sheets."""
    return {
        "budget": yen,
        "without_sheet": 0,
        "rounding": stored - yen,
        "rounded": stored,
        "difference": 0,
        "stored": stored,
    }


def grade_differences(city: CityProcesses, papers: list[SheetPaper]) -> Iterator[str]:
    """Compare the tiers side by side with the tables that came out of meetings."""
    shown = {sheet["key"]: sheet["tiers"] for sheet in city.json("grades", "list")["sheets"]}
    for paper in papers:
        for name in paper.shape.tiers:
            told = {part: text for part, text in shown[paper.key][name].items() if text}
            known = paper.grades.get(name, {})
            if told != known:
                yield f"grades {paper.key} {name}: shown {told}, known {known}"


__all__ = ["KIND", "act_differences", "grade_differences", "yen_differences"]

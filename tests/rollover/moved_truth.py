"""Last year's document moved into the next year, by what the official form says of its fields. Nothing of xlsync is called.

The five official sheets as JSON go in, nested as `official-form/sheets/*.json`; the JSON of the next edition comes out. It is
written from the page (対象年度, 決算, 当初, 目標値, 実績), so that it can contradict the program.
"""

from __future__ import annotations

from typing import Any

SOURCES = ("national", "prefectural", "local_bonds", "other_specific", "general")
RESULTS = (
    "activities",
    "results",
    "issues",
    "progress",
    "goal_progress",
    "effectiveness",
    "efficiency",
    "overall",
)
STAFF = ("personnel_cost", "regular_staff_fte", "overtime_hours", "temporary_staff")
AS_IT_IS = (
    "organization",
    "budget",
    "project",
    "strategic_plan",
    "comprehensive_strategy",
    "mayoral_pledge",
    "individual_plan",
    "legal_basis",
    "classification",
    "delivery",
    "purpose",
    "outline",
    "other_indicators",
)


def moved(old: dict[str, Any]) -> dict[str, Any]:
    """The next year's document of the same project."""
    year = old["edition"] + 1
    new = {name: old[name] for name in AS_IT_IS}
    return {
        "form": old["form"],
        "edition": year,
        "key": old["key"],
        **new,
        "indicator": _indicator(old["indicator"], year),
        "years": {
            str(each): _year(old["years"].get(str(each)), is_new=each == year)
            for each in (year - 1, year)
        },
        "environment": {
            str(each): old["environment"].get(str(each), {"relevance": None, "detail": None})
            for each in (year - 1, year)
        },
        "costs": _costs(old["costs"], year),
        "program_totals": _program_totals(old, year),
        "next_year": dict.fromkeys(("estimate_basis", "direction", "reason")),
    }


def _indicator(old: dict[str, Any], year: int) -> dict[str, Any]:
    targets, actuals = {}, {}
    for each in range(year - 4, year + 3):
        targets[str(each)] = old["targets"].get(str(each))
        actuals[str(each)] = old["actuals"].get(str(each))
    if actuals[str(year - 1)] == "-":  # the year is over now: what it came to has to be said
        actuals[str(year - 1)] = None
    kept = {name: old[name] for name in ("name", "kind", "description")}
    return {**kept, "targets": targets, "actuals": actuals}


def _year(old: dict[str, Any] | None, *, is_new: bool) -> dict[str, Any]:
    """The plans of the year that is over stay; what came of them is said anew. The new year is blank."""
    plans = {
        name: None if old is None or is_new else old[name] for name in ("improvement_goal", "plan")
    }
    return {**plans, **dict.fromkeys(RESULTS)}


def _costs(old: dict[str, Any], year: int) -> dict[str, Any]:
    costs = {}
    for at in (
        f"{year - 2}-settled",
        f"{year - 1}-settled",
        f"{year}-initial",
        f"{year + 1}-initial",
    ):
        was = old.get(at, {})
        sources = {name: was.get("sources", {}).get(name) for name in SOURCES}
        column: dict[str, Any] = {"project_cost": _sum(sources.values()), "sources": sources}
        if not at.startswith(str(year + 1)):
            column |= {name: was.get(name) for name in STAFF}
            column["total_cost"] = _sum((column["project_cost"], column["personnel_cost"]))
        costs[at] = column
    return costs


def _program_totals(old: dict[str, Any], year: int) -> dict[str, Any]:
    """What the program's other projects add stays; where this project's own cost is not known, the stated total stays."""
    costs, totals = _costs(old["costs"], year), {}
    for at, column in costs.items():
        was, own_was = old["program_totals"].get(at, {}), old["costs"].get(at, {})
        own = {
            "project_cost": column["project_cost"],
            "personnel_cost": column.get("personnel_cost"),
        }
        total: dict[str, Any] = {}
        for name, cost in own.items():
            if name == "personnel_cost" and at.startswith(str(year + 1)):
                continue
            # what last year's own cost came to by its parts, not by what was typed over them
            old_parts = own_was.get("sources", {}).values() if name == "project_cost" else ()
            before = _sum(old_parts) if name == "project_cost" else own_was.get(name)
            stated = own_was.get(name)
            before = stated if isinstance(stated, int) else before
            total[name] = _with_others(cost, before, was.get(name))
        if "personnel_cost" in total:
            total["total_cost"] = _sum((total["project_cost"], total["personnel_cost"]))
        totals[at] = total
    return totals


def _with_others(own: Any, own_before: Any, stated: Any) -> Any:
    if not isinstance(stated, int):
        return own if isinstance(own, int) else None
    if not isinstance(own, int):
        return stated
    others = stated - own_before if isinstance(own_before, int) else 0
    return own + others


def _sum(parts: Any) -> Any:
    known = list(parts)
    return sum(known) if known and all(isinstance(part, int) for part in known) else None


def leaves(document: Any, path: str = "") -> dict[str, Any]:
    """Every leaf of a nested document by its dotted path."""
    if isinstance(document, dict | list):
        steps = document.items() if isinstance(document, dict) else enumerate(document)
        return {
            leaf: value
            for step, inner in steps
            for leaf, value in leaves(inner, f"{path}.{step}".lstrip(".")).items()
        }
    return {path: document}

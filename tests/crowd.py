"""A city of any size that could be one: departments, programs of one to three projects, amounts that add up, some holes."""

from __future__ import annotations

import random
from collections.abc import Iterator

from tests import papers
from xlsync.form.edition import Edition
from xlsync.kinds import DASH, Quantity, Value
from xlsync.sheet import Sheet
from xlsync.summary import Item

DEPARTMENTS = (
    *("市長公室", "総務部", "政策イノベーション部", "財務部", "市民部", "福祉部"),
    *("こども部", "保健部", "経済部", "都市計画部", "建設部", "生活環境部"),
)
_DIVISIONS = ("総務課", "企画課", "管理課", "推進課")
_SECTIONS = ("庶務係", "事業係")
_MONEY = ("national", "prefectural", "local_bonds", "other_specific", "general")


def sheets(edition: Edition, count: int, seed: int = 1) -> list[Sheet]:
    """Give so many sheets, by program, from a seed."""
    dice = random.Random(seed)  # noqa: S311 - the same city every time
    models = [papers.sheet(key) for key in papers.KEYS]
    found: list[Sheet] = []
    program = 0
    while len(found) < count:
        size = min(dice.choice((1, 1, 2, 3)), count - len(found))
        made = [_project(edition, dice.choice(models), program, n, dice) for n in range(size)]
        found += _stated(made, dice)
        program += 1
    return found


def items(edition: Edition, count: int, seed: int = 1) -> list[Item]:
    """Give so many sheets as the summaries take them."""
    return [
        Item(
            sheet,
            link=f"../評価シート/{sheet.department}/{sheet.division}/{sheet.key}_{sheet.title}.xlsx",
            locations=dict.fromkeys(edition.by_path, (edition.worksheet, "C7")),
        )
        for sheet in sheets(edition, count, seed)
    ]


def _project(
    edition: Edition, model: Sheet, program: int, number: int, dice: random.Random
) -> Sheet:
    values = dict(model)
    codes = (f"{program // 10_000 % 100:02}", f"{program // 100 % 100:02}", f"{program % 100:02}")
    values.update(zip(("budget.kou", "budget.moku", "budget.program"), codes, strict=True))
    values["project.number"] = f"{number + 1:02}"
    values["project.name"] = f"{model.title}（その{program}・{number + 1}）"
    values["organization.department"] = DEPARTMENTS[program % len(DEPARTMENTS)]
    values["organization.division"] = _DIVISIONS[program // len(DEPARTMENTS) % len(_DIVISIONS)]
    values["organization.section"] = dice.choice(_SECTIONS)
    values.update(_amounts(edition, dice))
    values.update(_indicator(edition, dice))
    for path in ("years.2017.effectiveness", "years.2017.efficiency", "years.2017.overall"):
        values[path] = dice.choice((*getattr(edition.by_path[path].kind, "items", ()), None, DASH))
    key = "-".join(str(values[path]) for path in edition.definition.identity.key)
    return Sheet(edition, key, values)


def _amounts(edition: Edition, dice: random.Random) -> Iterator[tuple[str, Value]]:
    """Give the costs of a project, adding up over each column; every twentieth project has not filled them in."""
    blank = dice.random() < 0.05
    for period, _ in edition.axis("period"):
        path = f"costs.{period}."
        parts = [dice.choice((0, 0, dice.randint(1, 90_000))) for _ in _MONEY]
        staff = round(dice.uniform(0, 6), 2)
        personnel = round(staff * 7107)
        amounts: dict[str, Value] = dict(zip((f"sources.{m}" for m in _MONEY), parts, strict=True))
        amounts["project_cost"] = sum(parts)
        if f"{path}personnel_cost" in edition.by_path:
            hours = edition.by_path[f"{path}overtime_hours"].kind.from_json(dice.randint(0, 900))
            fte = edition.by_path[f"{path}regular_staff_fte"].kind.from_json(staff)
            amounts |= {"personnel_cost": personnel, "total_cost": sum(parts) + personnel}
            amounts |= {"regular_staff_fte": fte, "overtime_hours": hours}
        for name, amount in amounts.items():
            yield path + name, None if blank else amount


def _indicator(edition: Edition, dice: random.Random) -> Iterator[tuple[str, Value]]:
    unit, bound = dice.choice((("件", ""), ("人", "以上"), ("分", "以内"), ("%", "未満"), ("", "")))
    size = dice.choice((10, 500, 80_000))
    for year, _ in edition.axis("target_year"):
        target: Value = Quantity(dice.randint(1, size), unit, bound) if unit else DASH
        reached: Value = Quantity(dice.randint(0, size), unit) if int(year) < 2018 else DASH
        yield f"indicator.targets.{year}", target
        yield f"indicator.actuals.{year}", reached


def _stated(projects: list[Sheet], dice: random.Random) -> list[Sheet]:
    """Give the sheets with what they state for their whole program: right, but for one in thirty."""
    wrong = dice.random() < 0.03
    found = []
    for sheet in projects:
        stated: dict[str, Value] = {}
        for path in sheet.edition.by_path:
            if path.startswith("program_totals."):
                own = path.replace("program_totals.", "costs.")
                parts = [one[own] for one in projects]
                known = [part for part in parts if isinstance(part, int)]
                stated[path] = sum(known) + 10 * wrong if len(known) == len(parts) else None
        found.append(sheet.with_values({**stated}))
    return found

"""Sheets to sum up: the five official ones, and a made-up city whose names and values are meant to trip formulas."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path

import pytest

from xlsync.canonical_json import parse_json
from xlsync.finding import finding
from xlsync.form.edition import Edition
from xlsync.form.library import load_form
from xlsync.kinds import DASH, Quantity, Value
from xlsync.sheet import Sheet, sheet_of
from xlsync.summary import Item
from xlsync.summary.figures.projects import STATE_WORDS
from xlsync.summary.figures.year_values import PastSheet

UNITS = (
    ("総務部", "総務課", "総務係"),
    ("総務部", "総務課", "-"),
    ("総務部", "人事課", "=1+1"),
    ("総務部", "*課", "?係"),
    ("総務部", ">5", ""),
    ("総務部", "010", "10"),
    ("総務部", "10", "010"),
    ("こども・福祉部", "総務課", "総務係"),
    ("こども・福祉部", "it課", "a"),
    ("こども・福祉部", "IT課", "A"),
    ("", "", ""),
)
MONEY: tuple[Value, ...] = (None, None, DASH, 0, 1, -350, 12_345, 98_765_432)
PERSONS = ("0", "0.1", "0.2", "0.7", "12.25")
QUANTITIES: tuple[Value, ...] = (
    *(None, None, DASH, "実施", "=1+1", Quantity(0, "件"), Quantity(12_345, "件")),
    *(Quantity(280, "分", "以内"), Quantity(Decimal("0.1"), "%", "未満"), Quantity(90, "分")),
    *(Quantity(200, "万人"), Quantity(1_950_000, "人"), Quantity(-3), Quantity(5, "", "以上")),
)
GRADES: tuple[Value, ...] = (None, DASH, "中", "*", "=1+1", "高", "a")

MakeCity = Callable[[int, int], list[Item]]


@pytest.fixture(scope="session")
def edition() -> Edition:
    return load_form().at(2018)


@pytest.fixture(scope="session")
def five(official: Path, edition: Edition) -> list[Sheet]:
    """The five official sheets in order of key."""
    files = sorted(official.glob("*.json"))
    return [sheet_of(edition, parse_json(file.read_bytes())) for file in files]


@pytest.fixture(scope="session")
def five_items(five: Sequence[Sheet], edition: Edition) -> list[Item]:
    """The five with links, and one finding on the incomplete one."""
    path = "costs.2017-settled.sources.general"
    lacking = finding("required", path, field="一般財源", dash="").at("評価シート", "BD25")
    return [
        Item(
            sheet,
            (lacking,) if sheet.key == "01-02-01-10-11-01" else (),
            f"../評価シート/{sheet.department}/{sheet.division}/{sheet.key}_{sheet.title}.xlsx",
            state="入力中" if sheet.key == "01-02-01-10-11-01" else "提出済",
            locations=dict.fromkeys(edition.by_path, ("評価シート", "C7")),
        )
        for sheet in five
    ]


@pytest.fixture(scope="session")
def make_city(five: Sequence[Sheet]) -> MakeCity:
    """A number of made-up sheets from a seed: odd names, holes, dashes, negative and large amounts, unlisted grades."""

    def make(count: int, seed: int) -> list[Item]:
        dice = random.Random(seed)  # noqa: S311 - the same city every time
        return [_invented(five[0], number, dice) for number in range(count)]

    return make


def _invented(model: Sheet, number: int, dice: random.Random) -> Item:
    values = dict(model)
    _invent_budget(values, number, dice)
    names = ("organization.department", "organization.division", "organization.section")
    values.update(zip(names, dice.choice(UNITS), strict=True))
    values["project.name"] = f"事業{number}" * dice.randint(1, 9)
    for path, field in model.edition.by_path.items():
        if field.kind.name == "money":
            values[path] = dice.choice(MONEY)
        elif path.endswith("regular_staff_fte"):
            values[path] = field.kind.from_json(float(dice.choice(PERSONS)))
        elif field.kind.name == "quantity":
            values[path] = dice.choice(QUANTITIES)
        elif path.endswith("temporary_staff"):
            values[path] = dice.choice((None, DASH, "有", "無", "若干名"))
        elif path.startswith("years.") and field.kind.name == "choice":
            values[path] = dice.choice((*GRADES, *getattr(field.kind, "items", ())))
    values["next_year.reason"] = dice.choice((None, DASH, "長い理由\n" * dice.randint(1, 60)))
    key = "-".join(str(values[path]) for path in model.edition.definition.identity.key)
    notes = (finding("formula", "project.name", field="事務事業名", shown="x"),)
    found = (finding("required", "project.name", field="事務事業名", dash=""),)
    torn = finding(
        "conflict", "project.name", field="事務事業名", shown="甲", kept="乙", registered=""
    )
    before = Sheet(load_form().at(2017), key, {})
    return Item(
        Sheet(model.edition, key, values),
        (*notes, *found * (number % 3)),
        f"../評価シート/{key}.xlsx" if number % 4 else "",
        (torn,) * (number % 7 == 0),
        dice.choice(STATE_WORDS),
        {"project.name": ("評価シート", "C7")},
        before.with_values({"years.2016.overall": dice.choice(GRADES)})
        if number % 5 == 0
        else None,
        _invented_past(number) if number % 2 else (),
    )


def _invented_past(number: int) -> tuple[PastSheet, ...]:
    """What earlier editions say: of another project for every fourth, with years that the sheet of today has no more."""
    dice = random.Random(number)  # noqa: S311 - the same city every time
    past = []
    for year in (2017, 2016):
        values: dict[str, Value] = {
            f"costs.{year - 2}-settled.project_cost": dice.choice(MONEY),
            f"costs.{year - 2}-settled.regular_staff_fte": Decimal(dice.choice(PERSONS)),
            f"indicator.actuals.{year - 4}": dice.choice(QUANTITIES),
            f"years.{year - 1}.overall": dice.choice(GRADES),
            "next_year.direction": dice.choice((None, DASH, "拡充", "=1+1")),
        }
        origin = "統合：=1+1 甲の60%、乙の合計" if number % 4 == 1 else ""
        past.append(PastSheet(load_form().at(year), values, origin, not origin))
    return tuple(past)


def _invent_budget(values: dict[str, Value], number: int, dice: random.Random) -> None:
    """Put some projects under one budget code, most of them where its stated totals agree."""
    program = number - number % 3 if number % 4 else number
    codes = (f"{program // 100 % 100:02d}", f"{program % 100:02d}", f"{number % 100:02d}")
    values.update(zip(("budget.moku", "budget.program", "project.number"), codes, strict=True))
    values["budget.kou"] = f"{number // 10000:02d}"
    values["budget.name"] = dice.choice((None, f"予算{program}"))

"""Sheets to sum up: the five official ones, and a made-up city whose names and values are meant to trip formulas."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from xlsync.finding import finding
from xlsync.form.edition import Edition
from xlsync.form.library import load_form
from xlsync.kinds import DASH, Value
from xlsync.sheet import Sheet, parse_json, sheet_of
from xlsync.summary import Item

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
def five_items(five: Sequence[Sheet]) -> list[Item]:
    """The five with links, and one finding on the incomplete one."""
    path = "costs.2017-settled.sources.general"
    lacking = finding("required", path, field="一般財源", dash="").at("評価シート", "BD25")
    return [
        Item(
            sheet,
            (lacking,) if sheet.key == "01-02-01-10-11-01" else (),
            f"../評価シート/{sheet.department}/{sheet.division}/{sheet.key}_{sheet.title}.xlsx",
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
    values = dict(model.values)
    names = ("organization.department", "organization.division", "organization.section")
    values.update(zip(names, dice.choice(UNITS), strict=True))
    values["project.name"] = f"事業{number}" * dice.randint(1, 9)
    for path, field in model.edition.by_path.items():
        if field.kind.name == "money":
            values[path] = dice.choice(MONEY)
        elif path.endswith("regular_staff_fte"):
            values[path] = field.kind.from_json(float(dice.choice(PERSONS)))
        elif path.startswith("years.") and field.kind.name == "choice":
            values[path] = dice.choice((*GRADES, *getattr(field.kind, "items", ())))
    key = f"01-02-{number // 10000:02d}-{number // 100 % 100:02d}-{number % 100:02d}-01"
    notes = (finding("formula", "project.name", field="事務事業名", shown="x"),)
    found = (finding("required", "project.name", field="事務事業名", dash=""),)
    return Item(Sheet(model.edition, key, values), (*notes, *found * (number % 3)), "")

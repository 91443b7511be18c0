"""A year of a city of one of the five shapes, played from a seed and compared after each step."""

from __future__ import annotations

import datetime as dt
import logging
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.stages.test_model import Card
from tests.year_play.city_processes import CityProcesses
from tests.year_play.compared_pages import (
    differences,
    reminder_differences,
    summary_differences,
)
from tests.year_play.founding import found, write_settings
from tests.year_play.office_steps import Office
from tests.year_play.sheet_paper import SheetPaper
from tests.year_play.staff_round import Staff
from tests.year_play.year_shapes import SHAPES, Shape

_LOG: Final = logging.getLogger(__name__)
_LOOKS: Final = 3


@dataclass(frozen=True)
class Outcome:
    """What came of a year."""

    shape: str
    sheets: int
    steps: int
    saves: int
    resaved: int
    kills: int

    def __str__(self) -> str:
        return (
            f"{self.shape}: {self.sheets} sheets, {self.steps} steps, {self.saves} saves "
            f"({self.resaved} by LibreOffice), {self.kills} kills of the watcher, no difference"
        )


@dataclass(frozen=True)
class Size:
    """How large a year is: its sheets, how many saves of a round go through LibreOffice, and after which step it ends."""

    sheets: int
    with_office: int = 0
    last_step: int | None = None


def play(folder: Path, name: str, size: Size, seed: int) -> Outcome:
    """Play the year of a shape; AssertionError where anything that the city shows is not as it is known to be."""
    chance = random.Random(seed)  # noqa: S311 - the same year again by its seed
    shape = SHAPES[name]
    city, papers = found(folder, shape, size.sheets, seed)
    staff = Staff(city, papers, chance, size.with_office)
    office = Office(city, papers, chance)
    steps = shape.steps[: size.last_step]
    city.watch()
    try:
        city.rest()
        staff.begin(copies=max(1, size.sheets // 30))
        city.rest()
        for number, step in enumerate(steps, start=1):
            _LOG.info("%s %d: %d %s", name, seed, number, step)
            _take(step, city, shape, staff, office)
            city.rest()
            _compare(f"{name} {seed}, step {number} {step}", city, staff)
        _refuse(list(summary_differences(city, papers)), "the end")
        city.end()
        city.run("audit", codes=(0,))
    finally:
        city.end()
    return Outcome(name, size.sheets, len(steps), staff.saves, staff.resaved, city.kills)


def _take(step: str, city: CityProcesses, shape: Shape, staff: Staff, office: Office) -> None:
    steps: dict[str, Callable[[], None]] = {
        "staff": lambda: _staff(staff, office),
        "return": office.give_back,
        "figures": office.figures,
        "finalize": office.finalize,
        "reopen": office.reopen,
        "exclude": office.exclude,
        "restore": office.restore,
        "review": office.review,
        "accept": lambda: office.by_department("accept"),
        "confirm": lambda: office.by_department("confirm"),
        "publish": lambda: office.by_department("publish"),
        "remind": lambda: _remind(city, staff.papers),
        "phase": lambda: _next_phase(city, shape, staff.papers),
        "due": lambda: write_settings(city.folder, shape.settings(_today(), is_late=True)),
    }
    word, _, tier = step.partition(" ")
    if tier:
        office.grade(tier)
    else:
        steps[word]()


def _staff(staff: Staff, office: Office) -> None:
    staff.wait_for(office.resolve())
    staff.city.rest()
    staff.work(kills=max(1, len(staff.papers) // 50))


def _remind(city: CityProcesses, papers: list[SheetPaper]) -> None:
    number = len(list(city.folder.glob("催促*/")))
    out = city.folder / f"催促{number}"
    city.run("remind", "--out", out, "--from", "企画課")
    _refuse([*reminder_differences(out, papers), *summary_differences(city, papers)], "remind")


def _next_phase(city: CityProcesses, shape: Shape, papers: list[SheetPaper]) -> None:
    write_settings(city.folder, shape.settings(_today(), phase=2))
    for paper in papers:
        paper.phase, paper.card, paper.moved, paper.comment = 2, Card(), False, ""
    city.ahead(days=1)


def _today() -> dt.date:
    return dt.datetime.now().astimezone().date()


def _compare(where: str, city: CityProcesses, staff: Staff) -> None:
    """Compare every page; a watcher on a busy machine may need another moment."""
    found_differences: list[str] = []
    for _ in range(_LOOKS):
        found_differences = differences(city, staff)
        if not found_differences:
            return
        city.rest()
    _refuse(found_differences, where)


def _refuse(found_differences: list[str], where: str) -> None:
    """Raise AssertionError where there are any differences."""
    listed = "\n".join(line[:900] for line in found_differences[:20])
    assert not found_differences, f"{where}: {len(found_differences)} differences\n{listed}"

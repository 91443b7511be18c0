"""A year of a city of one of the five shapes, played from a seed and compared after each step."""

from __future__ import annotations

import datetime as dt
import logging
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.year_play.city_processes import PATIENCE, CityProcesses
from tests.year_play.compared_mails import (
    NotedMail,
    mails_of,
    record_differences,
    reminder_differences,
)
from tests.year_play.compared_pages import differences
from tests.year_play.compared_summaries import summary_cards, summary_differences
from tests.year_play.founding import found, write_settings
from tests.year_play.office_steps import Office
from tests.year_play.staff_round import Staff
from tests.year_play.year_shapes import SHAPES, Shape

_LOG: Final = logging.getLogger(__name__)
_LONGEST_REST: Final = 45.0
"""Seconds without a word in the watcher's log after which nothing more will come: every 30 it looks what others did."""


@dataclass(frozen=True)
class Outcome:
    """What came of a year."""

    shape: str
    sheets: int
    steps: int
    saves: int
    resaved: int
    kills: int
    acts: int
    commands: int

    def __str__(self) -> str:
        return (
            f"{self.shape}: {self.sheets} sheets, {self.steps} steps, {self.saves} saves "
            f"({self.resaved} by LibreOffice), {self.kills} kills of the watcher, {self.acts} acts "
            f"on sheets, {self.commands} commands, no difference"
        )


@dataclass(frozen=True)
class Size:
    """How large a year is.

    Attributes:
        sheets: The number of its sheets.
        with_office: How many saves of a round go through LibreOffice.
        busy: Which share of the sheets is worked on in a round.
        last_step: After which step it ends, None for the last one.

    """

    sheets: int
    with_office: int = 0
    busy: float = 0.6
    last_step: int | None = None


@dataclass
class _Year:
    """A year that is being played, and the mails that were written in it."""

    city: CityProcesses
    shape: Shape
    staff: Staff
    office: Office
    mails: set[NotedMail] = field(default_factory=set)


def play(folder: Path, name: str, size: Size, seed: int) -> Outcome:
    """Play the year of a shape; AssertionError where anything that the city shows is not as it is known to be."""
    chance = random.Random(seed)  # noqa: S311 - the same year again by its seed
    shape = SHAPES[name]
    city, papers = found(folder, shape, size.sheets, seed)
    staff = Staff(city, papers, chance, size.with_office, size.busy)
    year = _Year(city, shape, staff, Office(city, papers, chance))
    steps = shape.steps[: size.last_step]
    city.watch()
    try:
        city.rest()
        staff.begin(copies=max(1, size.sheets // 30))
        city.rest()
        for number, step in enumerate(steps, start=1):
            _LOG.info("%s %d: %d %s", name, seed, number, step)
            _take(step, year)
            city.rest()
            _compare(f"{name} {seed}, step {number} {step}", city, staff)
        _end(year)
    finally:
        city.end()
    acts = sum(len(paper.acts) for paper in papers)
    done = (staff.saves, staff.resaved, city.kills, acts, city.commands)
    return Outcome(name, size.sheets, len(steps), *done)


def _end(year: _Year) -> None:
    """Compare what is looked at once: summaries, those of moments that have a name, yen, grades; then audit the store."""
    city, office = year.city, year.office
    _refuse(office.record_differences(), "the end")
    city.end()
    city.run("summarize")
    folder = city.folder / "shared/集計"
    _refuse([*summary_differences(folder, summary_cards(office.papers))], "the summaries")
    for moment, cards in office.moments.items():
        out = city.folder / moment
        city.run("summarize", "--snapshot", moment, "--out", out)
        _refuse([*summary_differences(out, cards)], moment)
    city.run("audit", codes=(0,))


def _take(step: str, year: _Year) -> None:
    office, city, shape = year.office, year.city, year.shape
    steps: dict[str, Callable[[], None]] = {
        "staff": lambda: _staff(year.staff, office),
        "return": office.give_back,
        "figures": office.figures,
        "finalize": office.finalize,
        "reopen": office.reopen,
        "exclude": office.exclude,
        "restore": office.restore,
        "review": office.review,
        "snapshot": office.snapshot,
        "accept": lambda: office.by_department("accept"),
        "confirm": lambda: office.by_department("confirm"),
        "publish": lambda: office.by_department("publish"),
        "remind": lambda: _remind(year),
        "phase": lambda: _next_phase(year),
        "due": lambda: write_settings(city.folder, shape.settings(_today(), is_late=True)),
    }
    word, _, tier = step.partition(" ")
    if tier:
        office.grade(tier)
    else:
        steps[word]()
    if tier or word == "figures":
        _refuse(office.record_differences(), step)


def _staff(staff: Staff, office: Office) -> None:
    staff.wait_for(office.resolve())
    staff.city.rest()
    staff.work(kills=max(1, len(staff.papers) // 50))


def _remind(year: _Year) -> None:
    """Write mails, every other time in the old encoding, and compare them and the summaries that the watcher keeps."""
    city, papers = year.city, year.office.papers
    number = len(list(city.folder.glob("催促*/")))
    out, encoding = city.folder / f"催促{number}", ("iso-2022-jp", "utf-8")[number % 2]
    city.run("remind", "--out", out, "--from", "企画課", "--encoding", encoding)
    _refuse(list(reminder_differences(out, papers, encoding)), "remind")
    day = (_today() + dt.timedelta(days=city.days_ahead)).isoformat()
    year.mails |= set(mails_of(out, papers, day))
    _refuse(list(record_differences(city.folder, year.mails)), "who was reminded")
    folder, cards = city.folder / "shared/集計", summary_cards(papers)
    _look(city, "the summaries", lambda: [*summary_differences(folder, cards)])


def _next_phase(year: _Year) -> None:
    write_settings(year.city.folder, year.shape.settings(_today(), phase=2))
    for paper in year.office.papers:
        paper.begin_phase()
    year.city.ahead(days=1)


def _today() -> dt.date:
    return dt.datetime.now().astimezone().date()


def _compare(where: str, city: CityProcesses, staff: Staff) -> None:
    """Compare every page with what is known."""
    _look(city, where, lambda: differences(city, staff))


def _look(city: CityProcesses, where: str, look: Callable[[], list[str]]) -> None:
    """Look until there is no difference; on a busy machine the watcher comes to it later, but it says what it does."""
    end = time.monotonic() + PATIENCE
    while found_differences := look():
        if city.silence() > _LONGEST_REST or time.monotonic() > end:
            _refuse(found_differences, where)
        time.sleep(1)


def _refuse(found_differences: list[str], where: str) -> None:
    """Raise AssertionError where there are any differences."""
    listed = "\n".join(line[:900] for line in found_differences[:20])
    assert not found_differences, f"{where}: {len(found_differences)} differences\n{listed}"

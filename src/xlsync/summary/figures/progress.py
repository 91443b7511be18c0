"""How far everybody is (提出状況): a line per project, problems in the folder, and the words to remind people with."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final

from xlsync.form.definition import Words
from xlsync.summary.figures.sheet_completion import (
    ALL_STATES,
    HANDED_IN_STATES,
    STATES,
    Completion,
    State,
)

UNNAMED: Final = "（未記入）"
_SHOWN_IN_REMINDER: Final = 30
_ANY_SHEET: Final = Words()


@dataclass(frozen=True, slots=True)
class LastSave:
    """When (ISO 8601) and by whom a sheet was last saved, whether after the deadline, and what came of it."""

    when: str = ""
    who: str = ""
    late: bool = False
    result: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the board: a project, or a unit without one (`key` is "").

    `link` leads to its workbook, relative to the folder of the board; "" where none is known. `distributed_at` is when a
    workbook was last given out (ISO 8601), "" where that is not known. `opened_by` is who has its workbooks open.
    """

    unit_names: tuple[str, ...]
    key: str = ""
    title: str = ""
    completion: Completion = field(default_factory=Completion)
    last_save: LastSave = LastSave()
    link: str = ""
    distributed_at: str = ""
    opened_by: str = ""

    @property
    def department(self) -> str:
        """The uppermost unit, "" where there is none."""
        return "".join(self.unit_names[:1])

    @property
    def division(self) -> tuple[str, ...]:
        """The units of the first two levels: whom a reminder goes to."""
        return self.unit_names[:2]

    @property
    def section(self) -> str:
        """The units below, "" where there are none."""
        return " ".join(filter(None, self.unit_names[2:]))

    @property
    def state(self) -> State:
        """The most urgent thing to do."""
        return self.completion.state

    @property
    def is_handed_in(self) -> bool:
        """Whether it is handed in, however far the planning office is with it."""
        return self.state in HANDED_IN_STATES

    @property
    def is_complete(self) -> bool:
        """True where there is a sheet, and nothing is left to do."""
        return bool(self.key) and self.completion.is_complete

    @property
    def words(self) -> str:
        """The state in words, with everything that is left to do."""
        return self.completion.words if self.key else f"{STATES['idle']}（シートがありません）"

    @property
    def saved(self) -> str:
        """When it was last saved, as people write it: 5月7日 08:30. "" before the first save."""
        if not (self.last_save.when and self.completion.started):
            return ""
        moment = dt.datetime.fromisoformat(self.last_save.when)
        return f"{moment.month}月{moment.day}日 {moment:%H:%M}"

    @property
    def distributed(self) -> str:
        """The day on which a workbook was last given out, as people write it: 5月7日. "" where that is not known."""
        return _month_and_day(self.distributed_at)


@dataclass(frozen=True, slots=True)
class FolderProblem:
    """A file that could not be received, or that somebody should look at: where it is, and what to do."""

    location: str
    reason: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class DueDate:
    """The last day (None: no deadline), whether nothing is received any more, and the day the days left count from.

    `phase_name` is what the city calls the present phase, "" for none; `extended_days` are those of divisions with another one.
    """

    day: dt.date | None = None
    closed: bool = False
    today: dt.date | None = None
    phase_name: str = ""
    extended_days: Mapping[tuple[str, ...], dt.date | None] = field(default_factory=dict)

    def day_of(self, division: tuple[str, ...]) -> dt.date | None:
        """Return the last day of a division."""
        return self.extended_days.get(division, self.day)

    @property
    def words(self) -> str:
        """What people must know of the phase and the deadline, "" where there is neither."""
        phase = f"{self.phase_name}の段階" if self.phase_name else ""
        return "　".join(filter(None, (phase, self._deadline_words())))

    def _deadline_words(self) -> str:
        if self.closed:
            return "受付は締め切りました"
        if self.day is None or self.today is None:
            return ""
        day, left = day_and_weekday(self.day), (self.day - self.today).days
        if left < 0:
            return f"提出期限 {day}を{-left}日過ぎています"
        return f"提出期限 {day}（{'本日' if left == 0 else f'あと{left}日'}）"


@dataclass(frozen=True, slots=True)
class BoardWords:
    """What a form calls the levels of the organization and a sheet, and what staff do to hand one in."""

    level_words: tuple[str, ...] = ("部", "課", "係")
    form_words: Words = _ANY_SHEET
    hand_in_words: str = "上書き保存してください"


@dataclass(frozen=True)
class Board:
    """How far a city is: its lines by unit.

    `as_of` is when something last changed; `more_problems` is how many there are beyond `problems`.
    """

    city_name: str
    title: str
    lines: tuple[Line, ...]
    problems: tuple[FolderProblem, ...] = ()
    more_problems: int = 0
    as_of: str = ""
    due_date: DueDate = field(default_factory=DueDate)
    board_words: BoardWords = field(default_factory=BoardWords)

    @property
    def counts(self) -> dict[State, int]:
        """How many lines are in each state, in the order of the states."""
        numbers = Counter(line.state for line in self.lines)
        return {state: numbers[state] for state in self.states}

    @property
    def states(self) -> tuple[State, ...]:
        """The states that are counted: those of every table, and others in which a line is."""
        present = {line.state for line in self.lines}
        return tuple(state for state in ALL_STATES if state in STATES or state in present)

    @property
    def departments(self) -> dict[str, dict[State, int]]:
        """How many lines of each 部 are in each state, in the order of the lines."""
        states = self.states  # a look at every line
        numbers: dict[str, dict[State, int]] = {}
        for line in self.lines:
            if line.department not in numbers:
                numbers[line.department] = dict.fromkeys(states, 0)
            numbers[line.department][line.state] += 1
        return numbers

    @property
    def distributed(self) -> dict[str, str]:
        """The last day on which a workbook was given out, of each 部, in the order of the lines: 5月7日."""
        moments: dict[str, str] = {}
        for line in self.lines:
            moments[line.department] = max(moments.get(line.department, ""), line.distributed_at)
        return {name: _month_and_day(moment) for name, moment in moments.items()}

    @property
    def last_distributed(self) -> str:
        """The last day on which any workbook was given out, as people write it: 5月7日. "" where none is known."""
        return _month_and_day(max((line.distributed_at for line in self.lines), default=""))

    @property
    def done(self) -> int:
        """How many are handed in."""
        return sum(line.is_handed_in for line in self.lines)

    @property
    def moment(self) -> str:
        """When something last changed, as people write it."""
        if not self.as_of:
            return ""
        moment = dt.datetime.fromisoformat(self.as_of)
        return f"{moment.year}年{moment.month}月{moment.day}日 {moment:%H:%M}"


@dataclass(frozen=True, slots=True)
class Reminder:
    """Words to remind the people of a unit (its names on the first two levels) with, ready to be copied into a mail."""

    division: tuple[str, ...]
    open_count: int
    text: str


def reminders(board: Board) -> list[Reminder]:
    """The words to remind each division that has not handed in everything."""
    texts = []
    for division, lines in groupby(board.lines, lambda line: line.division):
        left = [line for line in lines if not line.is_handed_in]
        if left:
            addressee = next(filter(None, reversed(division)), UNNAMED if division else "")
            due_day = board.due_date.day_of(division)
            text = "\n".join(_reminder(board, addressee, left, due_day))
            texts.append(Reminder(division, len(left), text))
    return texts


def _reminder(
    board: Board, division: str, left: list[Line], due_day: dt.date | None
) -> Iterator[str]:
    due = f"（提出期限 {day_and_weekday(due_day)}）" if due_day else ""
    yield f"{division}　ご担当者様".strip()
    yield ""
    yield f"{board.title}{due}について、次の{len(left)}件の提出がまだ済んでいません。"
    yield f"お手数ですが、ご確認のうえ、ファイルを開いて入力し、{board.board_words.hand_in_words}。"
    yield ""
    for line in left[:_SHOWN_IN_REMINDER]:
        named = f"{line.key} {line.title}".strip() or "（シートがありません）"
        yield f"・{' '.join(filter(None, (line.section, named)))}：{line.words}"
    if len(left) > _SHOWN_IN_REMINDER:
        yield f"・ほか{len(left) - _SHOWN_IN_REMINDER}件"
    yield ""
    yield "行き違いの場合はご容赦ください。"


def _month_and_day(moment: str) -> str:
    """Return the day of a moment (ISO 8601), "" for none."""
    day = dt.date.fromisoformat(moment[:10]) if moment else None
    return f"{day.month}月{day.day}日" if day else ""


def day_and_weekday(day: dt.date) -> str:
    """Return a day of this year as people write it: 5月31日（金）."""
    return f"{day.month}月{day.day}日（{'月火水木金土日'[day.weekday()]}）"

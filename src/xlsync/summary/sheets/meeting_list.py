"""The list of who has handed in what, to be printed for a meeting: a line for each sheet by unit, and counts by unit."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from xlsync.summary.excel.book import Book
from xlsync.summary.excel.list_page import Column, PrintedList, write_list_page
from xlsync.summary.figures.sheet_completion import ALL_STATES

if TYPE_CHECKING:
    from xlsync.form.definition import Words
    from xlsync.summary.excel.list_page import CellValue, Row
    from xlsync.summary.figures.progress import Line
    from xlsync.summary.figures.sheet_completion import State

LIST_PAGE: Final = "提出状況一覧"
COUNTS_PAGE: Final = "所属別の件数"
_COUNT: Final = "0"


@dataclass(frozen=True, slots=True)
class HandInLine:
    """A sheet's line: what the board says of it, how it was handed in, endorsed and returned last, and who has it open.

    `last_acts` are the words for the newest of each of these acts (5月7日 山田), by what the act is called.
    """

    board_line: Line
    last_acts: tuple[tuple[str, str], ...] = ()
    opened_by: str = ""

    def words_of(self, act: str) -> str:
        """Return when and by whom an act was done last, "" where it was not."""
        return dict(self.last_acts).get(act, "")


@dataclass(frozen=True, slots=True)
class MeetingList:
    """What the list says: title, day and deadline, levels of the organization, the acts that have columns, the lines."""

    title: str
    day_and_deadline: str
    level_words: tuple[str, ...]
    form_words: Words
    act_words: tuple[str, ...]
    hand_in_lines: tuple[HandInLine, ...]


def meeting_workbook(listed: MeetingList) -> bytes:
    """Return the workbook."""
    book = Book(listed.title, dt.date(2000, 1, 1))
    write_list_page(book, _lines(listed), listed.title)
    write_list_page(book, _counts(listed), listed.title)
    return book.close()


def _lines(listed: MeetingList) -> PrintedList:
    columns = [
        *_columns(listed.level_words, 13),
        Column(listed.form_words.key, 20),
        Column(listed.form_words.title, 26),
        Column("状況", 24),
        *_columns(listed.act_words, 16),
        Column("最終保存", 20),
        Column("注意", 6, _COUNT),
        Column("いま開いている人", 16),
    ]
    rows = [_row(line, listed.act_words) for line in listed.hand_in_lines]
    return PrintedList(
        LIST_PAGE,
        columns,
        rows,
        [listed.day_and_deadline],
        nothing=f"登録された{listed.form_words.sheet}がありません",
    )


def _row(line: HandInLine, acts: Sequence[str]) -> Row:
    board_line = line.board_line
    saved = " ".join(filter(None, (board_line.saved, board_line.last_save.who)))
    late = "（期限後）" if board_line.last_save.late else ""
    return [
        *board_line.unit_names,
        board_line.key,
        board_line.title,
        board_line.words,
        *(line.words_of(act) for act in acts),
        f"{saved}{late}" if board_line.saved else "",
        board_line.completion.warnings or None,
        line.opened_by,
    ]


def _counts(listed: MeetingList) -> PrintedList:
    """Return how many sheets of each unit on the first two levels are in each state."""
    lines = [line.board_line for line in listed.hand_in_lines]
    states = _states_of(lines)
    levels = listed.level_words[:2]
    words = [ALL_STATES[state] for state in states]
    counts = _columns(["件数", *words, "提出済の計"], 13)
    by_division: dict[tuple[str, ...], list[Line]] = {}
    for line in lines:
        by_division.setdefault(line.division, []).append(line)
    rows: list[Row] = [[*names, *_numbers(each, states)] for names, each in by_division.items()]
    total: list[CellValue] = ["合計", "", ""]
    del total[len(levels) :]
    sums = [*total, *_numbers(lines, states)]
    columns = [*_columns(levels, 22), *counts]
    return PrintedList(COUNTS_PAGE, columns, rows, [listed.day_and_deadline], sums)


def _columns(words: Iterable[str], width: float) -> list[Column]:
    return [Column(word, width, _COUNT) for word in words]


def _states_of(lines: Iterable[Line]) -> list[State]:
    """Return the states that any line is in, in their order."""
    present = {line.state for line in lines}
    return [state for state in ALL_STATES if state in present]


def _numbers(lines: Sequence[Line], states: Iterable[State]) -> list[int]:
    counts = Counter(line.state for line in lines)
    handed_in = sum(line.is_handed_in for line in lines)
    return [len(lines), *(counts[state] for state in states), handed_in]


__all__ = ["COUNTS_PAGE", "LIST_PAGE", "HandInLine", "MeetingList", "meeting_workbook"]

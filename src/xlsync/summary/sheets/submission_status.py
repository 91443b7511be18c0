"""提出状況.xlsx: the board as a workbook, for those who print it or filter it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from xlsync.summary.excel import styles
from xlsync.summary.excel.book import Book
from xlsync.summary.figures.progress import UNNAMED, reminders
from xlsync.summary.figures.sheet_completion import (
    ALL_STATES,
    HANDED_IN_STATES,
    STATE_MARKS,
    STATES,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlsync.summary.excel.styles import Style
    from xlsync.summary.excel.worksheet_page import Page
    from xlsync.summary.figures.progress import Board, Line
    from xlsync.summary.figures.sheet_completion import State

PROGRESS: Final = "提出状況"
REMINDERS: Final = "催促文"
PROBLEMS: Final = "ご確認ください"

_HEADS: Final = (
    ("配布", 10), ("状況", 24), ("注意", 6),
    ("最終保存", 16), ("だれが", 14), ("期限後", 7), ("直近の保存の結果", 30),
)  # fmt: skip
_HEAD: Final = 5
_SHADES: Final[dict[State, str]] = {
    "conflict": "#F8D7DA",
    "returned": "#F8D7DA",
    "correcting": "#FDE5C8",
    "complete": "#FFF3CF",
    "endorsed": "#DDF3E4",
    "received": "#DDF3E4",
    "confirmed": "#CFE8F3",
    "final": "#CFE8F3",
    "published": "#CFE8F3",
    "error": "#FDE5C8",
    "filling": "#FFF3CF",
    "idle": "#E4E7EB",
    "done": "#DDF3E4",
}
_BAR: Final = 40


def board_workbook(board: Board) -> bytes:
    """Write the board as a workbook; equal boards give equal bytes."""
    made_on = dt.date.fromisoformat(board.as_of[:10]) if board.as_of else dt.date(2000, 1, 1)
    book = Book(f"{board.city_name}　{PROGRESS}", made_on)
    _write_progress(book, board)
    if board.board_words.level_words:
        _write_departments(book, board)
    _write_reminders(book, board)
    if board.problems:
        _write_problems(book, board)
    return book.close()


def _heads(board: Board) -> list[tuple[str, int]]:
    """Return the heads of the list's columns with their widths: the levels of the organization first."""
    levels = zip(board.board_words.level_words, (18, 18, 16, 16), strict=False)
    return [
        *levels,
        (board.board_words.form_words.key, 18),
        (board.board_words.form_words.title, 30),
        *_HEADS,
    ]


def _write_progress(book: Book, board: Board) -> None:
    heads = _heads(board)
    page = book.page(
        PROGRESS,
        "A4",
        f"{board.city_name}　{PROGRESS}　{board.moment}現在",
        [width for _, width in heads],
    )
    page.text(0, 0, f"{board.city_name}　{PROGRESS}", styles.TITLE)
    page.text(
        1,
        0,
        "　　".join(filter(None, _top_words(board))),
        styles.PLAIN,
    )
    page.text(2, 0, _bar(board), styles.style(styles.PLAIN, bold=True))
    counts = "　".join(
        f"{STATE_MARKS[state]} {ALL_STATES[state]} {count}件"
        for state, count in board.counts.items()
    )
    page.text(3, 0, counts, styles.PLAIN)
    for column, (head, _) in enumerate(heads):
        page.text(_HEAD, column, head, styles.HEAD)
    for row, line in enumerate(board.lines, _HEAD + 1):
        _write_line(page, row, line)
    last = _HEAD + max(len(board.lines), 1)
    if not board.lines:
        nothing = f"登録された{board.board_words.form_words.sheet}がありません。"
        page.merged((last, 0, last, len(heads) - 1), nothing, styles.TEXT)
    page.head(_HEAD, _HEAD, 0)
    if board.lines:
        page.filter(_HEAD, last, len(heads) - 1)
    page.print_area(last, 0, len(heads) - 1)


def _write_departments(book: Book, board: Board) -> None:
    """Write how many sheets of each uppermost unit are in each state, in the order of the board, and of the whole city."""
    level = board.board_words.level_words[0]
    footer = f"{board.city_name}　{PROGRESS}（{level}別）　{board.moment}現在"
    page = book.page(f"{level}別", "A4", footer, [30, 10, *[16] * len(board.states), 14, 14])
    page.text(0, 0, f"{board.city_name}　{PROGRESS}（{level}別）", styles.TITLE)
    page.text(1, 0, "　　".join(filter(None, _top_words(board))), styles.PLAIN)
    words = [ALL_STATES[state] for state in board.states]
    heads = (level, "件数", *words, f"{STATES['done']}の割合", "最終配布")
    for column, head in enumerate(heads):
        page.text(3, column, head, styles.HEAD)
    departments = list(board.departments.items())
    last, column = 4 + len(departments), len(heads) - 1
    for row, (name, counts) in enumerate(departments, 4):
        _write_counts(page, row, name or UNNAMED, counts, styles.style())
        page.text(row, column, board.distributed[name], styles.WORD)
    _write_counts(page, last, "全庁　合計", board.counts, styles.WHOLE)
    page.text(last, column, board.last_distributed, styles.style(styles.WORD, styles.WHOLE))
    page.head(3, 3, 1)
    page.print_area(last, 0, column)


def _write_counts(
    page: Page, row: int, name: str, counts: Mapping[State, int], look: Style
) -> None:
    """Write a line of the table by unit."""
    total = sum(counts.values())
    page.height(row, 20)
    page.text(row, 0, name, styles.style(styles.TEXT, look))
    for column, count in enumerate((total, *counts.values()), 1):
        page.number(row, column, count, styles.style(styles.COUNTED, look))
    column = 2 + len(counts)
    if total:
        share = styles.style(styles.NUMBER, styles.SHARED, look)
        handed_in = sum(count for state, count in counts.items() if state in HANDED_IN_STATES)
        page.number(row, column, handed_in / total, share)
    else:
        page.text(row, column, "", styles.style(styles.TEXT, look))


def _write_line(page: Page, row: int, line: Line) -> None:
    shade = styles.style(bg_color=_SHADES[line.state])
    page.height(row, 20)
    for column, name in enumerate(line.unit_names):
        page.text(row, column, name or UNNAMED, styles.TEXT)
    first = len(line.unit_names)
    page.link(row, first, line.key, (line.link, ""), styles.WORD)
    page.link(row, first + 1, line.title, (line.link, ""), styles.TEXT)
    page.text(row, first + 2, line.distributed, styles.WORD)
    state = f"{STATE_MARKS[line.state]} {line.words}"
    page.text(row, first + 3, state, styles.style(styles.TEXT, shade))
    if line.completion.warnings:
        page.number(row, first + 4, line.completion.warnings, styles.COUNTED)
    else:
        page.text(row, first + 4, "", styles.COUNTED)
    page.text(row, first + 5, line.saved, styles.WORD)
    page.text(row, first + 6, line.last_save.who if line.saved else "", styles.TEXT)
    page.text(row, first + 7, "期限後" if line.last_save.late else "", styles.WORD)
    page.text(row, first + 8, line.last_save.result, styles.TEXT)


def _write_reminders(book: Book, board: Board) -> None:
    levels = board.board_words.level_words[:2]
    first = len(levels)
    widths = [*[18] * first, 8, 90]
    page = book.page(REMINDERS, "A4", f"{board.city_name}　{REMINDERS}", widths)
    page.text(0, 0, "催促文（セルを選んでコピーできます）", styles.TITLE)
    for column, head in enumerate((*levels, "件数", "文面")):
        page.text(2, column, head, styles.HEAD)
    texts = reminders(board)
    for row, reminder in enumerate(texts, 3):
        for column, unit in enumerate(reminder.division):
            page.text(row, column, unit or UNNAMED, styles.TEXT)
        page.number(row, first, reminder.open_count, styles.COUNTED)
        page.text(row, first + 1, reminder.text, styles.style(styles.TEXT, valign="top"))
    if not texts:
        page.merged((3, 0, 3, first + 1), "すべて提出済です。", styles.TEXT)
    page.head(2, 2, 0)


def _write_problems(book: Book, board: Board) -> None:
    page = book.page(PROBLEMS, "A4", f"{board.city_name}　{PROBLEMS}", [60, 80])
    page.text(0, 0, f"{PROBLEMS}（受け取れなかったファイルなど）", styles.TITLE)
    for column, head in enumerate(("場所", "理由と、していただきたいこと")):
        page.text(2, column, head, styles.HEAD)
    for row, problem in enumerate(board.problems, 3):
        page.link(row, 0, problem.location, (problem.link, ""), styles.TEXT)
        page.text(row, 1, problem.reason, styles.TEXT)
    if board.more_problems:
        page.text(3 + len(board.problems), 0, f"ほか{board.more_problems}件", styles.PLAIN)
    page.head(2, 2, 0)


def _bar(board: Board) -> str:
    total = len(board.lines)
    filled = _BAR * board.done // total if total else 0
    share = f"{100 * board.done // total}%" if total else "0%"
    return f"提出済 {board.done}／{total}件（{share}）　{'■' * filled}{'□' * (_BAR - filled)}"


def _top_words(board: Board) -> tuple[str, ...]:
    """Return what stands below the title: the form, the deadline, when workbooks were last given out, and the moment."""
    given_out = f"最終配布 {board.last_distributed}" if board.last_distributed else ""
    return board.title, board.due_date.words, given_out, _as_of(board)


def _as_of(board: Board) -> str:
    return f"{board.moment}現在" if board.moment else ""

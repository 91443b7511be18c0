"""The board 提出状況: what the store knows of each sheet, and what the watched folder shows of each file."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from xlsync.disk import is_file_in_use
from xlsync.errors import StoreError
from xlsync.exchange.stages.hand_in_words import hand_in_words
from xlsync.inbox.intake.file_filter import looks_like_copy
from xlsync.inbox.intake.file_state import Entry, SheetResult
from xlsync.inbox.log_messages import OUTCOMES, line
from xlsync.inbox.share_paths import can_be_seen
from xlsync.inbox.status.board_html import board_html
from xlsync.inbox.status.written_board import is_as_written, note_written_board
from xlsync.owner_file import opened_by
from xlsync.summary.figures.progress import Board, BoardWords, DueDate, FolderProblem, Line
from xlsync.summary.sheets.submission_status import board_workbook

if TYPE_CHECKING:
    from xlsync.inbox.config import Deadline, InboxConfig
    from xlsync.inbox.status.sheet_progress import Progress
    from xlsync.store import DamagedSheet

LOG: Final = logging.getLogger("xlsync.watch")
_MAX_PROBLEMS: Final = 200
_BOOK_INTERVAL: Final = 30.0
"""Seconds between two workbooks of the board while a burst goes on; the page is written at every pass."""

_TWO_FILES: Final = (
    "同じ事業（{key}）のファイルが{count}つあります。どれに保存しても欄ごとに合わせて受け取ります。"
    "使うファイルを1つに決めてください：{names}"
)
_DAMAGED: Final = (
    "登録データにあるこのシートの記録が読めません（{why}）。ここには数えていません。"
    "情報システム担当に連絡してください"
)


def board_of(
    config: InboxConfig,
    states: Iterable[Progress],
    entries: Mapping[str, Entry],
    troubles: Mapping[str, str],
    now: dt.datetime,
) -> Board:
    """Return the board. Equal states give equal boards all day: only the days left to the deadline depend on `now`."""
    files = _files_by_key(entries)
    lines = _ordered(config, [_line(config, progress, files, now) for progress in states])
    problems = sorted(
        (*_troubles(config, troubles), *_twins(config, files)), key=lambda problem: problem.location
    )
    edition = config.terms.form.at(config.terms.fiscal_year)
    return Board(
        city_name=config.name,
        title=edition.title,
        lines=lines,
        problems=tuple(problems[:_MAX_PROBLEMS]),
        more_problems=max(0, len(problems) - _MAX_PROBLEMS),
        as_of=max((line.last_save.when for line in lines), default=""),
        due_date=DueDate(
            config.deadline.day,
            config.deadline.closed,
            now.date() if config.deadline.day else None,
            config.deadline.phase_name,
            extended_days(config.deadline, lines),
        ),
        board_words=BoardWords(
            edition.definition.identity.level_words,
            edition.definition.words,
            hand_in_words(config.terms),
        ),
    )


def _ordered(config: InboxConfig, lines: list[Line]) -> tuple[Line, ...]:
    """Return the lines in the order and spelling of the city's organization, with a line for each unit without a sheet."""
    city = config.terms.organization
    if city is None:
        return tuple(sorted(lines, key=lambda line: (*line.unit_names, line.key)))
    spelled = [replace(line, unit_names=city.spelled(line.unit_names)) for line in lines]
    known = {line.unit_names for line in spelled}
    known |= {(*unit[:-1], "") for unit in known}
    missing = [Line(unit) for unit in city.units if unit not in known]
    return tuple(
        sorted(
            (*spelled, *missing),
            key=lambda line: (city.sort_key(line.unit_names), *line.unit_names, line.key),
        )
    )


def _line(
    config: InboxConfig,
    progress: Progress,
    files: Mapping[str, list[tuple[str, Entry]]],
    now: dt.datetime,
) -> Line:
    outdated = progress.outdated_below(config.sheets, config.folder)
    plain = replace(progress, outdated_files=outdated).line
    copies = files.get(progress.stored_id, [])
    if not copies:
        late = _is_late(plain, None, config.deadline, now)
        return replace(plain, last_save=replace(plain.last_save, late=late))
    path, _ = copies[0]
    _, newest = max(copies, key=lambda copy: copy[1].when)
    result = next(sheet for sheet in newest.sheets if sheet.key == progress.stored_id)
    late = _is_late(plain, newest, config.deadline, now)
    return replace(
        plain,
        link=_link(config, path),
        last_save=replace(plain.last_save, result=_result_text(result), late=late),
    )


def _is_late(line: Line, entry: Entry | None, deadline: Deadline, now: dt.datetime) -> bool:
    """True for a sheet received after the last day, unless its file was saved in time while no watcher ran."""
    when = line.last_save.when if line.completion.started else ""
    last_day = deadline.day_for(line.unit_names)
    if last_day is None or not when or when[:10] <= last_day.isoformat():
        return False
    if entry is None:
        return True
    saved = dt.datetime.fromtimestamp(entry.signature.mtime / 1e9, now.tzinfo)
    return saved.date() > last_day


def extended_days(
    deadline: Deadline, lines: Iterable[Line]
) -> Mapping[tuple[str, ...], dt.date | None]:
    """Return the last day of each division that has another one than the city."""
    divisions = dict.fromkeys(line.division for line in lines)
    days = {division: deadline.day_for(division) for division in divisions}
    return {division: day for division, day in days.items() if day != deadline.day}


def _result_text(result: SheetResult) -> str:
    words = (
        f"{result.changes}欄を受け取りました" if result.changes else "",
        f"入力の重なり {result.conflicts}件" if result.conflicts else "",
    )
    return "、".join(filter(None, words)) or OUTCOMES.get(result.outcome, "")


def _files_by_key(entries: Mapping[str, Entry]) -> dict[str, list[tuple[str, Entry]]]:
    """Return the files of each sheet by key, first the one whose name is most like its usual one."""
    files: dict[str, list[tuple[str, Entry]]] = {}
    accepted = ((path, entry) for path, entry in entries.items() if entry.fate == "taken")
    for path, entry in accepted:
        for key in {sheet.key for sheet in entry.sheets}:
            files.setdefault(key, []).append((path, entry))
    for key, copies in files.items():
        copies.sort(key=lambda copy, key=key: _rank(copy[0], key))  # type: ignore[misc]  # bound at once
    return files


def _rank(path: str, key: str) -> tuple[bool, bool, str]:
    name = path.rpartition("/")[2]
    return looks_like_copy(name), not name.startswith(key), path


def _link(config: InboxConfig, path: str) -> str:
    return (config.sheets.relative_to(config.shared) / path).as_posix()


def _troubles(config: InboxConfig, troubles: Mapping[str, str]) -> Iterable[FolderProblem]:
    for path, reason in troubles.items():
        yield FolderProblem(line(path), reason, _link(config, path))


def with_opened(board: Board, config: InboxConfig, opened: Mapping[str, str]) -> Board:
    """Return the board with who has a workbook open; `opened` says so by the workbook's path in the watched folder."""
    by_link = {_link(config, path): who for path, who in opened.items()}
    lines = tuple(
        replace(line, opened_by=by_link[line.link]) if line.link in by_link else line
        for line in board.lines
    )
    return replace(board, lines=lines)


def with_damaged(board: Board, damaged: Iterable[DamagedSheet]) -> Board:
    """Return the board with the sheets that the store cannot read named first among its problems."""
    sheets = [
        FolderProblem(sheet.key, _DAMAGED.format(why=sheet.reason))
        for sheet in sorted(damaged, key=lambda sheet: sheet.key)
    ]
    return replace(board, problems=(*sheets, *board.problems))


def with_step_errors(board: Board, sentences: Mapping[str, str]) -> Board:
    """Return the board with the steps of our own work that fail named first among its problems."""
    failed = [FolderProblem(f"（{name}）", sentence) for name, sentence in sentences.items()]
    return replace(board, problems=(*failed, *board.problems))


def _twins(
    config: InboxConfig, files: Mapping[str, list[tuple[str, Entry]]]
) -> Iterable[FolderProblem]:
    for key, copies in files.items():
        if len(copies) > 1:
            names = "、".join(line(path) for path, _ in copies)
            reason = _TWO_FILES.format(key=key, count=len(copies), names=names)
            path = copies[-1][0]
            yield FolderProblem(line(path), reason, _link(config, path))


def _without_opened(board: Board) -> Board:
    """Return the board without who has what open: its workbook is not written again whenever somebody opens a file."""
    return replace(board, lines=tuple(replace(line, opened_by="") for line in board.lines))


@dataclass
class BoardWriter:
    """Writes the board where it changed; a workbook that somebody has open waits, the page does not."""

    config: InboxConfig
    _page: Board | None = field(default=None)
    _book: Board | None = field(default=None)
    _written: float = field(default=float("-inf"))
    _waiting: bool = False

    @property
    def is_waiting(self) -> bool:
        """Whether the workbook is older than the page: somebody has it open, or saves are coming in."""
        return self._page is None or self._book != _without_opened(self._page)

    def write(self, board: Board, clock: float, *, calm: bool) -> bool:
        """Write what is out of date; False where the workbook has to wait. `calm`: no saves are coming in.

        Raises StoreError where the page or the workbook cannot be written; the other one is written all the same.
        """
        if self._page is None and is_as_written(self.config, board):
            self._page, self._book = board, _without_opened(board)
        try:
            self._write_page(board)
        finally:
            current = self._write_book(board, clock, calm=calm)
        return current

    def _write_page(self, board: Board) -> None:
        page = self.config.board_page
        if board != self._page or not can_be_seen(page):
            self.config.share.write_if_changed(page, board_html(board))
            self._page = board

    def _write_book(self, board: Board, clock: float, *, calm: bool) -> bool:
        board, book = _without_opened(board), self.config.board_book
        if board == self._book and can_be_seen(book):
            return True
        if not calm and clock - self._written < _BOOK_INTERVAL:
            return False
        if (opened := opened_by(book)) is not None:
            if not self._waiting:
                LOG.info("待機 %s %s が開いています", book.name, line(opened.who or "だれか"))
            self._waiting = True
            return False
        try:
            self.config.share.write_if_changed(book, board_workbook(board))
        except StoreError as fault:
            if not is_file_in_use(fault):
                raise
            LOG.info("待機 %s %s", book.name, line(str(fault)))
            return False
        self._book, self._written, self._waiting = board, clock, False
        note_written_board(self.config, self._page)
        LOG.info("一覧 提出済 %d／%d件", board.done, len(board.lines))
        return True

"""The board of the watched folder: what the store knows of each sheet, and the folder of each file."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from xlsync.errors import XlsyncError
from xlsync.inbox.config import BOARD_BOOK, BOARD_PAGE
from xlsync.inbox.intake.file_filter import smells_of_copy
from xlsync.inbox.intake.file_state import Entry, Told
from xlsync.inbox.log_messages import OUTCOMES, line
from xlsync.inbox.share_paths import write_if_new
from xlsync.inbox.status.board_html import board_html
from xlsync.owner_file import opened_by
from xlsync.summary.figures.progress import Board, Line, Strange
from xlsync.summary.sheets.submission_status import board_workbook

if TYPE_CHECKING:
    from xlsync.inbox.config import Deadline, Office
    from xlsync.inbox.status.sheet_states import Progress

LOG: Final = logging.getLogger("xlsync.watch")
_MOST_STRANGE: Final = 200
_CALM: Final = 30.0
"""Seconds between two workbooks of the board while a burst goes on; the page is written at every pass."""

_TWO_FILES: Final = (
    "同じ事業（{key}）のファイルが{count}つあります。どれに保存しても欄ごとに合わせて受け取ります。"
    "使うファイルを1つに決めてください：{names}"
)


def board_of(
    office: Office,
    states: Iterable[Progress],
    entries: Mapping[str, Entry],
    troubles: Mapping[str, str],
    now: dt.datetime,
) -> Board:
    """Give the board. Equal states give equal boards all day: only the days left to the deadline depend on `now`."""
    files = _files_by_key(entries)
    lines = _ordered(office, [_line(office, one, files, now) for one in states])
    strange = sorted(
        (*_troubles(office, troubles), *_twins(office, files)), key=lambda one: one.place
    )
    edition = office.terms.form.at(office.terms.edition)
    return Board(
        city=office.name,
        title=edition.title,
        lines=lines,
        strange=tuple(strange[:_MOST_STRANGE]),
        strange_beyond=max(0, len(strange) - _MOST_STRANGE),
        as_of=max((one.when for one in lines), default=""),
        deadline=office.deadline.day,
        closed=office.deadline.closed,
        today=now.date() if office.deadline.day else None,
    )


def _ordered(office: Office, lines: list[Line]) -> tuple[Line, ...]:
    """Give the lines in the city's own order and spelling of 部・課・係, with a line for each unit that has no sheet yet."""
    city = office.terms.organization
    if city is None:
        return tuple(sorted(lines, key=lambda made: (*_unit(made), made.key)))
    spelled = [_moved(made, city.spelled(_unit(made))) for made in lines]
    held = {_unit(made) for made in spelled}
    held |= {(*unit[:2], "") for unit in held}
    missing = [Line(*unit) for unit in city.units if unit not in held]
    return tuple(
        sorted(
            (*spelled, *missing), key=lambda made: (city.place(_unit(made)), *_unit(made), made.key)
        )
    )


def _unit(made: Line) -> tuple[str, str, str]:
    return made.department, made.division, made.section


def _moved(made: Line, unit: tuple[str, ...]) -> Line:
    department, division, section = unit
    return replace(made, department=department, division=division, section=section)


def _line(
    office: Office,
    progress: Progress,
    files: Mapping[str, list[tuple[str, Entry]]],
    now: dt.datetime,
) -> Line:
    plain = progress.line
    found = files.get(plain.key, [])
    if not found:
        late = plain.started and _is_late(plain.when, None, office.deadline, now)
        return replace(plain, late=late)
    path, _ = found[0]
    _, newest = max(found, key=lambda one: one[1].when)
    told = next(one for one in newest.sheets if one.key == plain.key)
    return replace(
        plain,
        link=_link(office, path),
        did=_did(told),
        late=plain.started and _is_late(plain.when, newest, office.deadline, now),
    )


def _is_late(when: str, entry: Entry | None, deadline: Deadline, now: dt.datetime) -> bool:
    """True for what came after the last day, unless the file says it was saved in time and we were away."""
    if deadline.day is None or not when or when[:10] <= deadline.day.isoformat():
        return False
    if entry is None:
        return True
    saved = dt.datetime.fromtimestamp(entry.look.mtime / 1e9, now.tzinfo)
    return saved.date() > deadline.day


def _did(told: Told) -> str:
    words = [
        f"{told.changes}欄を受け取りました" if told.changes else OUTCOMES.get(told.outcome, ""),
        f"指摘{told.findings}件" if told.findings else "",
        f"競合{told.conflicts}件" if told.conflicts else "",
    ]
    return "、".join(filter(None, words))


def _files_by_key(entries: Mapping[str, Entry]) -> dict[str, list[tuple[str, Entry]]]:
    """Give the files that hold a sheet, the one that looks most like its living workbook first."""
    found: dict[str, list[tuple[str, Entry]]] = {}
    for path, entry in entries.items():
        for key in {told.key for told in entry.sheets} if entry.fate == "taken" else ():
            found.setdefault(key, []).append((path, entry))
    for key, files in found.items():
        files.sort(key=lambda one, key=key: _rank(one[0], key))  # type: ignore[misc]  # bound at once
    return found


def _rank(path: str, key: str) -> tuple[bool, bool, str]:
    name = path.rpartition("/")[2]
    return smells_of_copy(name), not name.startswith(key), path


def _link(office: Office, path: str) -> str:
    return (office.sheets.relative_to(office.shared) / path).as_posix()


def _troubles(office: Office, troubles: Mapping[str, str]) -> Iterable[Strange]:
    for path, reason in troubles.items():
        yield Strange(line(path), reason, _link(office, path))


def _twins(office: Office, files: Mapping[str, list[tuple[str, Entry]]]) -> Iterable[Strange]:
    for key, found in files.items():
        if len(found) > 1:
            names = "、".join(line(path) for path, _ in found)
            reason = _TWO_FILES.format(key=key, count=len(found), names=names)
            path = found[-1][0]
            yield Strange(line(path), reason, _link(office, path))


@dataclass
class BoardWriter:
    """Writes the board where it changed; a workbook that somebody has open waits, the page never does."""

    office: Office
    _page: Board | None = field(default=None)
    _book: Board | None = field(default=None)
    _written: float = field(default=float("-inf"))
    _waiting: bool = False

    def write(self, board: Board, clock: float, *, calm: bool) -> bool:
        """Write what is out of date; False where the workbook has to wait. `calm`: no burst of saves is going on."""
        page, book = self.office.shared / BOARD_PAGE, self.office.shared / BOARD_BOOK
        if board != self._page or not page.exists():
            write_if_new(page, board_html(board))
            self._page = board
        if board == self._book and book.exists():
            return True
        if not calm and clock - self._written < _CALM:
            return False
        if (opened := opened_by(book)) is not None:
            if not self._waiting:
                LOG.info("待機 %s %s が開いています", BOARD_BOOK, line(opened.who or "だれか"))
            self._waiting = True
            return False
        try:
            write_if_new(book, board_workbook(board))
        except XlsyncError as fault:
            LOG.warning("待機 %s %s", BOARD_BOOK, line(str(fault)))
            return False
        self._book, self._written, self._waiting = board, clock, False
        LOG.info("一覧 提出済 %d／%d件", board.done, len(board.lines))
        return True

"""`xlsync status`: how far each sheet is."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from xlsync.city.clock_and_user import today
from xlsync.city.status_table import (
    EVERY_SHEET,
    Filter,
    progress_and_damage,
    status_documents,
    unknown_words,
)
from xlsync.cli import ATTENTION, FAILED
from xlsync.cli.console import complain, put_json, say
from xlsync.cli.current_city import complain_unused_form, current_city
from xlsync.cli.damaged_sheets import complain_damaged
from xlsync.cli.every_form import Outcome, for_each_form
from xlsync.disk import replace_whole
from xlsync.summary.figures.progress import DueDate

if TYPE_CHECKING:
    from xlsync.city.settings import CitySettings
    from xlsync.inbox.status.sheet_progress import Progress
    from xlsync.store import DamagedSheet
    from xlsync.summary.figures.progress import Line

_STATE: Final = 22
_DATE: Final = 14  # 11月29日 06:38
_GAP: Final = "  "
_NARROWEST_TITLE: Final = 10
_COLUMNS: Final = (80, 24)
"""Of a terminal that does not say how large it is."""
_NO_SHEETS: Final = "まだ登録されたシートがありません。`xlsync sheets add` で一覧から登録できます"


def show_status(
    folder: Path,
    wanted: Filter = EVERY_SHEET,
    edition: int | None = None,
    *,
    as_json: bool = False,
    out: Path | None = None,
) -> int:
    """Print how far the wanted sheets are, and return the exit code; by default of the year of the settings.

    `out` is where the list for a meeting is written, None where it is not wanted. Without a filter, a year and `out` the other
    forms of the city follow.
    """
    asked = _Asked(wanted, edition, as_json, out)
    if wanted == EVERY_SHEET and edition is None and out is None:
        return for_each_form(folder, partial(_status, asked=asked), as_json=as_json)
    code, document = _status(folder, asked)
    if as_json and document:
        put_json(document)
    return code


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the command's options say."""

    wanted: Filter
    asked_year: int | None
    as_json: bool
    out: Path | None


def _status(folder: Path, asked: _Asked) -> Outcome:
    """Say how far the sheets of one form are; no document where the filter names what is not there."""
    city = current_city(folder, asked.asked_year)
    complain_unused_form(city)
    present, unreadable = progress_and_damage(city)
    damaged = complain_damaged(city, unreadable)
    if _complain_unknown(unknown_words(asked.wanted, present, city.terms.organization)):
        return FAILED, {}
    listed = [progress for progress in present if asked.wanted.admits(progress)]
    if asked.out is not None:
        _write_list(city, listed, asked.out)
    if not asked.as_json:
        _say_status(city, listed, asked.out, has_sheets=bool(present or damaged))
    incomplete = any(not progress.line.is_complete for progress in listed)
    return ATTENTION if damaged or incomplete else 0, _document(city, listed, damaged)


def _document(
    city: CitySettings, listed: Sequence[Progress], damaged: Sequence[DamagedSheet]
) -> dict[str, Any]:
    return {
        "edition": city.terms.fiscal_year,
        "sheets": status_documents(listed),
        "damaged": [{"key": sheet.key, "reason": sheet.reason} for sheet in damaged],
    }


def _complain_unknown(sentences: Sequence[str]) -> bool:
    """Say what is wrong with the filter, and return whether anything is."""
    for sentence in sentences:
        complain(sentence)
    return bool(sentences)


def _say_status(
    city: CitySettings, listed: Sequence[Progress], out: Path | None, *, has_sheets: bool
) -> None:
    say(f"{city.name}　{city.terms.form.at(city.terms.fiscal_year).title}")
    if has_sheets:
        _say_table(city, listed)
        _say_opened(city, listed)
    else:
        say(f"\n{_NO_SHEETS}")
    if out is not None:
        say(f"書き出しました {out}")


def _write_list(city: CitySettings, listed: Sequence[Progress], out: Path) -> None:
    from xlsync.city.hand_in_list import meeting_list
    from xlsync.summary.sheets.meeting_list import meeting_workbook

    now = datetime.now().astimezone()
    replace_whole(out, meeting_workbook(meeting_list(city, listed, now)))


def _say_opened(city: CitySettings, listed: Sequence[Progress]) -> None:
    """Print whose workbooks are open now."""
    from xlsync.city.hand_in_list import OpenWorkbooks

    workbooks = OpenWorkbooks(city)
    if not workbooks.are_likely:
        return
    sheets = [progress.status.sheet for progress in listed]
    opened = [(sheet, workbooks.words(sheet)) for sheet in sheets]
    rows = [f"{sheet.key}  {sheet.title}  {words}" for sheet, words in opened if words]
    if rows:
        say("\nいま開かれているファイル（開いている人）")
    for row in rows:
        say(row)


def _say_table(city: CitySettings, listed: Sequence[Progress]) -> None:
    lines = [progress.line for progress in listed]
    if not lines:
        complain("あてはまるシートがありません")
    columns = shutil.get_terminal_size(_COLUMNS).columns
    for unit, sheets in groupby(lines, _unit):
        say(f"\n{unit}")
        for row in _Columns.fitting(lines, columns).rows(sheets):
            say(row)
    submitted = sum(line.is_handed_in for line in lines)
    counts = (f"提出済 {submitted}／{len(lines)}件", _deadline_words(city))
    say("\n" + "　".join(filter(None, counts)))


def _unit(line: Line) -> str:
    words = " ".join(line.unit_names).split()  # a name may hold a line break
    return " ".join(words) or "（所属未記入）" * bool(line.unit_names)


@dataclass(frozen=True, slots=True)
class _Columns:
    """Widths in terminal cells, of which a full-width character takes two; codes and dates are never cut."""

    key_width: int
    title_width: int

    @classmethod
    def fitting(cls, lines: Sequence[Line], columns: int) -> _Columns:
        """Return widths with which the rows fit a terminal of so many columns."""
        key = max(len(line.key) for line in lines)
        title = columns - key - _STATE - _DATE - 3 * len(_GAP)
        return cls(key, max(title, _NARROWEST_TITLE))

    def rows(self, lines: Iterator[Line]) -> Iterator[str]:
        """Yield each sheet's row; a state in several words goes on in the next row."""
        for line in lines:
            first, *rest = _state_rows(line)
            fields = (
                line.key.ljust(self.key_width),
                _cut(line.title, self.title_width),
                _cut(first, _STATE),
                line.saved,
            )
            yield _GAP.join(fields).rstrip()
            indent = " " * (self.key_width + self.title_width + 2 * len(_GAP))
            yield from (indent + words for words in rest)


def _state_rows(line: Line) -> list[str]:
    """Return a sheet's state in rows that fit their column."""
    from rich.cells import cell_len

    warnings = [f"注意 {line.completion.warnings}件"] if line.completion.warnings else []
    rows: list[str] = []
    for words in (*line.words.split("・"), *warnings):
        joined = f"{rows[-1]}・{words}" if rows else words
        if rows and cell_len(joined) <= _STATE:
            rows[-1] = joined
        else:
            rows.append(words)
    return rows


def _cut(text: str, width: int) -> str:
    """Return a text that takes exactly `width` cells, with ".." where it was longer: … is broader in some terminals."""
    from rich.cells import cell_len, set_cell_size

    if cell_len(text) <= width:
        return set_cell_size(text, width)
    cut = set_cell_size(text, width - 2).rstrip() + ".."
    return set_cell_size(cut, width)


def _deadline_words(city: CitySettings) -> str:
    deadline = city.deadline
    return DueDate(deadline.day, deadline.closed, today(), deadline.phase_name).words

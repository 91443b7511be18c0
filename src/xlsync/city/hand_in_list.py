"""Who has handed in what, when, and who has a workbook open now: the printed list for a meeting."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from xlsync.city.city_paths import workbook_file
from xlsync.city.living_workbooks import living_files
from xlsync.exchange.blame import spoken_time
from xlsync.inbox.status.open_workbooks import SOMEBODY
from xlsync.owner_file import OWNER_FILE_BEGINNINGS, opened_by
from xlsync.sheet_stage import ACT_WORDS
from xlsync.summary.figures.progress import DueDate
from xlsync.summary.sheets.meeting_list import HandInLine, MeetingList

if TYPE_CHECKING:
    from xlsync.city.settings import CitySettings
    from xlsync.inbox.status.sheet_progress import Progress
    from xlsync.sheet import Sheet
    from xlsync.sheet_stage import StageActKind
    from xlsync.store.stage_acts import StageAct

_SHOWN: Final[tuple[StageActKind, ...]] = ("submit", "endorse", "return", "confirm")
"""The acts that have a column, where any sheet has had one."""


def meeting_list(city: CitySettings, listed: Sequence[Progress], now: datetime) -> MeetingList:
    """Return the list of some sheets, in their order."""
    opened = OpenWorkbooks(city)
    lines = tuple(_line(progress, opened) for progress in listed)
    in_use = {word for line in lines for word, _ in line.last_acts}
    edition = city.terms.form.at(city.terms.fiscal_year)
    note = f"{edition.title}　{now.year}年{now.month}月{now.day}日 {now:%H:%M}現在"
    due = city.deadline
    words = DueDate(due.day, due.closed, now.date(), due.phase_name).words
    return MeetingList(
        city.name,
        "　".join(filter(None, (note, words))),
        edition.definition.identity.level_words,
        edition.definition.words,
        tuple(ACT_WORDS[kind] for kind in _SHOWN if ACT_WORDS[kind] in in_use),
        lines,
    )


class OpenWorkbooks:
    """Which living workbooks are open now: folders are listed once, and only those with an owner file are looked at."""

    def __init__(self, city: CitySettings) -> None:
        """List the folders."""
        self._city = city
        self._folders = set(_folders_with_owner_files(city.sheets))

    @property
    def are_likely(self) -> bool:
        """Whether any workbook may be open."""
        return bool(self._folders)

    def words(self, sheet: Sheet) -> str:
        """Return who has a workbook of a sheet open, "" where nobody has."""
        if not self._folders:
            return ""
        files = living_files(self._city, sheet, workbook_file(self._city, sheet))
        likely = (file for file in files if file.parent.resolve() in self._folders)
        opened = [each for each in map(opened_by, likely) if each is not None]
        return "、".join(dict.fromkeys(each.who or SOMEBODY for each in opened))


def _folders_with_owner_files(top: Path) -> Iterator[Path]:
    for folder, _, names in os.walk(top):
        if any(name.startswith(OWNER_FILE_BEGINNINGS) for name in names):
            yield Path(folder).resolve()


def _line(progress: Progress, opened: OpenWorkbooks) -> HandInLine:
    procedure = progress.status.procedure
    implied = (procedure.implied_act,) if procedure.implied_act else ()
    acts = tuple(_last_acts((*procedure.stage_acts, *implied)))
    return HandInLine(progress.line, acts, opened.words(progress.status.sheet))


def _last_acts(acts: Sequence[StageAct]) -> Iterator[tuple[str, str]]:
    """Yield when and by whom each act was done last, with the comment of a return."""
    for kind in _SHOWN:
        last = next((act for act in reversed(acts) if act.stage_act_kind == kind), None)
        if last is not None:
            comment = f"（{last.comment}）" if last.comment else ""
            yield ACT_WORDS[kind], f"{spoken_time(last.when)} {last.who}{comment}"


__all__ = ["OpenWorkbooks", "meeting_list"]

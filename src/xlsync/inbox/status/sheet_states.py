"""The status of each sheet and whether anybody has begun to fill it in; kept between passes, read again where it changed."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from xlsync.exchange import SheetStatus, sheet_statuses
from xlsync.exchange.department_summaries import programs_of
from xlsync.exchange.outdated_workbooks import outdated_workbooks
from xlsync.exchange.sheet_status import is_started
from xlsync.inbox.share_paths import can_be_seen
from xlsync.store import last_distribution
from xlsync.store.acts import act_folder
from xlsync.store.distribution import distribution_file
from xlsync.store.stage_acts import stage_folder
from xlsync.summary.figures.progress import LastSave, Line
from xlsync.summary.figures.sheet_completion import Completion

if TYPE_CHECKING:
    from pathlib import Path

    from xlsync.exchange import Terms
    from xlsync.inbox.config import InboxConfig
    from xlsync.sheet_keys import SheetId
    from xlsync.store import DamagedSheet, Store

Mark = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """A sheet's status, whether staff have begun to fill it in, and when its workbook was last given out (ISO 8601).

    `outdated_files` are the workbooks last seen with the page of another version of the form.
    """

    status: SheetStatus
    started: bool
    distributed_at: str = ""
    outdated_files: tuple[str, ...] = ()

    def outdated_below(self, sheets: Path, folder: Path) -> tuple[str, ...]:
        """Return the outdated workbooks (relative to a city's folder) that still lie below its folder of living workbooks."""
        return tuple(
            file
            for file in self.outdated_files
            if (folder / file).is_relative_to(sheets) and can_be_seen(folder / file)
        )

    @property
    def line(self) -> Line:
        """The sheet's line on the board, without what only the watched folder shows."""
        status, sheet = self.status, self.status.sheet
        return Line(
            sheet.units,
            sheet.key,
            sheet.title,
            Completion(
                self.started,
                status.blank,
                status.errors,
                status.warnings,
                status.open_conflicts,
                status.waiting_count,
                len(self.outdated_files),
                status.procedure.state.stage,
                status.procedure.marks,
            ),
            LastSave(status.when, status.who),
            distributed_at=self.distributed_at,
        )


@dataclass
class States:
    """The progress of every sheet of an edition that counts, as last read from the store."""

    store: Store
    terms: Terms
    progress: dict[SheetId, Progress] = field(default_factory=dict)
    damaged: dict[SheetId, DamagedSheet] = field(default_factory=dict)
    _marks: dict[SheetId, Mark] = field(default_factory=dict)

    def renew(self, also: Iterable[SheetId] = ()) -> set[SheetId]:
        """Read again the sheets that were changed since, and those in `also`; return the ids of those of which anything is new.

        A sheet's findings depend on the other sheets of its budget program, so these are read with it.
        """
        year = self.terms.fiscal_year
        marks = {key: self._mark(key) for key in self.store.counted_keys(year)}
        changed = {key for key, mark in marks.items() if self._marks.get(key) != mark}
        changed |= set(also) & marks.keys()
        changed |= self._marks.keys() - marks.keys()
        if changed:
            programs = (
                None if changed >= marks.keys() else programs_of(self.store, self.terms, changed)
            )
            for progress in sheet_progress(self.store, self.terms, programs):
                key = progress.status.sheet.id
                if self.progress.get(key) != progress:
                    self.progress[key] = progress
                    changed.add(key)
            self._find_damaged(changed)
        for key in self.progress.keys() - (marks.keys() - self.damaged.keys()):
            del self.progress[key]
        self._marks = marks
        return changed

    def _find_damaged(self, changed: set[SheetId]) -> None:
        for key in changed:
            self.damaged.pop(key, None)
        for sheet in self.store.damaged(self.terms.fiscal_year, changed):
            self.damaged[sheet.key] = sheet

    def _mark(self, key: SheetId) -> Mark:
        """Return the modification times of a sheet's files and their folders: they differ after every change of the sheet."""
        year = self.terms.fiscal_year
        revisions = self.store.revision_file(key, year, 1).parent
        copies = self.store.copies_folder(key, year)
        acts = act_folder(self.store, key, year)
        distribution = distribution_file(self.store.folder, key, year)
        stages = stage_folder(self.store.folder, key, year)
        return _time(revisions), _time(copies), _time(acts), _time(distribution), _time(stages)


def sheet_progress(
    store: Store, terms: Terms, programs: Collection[str] | None = None
) -> list[Progress]:
    """Return the progress of every sheet, or of some budget programs."""
    return [
        Progress(
            status,
            is_started(store, terms, status),
            _distributed_at(store, status),
            outdated_workbooks(store, status.sheet.id, terms.fiscal_year),
        )
        for status in sheet_statuses(store, terms, programs)
    ]


def _distributed_at(store: Store, status: SheetStatus) -> str:
    sheet = status.sheet
    distribution = last_distribution(store.folder, sheet.id, sheet.edition.year)
    return "" if distribution is None else distribution.when


def committed(config: InboxConfig) -> int:
    """Return the modification time of the folder of the sheets' heads: it differs after every commit."""
    return _time(config.store.folder / "sheets" / str(config.terms.fiscal_year))


def _time(folder: os.PathLike[str]) -> int:
    try:
        return os.stat(folder).st_mtime_ns  # noqa: PTH116 - thousands at every pass
    except OSError:
        return 0

"""How far each sheet is; kept between passes, read again where it changed."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from xlsync.exchange.department_summaries import programs_of
from xlsync.inbox.status.progress_record import city_progress
from xlsync.sheet_keys import SheetId
from xlsync.store.acts import act_folder
from xlsync.store.distribution import distribution_file
from xlsync.store.stage_acts import stage_folder

if TYPE_CHECKING:
    from xlsync.exchange import Terms
    from xlsync.inbox.config import InboxConfig
    from xlsync.inbox.status.sheet_progress import Progress
    from xlsync.store import DamagedSheet, Store

Mark = tuple[int, ...]


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
            read = city_progress(self.store, self.terms, programs)
            for progress in read.sheet_progress:
                if self.progress.get(progress.stored_id) != progress:
                    changed.add(progress.stored_id)
                self.progress[progress.stored_id] = progress  # with the reader of the newest status
            self._note_damaged(changed, read.damaged)
        for key in self.progress.keys() - (marks.keys() - self.damaged.keys()):
            del self.progress[key]
        self._marks = marks
        return changed

    def _note_damaged(self, changed: set[SheetId], damaged: Iterable[DamagedSheet]) -> None:
        for key in changed:
            self.damaged.pop(key, None)
        self.damaged |= {SheetId(sheet.key): sheet for sheet in damaged}

    def _mark(self, key: SheetId) -> Mark:
        """Return the modification times of a sheet's files and their folders: they differ after every change of the sheet."""
        year = self.terms.fiscal_year
        revisions = self.store.revision_file(key, year, 1).parent
        copies = self.store.copies_folder(key, year)
        acts = act_folder(self.store, key, year)
        distribution = distribution_file(self.store.folder, key, year)
        stages = stage_folder(self.store.folder, key, year)
        return _time(revisions), _time(copies), _time(acts), _time(distribution), _time(stages)


def committed(config: InboxConfig) -> int:
    """Return the modification time of the folder of the sheets' heads: it differs after every commit."""
    return _time(config.store.folder / "sheets" / str(config.terms.fiscal_year))


def _time(folder: os.PathLike[str]) -> int:
    try:
        return os.stat(folder).st_mtime_ns  # noqa: PTH116 - thousands at every pass
    except OSError:
        return 0

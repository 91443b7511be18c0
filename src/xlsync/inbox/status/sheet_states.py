"""How far each sheet is; kept between passes, read again where it changed."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from xlsync.errors import StoreUnreachable
from xlsync.exchange.department_summaries import programs_of
from xlsync.inbox.status.progress_record import city_progress, never_ending
from xlsync.sheet_keys import SheetId
from xlsync.store.acts import act_folder
from xlsync.store.distribution import distribution_file
from xlsync.store.stage_acts import stage_folder

if TYPE_CHECKING:
    from xlsync.exchange import Terms
    from xlsync.inbox.config import InboxConfig
    from xlsync.inbox.status.followed_up import FollowedUp
    from xlsync.inbox.status.sheet_progress import Progress
    from xlsync.store import DamagedSheet, Store
    from xlsync.store.store_path import StorePath

Mark = tuple[int, ...]


@dataclass
class States:
    """The progress of every sheet of an edition that counts, as last read from the store.

    With `followed_up`, what was done before this process began is not new at the first reading. A reading raises ReadingEnded
    once it `is_ending`.
    """

    store: Store
    terms: Terms
    followed_up: FollowedUp | None = None
    is_ending: Callable[[], bool] = never_ending
    progress: dict[SheetId, Progress] = field(default_factory=dict)
    damaged: dict[SheetId, DamagedSheet] = field(default_factory=dict)
    _marks: dict[SheetId, Mark] = field(default_factory=dict)
    _digests: dict[str, str] = field(default_factory=dict)
    _marked_files: dict[SheetId, tuple[StorePath, ...]] = field(default_factory=dict)

    def renew_of(self, sheet_ids: Iterable[SheetId]) -> set[SheetId]:
        """Read some sheets again that still count, with their programs; return the ids of those of which anything is new.

        The others are as they were. Where one of them, or any at all, was not known yet, all are looked at.
        """
        asked = set(sheet_ids)
        if not self._marks or not asked <= self._marks.keys():
            return self.renew(asked)
        marks = {key: self._mark(key) for key in asked}
        changed = asked | self._read(asked, asked)
        self._marks |= marks
        return changed

    def renew(self, also: Iterable[SheetId] = ()) -> set[SheetId]:
        """Read again the sheets that were changed since, and those in `also`; return the ids of those of which anything is new.

        A sheet's findings depend on the other sheets of its budget program, so these are read with it.
        """
        year = self.terms.fiscal_year
        marks = {key: self._mark(key) for key in self.store.counted_keys(year)}
        changed = {key for key, mark in marks.items() if self._marks.get(key) != mark}
        changed |= set(also) & marks.keys()
        changed |= self._marks.keys() - marks.keys()
        is_first = not self._marks
        if changed:
            changed |= self._read(changed, None if changed >= marks.keys() else changed)
        for key in self.progress.keys() - (marks.keys() - self.damaged.keys()):
            del self.progress[key]
        self._marks = marks
        return self._not_followed_up(changed) if is_first else changed

    def _read(self, changed: set[SheetId], asked: set[SheetId] | None) -> set[SheetId]:
        """Read the programs of the sheets that are asked for, None for all; return the sheets of which anything is new."""
        programs = None if asked is None else programs_of(self.store, self.terms, asked)
        read = city_progress(self.store, self.terms, programs, self.is_ending)
        new = {
            progress.stored_id
            for progress in read.sheet_progress
            if self.progress.get(progress.stored_id) != progress
        }
        # Also where it is equal: with the reader of the newest status.
        self.progress |= {progress.stored_id: progress for progress in read.sheet_progress}
        self._note_damaged(changed | new, read.damaged)
        self._digests |= read.program_digests
        return new

    def _not_followed_up(self, changed: set[SheetId]) -> set[SheetId]:
        """Return the sheets without those of programs for which all was done before this process began."""
        if self.followed_up is None:
            return changed
        done = self.followed_up.programs(self._digests)
        return {each for each in changed if self._program_of(each) not in done}

    def note_followed_up(self, unfinished: Iterable[SheetId]) -> None:
        """Note that all was done of what was read last, but for the programs of some sheets."""
        if self.followed_up is not None:
            programs = {self._program_of(each) for each in unfinished}
            self.followed_up.note(self._digests, programs)

    def _program_of(self, sheet_id: SheetId) -> str:
        return self.terms.program_of_key(self.store.key_of(sheet_id, self.terms.fiscal_year))

    def _note_damaged(self, changed: set[SheetId], damaged: Iterable[DamagedSheet]) -> None:
        for key in changed:
            self.damaged.pop(key, None)
        self.damaged |= {SheetId(sheet.key): sheet for sheet in damaged}

    def _mark(self, key: SheetId) -> Mark:
        """Return the modification times of a sheet's files and their folders: they differ after every change of the sheet."""
        if key not in self._marked_files:
            self._marked_files[key] = self._files_of(key)
        return tuple(map(_time, self._marked_files[key]))

    def _files_of(self, key: SheetId) -> tuple[StorePath, ...]:
        year = self.terms.fiscal_year
        return (
            self.store.revision_file(key, year, 1).parent,
            self.store.copies_folder(key, year),
            act_folder(self.store, key, year),
            distribution_file(self.store.files, key, year),
            stage_folder(self.store.files, key, year),
        )


def committed(config: InboxConfig) -> int:
    """Return the modification time of the folder of the sheets' heads: it differs after every commit; 0 where nobody knows."""
    with contextlib.suppress(StoreUnreachable):
        return _time(config.store.files / "sheets" / str(config.terms.fiscal_year))
    return 0


def _time(folder: StorePath) -> int:
    try:
        return folder.stat().st_mtime_ns
    except OSError:
        return 0

"""How far each sheet is: its standing, and whether anybody has begun with it. Kept between passes, renewed where it changed."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from xlsync.exchange import Standing, standings
from xlsync.exchange.sheet_status import is_started
from xlsync.summary.figures.progress import Line

if TYPE_CHECKING:
    from xlsync.exchange import Terms
    from xlsync.inbox.config import Office
    from xlsync.store import Store

Mark = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Progress:
    """A sheet's standing, and whether staff have begun to fill it in."""

    standing: Standing
    started: bool

    @property
    def line(self) -> Line:
        """Its line on the board, without what only the folder knows."""
        one, sheet = self.standing, self.standing.sheet
        return Line(
            sheet.department,
            sheet.division,
            sheet.section,
            sheet.key,
            sheet.title,
            started=self.started,
            blank=one.blank,
            errors=one.errors,
            warnings=one.warnings,
            conflicts=one.open_conflicts,
            when=one.when,
            who=one.who,
        )


@dataclass
class States:
    """The progress of every sheet of an edition, as last asked for."""

    store: Store
    terms: Terms
    known: dict[str, Progress] = field(default_factory=dict)
    _marks: dict[str, Mark] = field(default_factory=dict)

    def renew(self, also: Iterable[str] = ()) -> set[str]:
        """Ask the store again about sheets that anybody changed since, and those named; give the keys of which anything is new.

        A sheet's findings depend on the other sheets of its budget program: they are asked about with it, and given where
        their answer is another one.
        """
        year = self.terms.edition
        marks = {key: self._mark(key) for key in self.store.keys(year)}
        changed = {key for key, mark in marks.items() if self._marks.get(key) != mark}
        changed |= set(also) & marks.keys()
        if changed:
            programs = None if changed >= marks.keys() else {self._program(key) for key in changed}
            for progress in progress_of(self.store, self.terms, programs):
                key = progress.standing.sheet.key
                if self.known.get(key) != progress:
                    self.known[key] = progress
                    changed.add(key)
        for key in self.known.keys() - marks.keys():
            del self.known[key]
        self._marks = marks
        return changed

    def _program(self, key: str) -> str:
        edition = self.terms.form.at(self.terms.edition)
        return "-".join(key.split("-")[: len(edition.definition.identity.program)])

    def _mark(self, key: str) -> Mark:
        """Give what differs after every change of a sheet: the times of the folders its files are made in."""
        year = self.terms.edition
        revisions = self.store.revision_file(key, year, 1).parent
        taken = self.store.folder / "taken" / str(year) / key
        return _time(revisions), _time(taken)


def progress_of(
    store: Store, terms: Terms, programs: Collection[str] | None = None
) -> list[Progress]:
    """Give the progress of every sheet, or of some budget programs, in the order of the standings."""
    return [Progress(one, is_started(store, one)) for one in standings(store, terms, programs)]


def committed(office: Office) -> int:
    """Give what differs after every commit: the time of the folder in which each leaves its sheet's head."""
    return _time(office.store.folder / "sheets" / str(office.terms.edition))


def _time(folder: os.PathLike[str]) -> int:
    try:
        return os.stat(folder).st_mtime_ns  # noqa: PTH116 - thousands at every pass
    except OSError:
        return 0

"""What follows a receipt: write-back and the board at once, the summaries when a burst of saves is over."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from xlsync.errors import XlsyncError
from xlsync.inbox.followup.auto_write_back import Reflector
from xlsync.inbox.log_messages import line
from xlsync.inbox.status.board import BoardWriter, board_of
from xlsync.inbox.status.sheet_states import States, committed

if TYPE_CHECKING:
    from xlsync.inbox.config import Office, World
    from xlsync.inbox.intake.sweep import Pass, Sweep

LOG: Final = logging.getLogger("xlsync.watch")
_OVERDUE: Final = 120.0
"""Seconds after which the summaries are written although saves keep coming."""
_STORE_ASKED: Final = 30.0
"""Seconds for which nobody asks the store what others wrote into it, while nothing happens in the folder."""
AGAIN: Final = 15.0
"""Seconds until something that had to wait (a workbook somebody has open) is tried again."""

Summarize = Callable[["Office", Collection[str]], Collection[str]]
"""Writes the summaries affected by some keys; gives the keys whose summary had to wait."""


@dataclass
class Follow:
    """The work that follows, and what of it is still to do. `due` is when to come back to it (our clock)."""

    office: Office
    world: World
    summarize: Summarize
    due: float | None = None
    _states: States | None = None
    _stale: set[str] = field(default_factory=set)
    _since: float = 0.0
    _writer: BoardWriter | None = None
    _reflector: Reflector | None = None
    _looked: tuple[float, dt.date, dict[str, str]] | None = None
    _committed: int = 0

    def renew(self, office: Office) -> None:
        """Go on under other settings: everything is looked at anew."""
        self.office = office
        self._states = self._writer = self._reflector = self._looked = None

    @property
    def is_unfinished(self) -> bool:
        """True where workbooks are left to be brought up to date that wait for nobody."""
        return self._reflector is not None and bool(self._reflector.todo)

    def is_behind(self) -> bool:
        """True where anybody has committed to the store since it was last asked; may be asked from any thread."""
        return self._committed != committed(self.office)

    def after(self, sweep: Sweep, done: Pass) -> None:
        """Do what follows from a pass; what fails is told and tried again, and keeps nothing else from being done."""
        now = self.world.clock()
        if not done.taken and self._is_idle(sweep, now):
            return
        self.due = None
        calm = done.waiting == 0
        changed: set[str] = set()

        def renew() -> None:
            changed.update(self._renewed(sweep, done))

        steps: tuple[Callable[[], None], ...] = (
            renew,
            lambda: self._show(sweep, calm=calm),
            lambda: self._reflect(sweep, done, changed),
            lambda: self._summarize(changed, now, calm=calm),
        )
        went_well = [self._done(step) for step in steps]
        if all(went_well):
            self._looked = now, self.world.now().date(), sweep.troubles

    def _is_idle(self, sweep: Sweep, now: float) -> bool:
        """True where nothing is to be done, and the store was asked a moment ago: others write to it now and then."""
        if self._looked is None or (self.due is not None and now >= self.due):
            return False
        at, day, troubles = self._looked
        recent = now - at < _STORE_ASKED and day == self.world.now().date()
        return recent and troubles == sweep.troubles and not self.is_behind()

    def _done(self, step: Callable[[], None]) -> bool:
        """Do a step; False where it failed, which is told, and tried again in a while."""
        try:
            step()
        except XlsyncError as fault:
            LOG.warning("失敗 %s", line(str(fault)))
        except Exception:
            LOG.exception("不具合")
        else:
            return True
        self._come_back(AGAIN)
        return False

    def _renewed(self, sweep: Sweep, done: Pass) -> set[str]:
        if self._states is None:
            self._states = States(self.office.store, self.office.terms)
        # Before asking: what comes in meanwhile is asked for again.
        self._committed = committed(self.office)
        taken = (told.key for path in done.taken for told in sweep.entries[path].sheets)
        return self._states.renew(taken)

    def _show(self, sweep: Sweep, *, calm: bool) -> None:
        if self._writer is None:
            self._writer = BoardWriter(self.office)
        states = self._states.known.values() if self._states else ()
        now = self.world.now()
        board = board_of(self.office, states, sweep.entries, sweep.troubles, now)
        if not self._writer.write(board, self.world.clock(), calm=calm):
            self._come_back(AGAIN)

    def _reflect(self, sweep: Sweep, done: Pass, changed: Collection[str]) -> None:
        """Write back, unless saves are ready to be taken: those are waited for by people."""
        if self._reflector is None:
            self._reflector = Reflector(self.office, self.world)
        busy = done.ready > 0
        self._reflector.after(sweep, done.taken, changed, later=busy, until=done.due)
        if self._reflector.todo:
            self._come_back(0)
        if self._reflector.open:
            self._come_back(AGAIN)

    def _summarize(self, changed: Collection[str], now: float, *, calm: bool) -> None:
        if not self._stale:
            self._since = now
        self._stale |= set(changed)
        if self._stale and (calm or now - self._since > _OVERDUE):
            self._stale = set(self.summarize(self.office, sorted(self._stale)))
            self._since = now
        if self._stale:
            self._come_back(AGAIN)

    def _come_back(self, seconds: float) -> None:
        due = self.world.clock() + seconds
        self.due = due if self.due is None else min(self.due, due)

"""The work after a pass of a watcher that only looks: what it sees is noted in the database, and workers do the rest."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from xlsync.errors import XlsyncError
from xlsync.inbox.followup.follow_up import RETRY_AFTER
from xlsync.inbox.followup.step_errors import StepErrors
from xlsync.inbox.status.sheet_states import committed

if TYPE_CHECKING:
    from xlsync.inbox.config import InboxConfig, Runtime
    from xlsync.inbox.intake.queued_intake import QueuedIntake
    from xlsync.inbox.intake.sweep import Pass, Sweep

_STEP: Final = "処理係への依頼"
_BEAT: Final = 15.0
"""Seconds after which the database is told again that we watch."""


@dataclass
class QueuedFollowUp:
    """Asks for board, write-back and summaries wherever anything is new. `due_at` is when to come back (monotonic clock).

    `step_errors` says which steps fail; `before_step` is called before each step.
    """

    config: InboxConfig
    runtime: Runtime
    intake: QueuedIntake
    due_at: float | None = None
    step_errors: StepErrors = field(default_factory=StepErrors)
    before_step: Callable[[], None] = lambda: None
    _last_state: tuple[dict[str, Any], set[str], int, dt.date] | None = None
    _committed: int = 0
    _beaten: float = float("-inf")

    @property
    def unfinished_count(self) -> int:
        """How many saves are on their way."""
        return len(self.intake.paths)

    def renew(self, config: InboxConfig) -> None:
        """Replace the configuration; all is asked for again."""
        self.config, self._last_state = config, None

    def is_behind(self) -> bool:
        """True where anybody has committed to the store since it was last asked; may be called from any thread."""
        return self._committed != committed(self.config)

    def after(self, sweep: Sweep, done: Pass) -> None:
        """Note what the pass saw; where that fails, it is tried again."""
        self.before_step()
        self.due_at = None
        if not self.step_errors.run(_STEP, lambda: self._note(sweep, done)):
            self.due_at = self.runtime.clock() + RETRY_AFTER

    def keep_watch(self) -> None:
        """Keep our share of the city claimed while nothing happens; where that fails, the next pass says so."""
        with contextlib.suppress(XlsyncError):
            self._claim_share()

    def _claim_share(self) -> None:
        now = self.runtime.clock()
        if now - self._beaten >= _BEAT:
            self.intake.queue.claim_share(self.intake.watcher)
            self._beaten = now

    def _note(self, sweep: Sweep, done: Pass) -> None:
        self._claim_share()
        self._committed = committed(self.config)
        state = {"troubles": sweep.troubles, "owner_files": list(sweep.owner_files)}
        paths = sweep.paths | self.intake.paths
        seen = state, paths, self._committed, self.runtime.now().date()
        if seen != self._last_state or done.ingested_paths:
            self.intake.queue.note_share(state, paths)
            self._last_state = seen


__all__ = ["QueuedFollowUp"]

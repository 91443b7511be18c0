"""The work after a pass: board and write-back at once, summaries when a burst of saves is over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Final

from xlsync.inbox.followup.auto_write_back import RETRY_REFUSED_AFTER, AutoWriteBack
from xlsync.inbox.followup.step_errors import StepErrors
from xlsync.inbox.status.board import (
    BoardWriter,
    board_of,
    with_damaged,
    with_opened,
    with_step_errors,
)
from xlsync.inbox.status.followed_up import FollowedUp
from xlsync.inbox.status.open_workbooks import open_workbooks
from xlsync.inbox.status.sheet_states import States, committed
from xlsync.sheet_keys import SheetId

if TYPE_CHECKING:
    from xlsync.inbox.config import InboxConfig, Runtime
    from xlsync.inbox.followup.folder_state import FolderState
    from xlsync.inbox.intake.sweep import Pass

_OVERDUE: Final = 120.0
"""Seconds after which the summaries are written although saves keep coming."""
_STORE_CHECK_INTERVAL: Final = 30.0
"""Seconds between two questions to the store about other programs' commits, while nothing happens in the folder."""
_BOARD: Final = "提出状況"
RETRY_AFTER: Final = 15.0
"""Seconds until something that had to wait (a workbook somebody has open) is tried again."""

Summarize = Callable[["InboxConfig", Collection[str]], Collection[str]]
"""Writes the summaries affected by some sheet keys; returns the keys whose summary had to wait."""


@dataclass
class _StaleSummaries:
    """Keys of sheets whose summaries are out of date, and since when (monotonic clock)."""

    keys: set[str] = field(default_factory=set)
    stale_since: float = 0.0

    def update(
        self,
        changed: Collection[str],
        now: float,
        write: Callable[[list[str]], Collection[str]],
        *,
        calm: bool,
    ) -> None:
        """Write the summaries once no saves are coming in, or after the longest delay."""
        if not self.keys:
            self.stale_since = now
        self.keys |= set(changed)
        if self.keys and (calm or now - self.stale_since > _OVERDUE):
            self.keys = set(write(sorted(self.keys)))
            self.stale_since = now


@dataclass
class _Steps:
    """What the steps keep between passes under one configuration; `last_check` is time, date and troubles of the last one."""

    states: States
    board: BoardWriter
    auto_write_back: AutoWriteBack
    last_check: tuple[float, dt.date, Mapping[str, str]] | None = None


@dataclass
class FollowUp:
    """The steps after a pass and what is left of them. `due_at` is when to come back (monotonic clock).

    `step_errors` says which steps fail, of the watcher's other work as well; `before_step` is called before each step.
    """

    config: InboxConfig
    runtime: Runtime
    summarize: Summarize
    due_at: float | None = None
    step_errors: StepErrors = field(default_factory=StepErrors)
    before_step: Callable[[], None] = lambda: None
    _steps: _Steps = field(init=False)
    _stale: _StaleSummaries = field(default_factory=_StaleSummaries)
    _committed: int = 0

    def __post_init__(self) -> None:
        """Begin with what the last watcher had done."""
        self._begin(self.config, FollowedUp(self.config))

    def renew(self, config: InboxConfig) -> None:
        """Replace the configuration; every sheet and the board are checked again."""
        self._begin(config, None)

    def _begin(self, config: InboxConfig, followed_up: FollowedUp | None) -> None:
        self.config = config
        self._steps = _Steps(
            States(config.store, config.terms, followed_up),
            BoardWriter(config),
            AutoWriteBack(config, self.runtime),
        )

    @property
    def unfinished_count(self) -> int:
        """How many workbooks are still to be written that nobody has open."""
        return len(self._steps.auto_write_back.todo)

    def is_behind(self) -> bool:
        """True where anybody has committed to the store since it was last asked; may be called from any thread."""
        return self._committed != committed(self.config)

    def keep_watch(self) -> None:
        """Do nothing while nothing happens: the lock in the store's folder says that we watch."""

    def after(self, folder: FolderState, done: Pass) -> None:
        """Do the steps that follow a pass; one that fails is told on the board and retried, and does not stop the others."""
        now = self.runtime.clock()
        if not done.ingested_paths and self._is_idle(folder, now):
            return
        self.due_at = None
        calm = done.waiting == 0
        changed: set[str] = set()
        steps: dict[str, Callable[[], None]] = {
            "登録データの読み取り": lambda: changed.update(self._changed_keys(folder, done)),
            _BOARD: lambda: self._update_board(folder, calm=calm),
            "書き戻し": lambda: self._write_back(folder, done, changed),
            "集計": lambda: self._update_summaries(changed, now, calm=calm),
        }
        before = self._problems()
        succeeded = [self._run(name, step) for name, step in steps.items()]
        if self._problems() != before:  # what a step after the board found out must not wait
            succeeded.append(self._run(_BOARD, steps[_BOARD]))
        if all(succeeded):
            self._steps.last_check = now, self.runtime.now().date(), folder.troubles
            self._note_followed_up(folder)

    def _note_followed_up(self, folder: FolderState) -> None:
        """Note, where the board is written, what a watcher that starts again need not do once more."""
        pending = self._steps.auto_write_back.pending
        sheets = chain.from_iterable(
            folder.entries[path].sheets for path in pending if path in folder.entries
        )
        unfinished = {*self._stale.keys, *(sheet.key for sheet in sheets)}
        if not self._steps.board.is_waiting:
            self._steps.states.note_followed_up(map(SheetId, unfinished))

    def _is_idle(self, folder: FolderState, now: float) -> bool:
        """True where nothing is due and the store was asked a moment ago whether other programs have committed."""
        if self._steps.last_check is None or (self.due_at is not None and now >= self.due_at):
            return False
        at, day, troubles = self._steps.last_check
        recent = now - at < _STORE_CHECK_INTERVAL and day == self.runtime.now().date()
        return recent and troubles == folder.troubles and not self.is_behind()

    def _run(self, name: str, step: Callable[[], None]) -> bool:
        """Run a step; False where it failed, which is retried."""
        self.before_step()
        succeeded = self.step_errors.run(name, step)
        if not succeeded:
            self._come_back(RETRY_AFTER)
        return succeeded

    def _problems(self) -> tuple[dict[str, str], dict[str, str]]:
        """Return what the board says of our own work: the steps that fail, and the files that cannot be written back."""
        return dict(self.step_errors.sentences), self._steps.auto_write_back.refused

    def _changed_keys(self, folder: FolderState, done: Pass) -> set[str]:
        # Before asking: what is committed meanwhile is asked for again.
        self._committed = committed(self.config)
        entries = (folder.entries[path] for path in done.ingested_paths)
        return self._steps.states.renew(sheet.key for entry in entries for sheet in entry.sheets)

    def _update_board(self, folder: FolderState, *, calm: bool) -> None:
        states, damaged = self._steps.states.progress.values(), self._steps.states.damaged.values()
        now = self.runtime.now()
        errors, refused = self._problems()
        troubles = {**refused, **folder.troubles}
        board = board_of(self.config, states, folder.entries, troubles, now)
        opened = open_workbooks(self.config.sheets, folder.owner_files, folder.entries)
        board = with_opened(board, self.config, opened)
        board = with_step_errors(with_damaged(board, damaged), errors)
        if not self._steps.board.write(board, self.runtime.clock(), calm=calm):
            self._come_back(RETRY_AFTER)

    def _write_back(self, folder: FolderState, done: Pass, changed: Collection[str]) -> None:
        """Write back, unless files are ready to be ingested: people are waiting for those."""
        write_back = self._steps.auto_write_back
        write_back.queue(folder, done.ingested_paths, changed)
        if not done.ready:
            write_back.run(folder, done.due_at)
        if write_back.todo:
            self._come_back(0)
        if write_back.still_open:
            self._come_back(RETRY_AFTER)
        if write_back.refused:
            self._come_back(RETRY_REFUSED_AFTER)

    def _update_summaries(self, changed: Collection[str], now: float, *, calm: bool) -> None:
        write = lambda keys: self.summarize(self.config, keys)  # noqa: E731
        self._stale.update(changed, now, write, calm=calm)
        if self._stale.keys:
            self._come_back(RETRY_AFTER)

    def _come_back(self, seconds: float) -> None:
        due = self.runtime.clock() + seconds
        self.due_at = due if self.due_at is None else min(self.due_at, due)

"""How far each sheet is, as the screens show it: one thread reads the store again and publishes a frozen snapshot."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from operator import attrgetter
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from xlsync.city.clock_and_user import seconds_passed
from xlsync.errors import XlsyncError
from xlsync.exchange.sheet_status import unit_order
from xlsync.inbox.log_messages import line
from xlsync.inbox.status.progress_record import ReadingEnded
from xlsync.inbox.status.sheet_states import States, committed
from xlsync.page.search_words import searchable

if TYPE_CHECKING:
    from xlsync.inbox.config import InboxConfig
    from xlsync.inbox.status.sheet_progress import Progress
    from xlsync.organization import Organization
    from xlsync.sheet_keys import SheetId
    from xlsync.store import DamagedSheet
    from xlsync.summary.figures.progress import Line
    from xlsync.summary.figures.sheet_completion import Completion, State

LOG: Final = logging.getLogger("xlsync.serve")
_BUG: Final = (
    "プログラムの不具合です。記録（store/log/serve.log）とともに情報システム担当に連絡してください"
)
_EVERY: Final = 1.0
"""Seconds between two looks at whether anything was committed."""
_WHOLE_EVERY: Final = 10.0
"""Seconds between two looks at every sheet: given out workbooks and copies change without a commit."""
_LEAST_REST: Final = 20
"""How many times as long as such a look takes there is none, in a city so large that it takes long."""


@dataclass(frozen=True)
class SheetRow:
    """A sheet as the screens list it.

    Attributes:
        progress: How far it is.
        board_line: Its line on the board.
        search_text: What is searched for words.
        sheet_state: The most urgent thing to do: its line's state, at hand.
        attentions: Why somebody should look at it (`ATTENTION` of the filter), but for its deadline.
        unit_key: Where it stands in the city's order.

    """

    progress: Progress
    board_line: Line
    search_text: str
    sheet_state: State
    attentions: frozenset[str]
    unit_key: tuple[object, ...]

    @property
    def sheet_id(self) -> SheetId:
        """Its id in the store."""
        return self.progress.stored_id

    @property
    def seen_number(self) -> int:
        """The number of the revision that the row shows."""
        return self.progress.revision


@dataclass(frozen=True, slots=True)
class OpenCounts:
    """How many conflicts are open, and how many changes wait for the office."""

    open_conflicts: int = 0
    waiting_count: int = 0


@dataclass(frozen=True)
class Snapshot:
    """Every sheet that counts, in the city's order. `version` differs after every change."""

    version: int = 0
    sheet_rows: tuple[SheetRow, ...] = ()
    damaged: tuple[DamagedSheet, ...] = ()

    @cached_property
    def by_department(self) -> Mapping[str, Sequence[SheetRow]]:
        """The rows of each department; all of them under ""."""
        rows: dict[str, list[SheetRow]] = {"": list(self.sheet_rows)}
        for row in self.sheet_rows:
            if row.board_line.department:
                rows.setdefault(row.board_line.department, []).append(row)
        return MappingProxyType(rows)

    @cached_property
    def counts(self) -> Mapping[str, OpenCounts]:
        """How much there is to decide in each department; of all under ""."""
        counts: dict[str, OpenCounts] = {}
        for department, rows in self.by_department.items():
            completions = [row.board_line.completion for row in rows]
            counts[department] = OpenCounts(
                sum(map(attrgetter("open_conflicts"), completions)),
                sum(map(attrgetter("waiting_count"), completions)),
            )
        return MappingProxyType(counts)

    @cached_property
    def by_id(self) -> Mapping[SheetId, SheetRow]:
        """The rows by the sheet's id."""
        return MappingProxyType({row.sheet_id: row for row in self.sheet_rows})


@dataclass(frozen=True, slots=True)
class _WholeLook:
    """A look at every sheet: what `committed` said before it, when it began, and how many seconds it took.

    `later_fault` says why a later look failed, "" where none did.
    """

    commits: int = 0
    began: float = 0.0
    took: float = 0.0
    later_fault: str = ""

    def is_old(self, now: float) -> bool:
        """Whether it is time for another one."""
        return now >= self.began + max(_WHOLE_EVERY, _LEAST_REST * self.took)


@dataclass
class Snapshots:
    """The newest snapshot, and what renews it. `read_config` is asked each time: the city's settings may change."""

    read_config: Callable[[], InboxConfig]
    _latest: Snapshot = field(default_factory=Snapshot)
    _states: States | None = None
    _config: InboxConfig | None = None
    _rows: dict[SheetId, SheetRow] = field(default_factory=dict)
    _look: _WholeLook = _WholeLook()
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _ending: threading.Event = field(default_factory=threading.Event)
    _published: threading.Event = field(default_factory=threading.Event)

    @property
    def latest(self) -> Snapshot:
        """The newest snapshot that was published."""
        return self._latest

    def is_published(self, patience: float) -> bool:
        """Whether there is a snapshot, within so many seconds: a large store takes a while to be read for the first time."""
        return self._published.wait(patience)

    @property
    def reading_fault(self) -> str:
        """Why `follow` could not read the store the last time, "" where it could."""
        return self._look.later_fault

    def renew(self) -> Snapshot:
        """Read again what has changed in the store, publish that, and return it."""
        with self._lock:
            states, config = self._states_of_today()
            began, commits = seconds_passed(), committed(config)
            changed = states.renew()
            self._look = _WholeLook(commits, began, seconds_passed() - began)
            return self._published_with(states, changed)

    def renew_of(self, sheet_ids: Iterable[SheetId]) -> Snapshot:
        """Read some sheets again that still count, publish that, and return it: quick also in a large city."""
        with self._lock:
            states, _ = self._states_of_today()
            return self._published_with(states, states.renew_of(sheet_ids))

    def _states_of_today(self) -> tuple[States, InboxConfig]:
        """Return what is known of the sheets, nothing yet where the city's settings have changed."""
        config = self.read_config()
        if self._states is None or config is not self._config:
            states = States(config.store, config.terms, is_ending=self._ending.is_set)
            self._states, self._config = states, config
            self._rows = {}
        return self._states, config

    def _published_with(self, states: States, changed: set[SheetId]) -> Snapshot:
        if changed or not self._latest.version:
            self._publish(states, changed)
        return self._latest

    def _publish(self, states: States, changed: set[SheetId]) -> None:
        kept = {
            sheet_id: row
            for sheet_id, row in self._rows.items()
            if sheet_id not in changed and sheet_id in states.progress
        }
        organization = states.terms.organization
        self._rows = {
            sheet_id: kept.get(sheet_id) or _row(progress, organization)
            for sheet_id, progress in states.progress.items()
        }
        rows = sorted(self._rows.values(), key=attrgetter("unit_key"))
        damaged = tuple(states.damaged.values())
        self._latest = Snapshot(self._latest.version + 1, tuple(rows), damaged)
        self._published.set()

    def _may_have_news(self) -> bool:
        """Whether anything was committed since the last look at every sheet, or that is a while ago."""
        config = self.read_config()
        commits = committed(config)
        is_same = config is self._config and commits == self._look.commits
        return not (is_same and commits) or self._look.is_old(seconds_passed())

    def follow(self) -> None:
        """Renew the snapshot again and again until `end` is called; what cannot be read now is read the next time."""
        while not self._ending.is_set():
            try:
                if self._may_have_news():
                    self.renew()
            except ReadingEnded:
                return
            except XlsyncError as fault:
                self._look = replace(self._look, later_fault=line(str(fault)))
                LOG.warning("画面 %s", self._look.later_fault)
            except Exception:
                self._look = replace(self._look, later_fault=_BUG)
                LOG.exception("不具合")
            self._ending.wait(max(_EVERY, self._look.took))

    def end(self) -> None:
        """Let `follow` end, also while it reads a large store."""
        self._ending.set()


def _row(progress: Progress, organization: Organization | None) -> SheetRow:
    line = progress.line
    words = (line.key, line.title, *line.unit_names, line.last_save.who)
    return SheetRow(
        progress,
        line,
        searchable(" ".join(words)),
        line.state,
        _attentions(line.completion),
        unit_order(progress.units, progress.key, organization),
    )


def _attentions(completion: Completion) -> frozenset[str]:
    marks = completion.marks
    reasons = {
        "conflict": completion.open_conflicts,
        "error": completion.errors,
        "warning": completion.warnings,
        "waiting": completion.waiting_count,
        "resubmitted": "再提出" in marks,
        "changed": any(mark.endswith("の変更") for mark in marks),
    }
    return frozenset(reason for reason, is_so in reasons.items() if is_so)


__all__ = ["OpenCounts", "SheetRow", "Snapshot", "Snapshots"]

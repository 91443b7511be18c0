"""Write-back by the watcher: what others changed goes into the living workbooks, each when nobody has it open."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from xlsync.errors import XlsyncError
from xlsync.exchange import Source
from xlsync.inbox.followup.write_back_file import Reflection, write_back
from xlsync.inbox.intake.file_filter import WORKBOOKS, folded
from xlsync.inbox.log_messages import line
from xlsync.inbox.share_paths import is_empty
from xlsync.owner_file import opened_by

if TYPE_CHECKING:
    from xlsync.inbox.config import Office, World
    from xlsync.inbox.intake.sweep import Sweep

LOG: Final = logging.getLogger("xlsync.watch")
_AT_ONCE: Final = 5.0
"""Seconds of writing back in one pass: saves that come in meanwhile must not wait."""


@dataclass
class Reflector:
    """The workbooks still to be brought up to date: `todo` now, `open` when their people close them."""

    office: Office
    world: World
    todo: dict[str, None] = field(default_factory=dict)
    open: set[str] = field(default_factory=set)

    def after(
        self,
        sweep: Sweep,
        taken: Iterable[str],
        changed: Collection[str],
        *,
        later: bool = False,
        until: float | None = None,
    ) -> None:
        """Bring up to date what was just taken, and the other files of sheets that changed; some at each pass.

        `later`: other saves go first, and this is only noted. `until` is when the next save will have rested (our clock).
        """
        if not self.office.write_back:
            return
        keys = set(changed)
        touched = (
            path
            for path, entry in sweep.entries.items()
            if keys and not keys.isdisjoint(told.key for told in entry.sheets)
        )
        self.todo |= dict.fromkeys(path for path in (*taken, *touched) if _is_workbook(path))
        self.todo |= dict.fromkeys(
            path for path in self.open if opened_by(self.office.sheets / path) is None
        )
        self.open -= self.todo.keys()
        end = self.world.clock() + _AT_ONCE
        end = end if until is None else min(end, until)
        while self.todo and not later and not self.world.stopping():
            path = next(iter(self.todo))
            del self.todo[path]
            entry = sweep.entries.get(path)
            if entry is not None and entry.fate == "taken":
                self._reflect(sweep, path)
            if self.world.clock() >= end:
                break

    def _reflect(self, sweep: Sweep, path: str) -> None:
        place = sweep.place(path)
        when = self.world.now().isoformat(timespec="seconds")
        office = self.office
        vanished = lambda gone: is_empty(gone, office.folder)  # noqa: E731
        source = Source(place, when, self.world.user, place, vanished)
        try:
            made = write_back(office.store, office.terms, office.sheets / path, source)
        except XlsyncError as fault:
            made = Reflection("refused", reason=str(fault))
        if made.fate == "written":
            sweep.note_written(path, made.digest)
        if made.fate == "open":
            self.open.add(path)
        if said := _words(made):
            LOG.info("%s %s", said, line(place))


def _words(made: Reflection) -> str:
    """Say what came of it, "" where there is nothing to say: what was saved meanwhile comes in by itself."""
    match made.fate:
        case "written":
            left = f"、計算式のある{len(made.left)}欄はそのまま" if made.left else ""
            return f"反映 {made.fields}欄{left}" if made.fields else "反映 チェック"
        case "open":
            return f"反映待ち {line(made.who or 'だれか')}が開いています"
        case "refused":
            return f"反映できません {line(made.reason)}"
        case _:
            return ""


def _is_workbook(path: str) -> bool:
    return folded(path).endswith(WORKBOOKS)

"""The summaries of the shared folder, written where they changed; one that somebody has open waits, the old stays readable."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from xlsync.exchange.department_summaries import affected, renewed, survey
from xlsync.inbox.share_paths import living_file, write_if_new
from xlsync.owner_file import opened_by

if TYPE_CHECKING:
    from xlsync.exchange.department_summaries import Link, Summary, Survey
    from xlsync.inbox.config import Office
    from xlsync.owner_file import Opened
    from xlsync.sheet import Sheet

Fate = Literal["written", "unchanged", "waiting"]


@dataclass(frozen=True, slots=True)
class Put:
    """What became of a summary: its file, and who has it open where it had to wait."""

    summary: Summary
    file: Path
    fate: Fate
    opened: Opened | None = None


def put(folder: Path, summary: Summary) -> Put:
    """Write a summary in one step; nothing is touched where it holds these bytes already, or where somebody has it open."""
    file = folder / f"{summary.name}.xlsx"
    opened = opened_by(file)
    if opened is not None and file.exists():
        same = file.read_bytes() == summary.data
        return Put(summary, file, "unchanged" if same else "waiting", None if same else opened)
    return Put(summary, file, "written" if write_if_new(file, summary.data) else "unchanged")


def link_from(folder: Path, sheets: Path) -> Link:
    """Give the way from a folder of summaries to a sheet's living workbook, "" where none lies where it belongs."""

    def link(sheet: Sheet) -> str:
        file = living_file(sheets, sheet)
        try:
            return os.path.relpath(file, folder).replace(os.sep, "/") if file.exists() else ""
        except ValueError:  # another drive: no relative way leads there
            return ""

    return link


@dataclass
class SummaryWriter:
    """Writes the summaries that changes touch; the city is read whole once, and then only what changed."""

    _seen: Survey | None = field(default=None)

    def __call__(self, office: Office, keys: Collection[str]) -> list[str]:
        """Write the summaries that these sheets touch, and give the keys of which one had to wait."""
        waiting = {
            one.summary.department for one in self.write(office, keys) if one.fate == "waiting"
        }
        if not waiting or self._seen is None:
            return []
        touched = {key: set(affected(office.store, self._seen, [key])) for key in keys}
        return [key for key, departments in touched.items() if departments & waiting]

    def write(self, office: Office, keys: Collection[str]) -> Iterator[Put]:
        """Write them one by one, and tell what became of each."""
        store, terms = office.store, office.terms
        fresh = self._seen is None or self._seen.terms != terms
        self._seen = (
            survey(store, terms)
            if fresh or self._seen is None
            else renewed(self._seen, store, keys)
        )
        items = self._seen.items(link_from(office.summaries, office.sheets))
        for department in affected(store, self._seen, keys):
            yield put(office.summaries, self._seen.summary(department, items))

"""Writing the summaries of the shared folder where they changed; one that somebody has open waits."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from xlsync.errors import StoreError
from xlsync.exchange.department_summaries import affected, renewed, survey
from xlsync.inbox.share_paths import can_be_seen, usual_file
from xlsync.owner_file import opened_by

if TYPE_CHECKING:
    from xlsync.exchange.department_summaries import Link, Summary, Survey
    from xlsync.inbox.config import InboxConfig
    from xlsync.owner_file import Opened
    from xlsync.shared_folder import SharedFolder
    from xlsync.sheet import Sheet

Fate = Literal["written", "unchanged", "waiting"]


@dataclass(frozen=True, slots=True)
class WrittenSummary:
    """The result of writing a summary: its file, and who has it open where it had to wait."""

    summary: Summary
    file: Path
    fate: Fate
    opened: Opened | None = None


def write_summary(shared: SharedFolder, folder: Path, summary: Summary) -> WrittenSummary:
    """Write a summary into a folder below a shared one; nothing is touched where it is the same, or somebody has it open."""
    file = folder / f"{summary.name}.xlsx"
    opened, data = opened_by(file), shared.read(file)
    if opened is not None and data is not None:
        same = data == summary.data
        return WrittenSummary(
            summary, file, "unchanged" if same else "waiting", None if same else opened
        )
    return WrittenSummary(
        summary, file, "written" if shared.write_if_changed(file, summary.data) else "unchanged"
    )


def link_from(folder: Path, sheets: Path, year: str = "") -> Link:
    """Return a function from a sheet to the relative link to its workbook, "" where none is in its usual folder.

    `year` is what `year_name` calls the edition.
    """

    def link(sheet: Sheet) -> str:
        file = usual_file(sheets, sheet, year)
        try:
            return os.path.relpath(file, folder).replace(os.sep, "/") if can_be_seen(file) else ""
        except ValueError:  # another drive: no relative way leads there
            return ""

    return link


@dataclass
class SummaryWriter:
    """Writes the summaries affected by changes; the whole city is read once, afterwards only what changed."""

    _survey: Survey | None = field(default=None)

    def __call__(self, config: InboxConfig, keys: Collection[str]) -> list[str]:
        """Write the summaries of some sheets; return the keys of those of which one had to wait.

        Raises StoreError where one cannot be written, after the others were.
        """
        waiting: set[str | None] = set()
        errors: list[StoreError] = []
        for written in self.write(config, keys, errors):
            if written.fate == "waiting":
                waiting.add(written.summary.department)
        if errors:
            raise errors[0]
        if not waiting or self._survey is None:
            return []
        touched = {key: set(affected(config.store, self._survey, [key])) for key in keys}
        return [key for key, departments in touched.items() if departments & waiting]

    def write(
        self, config: InboxConfig, keys: Collection[str], errors: list[StoreError]
    ) -> Iterator[WrittenSummary]:
        """Write the summaries of some sheets one by one and yield each result; collect why one cannot be written."""
        store, terms = config.store, config.terms
        fresh = self._survey is None or self._survey.terms != terms
        self._survey = (
            survey(store, terms)
            if fresh or self._survey is None
            else renewed(self._survey, store, keys)
        )
        items = self._survey.items(link_from(config.summaries, config.sheets, config.year_name))
        for department in affected(store, self._survey, keys):
            summary = self._survey.summary(department, items)
            try:
                yield write_summary(config.share, config.summaries, summary)
            except StoreError as fault:
                errors.append(fault)

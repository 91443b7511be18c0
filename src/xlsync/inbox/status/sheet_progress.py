"""How far one sheet is: what boards and lists show of it at once, and its whole status for whoever asks for that."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from xlsync.derived.input_digest import digest_of
from xlsync.errors import StoreDamaged
from xlsync.exchange import sheet_statuses
from xlsync.exchange.outdated_workbooks import outdated_workbooks
from xlsync.exchange.sheet_status import is_started
from xlsync.inbox.intake.file_state import SheetResult
from xlsync.inbox.share_paths import can_be_seen
from xlsync.sheet_keys import SheetId
from xlsync.store import last_distribution
from xlsync.summary.figures.progress import LastSave, Line
from xlsync.summary.figures.sheet_completion import Completion

if TYPE_CHECKING:
    from pathlib import Path

    from xlsync.exchange import SheetStatus, Terms
    from xlsync.store import Store

_KEPT_PROGRAMS: Final = 200
"""Budget programs whose statuses are kept once they were asked for."""


@dataclass
class StatusReader:
    """Reads the whole status of sheets when it is asked for, budget program by budget program."""

    store: Store
    terms: Terms
    _programs: OrderedDict[str, dict[SheetId, SheetStatus]] = field(
        default_factory=OrderedDict, repr=False
    )

    def read(self, sheet_id: SheetId) -> SheetStatus:
        """Return the status of a sheet as the store has it now; StoreDamaged where it cannot be read any more."""
        year = self.terms.fiscal_year
        program = self.terms.program_of_key(self.store.key_of(sheet_id, year))
        statuses = self._programs.get(program)
        if statuses is None:
            read = sheet_statuses(self.store, self.terms, [program])
            statuses = self._programs[program] = {each.sheet.id: each for each in read}
            if len(self._programs) > _KEPT_PROGRAMS:
                self._programs.popitem(last=False)
        if sheet_id not in statuses:
            raise StoreDamaged("いまはこのシートを読めません。もう一度表示してください", sheet_id)
        return statuses[sheet_id]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a sheet is.

    Attributes:
        stored_id: Its id.
        revision: The number of its newest revision.
        recorded_line: Its line on the board, without what only the watched folder shows.
        newest_save: What the newest revision did, its outcome "" where no workbook brought it.
        handed_in_at: When it was last handed in (ISO 8601), "" where no act says so.
        outdated_files: The workbooks last seen with the page of another version of the form.
        status_digest: Another one whenever anything of its status is another.
        status_reader: What reads the whole status.

    """

    stored_id: SheetId
    revision: int
    recorded_line: Line
    newest_save: SheetResult
    handed_in_at: str = ""
    outdated_files: tuple[str, ...] = ()
    status_digest: str = ""
    status_reader: StatusReader | None = field(default=None, compare=False, repr=False)

    @property
    def status(self) -> SheetStatus:
        """The whole status: read from the store, and checked, when it is asked for."""
        if self.status_reader is None:
            raise StoreDamaged("このシートの記録を読めません", self.stored_id)
        return self.status_reader.read(self.stored_id)

    @property
    def key(self) -> str:
        """The sheet's key of today."""
        return self.recorded_line.key

    @property
    def units(self) -> tuple[str, ...]:
        """The units that the sheet belongs to, from the top."""
        return self.recorded_line.unit_names

    @property
    def line(self) -> Line:
        """The sheet's line on the board, without what only the watched folder shows."""
        completion = replace(self.recorded_line.completion, outdated_count=len(self.outdated_files))
        return replace(self.recorded_line, completion=completion)

    def outdated_below(self, sheets: Path, folder: Path) -> tuple[str, ...]:
        """Return the outdated workbooks (relative to a city's folder) that still lie below its folder of living workbooks."""
        return tuple(
            file
            for file in self.outdated_files
            if (folder / file).is_relative_to(sheets) and can_be_seen(folder / file)
        )


def progress_of(
    store: Store, terms: Terms, status: SheetStatus, reader: StatusReader | None
) -> Progress:
    """Return how far a sheet of this status is."""
    sheet, procedure = status.sheet, status.procedure
    submitted = [act.when for act in procedure.stage_acts if act.stage_act_kind == "submit"]
    remarks = status.findings, status.conflict_findings, procedure, status.waiting_count
    return Progress(
        SheetId(sheet.id),
        sheet.revision or 0,
        _line(store, terms, status),
        _newest_save(status),
        submitted[-1] if submitted else "",
        outdated_workbooks(store, SheetId(sheet.id), terms.fiscal_year),
        digest_of(sheet.to_json(), *remarks),
        reader,
    )


def _line(store: Store, terms: Terms, status: SheetStatus) -> Line:
    sheet, counts = status.sheet, status.counts
    distribution = last_distribution(store.files, SheetId(sheet.id), sheet.edition.year)
    completion = Completion(
        is_started(store, terms, status),
        counts.blanks,
        counts.errors,
        counts.warnings,
        status.open_conflicts,
        status.waiting_count,
        0,
        status.procedure.state.stage,
        status.procedure.marks,
    )
    return Line(
        sheet.units,
        sheet.key,
        sheet.title,
        completion,
        LastSave(status.when, status.who),
        distributed_at="" if distribution is None else distribution.when,
    )


def _newest_save(status: SheetStatus) -> SheetResult:
    key, conflicts = status.sheet.id, status.open_conflicts
    if not status.brought:
        return SheetResult(key, "", conflicts=conflicts)
    findings = sum(finding.severity != "note" for finding in status.findings)
    outcome = "conflict" if conflicts else "accepted"
    return SheetResult(key, outcome, status.brought_count or 0, findings, conflicts)


__all__ = ["Progress", "StatusReader", "progress_of"]

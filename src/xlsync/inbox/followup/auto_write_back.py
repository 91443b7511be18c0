"""Write-back by the watcher: what others changed goes into the staff's workbooks, each while nobody has it open."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from xlsync.errors import XlsyncError
from xlsync.exchange import Source
from xlsync.exchange.city_inputs import CityInputs
from xlsync.exchange.file_record import FileRecord
from xlsync.inbox.followup.write_back_file import WriteBackResult, write_back
from xlsync.inbox.followup.written_words import written_words
from xlsync.inbox.intake.file_filter import WORKBOOKS, normalized_name
from xlsync.inbox.intake.read_stable import signature_of
from xlsync.inbox.log_messages import line
from xlsync.inbox.share_paths import is_vacant
from xlsync.owner_file import opened_by

if TYPE_CHECKING:
    from xlsync.inbox.config import InboxConfig, Runtime
    from xlsync.inbox.followup.folder_state import FolderState

LOG: Final = logging.getLogger("xlsync.watch")
_REFUSED: Final = "書き戻せません。{reason}"
RETRY_REFUSED_AFTER: Final = 300.0
"""Seconds until a workbook that could not be written is tried again, unless it is saved before."""
_LONGEST_PASS: Final = 5.0
"""Seconds of writing back in one pass: saves that come in meanwhile must not wait."""


@dataclass
class AutoWriteBack:
    """The workbooks still to be written: `todo` now, `still_open` once their users have closed them.

    Those in `_refused` cannot be written; each has the reason, and when it was last tried (monotonic clock).
    """

    config: InboxConfig
    runtime: Runtime
    todo: dict[str, None] = field(default_factory=dict)
    still_open: set[str] = field(default_factory=set)
    _refused: dict[str, tuple[str, float]] = field(default_factory=dict)

    @property
    def refused(self) -> dict[str, str]:
        """Why workbooks cannot be written, in a sentence, by path."""
        return {path: reason for path, (reason, _) in self._refused.items()}

    @property
    def pending(self) -> set[str]:
        """The workbooks that are not written yet, for whatever reason."""
        return {*self.todo, *self.still_open, *self._refused}

    def queue(self, folder: FolderState, ingested: Iterable[str], changed: Collection[str]) -> None:
        """Queue the files just ingested, the other files of changed sheets, and those closed since."""
        if not self.config.write_back:
            return
        closed = [path for path in self.still_open if opened_by(self.config.sheets / path) is None]
        paths = (*ingested, *_files_of(folder, changed))
        self.todo |= dict.fromkeys(path for path in paths if _is_workbook(path))
        self.todo |= dict.fromkeys((*closed, *self._due_again(folder)))
        self.still_open -= self.todo.keys()

    def _due_again(self, folder: FolderState) -> list[str]:
        """Return the refused files to be tried again, and forget those that are gone."""
        self._refused = {path: why for path, why in self._refused.items() if path in folder.entries}
        now = self.runtime.clock()
        return [path for path, (_, at) in self._refused.items() if now - at >= RETRY_REFUSED_AFTER]

    def run(self, folder: FolderState, until: float | None = None) -> None:
        """Write queued workbooks for a few seconds, but not past `until` (monotonic clock), when the next save is stable."""
        longest = self.runtime.clock() + _LONGEST_PASS
        end = longest if until is None else min(longest, until)
        with FileRecord(CityInputs(self.config.store, self.config.terms)) as known:
            while self.todo and not self.runtime.stopping():
                path = next(iter(self.todo))
                del self.todo[path]
                if self._is_ingested(folder, path):
                    self._write_back(folder, path, known)
                if self.runtime.clock() >= end:
                    break

    def _is_ingested(self, folder: FolderState, path: str) -> bool:
        """True for the very save that was ingested; a later one is queued once it has been."""
        entry = folder.entries.get(path)
        if entry is None or entry.fate not in {"taken", "trial"}:
            return False
        try:
            return entry.signature == signature_of((self.config.sheets / path).lstat())
        except OSError:
            return False

    def _write_back(self, folder: FolderState, path: str, known: FileRecord) -> None:
        source_path = self.config.source_path(path)
        when = self.runtime.now().isoformat(timespec="seconds")
        config = self.config
        vanished = lambda gone: is_vacant(gone, config.folder)  # noqa: E731
        source = Source(source_path, when, self.runtime.user, source_path, vanished)
        try:
            result = write_back(
                config.store,
                config.terms,
                config.sheets / path,
                source,
                shared=config.share,
                known=known,
            )
        except XlsyncError as fault:
            result = WriteBackResult("refused", reason=str(fault))
        if result.fate == "written":
            folder.record_write(path, result.digest)
        if result.fate == "open":
            self.still_open.add(path)
        self._refused.pop(path, None)
        if result.fate == "refused":
            self._refused[path] = _REFUSED.format(reason=result.reason), self.runtime.clock()
        if text := _result_text(result):
            LOG.info("%s %s", text, line(source_path))


def _files_of(folder: FolderState, keys: Collection[str]) -> Iterator[str]:
    """Yield the files that hold any of some sheets."""
    wanted = set(keys)
    for path, entry in folder.entries.items():
        if wanted and any(sheet.key in wanted for sheet in entry.sheets):
            yield path


def _result_text(result: WriteBackResult) -> str:
    """Return the log text of a write-back, "" where nothing was done, or the file will come in again by itself."""
    match result.fate:
        case "written":
            return f"反映 {written_words(result, '欄')}"
        case "open":
            return f"反映待ち {line(result.who or 'だれか')}が開いています"
        case "refused":
            return f"反映できません {line(result.reason)}"
        case _:
            return ""


def _is_workbook(path: str) -> bool:
    return normalized_name(path).endswith(WORKBOOKS)

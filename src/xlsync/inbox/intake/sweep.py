"""Passes over the watched folder: each ingests the files that have become stable and lists those that cannot be taken."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TYPE_CHECKING, Final

from xlsync.errors import XlsyncError
from xlsync.inbox.intake.file_state import Entry, IndexFile, read_index
from xlsync.inbox.intake.ingest import (
    IngestResult,
    ReadWorkbook,
    StableFile,
    is_decided,
    terms_text,
    without_other_years,
)
from xlsync.inbox.intake.ingest_together import ingest_together
from xlsync.inbox.intake.leftovers import Leftovers, temporary_files
from xlsync.inbox.intake.observed_files import ObservedFiles
from xlsync.inbox.intake.read_stable import (
    digest_of,
    read_unchanged,
    signature_where_written,
)
from xlsync.inbox.intake.scan import Scan, scan
from xlsync.inbox.intake.stability import FileSignature
from xlsync.inbox.log_messages import decided_text, line
from xlsync.inbox.share_paths import can_be_seen

if TYPE_CHECKING:
    from xlsync.exchange import Receipt
    from xlsync.inbox.config import InboxConfig, Runtime

LOG: Final = logging.getLogger("xlsync.watch")

_LONGEST_INGEST: Final = 10.0
"""Seconds of ingesting after which a pass ends: the board must not wait for the last of a thousand files."""
_HASHED_PER_PASS: Final = 200

IngestFiles = Callable[
    ["InboxConfig", "Runtime", Iterable[StableFile], Mapping[str, Entry]],
    Mapping[str, IngestResult],
]
"""Decides about stable files, with the last decisions at hand."""


@dataclass(frozen=True)
class Pass:
    """Counts and results of one pass.

    `due_at` is when to scan again at the latest (monotonic clock), None where nothing waits. `ingested_paths` are the files
    decided about, `receipts` the store's answers. `waiting` counts files not decided about yet, of which `ready` are
    stable. `away` is the reason where the folder is missing, `scanning` the seconds the scan took.
    """

    ingested_paths: tuple[str, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    waiting: int = 0
    ready: int = 0
    held: int = 0
    due_at: float | None = None
    away: str = ""
    file_count: int = 0
    scanning: float = 0.0


@dataclass
class Sweep:
    """The state between passes.

    `entries` hold the decisions on files; `troubles` (path → sentence) are for the board. `ingest_files` decides about stable
    files where they are not received here.
    """

    config: InboxConfig
    runtime: Runtime
    read_workbook: ReadWorkbook
    entries: dict[str, Entry] = field(default_factory=dict)
    troubles: dict[str, str] = field(default_factory=dict)
    ingest_files: IngestFiles | None = None
    _observed: ObservedFiles = field(default_factory=ObservedFiles)
    _leftovers: Leftovers = field(init=False)
    _index: IndexFile = field(init=False)

    def __post_init__(self) -> None:
        """Load the last watcher's decisions, except those that other terms may change."""
        self._leftovers = Leftovers(self.config.shared)
        self._index = IndexFile(self.config.store.folder)
        self.entries = self._valid(read_index(self.config.store.folder))

    def renew(self, config: InboxConfig) -> None:
        """Replace the configuration; files that may now be decided otherwise are ingested again."""
        self.config = config
        valid = self._valid(self.entries)
        self.forget([path for path in self.entries if path not in valid])
        self.entries |= valid

    def _valid(self, entries: Mapping[str, Entry]) -> dict[str, Entry]:
        """Return the decisions that hold under these terms; of files taken in another year without what became of them then."""
        year = self.config.terms.fiscal_year
        valid = {path: entry for path, entry in entries.items() if self._is_valid(entry)}
        return {path: without_other_years(entry, year) for path, entry in valid.items()}

    def forget(self, paths: Iterable[str]) -> None:
        """Have files ingested again although they look unchanged."""
        for path in paths:
            self.entries.pop(path, None)
            self._observed.retry(path)

    def hash_everything(self) -> None:
        """Compare the contents of every file with what was ingested, some in each of the following passes."""
        self._observed.to_hash = list(self.entries)

    def record_write(self, path: str, digest: str) -> None:
        """Record a file that we have just written, where it still holds what we wrote, so that it does not count as a save."""
        entry, file = self.entries.get(path), self.config.sheets / path
        if entry is None:
            return
        signature = signature_where_written(file, digest, self.config.shared)
        if signature is not None:
            self.entries[path] = replace(entry, signature=signature, digest=digest)
            self._observed.written(path, signature, self.runtime.clock())
            self._index.outdated = True

    def run(self) -> Pass:
        """Scan the folder once and ingest what is stable."""
        started = self.runtime.clock()
        config = self.config
        scanned = scan(config.sheets, config.shared, config.libreoffice.reads)
        scanning = self.runtime.clock() - started
        away = self._away_reason(scanned)
        if away != self._observed.away:
            LOG.warning("中断 %s", away) if away else LOG.info("再開 共有フォルダに戻りました")
            self._observed.away = away
        if away:
            return Pass(away=away, file_count=len(self.entries), scanning=scanning)
        for path in self._observed.update(scanned, self.entries, started):
            self._index.outdated |= self.entries.pop(path, None) is not None
        receipts = self._ingest(self._stable_files(started))
        self._hash_some()
        self._collect_troubles(scanned)
        self._remove_leftovers(scanned)
        if self._index.outdated:
            self.save()
        return replace(self._pass(receipts, scanned), scanning=scanning)

    def save(self) -> None:
        """Write the entries; where that fails, the next watcher receives the files once more."""
        self._index.write(self.entries)
        if self.index_error:
            LOG.warning("控え %s", line(self.index_error))

    @property
    def paths(self) -> set[str]:
        """The files of the folder, decided about or not."""
        return self._observed.paths | self.entries.keys()

    @property
    def owner_files(self) -> tuple[str, ...]:
        """The owner files that lie beside open workbooks."""
        return self._observed.owner_files

    @property
    def trials(self) -> set[str]:
        """The paths of trial workbooks."""
        return {path for path, entry in self.entries.items() if entry.fate == "trial"}

    @property
    def index_error(self) -> str:
        """Why the entries could not be written when that was last tried, "" where they were."""
        return self._index.error

    def _is_valid(self, entry: Entry) -> bool:
        return is_decided(entry, terms_text(self.config))

    def _away_reason(self, scanned: Scan) -> str:
        """Return why the folder counts as missing: an empty one that was full is a share that is not mounted."""
        if scanned.away:
            return scanned.away
        is_emptied = not scanned.entry_count and bool(self.entries)
        if is_emptied and not can_be_seen(self.config.board_page):
            return "共有フォルダが空になっています。つながっているか確かめてください"
        return ""

    def _stable_files(self, started: float) -> Iterator[tuple[str, FileSignature]]:
        for path in self._observed.ready(started, self.config.timing.quiet):
            if self.runtime.stopping() or self.runtime.clock() - started > _LONGEST_INGEST:
                return
            signature = self._observed.signature(path)
            if signature is not None:
                yield path, signature

    def _ingest(
        self, stable: Iterable[tuple[str, FileSignature]]
    ) -> dict[str, tuple[Receipt, ...]]:
        """Ingest files, and return the receipts of those that were decided about."""
        files = (
            StableFile(self.config.sheets / path, path, self.config.source_path(path), signature)
            for path, signature in stable
        )
        ingest_files = self.ingest_files or self._receive_together
        return self._note_results(ingest_files(self.config, self.runtime, files, self.entries))

    def _receive_together(
        self,
        config: InboxConfig,
        runtime: Runtime,
        files: Iterable[StableFile],
        entries: Mapping[str, Entry],
    ) -> Mapping[str, IngestResult]:
        return ingest_together(config, runtime, self.read_workbook, files, entries)

    def _note_results(self, results: Mapping[str, IngestResult]) -> dict[str, tuple[Receipt, ...]]:
        """Note what became of files, and return the receipts of those that were decided about."""
        receipts: dict[str, tuple[Receipt, ...]] = {}
        for path, result in results.items():
            if result.file_entry is not None:
                receipts[path] = result.receipts
                self.entries[path] = result.file_entry
                self._observed.ingested(path)
                self._index.outdated = True
                LOG.info(decided_text(self.config.source_path(path), result.file_entry, result))
            elif result.is_queued:
                self._observed.queued(path, result.trouble, self.runtime.clock())
            elif result.trouble:
                self._fail(path, result.trouble)
        return receipts

    def _fail(self, path: str, trouble: str) -> None:
        if self._observed.failed(path, trouble, self.runtime.clock()):
            LOG.warning("保留 %s %s", line(self.config.source_path(path)), line(trouble))

    def _hash_some(self) -> None:
        """Compare some files with what was ingested: an equal signature does not prove equal contents."""
        paths = self._observed.to_hash[:_HASHED_PER_PASS]
        del self._observed.to_hash[:_HASHED_PER_PASS]
        for path in paths:
            if self._has_changed_unseen(path):
                LOG.warning(
                    "照合 %s 日時は同じですが内容が変わっています",
                    line(self.config.source_path(path)),
                )
                self._observed.retry(path)
                self._observed.unstable.append(path)

    def _has_changed_unseen(self, path: str) -> bool:
        entry = self.entries.get(path)
        if entry is None or entry.signature != self._observed.signature(path):
            return False
        try:
            data = read_unchanged(
                self.config.sheets / path, entry.signature, root=self.config.shared
            )
        except (OSError, XlsyncError):
            return False
        return data is not None and digest_of(data) != entry.digest

    def _collect_troubles(self, scanned: Scan) -> None:
        """Collect for the board why files are not taken."""
        refused = {path: entry.reason for path, entry in self.entries.items() if entry.reason}
        for path in set(scanned.strays) - set(self.troubles):
            LOG.warning(
                "対象外 %s %s", line(self.config.source_path(path)), line(scanned.strays[path])
            )
        overdue = self._observed.overdue(self.runtime.clock())
        self.troubles = {**refused, **overdue, **scanned.strays}

    def _remove_leftovers(self, scanned: Scan) -> None:
        """Delete the temporary files that killed programs of ours have left here and beside the board and the summaries."""
        files = {self.config.sheets / path: file for path, file in scanned.temporary.items()}
        for folder in (self.config.shared, self.config.summaries):
            files |= temporary_files(folder, self.config.shared)
        for file in self._leftovers.remove(files, self.runtime.clock()):
            LOG.info("片付け %s", line(str(file)))

    def _pass(self, receipts: Mapping[str, tuple[Receipt, ...]], scanned: Scan) -> Pass:
        now = self.runtime.clock()
        verdicts = self._observed.verdicts(now, self.config.timing.quiet)
        answers = [verdict.answer for verdict in verdicts]
        waiting = [verdict for verdict in verdicts if verdict.answer != "unchanged"]
        dues = [now if verdict.answer == "take" else verdict.due_at for verdict in waiting]
        dues += [now] if self._observed.to_hash else []
        return Pass(
            ingested_paths=tuple(receipts),
            receipts=tuple(chain.from_iterable(receipts.values())),
            waiting=answers.count("wait") + answers.count("take"),
            ready=answers.count("take"),
            held=answers.count("hold"),
            due_at=min(dues, default=None),
            file_count=len(scanned.signatures),
        )


__all__ = ["LOG", "Pass", "Sweep"]

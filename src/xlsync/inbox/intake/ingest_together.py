"""Ingesting the stable files of one pass: what they bring is flushed together, and only then told of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from xlsync.disk import is_disk_unwritable
from xlsync.errors import StoreError
from xlsync.inbox.intake.decided_alone import decided_alone
from xlsync.inbox.intake.ingest import IngestResult, Intake, ReadWorkbook, StableFile, ingest
from xlsync.store.store_batch import store_batch

if TYPE_CHECKING:
    from xlsync.inbox.config import InboxConfig, Runtime
    from xlsync.inbox.intake.file_state import Entry


def ingest_together(
    config: InboxConfig,
    runtime: Runtime,
    read: ReadWorkbook,
    files: Iterable[StableFile],
    entries: Mapping[str, Entry],
) -> dict[str, IngestResult]:
    """Ingest files, and return what became of each by its path, once it is on the disk; `entries` are the last decisions.

    Raises StoreError only where the store's disk is full or read-only: no file can be received then.
    """
    results: dict[str, IngestResult] = {}
    try:
        with store_batch(config.store, runtime.clock) as store:
            config = replace(config, store=store)
            for file in files:
                intake = _intake(runtime, file, entries, results)
                decide = partial(ingest, config, read, file, intake, entries.get(file.path))
                results[file.path] = decided_alone(file.source_path, decide)
    except StoreError as fault:
        if is_disk_unwritable(fault):
            raise
        # What of it is on the disk nobody knows: all are taken in again, and what is there already is unchanged.
        return {path: IngestResult(None, str(fault)) for path in results}
    return results


def _intake(
    runtime: Runtime,
    file: StableFile,
    entries: Mapping[str, Entry],
    results: Mapping[str, IngestResult],
) -> Intake:
    def is_elsewhere(key: str) -> bool:
        now = ((path, result.file_entry) for path, result in results.items())
        others = (entry for path, entry in chain(entries.items(), now) if path != file.path)
        sheets = (sheet for entry in others if entry is not None for sheet in entry.sheets)
        return any(sheet.key == key for sheet in sheets)

    return Intake(runtime.now().isoformat(timespec="seconds"), runtime.user, is_elsewhere)


__all__ = ["ingest_together"]

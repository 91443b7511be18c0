"""What the work after a pass needs of the watched folder, as the database has it from watcher and workers."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING

from xlsync.inbox.intake.file_state import Entry, entry_from
from xlsync.inbox.intake.read_stable import signature_where_written
from xlsync.inbox.intake.stability import FileSignature

if TYPE_CHECKING:
    from xlsync.inbox.config import InboxConfig
    from xlsync.store.postgres_saves import AnsweredSave, SaveQueue

Decision = tuple[int, FileSignature]
"""The number of a save that was decided about, and the signature of its file."""


@dataclass
class FolderInDatabase:
    """The decisions on the files of a city's shared folder, and what its watcher says of it."""

    config: InboxConfig
    queue: SaveQueue
    troubles: dict[str, str]
    owner_files: tuple[str, ...]
    entries: dict[str, Entry] = field(default_factory=dict)
    _numbers: dict[str, int] = field(default_factory=dict)

    @property
    def decisions(self) -> dict[str, Decision]:
        """What tells the last decision on each file, and the file as it lies there, from other ones."""
        return {
            path: (self._numbers[path], entry.signature) for path, entry in self.entries.items()
        }

    def add(self, save: AnsweredSave) -> None:
        """Add what became of the last save of a file, unless it must be tried again."""
        if (entry := _entry(save)) is not None:
            self.entries[save.path], self._numbers[save.path] = entry, save.number

    def record_write(self, path: str, digest: str) -> None:
        """Note what we have just written into a file, where it still holds that, so that it does not count as a save."""
        entry, file = self.entries.get(path), self.config.sheets / path
        if entry is None:
            return
        signature = signature_where_written(file, digest, self.config.shared)
        if signature is not None:
            self.queue.note_contents(path, digest, asdict(signature))
            self.entries[path] = replace(entry, signature=signature, digest=digest)


def folder_in_database(config: InboxConfig, queue: SaveQueue) -> FolderInDatabase:
    """Return what the database says of a city's shared folder."""
    state = queue.share().state
    folder = FolderInDatabase(
        config, queue, dict(state.get("troubles", {})), tuple(state.get("owner_files", ()))
    )
    for save in queue.last_answers():
        folder.add(save)
    return folder


def _entry(save: AnsweredSave) -> Entry | None:
    """Return the decision on a file with its signature and digest of now; None where it must be tried again."""
    if "entry" not in save.answer:
        return None
    signature = FileSignature(**save.about["signature"])
    return replace(entry_from(save.answer["entry"]), signature=signature, digest=save.digest)


__all__ = ["Decision", "FolderInDatabase", "folder_in_database"]

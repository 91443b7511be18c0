"""What the work after a pass needs of the watched folder."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from xlsync.inbox.intake.file_state import Entry


class FolderState(Protocol):
    """The watched folder after a pass: as the watcher that receives has it, or the database that workers share."""

    @property
    def entries(self) -> Mapping[str, Entry]:
        """What was decided about each file, by its path."""

    @property
    def troubles(self) -> Mapping[str, str]:
        """The files that cannot be taken, each with the sentence for the board."""

    @property
    def owner_files(self) -> tuple[str, ...]:
        """The owner files that lie beside open workbooks."""

    def record_write(self, path: str, digest: str) -> None:
        """Record a file that we have just written, where it still holds what we wrote, so that it does not count as a save."""


__all__ = ["FolderState"]

"""Temporary files that killed programs of ours have left in the shared folder: removed once nobody writes them any more."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from xlsync.disk import is_temporary
from xlsync.inbox.intake.read_stable import signature_of
from xlsync.inbox.intake.stability import FileSignature
from xlsync.open_folder import open_folder

REMOVE_AFTER: Final = 600.0
"""Seconds for which a file must not have changed: no write of ours takes so long."""


@dataclass
class Leftovers:
    """Temporary files seen below `share_root` by path, each with its signature and since when it has it (monotonic clock)."""

    share_root: Path
    _seen: dict[Path, tuple[FileSignature, float]] = field(default_factory=dict)

    def remove(self, files: Mapping[Path, FileSignature], now: float) -> list[Path]:
        """Delete the files that have not changed for long enough; return them."""
        self._seen = {
            file: (signature, self._since(file, signature, now))
            for file, signature in files.items()
        }
        old = [file for file, (_, since) in self._seen.items() if now - since >= REMOVE_AFTER]
        return [file for file in old if self._delete(file)]

    def _since(self, file: Path, signature: FileSignature, now: float) -> float:
        before = self._seen.get(file)
        return before[1] if before is not None and before[0] == signature else now

    def _delete(self, file: Path) -> bool:
        with contextlib.suppress(OSError), open_folder(file.parent, self.share_root) as folder:
            if signature_of(folder.status(file.name)) == self._seen[file][0]:
                folder.unlink(file.name)
                return True
        return False


def temporary_files(folder: Path, share: Path) -> dict[Path, FileSignature]:
    """Return the temporary files of ours in one folder."""
    files: dict[Path, FileSignature] = {}
    with contextlib.suppress(OSError), open_folder(folder, share) as opened:
        for name in opened.names():
            if is_temporary(name):
                with contextlib.suppress(FileNotFoundError):
                    files[folder / name] = signature_of(opened.status(name))
    return files


__all__ = ["REMOVE_AFTER", "Leftovers", "temporary_files"]

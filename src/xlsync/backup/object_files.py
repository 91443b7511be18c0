"""The contents of a backup folder: each in a file named by its SHA-256, written once."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
from collections.abc import Collection
from pathlib import Path
from typing import Final

from xlsync.disk import create_once, remove_unchanged_since, replace_whole
from xlsync.errors import BackupError

_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


class ObjectFiles:
    """The folder `objects` of a backup folder."""

    def __init__(self, folder: Path) -> None:
        """Use a folder; it need not exist yet."""
        self.folder = folder

    def file(self, digest: str) -> Path:
        """Return the file of a content."""
        return self.folder / digest[:2] / digest

    def byte_counts(self) -> dict[str, int]:
        """Return the size of every content that is there, by its hash."""
        sizes: dict[str, int] = {}
        for folder in self._folders():
            with (
                contextlib.suppress(FileNotFoundError, NotADirectoryError),
                os.scandir(folder) as entries,
            ):
                for entry in entries:
                    if _DIGEST.fullmatch(entry.name):
                        sizes[entry.name] = entry.stat(follow_symlinks=False).st_size
        return sizes

    def write(self, digest: str, data: bytes) -> None:
        """Write a content; one of another size that bears its name is damaged, and replaced."""
        file = self.file(digest)
        if not create_once(file, data):
            replace_whole(file, data)

    def read(self, digest: str) -> bytes:
        """Return a content; BackupError where it is missing, damaged or cannot be read."""
        try:
            data = self.file(digest).read_bytes()
        except FileNotFoundError as fault:
            raise BackupError("控えの中身がありません", str(self.file(digest))) from fault
        except OSError as fault:
            reason = f"控えの中身を読めません（{fault.strerror}）"
            raise BackupError(reason, str(self.file(digest))) from fault
        if hashlib.sha256(data).hexdigest() != digest:
            raise BackupError("控えの中身が壊れています", str(self.file(digest)))
        return data

    def is_sound(self, digest: str) -> bool:
        """True where a content is there and is what its name says."""
        try:
            self.read(digest)
        except BackupError:
            return False
        return True

    def remove_all_but(self, digests: Collection[str]) -> int:
        """Delete every other content; return how many bytes that gave back."""
        freed = 0
        for digest, size in self.byte_counts().items():
            if digest not in digests:
                with contextlib.suppress(OSError):  # the next backup tries again
                    self.file(digest).unlink()
                    freed += size
        return freed

    def remove_leftovers(self, moment: float) -> None:
        """Delete unfinished files that nobody has written since a moment (seconds since 1970)."""
        for folder in self._folders():
            remove_unchanged_since(folder, moment)

    def _folders(self) -> list[Path]:
        return [self.folder / f"{number:02x}" for number in range(256)]

"""The release's number, which answers, log files and `xlsync --version` show, and the digest of the program's own files."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final

VERSION: Final = "0.1.0"


@lru_cache(maxsize=1)
def program_digest() -> str:
    """Return a digest of the program: another one after an update, and after an edit of a developer."""
    files = sorted(_files_below(str(Path(__file__).parent)))
    return hashlib.sha256(repr((VERSION, files)).encode("utf-8", "surrogatepass")).hexdigest()


def _files_below(folder: str) -> Iterator[tuple[str, int, int]]:
    """Yield path, size and time of each file of the program."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                if entry.name != "__pycache__":
                    yield from _files_below(entry.path)
            elif not entry.name.endswith(".pyc"):
                status = entry.stat()
                yield entry.path, status.st_size, status.st_mtime_ns

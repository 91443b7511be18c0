"""Templates that were built before, in a folder of the user's own: building one takes a second, reading it a millisecond.

    <folder>/<digest of all it was built from>.template    the seal of the rest, then the page as `drawn_page` writes it

Nothing here raises, and nothing depends on it: a file that is missing, damaged, renamed or cut off is built again. What a
template is built from includes the program and the libraries that write it, so that one of another version has another
name; the oldest files are deleted once there are many.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import stat
import sys
import zlib
from dataclasses import dataclass
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import Final

from xlsync.disk import remove_unchanged_since, replace_whole
from xlsync.errors import StoreError
from xlsync.version import program_digest
from xlsync.workbook.template.drawn_page import DrawnPage, page_as_bytes, page_of_bytes

MOST: Final = 32
"""Templates that are kept, some 120 KB each: ten editions of three versions of the program."""
_ENDING: Final = ".template"
_TEMPLATE_NAME: Final = re.compile(rf"[0-9a-f]{{64}}{re.escape(_ENDING)}")
_LIBRARIES: Final = ("openpyxl", "lxml")
"""Which write the template."""
_SEAL: Final = hashlib.sha256().digest_size
_OTHERS_WRITE: Final = 0o022
_AN_HOUR: Final = 3600.0
"""After which nobody writes a temporary file any more."""


@dataclass(frozen=True, slots=True)
class TemplateCache:
    """The templates in a folder that only this user can write into; with any other folder none are found or kept."""

    folder: Path

    def page(self, inputs: str) -> DrawnPage | None:
        """Return the page that was built from inputs with this digest, None where none is kept, or a damaged one."""
        with contextlib.suppress(OSError):
            if self._is_private():
                data = self._file(inputs).read_bytes()
                seal, rest = data[:_SEAL], data[_SEAL:]
                return page_of_bytes(rest) if seal == _seal(inputs, rest) else None
        return None

    def save(self, inputs: str, page: DrawnPage) -> None:
        """Keep a page for processes to come; nothing happens where that is impossible."""
        data, file = page_as_bytes(page), self._file(inputs)
        with contextlib.suppress(OSError, StoreError):
            if _is_safe(next(each for each in self.folder.parents if each.exists())):
                self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if self._is_private():
                replace_whole(file, _seal(inputs, data) + data)
                remove_unchanged_since(self.folder, file.stat().st_mtime - _AN_HOUR)
                self._remove_oldest()

    def _file(self, inputs: str) -> Path:
        return self.folder / f"{inputs}{_ENDING}"

    def _is_private(self) -> bool:
        """Whether nobody else can put a template here, or another folder in place of this one."""
        status = self.folder.stat()
        if sys.platform == "win32":  # where it lies in the user's own profile
            return stat.S_ISDIR(status.st_mode)
        is_own = status.st_uid == os.geteuid() and not status.st_mode & _OTHERS_WRITE
        return is_own and _is_safe(self.folder.parent)

    def _remove_oldest(self) -> None:
        templates = [file for file in self.folder.iterdir() if _TEMPLATE_NAME.fullmatch(file.name)]
        templates.sort(key=lambda file: file.stat().st_mtime_ns, reverse=True)
        for file in templates[MOST:]:
            file.unlink(missing_ok=True)


def _is_safe(above: Path) -> bool:
    """Whether what lies in a folder is safe from other users: it is ours or the system's, and they cannot rename in it.

    The administrator, too, makes nothing in the home of somebody else.
    """
    if sys.platform == "win32":
        return True
    status = above.stat()
    can_others_rename = status.st_mode & _OTHERS_WRITE and not status.st_mode & stat.S_ISVTX
    return status.st_uid in {0, os.geteuid()} and not can_others_rename


@dataclass
class _InUse:
    """The cache of this process, None where templates are built anew."""

    cache: TemplateCache | None = None


_IN_USE: Final = _InUse()


def keep_templates_in(folder: Path | None) -> None:
    """Keep the templates that this process builds in a folder, and use those there; with None build them anew."""
    _IN_USE.cache = None if folder is None else TemplateCache(folder)


def template_cache() -> TemplateCache | None:
    """Return the cache that this process uses."""
    return _IN_USE.cache


def template_digest(*parts: bytes) -> str:
    """Return the digest of what a template is built from: the parts of its form, the program, and the libraries."""
    digest = hashlib.sha256(_tools())
    for part in parts:
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()


@lru_cache(maxsize=1)
def _tools() -> bytes:
    """Return what names the program and all that takes part in writing a template."""
    versions = [metadata.version(name) for name in _LIBRARIES]
    return repr((program_digest(), sys.version, zlib.ZLIB_RUNTIME_VERSION, versions)).encode()


def _seal(inputs: str, data: bytes) -> bytes:
    """Return the digest of a file's contents as those of its name."""
    return hashlib.sha256(inputs.encode() + data).digest()


__all__ = ["MOST", "TemplateCache", "keep_templates_in", "template_cache", "template_digest"]

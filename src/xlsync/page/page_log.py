"""The page's log: who signed in, what was done, refused or downloaded, a line of JSON each. Looking at a sheet is not in it."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from xlsync.page.visitors import Visitor

FILE: Final = "page.log"
_LARGEST: Final = 5 * 2**20


@dataclass(frozen=True, slots=True)
class LogLine:
    """A line of the log; every part is text for people."""

    when: str
    who: str
    role_words: str
    what: str
    sheet_key: str = ""
    result: str = ""


@dataclass
class PageLog:
    """The log in a folder; a line that cannot be written is lost without a word: the work goes on."""

    folder: Path
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(
        self, when: str, visitor: Visitor | None, what: str, sheet_key: str = "", result: str = ""
    ) -> None:
        """Write a line."""
        who = ("", "") if visitor is None else (visitor.person, visitor.signature)
        document = dict(zip(_NAMES, (when, *who, what, sheet_key, result), strict=True))
        line = json.dumps(document, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
        with self._lock, contextlib.suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            file = self.folder / FILE
            if file.exists() and file.stat().st_size > _LARGEST:
                file.replace(file.with_suffix(".log.1"))
            with file.open("ab") as log:
                log.write(line)

    def lines(self) -> Iterator[LogLine]:
        """Yield the lines, newest first; what is no line of ours is left out."""
        for name in (FILE, f"{FILE}.1"):
            data = b""
            with contextlib.suppress(OSError):
                data = (self.folder / name).read_bytes()
            for line in reversed(data.splitlines()):
                with contextlib.suppress(ValueError, TypeError, KeyError):
                    yield _line(json.loads(line))


_NAMES: Final = ("when", "who", "role", "what", "sheet", "result")


def _line(document: dict[str, Any]) -> LogLine:
    return LogLine(*(str(document[name]) for name in _NAMES))


__all__ = ["FILE", "LogLine", "PageLog"]

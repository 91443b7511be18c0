"""Standard output and standard error: lines for people, one JSON document for programs, progress bars."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import Any, Final, TypeVar

from xlsync.canonical_json import canonical

_T = TypeVar("_T")
_MANY: Final = 20
"""From so many items on a progress bar is shown."""


def minute_of(moment: str) -> str:
    """Return an ISO 8601 time to the minute, as lists of the terminal show it: 2018-07-02 09:05."""
    return moment[:16].replace("T", " ")


def say(line: str = "") -> None:
    """Print a line for people."""
    sys.stdout.write(line + "\n")


def complain(line: str) -> None:
    """Print a line on standard error."""
    sys.stderr.write(f"xlsync: {line}\n")


def put_json(document: Any) -> None:
    """Print one JSON document, UTF-8 whatever the console."""
    sys.stdout.buffer.write(canonical(document))
    sys.stdout.buffer.flush()


def is_at_terminal() -> bool:
    """Whether somebody sits at a terminal and can be asked."""
    return sys.stdin is not None and sys.stdin.isatty()


def is_confirmed(question: str) -> bool:
    """Ask a question that is answered by yes or no, and return whether the answer is yes."""
    say(f"\n{question}（はい y・いいえ n）：")
    return sys.stdin.readline().strip().lower() in {"y", "yes", "はい"}


def progress(items: Sequence[_T], label: str, at_least: int = _MANY) -> Iterator[_T]:
    """Yield the items one by one, with a progress bar on a terminal when there are many."""
    if len(items) < at_least or not sys.stderr.isatty():
        yield from items
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(items, description=label, console=Console(stderr=True), transient=True)

"""When a file may be taken: it has looked the same for a while by our own clock, and its contents are whole.

Pure: looks in, verdicts out. A file's own times are only compared with each other, never with now: a copied file bears its
source's, and a server's clock is not ours. Nothing here knows of events: they only decide when somebody looks.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

TOLD_AFTER: Final = 600.0
"""Seconds for which a file may fail, or find no rest, before people are told."""
_LONGEST_PAUSE: Final = 60.0
_FIRST_PAUSE: Final = 2.0
_MOST_DOUBLINGS: Final = 6

Answer = Literal["wait", "take", "unchanged", "hold"]


@dataclass(frozen=True, slots=True)
class Look:
    """A file as one look saw it: bytes, times in ns (the second cannot be set back by a program), and its number on the disk.

    Equal looks need not mean equal contents, but other contents hardly ever come with an equal look.
    """

    size: int
    mtime: int
    ctime: int
    inode: int


@dataclass(frozen=True, slots=True)
class Watched:
    """What is known of a file: how it looks and since when (our clock), how it looked when it was last taken.

    `restless` is when it began to differ from what was taken, None while it does not; `failures` counts attempts to take it
    as it looks now, the next not before `retry`.
    """

    look: Look
    since: float
    taken: Look | None = None
    restless: float | None = None
    failures: int = 0
    retry: float = 0.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to do with a file; `due` is when to look again (our clock), where it waits or is held."""

    answer: Answer
    due: float = 0.0


def seen(before: Watched | None, look: Look, now: float) -> Watched:
    """Give what is known of a file after a look at it."""
    if before is None:
        return Watched(look, now, restless=now)
    if before.look == look:
        return before
    began = now if before.restless is None else before.restless
    fresh = Watched(look, now, before.taken, began)
    return replace(fresh, restless=None) if look == before.taken else fresh


def judged(file: Watched, now: float, quiet: float) -> Verdict:
    """Decide about a file: `quiet` is for how many seconds it must have looked the same, at two looks at least."""
    if file.look == file.taken:
        return Verdict("unchanged")
    rest = file.since + quiet
    if now < rest or now <= file.since:
        return Verdict("wait", max(rest, now))
    if now < file.retry:
        return Verdict("hold", file.retry)
    return Verdict("take")


def taken(file: Watched) -> Watched:
    """Give what is known of a file after it was taken as it looks."""
    return Watched(file.look, file.since, file.look)


def failed(file: Watched, now: float) -> Watched:
    """Give what is known of a file after it could not be taken: tried again after 2, 4, 8 … 60 seconds, for ever."""
    pause = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** min(file.failures, _MOST_DOUBLINGS))
    return replace(file, failures=file.failures + 1, retry=now + pause)


def forgotten(file: Watched) -> Watched:
    """Give what is known of a file that must be taken again though it looks as it did."""
    return replace(file, taken=None, restless=file.since, failures=0, retry=0.0)


def is_told(file: Watched, now: float) -> bool:
    """True where a file has waited for so long that people must hear of it."""
    return file.restless is not None and now - file.restless >= TOLD_AFTER

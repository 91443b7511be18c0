"""When a file counts as stable: its signature has been the same for some seconds of our monotonic clock.

Pure functions. A file's own times are only compared with each other, never with the current time: a copy keeps its
source's times, and a server's clock may be wrong.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

OVERDUE_AFTER: Final = 600.0
"""Seconds for which a file may fail or keep changing before the board lists it."""
_LONGEST_PAUSE: Final = 60.0
_FIRST_PAUSE: Final = 2.0
_MOST_DOUBLINGS: Final = 6

Answer = Literal["wait", "take", "unchanged", "hold"]


@dataclass(frozen=True, slots=True)
class FileSignature:
    """A file's size in bytes, modification and change time in ns, and inode number.

    Different contents hardly ever have the same signature: programs can set the modification time, but not the change time.
    """

    size: int
    mtime: int
    ctime: int
    inode: int


@dataclass(frozen=True, slots=True)
class WatchedFile:
    """A file's signature, since when it has it (monotonic clock), and its signature when it was last ingested.

    `unstable_since` is when it began to differ from what was ingested, else None. `failures` counts attempts to ingest it with
    this signature; the next is not before `retry`.
    """

    signature: FileSignature
    unchanged_since: float
    ingested_signature: FileSignature | None = None
    unstable_since: float | None = None
    failures: int = 0
    retry: float = 0.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to do with a file; `due_at` is when to decide again (monotonic clock), where it waits or is held."""

    answer: Answer
    due_at: float = 0.0


def observe(before: WatchedFile | None, signature: FileSignature, now: float) -> WatchedFile:
    """Return the state of a file after its signature was read."""
    if before is None:
        return WatchedFile(signature, now, unstable_since=now)
    if before.signature == signature:
        return before
    began = now if before.unstable_since is None else before.unstable_since
    fresh = WatchedFile(signature, now, before.ingested_signature, began)
    return replace(fresh, unstable_since=None) if signature == before.ingested_signature else fresh


def decide(file: WatchedFile, now: float, quiet: float) -> Verdict:
    """Decide about a file; its signature must have been the same for `quiet` seconds, at two scans at least."""
    if file.signature == file.ingested_signature:
        return Verdict("unchanged")
    stable_at = file.unchanged_since + quiet
    if now < stable_at or now <= file.unchanged_since:
        return Verdict("wait", max(stable_at, now))
    if now < file.retry:
        return Verdict("hold", file.retry)
    return Verdict("take")


def mark_ingested(file: WatchedFile) -> WatchedFile:
    """Return the state of a file after it was ingested with its present signature."""
    return WatchedFile(file.signature, file.unchanged_since, file.signature)


def mark_failed(file: WatchedFile, now: float) -> WatchedFile:
    """Return the state of a file after ingesting failed: retried after 2, 4, 8 … 60 seconds, without end."""
    pause = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** min(file.failures, _MOST_DOUBLINGS))
    return replace(file, failures=file.failures + 1, retry=now + pause)


def mark_for_retry(file: WatchedFile) -> WatchedFile:
    """Return the state of a file that must be ingested again although its signature is unchanged."""
    return replace(
        file, ingested_signature=None, unstable_since=file.unchanged_since, failures=0, retry=0.0
    )


def mark_queued(file: WatchedFile, now: float) -> WatchedFile:
    """Return the state of a file about which a worker decides: asked for again in a moment."""
    return replace(file, retry=now + _FIRST_PAUSE)


def is_overdue(file: WatchedFile, now: float) -> bool:
    """True where a file has waited so long that the board must list it."""
    return file.unstable_since is not None and now - file.unstable_since >= OVERDUE_AFTER

"""The same request sent again gets the same answer: a client whose connection broke may send it until it has one.

Without this a submission in conflict that is sent three times would be three revisions, and the copy state of a pull would
name a later revision than the answer that the client carried out.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

from xlsync.addin.ways.answering import Worked

SECONDS: Final = 600.0
BYTES: Final = 32 * 2**20
"""Of all answers kept; the oldest are dropped first."""


class RequestKey(NamedTuple):
    """Identity of a request: who may see what, the user a proxy named, and a hash of all its bytes, its id included."""

    department: str
    user: str
    content_type: str
    request_hash: bytes


def request_key(department: str, user: str, form: str, data: bytes) -> RequestKey:
    """Return the identity of a request."""
    return RequestKey(department, user, form, hashlib.sha256(data).digest())


@dataclass
class Replays:
    """Running requests and the answers of the last minutes; only answers of fate "done" are kept. Thread-safe."""

    clock: Callable[[], float]
    seconds: float = SECONDS
    most_bytes: int = BYTES
    _running: dict[RequestKey, Future[Worked]] = field(default_factory=dict)
    _answers: dict[RequestKey, tuple[float, Worked]] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def job(self, key: RequestKey, submit: Callable[[], Future[Worked]]) -> Future[Worked]:
        """Return the job of a request: its answer if it is kept, the running one, or a new one from `submit`."""
        with self._lock:
            self._forget(self.clock() - self.seconds)
            if key in self._answers:
                kept: Future[Worked] = Future()
                kept.set_result(self._answers[key][1])
                return kept
            if key in self._running:
                return self._running[key]
            job = self._running[key] = submit()
        job.add_done_callback(lambda finished: self._finish(key, finished))
        return job

    def _finish(self, key: RequestKey, job: Future[Worked]) -> None:
        with self._lock:
            self._running.pop(key, None)
            if job.cancelled() or job.exception() is not None or job.result().fate != "done":
                return  # a second try may succeed
            self._answers[key] = self.clock(), _without_workbook(job.result())

    def _forget(self, before: float) -> None:
        """Drop answers older than a time, and the oldest of those beyond the limit of bytes."""
        size = sum(len(done.data) for _, done in self._answers.values())
        for key, (when, done) in list(self._answers.items()):
            if when >= before and size <= self.most_bytes:
                return
            del self._answers[key]
            size -= len(done.data)


def _without_workbook(done: Worked) -> Worked:
    request = done.request
    return done if request is None else replace(done, request=replace(request, workbook=b""))

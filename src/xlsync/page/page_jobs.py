"""Work that takes longer than a visit: one at a time, in a thread of its own, with progress, to be cancelled between two steps.

    store/page/jobs/<n>.json    what it is, who began it, how far it is, what it said; survives the browser and the server

Every kind of work can be begun again: what it has done by then is the same.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Final, Literal, TypeVar, get_args

from xlsync.disk import replace_whole
from xlsync.errors import StoreBusy, XlsyncError
from xlsync.page.sessions import make_private_folder

LOG: Final = logging.getLogger("xlsync.serve")
JobState = Literal["running", "done", "failed", "cancelled", "broken"]
STATE_WORDS: Final[Mapping[str, str]] = {
    "running": "実行中",
    "done": "終わりました",
    "failed": "できませんでした",
    "cancelled": "中止しました",
    "broken": "サーバーが止まったため途中で終わりました。もう一度始めると、続きから行います",
}
_FOLDER: Final = "jobs"
_FIRST_LINES: Final = 300
_LAST_LINES: Final = 99
"""Lines of a job that are kept: so many from its beginning, so many up to its end, and between them how many are not."""
Step = TypeVar("Step")


@dataclass(frozen=True, slots=True)
class Job:
    """A piece of work: what it is, who began it and when, how far it is, and what it said."""

    number: int
    job_title: str
    who: str
    begun_when: str
    ended_when: str = ""
    job_state: JobState = "running"
    steps_done: int = 0
    steps_total: int = 0
    result_lines: tuple[str, ...] = ()

    @property
    def is_running(self) -> bool:
        """Whether it goes on."""
        return self.job_state == "running"

    @property
    def state_words(self) -> str:
        """What became of it."""
        return STATE_WORDS[self.job_state]


class JobCancelled(Exception):
    """Somebody has cancelled the work."""


@dataclass
class JobRun:
    """A job as its work sees it."""

    job: Job
    write: Callable[[Job], None]
    cancelling: threading.Event = field(default_factory=threading.Event)
    state_when_cancelled: JobState = "cancelled"
    kept_lines: tuple[str, ...] = ()
    lines_left_out: int = 0

    def steps(self, every: Sequence[Step]) -> Iterator[Step]:
        """Yield the steps, noting the progress; JobCancelled before a step where somebody has cancelled by then."""
        self._update(replace(self.job, steps_done=0, steps_total=len(every)))
        for number, step in enumerate(every, start=1):
            if self.cancelling.is_set():
                raise JobCancelled
            yield step
            self._update(replace(self.job, steps_done=number))

    def say(self, lines: Iterable[str]) -> None:
        """Say something that stays with the job: its beginning, and its end, which tells what failed."""
        every_line = (*self.kept_lines, *lines)
        surplus = max(0, len(every_line) - _FIRST_LINES - _LAST_LINES)
        first, last = every_line[:_FIRST_LINES], every_line[_FIRST_LINES + surplus :]
        self.kept_lines, self.lines_left_out = (*first, *last), self.lines_left_out + surplus
        gap = (f"（ほか {self.lines_left_out:,}行）",) if self.lines_left_out else ()
        self._update(replace(self.job, result_lines=(*first, *gap, *last)))

    def end(self, job_state: JobState, when: str) -> None:
        """Write what became of it."""
        self._update(replace(self.job, job_state=job_state, ended_when=when))

    def _update(self, job: Job) -> None:
        self.job = job
        self.write(job)


@dataclass
class Jobs:
    """The jobs of a store's page. `now` is the clock; `folder` is the store's folder of the page."""

    folder: Path
    now: Callable[[], dt.datetime]
    _run: JobRun | None = None
    _thread: threading.Thread | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, title: str, who: str, work: Callable[[JobRun], None]) -> Job:
        """Begin a job; StoreBusy where another one is running."""
        with self._lock:
            if self._run is not None and self._run.job.is_running:
                raise StoreBusy(
                    f"「{self._run.job.job_title}」を実行しています。終わってから始めてください"
                )
            number = max((job.number for job in self.newest(1)), default=0) + 1
            job = Job(number, title, who, self._moment())
            run = self._run = JobRun(job, self._write)
            self._write(job)
            self._thread = threading.Thread(
                target=self._carry_out, args=(run, work), name="xlsync-job", daemon=True
            )
            self._thread.start()
        return job

    def cancel(self, number: int) -> None:
        """Let a job end before its next step."""
        run = self._run
        if run is not None and run.job.number == number:
            run.cancelling.set()

    def stop(self, seconds: float) -> None:
        """Let the job at hand break off before its next step, since the server ends, and wait for that."""
        run = self._run
        if run is None or not run.job.is_running:
            return
        run.state_when_cancelled = "broken"
        run.cancelling.set()
        self.wait(seconds)
        if run.job.is_running:
            LOG.warning("処理 「%s」は、まだ途中です", run.job.job_title)

    def wait(self, seconds: float) -> None:
        """Wait for the job at hand."""
        if self._thread is not None:
            self._thread.join(seconds)

    def running(self) -> Job | None:
        """Return the job that is running, None where there is none."""
        run = self._run
        return run.job if run is not None and run.job.is_running else None

    def newest(self, count: int) -> list[Job]:
        """Return the newest jobs; one that this server does not know and that never ended has broken off."""
        files = sorted((self.folder / _FOLDER).glob("*.json"), key=_number, reverse=True)
        jobs = [job for job in map(_read, files[:count]) if job is not None]
        return [self._as_it_is(job) for job in jobs]

    def find(self, number: int) -> Job | None:
        """Return a job by its number."""
        job = _read(self.folder / _FOLDER / f"{number}.json")
        return None if job is None else self._as_it_is(job)

    def _as_it_is(self, job: Job) -> Job:
        run = self._run
        if run is not None and run.job.number == job.number:
            return run.job
        return replace(job, job_state="broken") if job.is_running else job

    def _carry_out(self, run: JobRun, work: Callable[[JobRun], None]) -> None:
        try:
            work(run)
        except JobCancelled:
            run.end(run.state_when_cancelled, self._moment())
        except XlsyncError as fault:
            run.say([str(fault)])
            run.end("failed", self._moment())
        except Exception:
            LOG.exception("不具合")
            run.say(
                [
                    "プログラムの不具合です。記録（store/log/serve.log）とともに情報システム担当に連絡してください"
                ]
            )
            run.end("failed", self._moment())
        else:
            run.end("done", self._moment())

    def _moment(self) -> str:
        return self.now().isoformat(timespec="seconds")

    def _write(self, job: Job) -> None:
        """Write a job; where that fails the work goes on all the same."""
        with contextlib.suppress(XlsyncError, OSError):
            make_private_folder(self.folder / _FOLDER)
            data = json.dumps(asdict(job), ensure_ascii=False).encode("utf-8", "replace")
            replace_whole(self.folder / _FOLDER / f"{job.number}.json", data)


def _number(file: Path) -> int:
    return int(file.stem) if file.stem.isdecimal() else 0


def _read(file: Path) -> Job | None:
    with contextlib.suppress(OSError, ValueError, TypeError):
        document = json.loads(file.read_bytes())
        job = Job(**{**document, "result_lines": tuple(document["result_lines"])})
        return job if job.job_state in get_args(JobState) else None
    return None


__all__ = ["STATE_WORDS", "Job", "JobCancelled", "JobRun", "Jobs"]

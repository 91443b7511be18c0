"""A worker at work: it fills the queue, does jobs one by one, takes over those of dead workers, and waits out outages."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from procrastinate.exceptions import ProcrastinateException

from xlsync.errors import StoreUnreachable, XlsyncError
from xlsync.inbox.log_messages import line
from xlsync.store.postgres_workers import WorkerList
from xlsync.version import VERSION
from xlsync.workers.worker_city import LOG

if TYPE_CHECKING:
    from xlsync.inbox.config import Runtime
    from xlsync.workers.job_queue import JobQueue

_LOOK: Final = 0.5
"""Seconds between two looks for saves that wait, and for a signal to stop."""
_OUTAGE: Final = 5.0
"""Seconds until a database that did not answer is tried again."""
_STOPPED: Final = "中断 仕事を続けられません。続けられるまでやり直します（%s）"


@dataclass(frozen=True, slots=True)
class WorkerTerms:
    """What a worker is called, and after how many seconds of silence another one counts as dead."""

    name: str
    dead_after: float = 30.0

    @property
    def beat(self) -> float:
        """Seconds between two signs of life."""
        return self.dead_after / 4


async def work(queue: JobQueue, terms: WorkerTerms, runtime: Runtime) -> None:
    """Work until asked to stop; while the database does not answer, it is tried again and again."""
    while not runtime.stopping():
        try:
            async with queue.app.open_async():
                await _work_connected(queue, terms, runtime)
        except Exception as fault:  # noqa: BLE001 - whatever it is, the others need this worker tomorrow, too
            is_known = isinstance(fault, XlsyncError | OSError | ProcrastinateException)
            LOG.warning(_STOPPED, line(_words(fault)), exc_info=not is_known)
            await _unless_stopping(_OUTAGE, runtime)


def _words(fault: Exception) -> str:
    """Return what a log says of a fault; of one of the queue's library what is behind it, for all of those say the same."""
    cause = fault.__cause__
    return str(cause if isinstance(fault, ProcrastinateException) and cause else fault).strip()


async def _work_connected(queue: JobQueue, terms: WorkerTerms, runtime: Runtime) -> None:
    """Work until asked to stop, or until anything of it fails."""
    await asyncio.to_thread(queue.create)
    await asyncio.to_thread(_put_right, queue)
    LOG.info("開始 %s（%s）", terms.name, "、".join(queue.worker_cities))
    jobs = queue.app.run_worker_async(
        queues=queue.queues,
        name=terms.name,
        delete_jobs="successful",
        install_signal_handlers=False,
        fetch_job_polling_interval=_LOOK,
        update_heartbeat_interval=terms.beat,
        stalled_worker_timeout=terms.dead_after,
    )
    tasks = {
        asyncio.ensure_future(jobs),
        asyncio.ensure_future(_again(queue.fill, _LOOK)),
        asyncio.ensure_future(_again(lambda: _signs_of_life(queue, terms), terms.beat)),
        asyncio.ensure_future(_until_stopping(runtime)),
    }
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    if runtime.stopping():
        with contextlib.suppress(Exception):
            WorkerList(queue.saves).leave(terms.name)


async def _again(step: Callable[[], Awaitable[None]], seconds: float) -> None:
    while True:
        await step()
        await asyncio.sleep(seconds)


async def _signs_of_life(queue: JobQueue, terms: WorkerTerms) -> None:
    """Say that we are there, and take over the jobs of those who are not."""
    workers = WorkerList(queue.saves)
    await asyncio.to_thread(workers.beat, terms.name, VERSION, list(queue.worker_cities))
    await queue.take_over(terms.dead_after)


def _put_right(queue: JobQueue) -> None:
    """Put right what killed workers have left; a city whose settings or folder cannot be read keeps no other one waiting."""
    for name, city in queue.worker_cities.items():
        try:
            city.put_right()
        except StoreUnreachable:
            raise
        except (OSError, XlsyncError) as fault:
            LOG.warning("復旧 できません（%s）", line(f"{name} {fault}"))


async def _until_stopping(runtime: Runtime) -> None:
    while not runtime.stopping():  # noqa: ASYNC110 - a signal sets it, which may set no event
        await asyncio.sleep(_LOOK)


async def _unless_stopping(seconds: float, runtime: Runtime) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(_until_stopping(runtime), seconds)


__all__ = ["WorkerTerms", "work"]

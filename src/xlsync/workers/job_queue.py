"""The jobs of many cities in the queue of procrastinate, on the database of their stores.

The queue holds nothing that is not known elsewhere: jobs are made of the saves that wait and of the cities that are behind, a
few of each city at a time, so that none holds up the others. A job that is done twice finds that it was done.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import procrastinate
from procrastinate import exceptions

from xlsync.errors import XlsyncError
from xlsync.inbox.log_messages import line
from xlsync.store.postgres_publications import PublicationQueue
from xlsync.store.postgres_saves import JOB_FORMAT
from xlsync.store.postgres_workers import WorkerList
from xlsync.workers.worker_city import LOG

if TYPE_CHECKING:
    from xlsync.store.postgres_saves import SaveQueue
    from xlsync.workers.worker_city import WorkerCity

_FEW: Final = 20
"""Jobs of one city that are queued at a time: then the others have their turn."""
_RETRY: Final = procrastinate.RetryStrategy(wait=5)
_RECEIVE: Final = "receive"
_FOLLOW_UP: Final = "follow_up"
_PUBLISH: Final = "publish"
_UNDONE: Final = frozenset({"todo", "doing"})


def job_schema() -> str:
    """Return the name of the schema with the library's tables: another version of it begins anew with its own."""
    major, minor, *_ = importlib.metadata.version("procrastinate").split(".")
    return f"xlsync_jobs_{major}_{minor}"


@dataclass
class JobQueue:
    """The queue as a worker uses it.

    Args:
        uri: The database.
        worker_cities: The cities whose jobs are done here, by name.

    """

    uri: str
    worker_cities: dict[str, WorkerCity]
    app: procrastinate.App = field(init=False)

    def __post_init__(self) -> None:
        """Register the jobs; what the library logs of them, and of its connections, is logged here already."""
        for name in ("procrastinate", "psycopg.pool"):
            logging.getLogger(name).propagate = False
            logging.getLogger(name).addHandler(logging.NullHandler())
        options = {"options": f"-c search_path={job_schema()}"}
        connector = procrastinate.PsycopgConnector(conninfo=self.uri, kwargs=options)
        self.app = procrastinate.App(connector=connector)
        self.app.task(name=_RECEIVE, retry=_RETRY)(self._receive)
        self.app.task(name=_FOLLOW_UP, retry=_RETRY)(self._follow_up)
        self.app.task(name=_PUBLISH, retry=_RETRY)(self._publish)

    @property
    def queues(self) -> list[str]:
        """The queues whose jobs this program understands: those of this city's names and of formats up to its own."""
        formats = range(1, JOB_FORMAT + 1)
        return [_queue(city, each) for city in self.worker_cities for each in formats]

    @property
    def saves(self) -> SaveQueue:
        """The saves that wait, of all cities."""
        return next(iter(self.worker_cities.values())).queue

    def create(self) -> None:
        """Make the library's tables where they are missing."""
        PublicationQueue(self.saves).create()
        WorkerList(self.saves).create_schema(job_schema(), self.app.schema_manager.get_schema())

    async def fill(self) -> None:
        """Queue the first saves of each city that are not queued yet, the work after them, and publications.

        Two workers that do so at once may queue a job twice: the second one finds that it was done.
        """
        names = list(self.worker_cities)
        queued = await self._queued()
        for city, number, path in self.saves.waiting(names, _FEW):
            if (city, number) not in queued:
                await self._defer(_RECEIVE, city, f"{city}/{path}", number=number)
        for city in self.saves.behind(names):
            if (city, None) not in queued:
                await self._defer(_FOLLOW_UP, city, f"{city}/")
        for city, number in PublicationQueue(self.saves).waiting(names):
            if (city, number) not in queued:
                await self._defer(_PUBLISH, city, f"{city}//", number=number)

    async def _queued(self) -> set[tuple[str, int | None]]:
        """Return city and number of the jobs that wait or are being done, of one moment: jobs go back and forth."""
        queued: set[tuple[str, int | None]] = set()
        for job in await self.app.job_manager.list_jobs_async():
            if job.status in _UNDONE:
                number = job.task_kwargs.get("number")
                queued.add(
                    (str(job.task_kwargs["city"]), number if isinstance(number, int) else None)
                )
        return queued

    async def take_over(self, seconds: float) -> None:
        """Have the jobs of workers that were silent for so long done by others."""
        for job in await self.app.job_manager.get_stalled_jobs(seconds_since_heartbeat=seconds):
            LOG.warning("引き継ぎ 止まった処理係の仕事をやり直します（%s）", job.call_string)
            # Where it is taken over by another worker at this moment, or done after all, nothing is left to do.
            with contextlib.suppress(exceptions.ConnectorException):
                await self.app.job_manager.retry_job(job)

    async def _defer(self, task: str, city: str, lock: str, **arguments: Any) -> None:
        deferrer = self.app.configure_task(
            task, allow_unknown=False, queue=_queue(city, JOB_FORMAT), lock=lock
        )
        await deferrer.defer_async(city=city, **arguments)

    def _receive(self, city: str, number: int) -> None:
        with _logged(city):
            self.worker_cities[city].receive(number)

    def _publish(self, city: str, number: int) -> None:
        with _logged(city):
            self.worker_cities[city].publish(number)

    def _follow_up(self, city: str) -> None:
        with _logged(city):
            self.worker_cities[city].follow_up()


def _queue(city: str, job_format: int) -> str:
    """Return the name of a city's queue; PostgreSQL makes a channel of it, whose name has at most 63 bytes."""
    return f"xlsync-{job_format}-{hashlib.sha256(city.encode()).hexdigest()[:20]}"


@contextlib.contextmanager
def _logged(city: str) -> Iterator[None]:
    """Log why a job failed; it is tried again."""
    try:
        yield
    except XlsyncError as fault:
        LOG.warning("やり直し %s", line(f"{city} {fault}"))
        raise
    except Exception:
        LOG.exception("不具合 %s", line(city))
        raise


__all__ = ["JobQueue", "job_schema"]

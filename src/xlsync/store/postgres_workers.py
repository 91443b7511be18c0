"""Workers in PostgreSQL, as they tell each other that they are there, and what waits of each city, for whoever asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, LiteralString

from xlsync.store.postgres_saves import JOB_FORMAT

if TYPE_CHECKING:
    from xlsync.store.postgres_saves import SaveQueue

_BEAT: Final = (
    "INSERT INTO xlsync_workers (name, version, format, cities) VALUES (%s, %s, %s, %s)"
    " ON CONFLICT (name) DO UPDATE SET seen = now() RETURNING name"
)
_OVERVIEW: Final = (
    "SELECT city, count(*) FILTER (WHERE answer IS NULL),"
    " coalesce(extract(epoch FROM now() - min(queued) FILTER (WHERE answer IS NULL)), 0)::int,"
    " count(*) FILTER (WHERE answer ? 'trouble'), max(format) FILTER (WHERE answer IS NULL)"
    " FROM xlsync_saves GROUP BY city ORDER BY city"
)
_WORKERS: Final = (
    "SELECT name, version, format, extract(epoch FROM now() - seen)::int, cities"
    " FROM xlsync_workers ORDER BY name"
)
_LEAVE: Final = "DELETE FROM xlsync_workers WHERE name = %s RETURNING name"


@dataclass(frozen=True, slots=True)
class CityWork:
    """How many saves of a city wait, the first one for how many seconds, how many were put back, and the newest format."""

    city_name: str
    waiting: int
    oldest: int
    put_back: int
    format: int | None


@dataclass(frozen=True, slots=True)
class WorkerState:
    """A worker: its name, version and job format, how many seconds ago it was heard of, and its cities."""

    name: str
    program_version: str
    format: int
    silent: int
    cities: list[str]


class WorkerList:
    """The workers on the database of a city, and what waits there.

    Args:
        queue: The saves of any city in it.

    """

    def __init__(self, queue: SaveQueue) -> None:
        self._session = queue.session

    def beat(self, worker: str, version: str, cities: list[str]) -> None:
        """Note that a worker is there."""
        self._session.rows(_BEAT, (worker, version, JOB_FORMAT, cities))

    def leave(self, worker: str) -> None:
        """Note that a worker has ended."""
        self._session.rows(_LEAVE, (worker,))

    def overview(self) -> list[CityWork]:
        """Return what waits of each city that the role may see."""
        return [CityWork(*row) for row in self._session.rows(_OVERVIEW, ())]

    def workers(self) -> list[WorkerState]:
        """Return the workers; StoreError for a role that may see one city only."""
        return [WorkerState(*row) for row in self._session.rows(_WORKERS, ())]

    def create_schema(self, name: LiteralString, tables: LiteralString) -> None:
        """Make a schema with its tables where it is missing."""
        with self._session.making_tables() as connection:
            there = connection.execute("SELECT FROM pg_namespace WHERE nspname = %s", (name,))
            if there.fetchone() is None:
                connection.execute(f"CREATE SCHEMA {name}; SET LOCAL search_path TO {name}")
                connection.execute(tables)


__all__ = ["CityWork", "WorkerList", "WorkerState"]

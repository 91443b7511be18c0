"""Publications of a city that a worker makes: what is asked for, how far it is, and what became of it.

A row stays: it is the receipt. Whoever dies while it is made leaves it as running, and another worker makes it again.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, LiteralString

from xlsync.store.postgres_saves import JOB_FORMAT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xlsync.store.postgres_saves import SaveQueue

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS xlsync_publications (
    number bigint PRIMARY KEY DEFAULT nextval('xlsync_numbers'),
    city text NOT NULL,
    wanted jsonb NOT NULL,
    format int NOT NULL,
    state text NOT NULL DEFAULT 'waiting',
    is_cancelled boolean NOT NULL DEFAULT false,
    steps_done int NOT NULL DEFAULT 0,
    steps_total int NOT NULL DEFAULT 0,
    result_lines jsonb NOT NULL DEFAULT '[]',
    queued timestamptz NOT NULL DEFAULT now(),
    ended timestamptz
);
ALTER TABLE xlsync_publications ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS own_city ON xlsync_publications;
CREATE POLICY own_city ON xlsync_publications USING (EXISTS (
    SELECT FROM xlsync_cities WHERE xlsync_cities.city = xlsync_publications.city
    AND pg_has_role(current_user, xlsync_cities.role, 'member')
));
DO $$
DECLARE of_city text;
BEGIN
    FOR of_city IN SELECT DISTINCT role::text FROM xlsync_cities LOOP
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON xlsync_publications TO %I', of_city);
    END LOOP;
END $$;
"""
"""Roles that were let in before this table was there are let in to it, too."""
_PUT: Final = "INSERT INTO xlsync_publications (city, wanted, format) VALUES (%s, %s::jsonb, %s) RETURNING number"
_WAITING: Final = (
    "SELECT city, number FROM xlsync_publications"
    " WHERE state IN ('waiting', 'running') AND format <= %s AND city = ANY(%s) ORDER BY number"
)
_BEGIN: Final = (
    "UPDATE xlsync_publications SET state = 'running', steps_done = 0, steps_total = 0"
    " WHERE city = %s AND number = %s AND state IN ('waiting', 'running') RETURNING wanted"
)
_NOTE: Final = (
    "UPDATE xlsync_publications SET steps_done = %s, steps_total = %s, result_lines = %s::jsonb"
    " WHERE city = %s AND number = %s AND state = 'running' RETURNING is_cancelled"
)
_END: Final = (
    "UPDATE xlsync_publications SET state = %s, result_lines = %s::jsonb, ended = now()"
    " WHERE city = %s AND number = %s AND state = 'running' RETURNING number"
)
_CANCEL: Final = (
    "UPDATE xlsync_publications SET is_cancelled = true,"
    " ended = CASE state WHEN 'waiting' THEN now() END,"
    " state = CASE state WHEN 'waiting' THEN 'cancelled' ELSE state END"
    " WHERE city = %s AND number = %s AND state IN ('waiting', 'running') RETURNING number"
)
_NEWEST: Final = (
    "SELECT city, number, wanted, format, state, is_cancelled, steps_done, steps_total, result_lines"
    " FROM (SELECT *, row_number() OVER (PARTITION BY city ORDER BY number DESC) AS place"
    " FROM xlsync_publications) AS newest WHERE place <= %s ORDER BY city, number"
)


@dataclass(frozen=True, slots=True)
class QueuedPublication:
    """A publication that is wanted, being made, or done: `state` is waiting, running, done, failed or cancelled."""

    city_name: str
    number: int
    wanted: dict[str, Any]
    format: int
    state: str
    is_cancelled: bool
    steps_done: int
    steps_total: int
    result_lines: list[str]

    @property
    def is_open(self) -> bool:
        """Whether it is not finished."""
        return self.state in {"waiting", "running"}


class PublicationQueue:
    """The publications of a city in its database.

    Args:
        queue: The saves of the same city.

    """

    def __init__(self, queue: SaveQueue) -> None:
        self._session = queue.session
        self._city_name = queue.city_name

    def create(self) -> None:
        """Make the table where it is missing."""
        if not self._session.has_table("xlsync_publications"):
            with self._session.making_tables() as connection:
                connection.execute(_SCHEMA)

    def put(self, wanted: dict[str, Any]) -> int:
        """Queue a publication; return its number. StoreUnreachable where nobody knows whether it is queued."""
        return int(self._rows_once(_PUT, (self._city_name, json.dumps(wanted), JOB_FORMAT))[0][0])

    def waiting(self, cities: list[str]) -> list[tuple[str, int]]:
        """Return city and number of what is not finished and this program can make."""
        return [(row[0], row[1]) for row in self._rows(_WAITING, (JOB_FORMAT, cities))]

    def begin(self, number: int) -> dict[str, Any] | None:
        """Return what is wanted, None where it is finished."""
        rows = self._rows(_BEGIN, (self._city_name, number))
        return rows[0][0] if rows else None

    def note_progress(
        self, number: int, steps: tuple[int, int], result_lines: Iterable[str]
    ) -> bool:
        """Note how far it is; True where somebody has cancelled it, or another worker has finished it meanwhile."""
        parts = (*steps, json.dumps([*result_lines]), self._city_name, number)
        rows = self._rows(_NOTE, parts)
        return not rows or bool(rows[0][0])

    def end(self, number: int, state: str, result_lines: Iterable[str]) -> None:
        """Note what became of it."""
        self._rows(_END, (state, json.dumps([*result_lines]), self._city_name, number))

    def cancel(self, number: int) -> bool:
        """Let it not be begun, or end before its next step; False where it is finished or of another city.

        StoreUnreachable where nobody knows whether it is cancelled.
        """
        return bool(self._rows_once(_CANCEL, (self._city_name, number)))

    def newest(self, count: int) -> list[QueuedPublication]:
        """Return the newest ones of each city that the role may see, oldest first."""
        if not self._session.has_table("xlsync_publications"):
            return []
        return [QueuedPublication(*row) for row in self._rows(_NEWEST, (count,))]

    def _rows(self, query: LiteralString, parts: tuple[object, ...]) -> list[tuple[Any, ...]]:
        return self._session.rows(query, parts)

    def _rows_once(self, query: LiteralString, parts: tuple[object, ...]) -> list[tuple[Any, ...]]:
        """Return the rows of a query that is not made twice, for the second time it would have another answer."""
        with self._session.writing() as connection:
            return connection.execute(query, parts).fetchall()


__all__ = ["PublicationQueue", "QueuedPublication"]

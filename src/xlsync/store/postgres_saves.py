"""The saves of a city that wait in PostgreSQL to be received by any worker, and what became of the last one of each file.

A row has the bytes of a workbook until it is answered; then only the answer. So nothing is lost with the queue of jobs, which
is made anew from these rows, and a job that is done twice finds the first one's answer: it is committed with the receipt.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, LiteralString

from xlsync.errors import StoreBusy
from xlsync.store.postgres_files import PostgresFiles
from xlsync.store.store_path import FilesPath

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from xlsync.store.postgres_session import PostgresSession
    from xlsync.store.store_path import StorePath

MOST_WAITING: Final = 500
"""Saves of one city that may wait; further ones stay in the shared folder until there is room."""
JOB_FORMAT: Final = 1
"""What a job means; a program takes the jobs of its own format and of earlier ones."""
_WATCHED: Final = "ほかのパソコンの xlsync watch がこの市を見ています。1つだけ動かしてください（止めたあとは1分待ってください）"
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS xlsync_saves (
    number bigint PRIMARY KEY DEFAULT nextval('xlsync_numbers'),
    city text NOT NULL,
    path text COLLATE "C" NOT NULL,
    digest text NOT NULL,
    data bytea,
    about jsonb NOT NULL,
    format int NOT NULL,
    queued timestamptz NOT NULL DEFAULT now(),
    answer jsonb
);
ALTER TABLE xlsync_saves ALTER COLUMN data SET STORAGE EXTERNAL;
CREATE INDEX IF NOT EXISTS xlsync_saves_of_files ON xlsync_saves (city, path, number);
CREATE INDEX IF NOT EXISTS xlsync_saves_waiting ON xlsync_saves (city, number) WHERE answer IS NULL;
CREATE TABLE IF NOT EXISTS xlsync_shares (
    city text PRIMARY KEY, state jsonb NOT NULL DEFAULT '{}',
    number bigint NOT NULL DEFAULT nextval('xlsync_numbers'), followed bigint NOT NULL DEFAULT 0,
    watcher text NOT NULL, seen timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE xlsync_shares ADD COLUMN IF NOT EXISTS due timestamptz;
CREATE TABLE IF NOT EXISTS xlsync_workers (
    name text PRIMARY KEY, version text NOT NULL, format int NOT NULL, cities text[] NOT NULL,
    began timestamptz NOT NULL DEFAULT now(), seen timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE xlsync_saves ENABLE ROW LEVEL SECURITY;
ALTER TABLE xlsync_shares ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS own_city ON xlsync_saves;
DROP POLICY IF EXISTS own_city ON xlsync_shares;
CREATE POLICY own_city ON xlsync_saves USING (EXISTS (
    SELECT FROM xlsync_cities WHERE xlsync_cities.city = xlsync_saves.city
    AND pg_has_role(current_user, xlsync_cities.role, 'member')
));
CREATE POLICY own_city ON xlsync_shares USING (EXISTS (
    SELECT FROM xlsync_cities WHERE xlsync_cities.city = xlsync_shares.city
    AND pg_has_role(current_user, xlsync_cities.role, 'member')
));
"""
_LAST: Final = (
    "SELECT number, digest, answer FROM xlsync_saves WHERE city = %s AND path = %s"
    " ORDER BY number DESC LIMIT 1"
)
_PUT: Final = (
    "INSERT INTO xlsync_saves (city, path, digest, data, about, format)"
    " VALUES (%s, %s, %s, %s, %s::jsonb, %s) RETURNING number"
)
_TAKE: Final = (
    "SELECT path, digest, data, about FROM xlsync_saves AS save"
    " WHERE city = %s AND number = %s AND answer IS NULL AND NOT EXISTS ("
    "SELECT FROM xlsync_saves AS earlier WHERE earlier.city = save.city"
    " AND earlier.path = save.path AND earlier.number < save.number AND earlier.answer IS NULL)"
)
_ANSWER: Final = (
    "UPDATE xlsync_saves SET answer = %s::jsonb, data = NULL"
    " WHERE city = %s AND number = %s AND answer IS NULL"
)
_FORGET_EARLIER: Final = (
    "DELETE FROM xlsync_saves WHERE city = %s AND path = %s AND number < %s AND answer IS NOT NULL"
)
_ANSWERS: Final = (
    "SELECT number, answer FROM xlsync_saves"
    " WHERE city = %s AND number = ANY(%s) AND answer IS NOT NULL"
)
_KNOWN_ANSWER: Final = (
    "SELECT answer FROM xlsync_saves"
    " WHERE city = %s AND path = %s AND digest = %s AND answer IS NOT NULL ORDER BY number DESC LIMIT 1"
)
_LAST_ANSWERS: Final = (
    "SELECT DISTINCT ON (path) path, number, digest, answer, about FROM xlsync_saves"
    " WHERE city = %s AND answer IS NOT NULL ORDER BY path, number DESC"
)
_LIES_THERE: Final = (
    "UPDATE xlsync_saves SET digest = %s, about = about || %s::jsonb"
    " WHERE city = %s AND path = %s AND answer IS NOT NULL RETURNING number"
)
_WAITING: Final = (
    "SELECT city, number, path FROM (SELECT city, number, path, row_number() OVER"
    " (PARTITION BY city ORDER BY number) AS place FROM xlsync_saves"
    " WHERE answer IS NULL AND format <= %s AND city = ANY(%s)) AS waiting WHERE place <= %s"
    " ORDER BY place, number"
)
_BEHIND: Final = (
    "SELECT city FROM xlsync_shares WHERE (followed < number OR due <= now()) AND city = ANY(%s)"
)
_WAITING_COUNT: Final = "SELECT count(*) FROM xlsync_saves WHERE city = %s AND answer IS NULL"
_CLAIM: Final = (
    "INSERT INTO xlsync_shares (city, watcher) VALUES (%s, %s)"
    " ON CONFLICT (city) DO UPDATE SET watcher = excluded.watcher, seen = now()"
    " WHERE xlsync_shares.watcher = excluded.watcher OR xlsync_shares.seen < now() - interval '60 s'"
    " RETURNING number"
)
_NOTE_SHARE: Final = (
    "UPDATE xlsync_shares SET state = %s::jsonb, number = nextval('xlsync_numbers')"
    " WHERE city = %s RETURNING number"
)
_FORGET_GONE: Final = (
    "DELETE FROM xlsync_saves WHERE city = %s AND answer IS NOT NULL AND NOT path = ANY(%s)"
    " RETURNING number"
)
_SHARE: Final = "SELECT state, number, followed FROM xlsync_shares WHERE city = %s"
_FOLLOWED: Final = (
    "UPDATE xlsync_shares SET followed = greatest(followed, %s),"
    " due = now() + make_interval(secs => %s::double precision) WHERE city = %s RETURNING number"
)


@dataclass(frozen=True, slots=True)
class QueuedSave:
    """A save that waits: its path below the watched folder, its SHA-256, its bytes, and what the watcher saw of it."""

    path: str
    digest: str
    data: bytes
    about: dict[str, Any]


@dataclass(frozen=True, slots=True)
class AnsweredSave:
    """What became of the last save of a file."""

    path: str
    number: int
    digest: str
    answer: dict[str, Any]
    about: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ShareState:
    """What the watcher said last of the shared folder, its number, and up to which one the work after it is done."""

    state: dict[str, Any]
    number: int = 0
    followed: int = 0


class SaveQueue:
    """The saves of one city that wait in its database.

    Args:
        files: The files of the city's store: an answer is committed with the receipt.

    """

    def __init__(self, files: PostgresFiles) -> None:
        self._session = files.session
        self.city_name = files.city_name
        self.uri = files.uri

    def create(self) -> None:
        """Make the tables where they are missing."""
        if not self._session.has_column("xlsync_shares", "due"):
            with self._session.making_tables() as connection:
                connection.execute(_SCHEMA)

    def last(self, path: str) -> tuple[int, str, dict[str, Any] | None] | None:
        """Return number, digest and answer of the last save of a file, None where none is known."""
        rows = self._rows(_LAST, (path,))
        return rows[0] if rows else None

    def put(self, save: QueuedSave) -> int:
        """Queue a save; return its number."""
        parts = (save.path, save.digest, save.data, json.dumps(save.about), JOB_FORMAT)
        return int(self._rows(_PUT, parts)[0][0])

    def take(self, number: int) -> QueuedSave | None:
        """Return a save that waits; None where it is answered, or an earlier one of its file still waits."""
        rows = self._rows(_TAKE, (number,))
        if not rows:
            return None
        path, digest, data, about = rows[0]
        return QueuedSave(path, digest, bytes(data), about)

    def answer(self, number: int, path: str, answer: dict[str, Any]) -> None:
        """Say what became of a save, within the transaction that is open."""
        with self._session.writing() as connection:
            connection.execute(_ANSWER, (json.dumps(answer), self.city_name, number))
            connection.execute(_FORGET_EARLIER, (self.city_name, path, number))

    def answers(self, numbers: Iterable[int]) -> dict[int, dict[str, Any]]:
        """Return the answers to some saves, as far as there are any."""
        return dict(self._rows(_ANSWERS, (list(numbers),)))

    def last_answers(self) -> list[AnsweredSave]:
        """Return what became of the last answered save of every file."""
        return [AnsweredSave(*row) for row in self._rows(_LAST_ANSWERS, ())]

    def known_answer(self, path: str, digest: str) -> dict[str, Any] | None:
        """Return what became of a file that had these contents when it was last decided about, or written by us."""
        rows = self._rows(_KNOWN_ANSWER, (path, digest))
        return rows[0][0] if rows else None

    def note_contents(self, path: str, digest: str, signature: dict[str, int]) -> None:
        """Note how a file lies there whose contents we know, because we wrote or received them: it is no save."""
        about = json.dumps({"signature": signature})
        self._rows(_LIES_THERE, (digest, about, self.city_name, path), of_city=False)

    def waiting(self, cities: list[str], most: int) -> list[tuple[str, int, str]]:
        """Return city, number and path of the saves that this program can receive, of each city the first ones."""
        rows = self._rows(_WAITING, (JOB_FORMAT, cities, most), of_city=False)
        return [(row[0], row[1], row[2]) for row in rows]

    def behind(self, cities: list[str]) -> list[str]:
        """Return the cities whose board, workbooks and summaries are to be brought up to date."""
        return [str(row[0]) for row in self._rows(_BEHIND, (cities,), of_city=False)]

    def waiting_count(self) -> int:
        """Return how many saves wait."""
        return int(self._rows(_WAITING_COUNT, ())[0][0])

    def claim_share(self, watcher: str) -> None:
        """Be the watcher of the city, or go on being it; StoreBusy where another one was heard of within a minute."""
        if not self._rows(_CLAIM, (watcher,)):
            raise StoreBusy(_WATCHED, self.city_name)

    def note_share(self, state: dict[str, Any], paths: Collection[str]) -> None:
        """Note what the watcher sees of the shared folder, and forget the files that are no longer there."""
        self._rows(_FORGET_GONE, (list(paths),))
        self._rows(_NOTE_SHARE, (json.dumps(state), self.city_name), of_city=False)

    def share(self) -> ShareState:
        """Return what the watcher said last."""
        rows = self._rows(_SHARE, ())
        return ShareState(*rows[0]) if rows else ShareState({})

    def note_followed(self, number: int, seconds: float | None) -> None:
        """Note up to which state of the shared folder board, workbooks and summaries are done, and when to come back.

        `seconds` from now, whatever happens until then; None where nothing is left to do.
        """
        self._rows(_FOLLOWED, (number, seconds, self.city_name), of_city=False)

    @property
    def session(self) -> PostgresSession:
        """The transactions of the city's store."""
        return self._session

    def _rows(
        self, query: LiteralString, parts: tuple[object, ...], *, of_city: bool = True
    ) -> list[tuple[Any, ...]]:
        return self._session.rows(query, (self.city_name, *parts) if of_city else parts)


def save_queue(files: StorePath) -> SaveQueue | None:
    """Return the queue of the city whose store this is; None where the store is no database."""
    if isinstance(files, FilesPath) and isinstance(files.backend, PostgresFiles):
        return SaveQueue(files.backend)
    return None


__all__ = [
    "JOB_FORMAT",
    "MOST_WAITING",
    "AnsweredSave",
    "QueuedSave",
    "SaveQueue",
    "ShareState",
    "save_queue",
]

"""The files of a city's store in a table of PostgreSQL: rows instead of files, transactions instead of an order of flushes.

A row is a file, or a folder where it has no data. Its `number` is another after every write, and a folder's after every name
that is written or deleted in it: what tells files apart is no clock.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, LiteralString

from xlsync.store.postgres_session import PostgresSession

if TYPE_CHECKING:
    import psycopg

    from xlsync.store.postgres_connection import PostgresAddress
    from xlsync.store.store_path import FileStatus, Notify

_ROW: Final = "SELECT data FROM xlsync_files WHERE city = %s AND folder = %s AND name = %s"
_NAMES: Final = "SELECT name FROM xlsync_files WHERE city = %s AND folder = %s"
_STATUS: Final = (
    "SELECT number, coalesce(octet_length(data), 0), data IS NULL FROM xlsync_files"
    " WHERE city = %s AND folder = %s AND name = %s"
)
_STATUSES: Final = (
    "SELECT name, number, coalesce(octet_length(data), 0) FROM xlsync_files"
    " WHERE city = %s AND folder = %s"
)
_EVERY_FILE: Final = (
    "SELECT CASE folder WHEN '' THEN name ELSE folder || '/' || name END, number, octet_length(data)"
    " FROM xlsync_files WHERE city = %s AND data IS NOT NULL"
)
_CREATE: Final = (
    "INSERT INTO xlsync_files (city, folder, name, data) VALUES (%s, %s, %s, %s)"
    " ON CONFLICT DO NOTHING"
)
_REPLACE: Final = (
    "INSERT INTO xlsync_files (city, folder, name, data) VALUES (%s, %s, %s, %s)"
    " ON CONFLICT (city, folder, name)"
    " DO UPDATE SET data = excluded.data, number = nextval('xlsync_numbers')"
)
_TOUCH: Final = (
    "INSERT INTO xlsync_files (city, folder, name) VALUES (%s, %s, %s)"
    " ON CONFLICT (city, folder, name) DO UPDATE SET number = nextval('xlsync_numbers')"
)
_REMOVE: Final = "DELETE FROM xlsync_files WHERE city = %s AND folder = %s AND name = %s"
_REMOVE_BELOW: Final = (
    "DELETE FROM xlsync_files WHERE city = %s AND (folder = %s OR starts_with(folder, %s))"
)
_MOVE_BELOW: Final = (
    "UPDATE xlsync_files SET folder = %s || substr(folder, %s)"
    " WHERE city = %s AND (folder = %s OR starts_with(folder, %s))"
)
_MOVE: Final = (
    "UPDATE xlsync_files SET name = %s, number = nextval('xlsync_numbers')"
    " WHERE city = %s AND folder = %s AND name = %s"
)


@dataclass(frozen=True, slots=True)
class _RowStatus:
    """The number of a row stands for its times, too: it is another after every write."""

    st_ino: int
    st_size: int

    @property
    def st_mtime_ns(self) -> int:
        return self.st_ino

    @property
    def st_ctime_ns(self) -> int:
        return self.st_ino

    @property
    def st_mtime(self) -> float:
        return float(self.st_ino)


class PostgresFiles:
    """The files of one city in a database.

    Args:
        address: The database and the city.

    """

    def __init__(self, address: PostgresAddress) -> None:
        self._at = address
        self._session = PostgresSession(address)

    def __eq__(self, other: object) -> bool:
        """Equal for one city of one database."""
        return isinstance(other, PostgresFiles) and other._at == self._at

    def __hash__(self) -> int:
        """Return the hash of the address."""
        return hash(self._at)

    def __reduce__(self) -> tuple[type[PostgresFiles], tuple[PostgresAddress]]:
        """Go to another process as an address, for a connection cannot."""
        return PostgresFiles, (self._at,)

    @property
    def address(self) -> str:
        """The database and the city, without a password."""
        return self._at.shown

    @property
    def session(self) -> PostgresSession:
        """Its transactions."""
        return self._session

    @property
    def uri(self) -> str:
        """The database, with its password."""
        return self._at.uri

    @property
    def city_name(self) -> str:
        """The city whose files they are."""
        return self._at.city_name

    def read(self, name: str) -> bytes:
        """Return the bytes of a file."""
        row = self._row(_ROW, _parted(name))
        if row is None:
            raise FileNotFoundError(2, os.strerror(2), f"{self.address}/{name}")
        if row[0] is None:
            raise IsADirectoryError(21, os.strerror(21), f"{self.address}/{name}")
        return bytes(row[0])

    def names(self, name: str) -> list[str]:
        """Return the names in a folder."""
        names = [str(row[0]) for row in self._rows(_NAMES, (name,))]
        if not names and name and not self.is_folder(name):
            raise FileNotFoundError(2, os.strerror(2), f"{self.address}/{name}")
        return names

    def is_folder(self, name: str) -> bool:
        """Whether there is a folder of a name."""
        row = self._row(_STATUS, _parted(name))
        return not name or (row is not None and bool(row[2]))

    def status(self, name: str) -> FileStatus:
        """Return the status of a file or folder."""
        row = self._row(_STATUS, _parted(name))
        if row is None:
            raise FileNotFoundError(2, os.strerror(2), f"{self.address}/{name}")
        return _RowStatus(row[0], row[1])

    def statuses(self, name: str) -> list[tuple[str, FileStatus]]:
        """Return the names in a folder, each with its status."""
        return [(row[0], _RowStatus(row[1], row[2])) for row in self._rows(_STATUSES, (name,))]

    def every_file(self) -> list[tuple[str, FileStatus]]:
        """Return the names of all files, each with its status."""
        rows = self._rows(_EVERY_FILE, ())
        return sorted(((row[0], _RowStatus(row[1], row[2])) for row in rows), key=itemgetter(0))

    def create_once(self, name: str, data: bytes) -> bool:
        """Create a file; False where it exists already."""
        with self._session.writing() as connection:
            parts = (self._at.city_name, *_parted(name), data)
            is_created = connection.execute(_CREATE, parts).rowcount == 1
            if is_created:
                self._touch_folders(connection, name)
        return is_created

    def replace_whole(self, name: str, data: bytes) -> None:
        """Write a file, replacing what was there."""
        with self._session.writing() as connection:
            connection.execute(_REPLACE, (self._at.city_name, *_parted(name), data))
            self._touch_folders(connection, name)

    def remove(self, name: str) -> None:
        """Delete a file; nothing happens where there is none."""
        with self._session.writing() as connection:
            connection.execute(_REMOVE, (self._at.city_name, *_parted(name)))
            self._touch_folders(connection, name)

    def remove_folder(self, name: str) -> None:
        """Delete a folder with all that is in it."""
        with self._session.writing() as connection:
            connection.execute(_REMOVE_BELOW, (self._at.city_name, name, f"{name}/"))
            connection.execute(_REMOVE, (self._at.city_name, *_parted(name)))
            self._touch_folders(connection, name)

    def name_folder(self, temporary: str, name: str) -> None:
        """Rename a folder, to another name beside it."""
        city, (folder, old), new = self._at.city_name, _parted(temporary), _parted(name)[1]
        with self._session.writing() as connection:
            moved = (name, len(temporary) + 1, city, temporary, f"{temporary}/")
            connection.execute(_MOVE_BELOW, moved)
            connection.execute(_MOVE, (new, city, folder, old))
            self._touch_folders(connection, name)

    def flush(self, name: str) -> None:
        """Do nothing: what was committed lasts."""

    def batch(self, clock: Callable[[], float]) -> AbstractContextManager[None]:
        """Make one transaction of what follows, or several, one after the other."""
        return self._session.batch(clock)

    def holding(self, patience: float, notify: Notify) -> AbstractContextManager[None]:
        """Keep other writers of the city out for one transaction."""
        return self._session.holding(patience, notify)

    def _touch_folders(self, connection: psycopg.Connection[Any], name: str) -> None:
        """Number the folder of a name anew, and make it and those above it where they are missing."""
        folder = _parted(name)[0]
        if folder:
            connection.execute(_TOUCH, (self._at.city_name, *_parted(folder)))
        while folder := _parted(folder)[0]:
            connection.execute(_CREATE, (self._at.city_name, *_parted(folder), None))

    def _row(self, query: LiteralString, parts: tuple[object, ...]) -> tuple[Any, ...] | None:
        rows = self._rows(query, parts)
        return rows[0] if rows else None

    def _rows(self, query: LiteralString, parts: tuple[object, ...]) -> list[tuple[Any, ...]]:
        return self._session.rows(query, (self._at.city_name, *parts))


def _parted(name: str) -> tuple[str, str]:
    folder, _, last = name.rpartition("/")
    return folder, last


__all__ = ["PostgresFiles"]

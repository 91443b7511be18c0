"""Transactions on a store in PostgreSQL: one writer of a city at a time, and nothing told before COMMIT was answered.

A receipt is one transaction that holds the city's advisory lock; so is a batch, as long as others need not wait. The lock ends
with the connection, also where a program is killed. Between transactions a broken connection is replaced without a word;
within one it ends the work with a sentence, for nobody knows what became of it.

psycopg is loaded with the first connection: an installation whose store is a folder does not need it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, LiteralString

from xlsync.errors import StoreBusy, StoreError
from xlsync.store.idle_connections import CONNECTIONS, lent
from xlsync.store.lock import PATIENCE, QUIET, silent
from xlsync.store.postgres_connection import TABLES_LOCK, driver, store_error

if TYPE_CHECKING:
    import psycopg

    from xlsync.store.postgres_connection import PostgresAddress
    from xlsync.store.store_path import Notify

MOST_ACTS: Final = 100
LONGEST: Final = 2.0
"""Seconds after which others may have waited long enough for a batch."""
_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtextextended('xlsync ' || %s, 0))"
_TIMEOUT: Final = "SELECT set_config('lock_timeout', %s, true)"
_BUSY: Final = (
    "ほかのプログラムが登録データに書き込み中です。しばらくしてからもう一度実行してください"
)
_NOT_OWNER: Final = (
    "この版の xlsync が使う表が、データベースにまだ揃っていません。表の持ち主の利用者で、同じ版の "
    "`xlsync store cities データベース`（処理係は `xlsync work`）を一度実行してもらってください"
)


@dataclass
class _Batch:
    """A batch: when its transaction began, and how many acts it holds."""

    clock: Callable[[], float]
    began: float = 0.0
    act_count: int = 0

    @property
    def is_due(self) -> bool:
        return self.act_count >= MOST_ACTS or self.clock() - self.began >= LONGEST


class _Thread(threading.local):
    """What one thread has: the connection of the transaction that is open, its batch, and what failed in it."""

    connection: psycopg.Connection[Any] | None = None
    batch: _Batch | None = None
    failure: StoreError | None = None


class PostgresSession:
    """The transactions of a program on the files of one city; each thread has its own.

    Args:
        address: The database and the city.

    """

    def __init__(self, address: PostgresAddress) -> None:
        self._at = address
        self._here = _Thread()

    def rows(self, query: LiteralString, parts: tuple[object, ...]) -> list[tuple[Any, ...]]:
        """Return the rows of a query; outside a transaction one that may be made twice, as where the answer is lost."""
        with self._reported():
            if self._here.connection is not None:
                return self._here.connection.execute(query, parts).fetchall()
            with lent(self._at) as connection:
                try:
                    return connection.execute(query, parts).fetchall()
                except Exception:
                    if not connection.broken:
                        raise
            with lent(self._at) as connection:
                return connection.execute(query, parts).fetchall()

    @contextmanager
    def writing(self) -> Iterator[psycopg.Connection[Any]]:
        """Yield a connection within a transaction: the one that is open, else one of its own."""
        if self._here.connection is not None:
            with self._reported():
                yield self._here.connection
            return
        with self.holding(PATIENCE, silent), self._reported():
            yield self._open_connection()

    def has_table(self, name: str) -> bool:
        """True where the database has a table of that name."""
        return bool(self.rows("SELECT to_regclass(%s::text) IS NOT NULL", (name,))[0][0])

    def has_column(self, table: str, name: str) -> bool:
        """True where the database has a table with a column of that name."""
        query = (
            "SELECT EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass(%s::text)"
            " AND attname = %s AND NOT attisdropped)"
        )
        return bool(self.rows(query, (table, name))[0][0])

    @contextmanager
    def making_tables(self) -> Iterator[psycopg.Connection[Any]]:
        """Yield a connection within a transaction during which no other program of ours makes tables.

        StoreError where the role does not own the tables: only their owner can make those of a newer release.
        """
        from psycopg.errors import InsufficientPrivilege

        try:
            with self.writing() as connection:
                connection.execute(TABLES_LOCK)
                yield connection
        except StoreError as fault:
            if isinstance(fault.__cause__, InsufficientPrivilege):
                raise StoreError(_NOT_OWNER, self._at.shown) from fault.__cause__
            raise

    @contextmanager
    def holding(self, patience: float, notify: Notify) -> Iterator[None]:
        """Keep other writers of the city out for one transaction.

        Raises:
            StoreBusy: Another program keeps us out for longer than `patience` seconds.
            StoreError: The database is gone: then nothing of the transaction may be told of.

        """
        batch = self._here.batch
        if batch is not None and self._here.connection is not None and batch.is_due:
            self._commit()
        if self._here.connection is None:
            self._begin(patience, notify)
        try:
            yield
        except Exception:
            self._end_act()  # as in a folder: what was written before it stays, as do the other acts
            raise
        except BaseException:
            self._roll_back()
            raise
        self._end_act()

    @contextmanager
    def batch(self, clock: Callable[[], float]) -> Iterator[None]:
        """Make one transaction of what follows, or several where others have waited long enough.

        Raises:
            StoreError: Some of it could not be committed: then none of it may be told of.

        """
        self._here.batch, self._here.failure = _Batch(clock), None
        try:
            yield
        finally:
            self._here.batch = None
            if self._here.connection is not None:
                self._commit()
            failure, self._here.failure = self._here.failure, None
        if failure is not None:
            raise failure

    def _begin(self, patience: float, notify: Notify) -> None:
        if self._here.failure is not None and self._here.batch is not None:
            raise self._here.failure
        self._here.failure = None
        if not self._has_lock(min(patience, QUIET)):
            if patience > QUIET:
                notify("ほかのプログラムが書き込み中です。待っています…")
            if patience <= QUIET or not self._has_lock(patience - QUIET):
                raise StoreBusy(_BUSY, self._at.shown)
        if self._here.batch is not None:
            self._here.batch.began, self._here.batch.act_count = self._here.batch.clock(), 0

    def _has_lock(self, seconds: float) -> bool:
        """Begin a transaction with the city's lock; False where another one has it for so many seconds."""
        from psycopg.errors import LockNotAvailable

        with self._reported():
            connection = self._sound_connection()
            try:
                connection.execute("BEGIN")
                connection.execute(_TIMEOUT, (f"{max(1, int(seconds * 1000))}ms",))
                connection.execute(_LOCK, (self._at.city_name,))
                connection.execute(_TIMEOUT, ("0",))
            except BaseException as fault:
                self._end(connection)
                if isinstance(fault, LockNotAvailable):
                    return False
                raise
        self._here.connection = connection
        return True

    def _sound_connection(self) -> psycopg.Connection[Any]:
        """Return a connection that answers: what broke since it was last used shows only now."""
        connection = CONNECTIONS.take(self._at)
        try:
            connection.execute("SELECT 1")
        except BaseException as fault:
            is_replaced = connection.broken and isinstance(fault, Exception)
            CONNECTIONS.give_back(self._at, connection)  # closes the idle ones, too
            if not is_replaced:
                raise
            return CONNECTIONS.take(self._at)
        return connection

    def _open_connection(self) -> psycopg.Connection[Any]:
        """Return the connection of the transaction that is open."""
        if self._here.connection is None:
            raise RuntimeError("no transaction is open")
        return self._here.connection

    def _end_act(self) -> None:
        if self._here.batch is None:
            self._commit()
        else:
            self._here.batch.act_count += 1

    def _commit(self) -> None:
        """Commit; StoreError where something failed, or nobody knows whether it was committed."""
        connection, self._here.connection = self._open_connection(), None
        with self._reported(is_within=True):
            if self._here.failure is None:
                try:
                    connection.execute("COMMIT")
                finally:
                    CONNECTIONS.give_back(self._at, connection)
                return
        self._end(connection)
        raise self._here.failure

    def _roll_back(self) -> None:
        connection, self._here.connection = self._here.connection, None
        if connection is not None:
            self._end(connection)

    def _end(self, connection: psycopg.Connection[Any]) -> None:
        """Roll back, whatever has come of the connection."""
        with suppress(Exception):
            connection.execute("ROLLBACK")
        CONNECTIONS.give_back(self._at, connection)

    @contextmanager
    def _reported(self, *, is_within: bool = False) -> Iterator[None]:
        """Turn an error of the database into a StoreError; within a transaction it is kept, for that cannot be committed."""
        library = driver(self._at)
        is_within = is_within or self._here.connection is not None
        try:
            yield
        except library.Error as fault:
            error = store_error(fault, self._at)
            if is_within and self._here.failure is None:
                self._here.failure = error
            raise error from fault


__all__ = ["PostgresSession"]

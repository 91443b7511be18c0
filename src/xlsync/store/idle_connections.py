"""Connections of this process to databases that nobody is using at the moment: its threads and cities share them.

A connection is lent for one query or one transaction. So a program needs as many as it does things at once, not one for each of
its threads and cities: a server allows about a hundred to all programs together.
"""

from __future__ import annotations

import atexit
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from xlsync.store.postgres_connection import connected

if TYPE_CHECKING:
    import psycopg

    from xlsync.store.postgres_connection import PostgresAddress

MOST_IDLE: Final = 2
"""Connections to one database that are kept for the next one who needs them."""


class IdleConnections:
    """The idle connections of one process by the URI of their database."""

    def __init__(self) -> None:
        self._by_uri: dict[str, list[psycopg.Connection[Any]]] = {}
        self._inherited: list[object] = []
        self._lock = threading.Lock()

    def take(self, address: PostgresAddress) -> psycopg.Connection[Any]:
        """Return a connection that is idle, else a new one. StoreError where there is none to be had."""
        with self._lock:
            unused = self._by_uri.setdefault(address.uri, [])
            while unused:
                connection = unused.pop()
                if not connection.closed:
                    return connection
        return connected(address)

    def give_back(self, address: PostgresAddress, connection: psycopg.Connection[Any]) -> None:
        """Keep a connection for the next one who needs it; close it where it broke, is in a transaction, or enough are idle."""
        from psycopg.pq import TransactionStatus

        if connection.broken:
            self.close(address.uri)  # the server was away: they are broken, too
        elif connection.info.transaction_status == TransactionStatus.IDLE:
            with self._lock:
                unused = self._by_uri.setdefault(address.uri, [])
                if len(unused) < MOST_IDLE:
                    unused.append(connection)
                    return
        connection.close()

    def close(self, uri: str | None = None) -> None:
        """Close the idle connections to one database, or to all."""
        with self._lock:
            uris = [*self._by_uri] if uri is None else [uri]
            unused = [each for known in uris for each in self._by_uri.pop(known, [])]
        for connection in unused:
            connection.close()

    def forget_inherited(self) -> None:
        """Forget those of the process from which this one was forked: it goes on using them."""
        self._inherited.append(self._by_uri)  # what nobody mentions any more is closed
        self._by_uri, self._lock = {}, threading.Lock()


CONNECTIONS: Final = IdleConnections()
atexit.register(CONNECTIONS.close)
if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(after_in_child=CONNECTIONS.forget_inherited)


@contextmanager
def lent(address: PostgresAddress) -> Iterator[psycopg.Connection[Any]]:
    """Yield a connection for one query."""
    connection = CONNECTIONS.take(address)
    try:
        yield connection
    finally:
        CONNECTIONS.give_back(address, connection)


__all__ = ["CONNECTIONS", "MOST_IDLE", "IdleConnections", "lent"]

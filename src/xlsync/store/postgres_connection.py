"""Connections to a store in PostgreSQL: its address, its table, and what is said where the database refuses."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urlsplit, urlunsplit

from xlsync.errors import StoreError, StoreUnreachable

if TYPE_CHECKING:
    import psycopg

_SECONDS: Final = 10
"""Seconds after which a database that does not answer counts as gone."""
_NOT_INSTALLED: Final = "登録データをデータベースに置くには追加の部品が必要です。`pip install xlsync[server]` で入れてください"
_NO_FLUSH: Final = (
    "データベースの設定 fsync が off です。停電で登録データを失うので、on にしてください"
)
_NO_CITY: Final = "データベースのどの市の登録データかを、住所の最後に「#市の名前」で書いてください"
_GONE: Final = (
    "データベースとの接続が切れました。途中の受け取りは登録されていないことがあります。"
    "データベースを確かめてから、もう一度実行してください"
)
TABLES_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtextextended('xlsync', 0))"
"""Whoever makes tables holds this lock: two programs that did so at once would get in each other's way."""
_SCHEMA: Final = """
CREATE SEQUENCE IF NOT EXISTS xlsync_numbers;
CREATE TABLE IF NOT EXISTS xlsync_files (
    city text NOT NULL,
    folder text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    data bytea,
    number bigint NOT NULL DEFAULT nextval('xlsync_numbers'),
    PRIMARY KEY (city, folder, name)
);
ALTER TABLE xlsync_files ALTER COLUMN data SET STORAGE EXTERNAL;
CREATE TABLE IF NOT EXISTS xlsync_cities (city text NOT NULL, role name NOT NULL, PRIMARY KEY (city, role));
ALTER TABLE xlsync_files ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS own_city ON xlsync_files;
CREATE POLICY own_city ON xlsync_files USING (EXISTS (
    SELECT FROM xlsync_cities WHERE xlsync_cities.city = xlsync_files.city
    AND pg_has_role(current_user, xlsync_cities.role, 'member')
));
"""
"""Workbooks are compressed already; JSON that is read at every save is not worth decompressing.

The role that made the table sees every city; another one those that `xlsync_cities` gives it.
"""


@dataclass(frozen=True, slots=True)
class PostgresAddress:
    """A database by its URI, and the city whose files are meant.

    Attributes:
        uri: As libpq takes it: postgresql://user@host/database.
        city_name: The city's name.

    """

    uri: str
    city_name: str

    @property
    def shown(self) -> str:
        """It as people are told of it: without a password."""
        parts = urlsplit(self.uri)
        user, at, host = parts.netloc.rpartition("@")
        location = f"{user.partition(':')[0]}{at}{host}"
        return f"{urlunsplit((parts.scheme, location, parts.path, '', ''))}#{self.city_name}"


def parse_address(text: str, city: str = "") -> PostgresAddress:
    """Return the database and city of an address; `city` where it names none. StoreError where neither does."""
    uri, _, named = text.partition("#")
    if not (named or city):
        raise StoreError(_NO_CITY, text)
    return PostgresAddress(uri, unquote(named) or city)


def driver(address: PostgresAddress) -> ModuleType:
    """Return psycopg; StoreError with the remedy where it is not installed."""
    try:
        return importlib.import_module("psycopg")
    except ImportError as fault:
        raise StoreError(_NOT_INSTALLED, address.shown) from fault


def connected(address: PostgresAddress) -> psycopg.Connection[Any]:
    """Return a new connection, with the table made where it was missing.

    Raises:
        StoreError: psycopg is not installed, or the database does not answer or refuses us.

    """
    library = driver(address)
    try:
        connection = library.connect(address.uri, autocommit=True, connect_timeout=_SECONDS)
        connection.execute("SET synchronous_commit = on")
        flushes, table = connection.execute(
            "SELECT current_setting('fsync'), to_regclass('xlsync_files')"
        ).fetchone()
        if table is None:
            with connection.transaction():
                connection.execute(TABLES_LOCK)
                connection.execute(_SCHEMA)
    except library.Error as fault:
        raise store_error(fault, address) from fault
    if flushes != "on":
        connection.close()
        raise StoreError(_NO_FLUSH, address.shown)
    return connection  # type: ignore[no-any-return]


def store_error(fault: Exception, address: PostgresAddress) -> StoreError:
    """Return the error, with a Japanese sentence, for what a database refused or could not do."""
    state = getattr(fault, "sqlstate", None)
    if state is None or state.startswith(("08", "57P")):
        return StoreUnreachable(_GONE, address.shown)
    return StoreError(_reason_of(state), address.shown)


def _reason_of(state: str) -> str:
    if state.startswith("53"):
        return "データベースの空きがありません（容量か接続の数）。データベースの管理者に知らせてください"
    if state.startswith("28"):
        return "データベースに入れません。利用者の名前とパスワードを確かめてください"
    if state == "25006":
        return "データベースが読み取り専用です。データベースの管理者に知らせてください"
    if state == "42501":
        return "データベースの権限がありません。データベースの管理者に知らせてください"
    return f"データベースが受け付けません（{state}）。データベースの管理者に知らせてください"


__all__ = [
    "TABLES_LOCK",
    "PostgresAddress",
    "connected",
    "driver",
    "parse_address",
    "store_error",
]

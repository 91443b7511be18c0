"""The cities in one database: which role sees which city, how much of it a city may fill, and what it has filled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from xlsync.errors import StoreError
from xlsync.store.postgres_publications import PublicationQueue

if TYPE_CHECKING:
    from xlsync.store.postgres_saves import SaveQueue

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS xlsync_quotas (
    city text PRIMARY KEY, most_bytes bigint NOT NULL, used_bytes bigint NOT NULL
);
CREATE OR REPLACE FUNCTION xlsync_count_bytes() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    more bigint := 0; quota xlsync_quotas;
BEGIN
    IF TG_OP <> 'DELETE' THEN more := coalesce(octet_length(NEW.data), 0); END IF;
    IF TG_OP <> 'INSERT' THEN more := more - coalesce(octet_length(OLD.data), 0); END IF;
    UPDATE xlsync_quotas SET used_bytes = used_bytes + more
        WHERE city = CASE TG_OP WHEN 'DELETE' THEN OLD.city ELSE NEW.city END
        RETURNING * INTO quota;
    IF more > 0 AND quota.used_bytes > quota.most_bytes THEN
        RAISE EXCEPTION 'the quota of % is used up', quota.city USING ERRCODE = '53100';
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER xlsync_count_bytes AFTER INSERT OR UPDATE OR DELETE ON xlsync_files
    FOR EACH ROW EXECUTE FUNCTION xlsync_count_bytes();
CREATE OR REPLACE TRIGGER xlsync_count_bytes AFTER INSERT OR UPDATE OR DELETE ON xlsync_saves
    FOR EACH ROW EXECUTE FUNCTION xlsync_count_bytes();
"""
"""The bytes of a city are counted where it has a quota; whoever writes past it is told that there is no room."""
_LIST: Final = (
    "SELECT city, coalesce(array_agg(role::text ORDER BY role) FILTER (WHERE role IS NOT NULL), '{}'),"
    " count, bytes, most_bytes FROM (SELECT city, count(*) AS count,"
    " sum(coalesce(octet_length(data), 0))::bigint AS bytes FROM xlsync_files WHERE data IS NOT NULL"
    " GROUP BY city) AS filled FULL JOIN xlsync_cities USING (city)"
    " LEFT JOIN xlsync_quotas USING (city) GROUP BY city, count, bytes, most_bytes ORDER BY city"
)
_HAS_ROLE: Final = "SELECT FROM pg_roles WHERE rolname = %s"
_ALLOW: Final = "INSERT INTO xlsync_cities (city, role) VALUES (%s, %s) ON CONFLICT DO NOTHING"
_FORBID: Final = "DELETE FROM xlsync_cities WHERE city = %s AND role = %s"
_RIGHTS: Final = (
    "SELECT format('GRANT SELECT ON xlsync_cities TO %%1$I; "
    "GRANT SELECT, INSERT, UPDATE, DELETE ON xlsync_files, xlsync_saves, xlsync_shares,"
    " xlsync_publications TO %%1$I; "
    "GRANT USAGE ON SEQUENCE xlsync_numbers TO %%1$I', %s::text)"
)
_NO_QUOTA: Final = "DELETE FROM xlsync_quotas WHERE city = %s"
_QUOTA: Final = (
    "INSERT INTO xlsync_quotas (city, most_bytes, used_bytes) SELECT %s, %s,"
    " (SELECT coalesce(sum(octet_length(data)), 0) FROM xlsync_files WHERE city = %s)"
    " + (SELECT coalesce(sum(octet_length(data)), 0) FROM xlsync_saves WHERE city = %s)"
    " ON CONFLICT (city) DO UPDATE SET most_bytes = excluded.most_bytes, used_bytes = excluded.used_bytes"
)
_NO_ROLE: Final = (
    "データベースに利用者「{role}」がいません。データベースの管理者に作ってもらってください"
)


@dataclass(frozen=True, slots=True)
class CityInDatabase:
    """A city in a database: the roles that see it, its files, their bytes, and how many it may have; None without a quota."""

    city_name: str
    role_names: list[str]
    file_count: int
    byte_count: int
    most_bytes: int | None


class CityList:
    """The cities in a database, for its owner.

    Args:
        queue: The saves of any city in it.

    """

    def __init__(self, queue: SaveQueue) -> None:
        queue.create()
        PublicationQueue(queue).create()
        self._session = queue.session
        if not self._session.has_table("xlsync_quotas"):
            with self._session.making_tables() as connection:
                connection.execute(_SCHEMA)

    def cities(self) -> list[CityInDatabase]:
        """Return the cities that have files, or that a role may see."""
        rows = self._session.rows(_LIST, ())
        return [CityInDatabase(row[0], row[1], row[2] or 0, row[3] or 0, row[4]) for row in rows]

    def allow(self, city: str, role: str) -> None:
        """Let a role see and write a city, and no other; StoreError where there is no such role."""
        if not self._session.rows(_HAS_ROLE, (role,)):
            raise StoreError(_NO_ROLE.format(role=role))
        with self._session.writing() as connection:
            connection.execute(_ALLOW, (city, role))
            # PostgreSQL itself puts the name of the role into the statement.
            (statement,) = connection.execute(_RIGHTS, (role,)).fetchone() or ("",)
            connection.execute(statement)

    def forbid(self, city: str, role: str) -> bool:
        """Let a role not see a city any more; False where it could not."""
        with self._session.writing() as connection:
            return bool(connection.execute(_FORBID, (city, role)).rowcount)

    def limit(self, city: str, most_bytes: int | None) -> None:
        """Set the quota of a city; None removes it."""
        with self._session.writing() as connection:
            if most_bytes is None:
                connection.execute(_NO_QUOTA, (city,))
            else:
                # Nobody may write between the sum and the first count.
                connection.execute(
                    "LOCK TABLE xlsync_files, xlsync_saves IN SHARE ROW EXCLUSIVE MODE"
                )
                connection.execute(_QUOTA, (city, most_bytes, city, city))


__all__ = ["CityInDatabase", "CityList"]

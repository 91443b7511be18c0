"""The record of what was derived, across processes: a file in the store's folder that may be deleted at any time.

A row says what was derived (`derived_data`) from which inputs (`inputs_digest`). Whoever asks computes the digest of the inputs
as they are now, and derives again where the two differ: a row that is out of date is never used, whoever wrote it.
"""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

FILE: Final = "derived.sqlite"
_FORMAT: Final = 1
_BUSY: Final = 0.2
"""Seconds to wait for another process; then the row is derived again, or not written."""
_MOST_ASKED: Final = 500
"""Subjects asked for one by one; of more, all rows of the kind are read."""
_TABLE: Final = (
    "CREATE TABLE IF NOT EXISTS derived (kind TEXT, subject TEXT, inputs TEXT, value BLOB, seal BLOB,"
    " PRIMARY KEY (kind, subject)) WITHOUT ROWID"
)


@dataclass(frozen=True, slots=True)
class DerivedRow:
    """What was derived, and the digest of what it was derived from."""

    inputs_digest: str
    derived_data: bytes


@dataclass(frozen=True, slots=True)
class DerivedRecord:
    """The record of a store, by its folder. Nothing here raises: without the record everything is derived again."""

    folder: Path

    @property
    def file(self) -> Path:
        """Where the rows are."""
        return self.folder / FILE

    def rows(self, kind: str, subjects: Iterable[str] | None = None) -> dict[str, DerivedRow]:
        """Return the rows of a kind by subject, all of them or those of some subjects; a damaged row is left out."""
        asked = None if subjects is None else list(subjects)
        with contextlib.suppress(sqlite3.Error, OSError), self._connected(writes=False) as rows:
            if asked is None or len(asked) > _MOST_ASKED:
                every = rows.execute(
                    "SELECT subject, inputs, value, seal FROM derived WHERE kind = ?", (kind,)
                )
                return _sound(kind, every)
            query = (
                "SELECT subject, inputs, value, seal FROM derived WHERE kind = ? AND subject = ?"
            )
            return _sound(
                kind, (row for each in asked for row in rows.execute(query, (kind, each)))
            )
        return {}

    def save(self, kind: str, rows: Mapping[str, DerivedRow]) -> None:
        """Write rows of a kind in one step; nothing happens where that is impossible."""
        if not rows or not self.folder.is_dir():
            return
        sealed = (
            (kind, subject, row.inputs_digest, row.derived_data, _seal(kind, subject, row))
            for subject, row in rows.items()
        )
        try:
            with self._connected(writes=True) as table, table:
                table.executemany("INSERT OR REPLACE INTO derived VALUES (?, ?, ?, ?, ?)", sealed)
        except sqlite3.OperationalError:
            return  # another process writes, or the disk takes nothing: the rows are derived again next time
        except (sqlite3.Error, OSError):
            self.delete()

    def delete(self) -> None:
        """Delete the record, as when it is no database any more: everything is derived again."""
        with contextlib.suppress(OSError):
            self.file.unlink(missing_ok=True)

    def moment(self) -> int:
        """Return the time of this machine in seconds, by which a file is known to have been still for a while."""
        with (
            contextlib.suppress(sqlite3.Error),
            contextlib.closing(sqlite3.connect(":memory:")) as clock,
        ):
            return int(clock.execute("SELECT strftime('%s', 'now')").fetchone()[0])
        return 0

    @contextlib.contextmanager
    def _connected(self, *, writes: bool) -> Iterator[sqlite3.Connection]:
        """Open the record; for reading it is never created."""
        mode = "rwc" if writes else "ro"
        address = f"{self.file.absolute().as_uri()}?mode={mode}"
        with contextlib.closing(sqlite3.connect(address, timeout=_BUSY, uri=True)) as rows:
            if writes:
                # Not flushed: after a power cut a row may be damaged, which its seal shows.
                rows.execute("PRAGMA synchronous = OFF")
                rows.execute(_TABLE)
            yield rows


def _sound(kind: str, read: Iterable[tuple[str, str, bytes, bytes]]) -> dict[str, DerivedRow]:
    rows = {}
    for subject, inputs_digest, value, seal in read:
        row = DerivedRow(inputs_digest, value)
        if seal == _seal(kind, subject, row):
            rows[subject] = row
    return rows


def _seal(kind: str, subject: str, row: DerivedRow) -> bytes:
    """Return the digest of a row: what a torn write or a flipped bit has changed has another one."""
    head = f"{_FORMAT}\0{kind}\0{subject}\0{row.inputs_digest}\0".encode("utf-8", "surrogateescape")
    return hashlib.blake2b(head + row.derived_data, digest_size=16).digest()


__all__ = ["FILE", "DerivedRecord", "DerivedRow"]

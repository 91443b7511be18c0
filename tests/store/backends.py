"""Where the tests of a store have theirs: in a folder or in a database, with what a killed program leaves there."""

from __future__ import annotations

import contextlib
import os
import pickle
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, Protocol

from tests.postgres import Server
from tests.store.disk_calls import (
    KILLED,
    Said,
    counted,
    dying_at,
    forked,
    state_of,
    states_on_the_way,
    tree,
    watching,
)
from xlsync.disk import is_temporary
from xlsync.store.store_location import StoreLocation, files_at

Place = Path | StoreLocation
"""What `Store` takes."""
Run = Callable[[Place, Said], None]
_numbers = count(1)


def nobody(_line: str) -> None:
    """Where nothing acknowledged is to be remembered."""


class Backend(Protocol):
    """A kind of place, with the changes that a program makes there one by one."""

    has_empty_folders: bool

    def laid_out(self, folder: Path) -> Place:
        """Return a place of its own with what a store's folder holds."""

    def copied(self, place: Place) -> Place:
        """Return another place with the same contents."""

    def state(self, place: Place) -> bytes:
        """Return the contents, as a value to compare."""

    def contents(self, place: Place) -> dict[str, bytes | None]:
        """Return the files by name, and None for what is a folder."""

    def changes(self, run: Run, place: Place) -> int:
        """Run, and count the changes."""

    def killed(self, run: Run, place: Place, number: int) -> tuple[int, list[str]]:
        """Run in a process that is killed before its n-th change; return its exit code and what it has acknowledged."""

    def left_on_the_way(self, run: Run, place: Place) -> list[tuple[Place, list[str]]]:
        """Return what kills before each change leave, each state once, with what may be acknowledged by then."""


@dataclass
class FolderBackend:
    """Stores in folders: a change is a call by which the process changes the disk, half of a write another one."""

    scratch: Path
    has_empty_folders = True

    def laid_out(self, folder: Path) -> Place:
        """Return a copy of the folder."""
        return Path(shutil.copytree(folder, self.scratch / str(next(_numbers))))

    def copied(self, place: Place) -> Place:
        """Return a copy of the folder."""
        assert isinstance(place, Path)
        return self.laid_out(place)

    def state(self, place: Place) -> bytes:
        """Return all that is in it."""
        assert isinstance(place, Path)
        return state_of(place)

    def contents(self, place: Place) -> dict[str, bytes | None]:
        """Return all that is in it."""
        assert isinstance(place, Path)
        return tree(place)

    def changes(self, run: Run, place: Place) -> int:
        """Count the calls."""
        return len(counted(lambda: run(place, nobody)))

    def killed(self, run: Run, place: Place, number: int) -> tuple[int, list[str]]:
        """Die at a call; at every second one a write is half done."""

        def dying(said: Said) -> None:
            with watching(dying_at(number, half=number % 2 == 0)):
                run(place, said)

        return forked(dying)

    def left_on_the_way(self, run: Run, place: Place) -> list[tuple[Place, list[str]]]:
        """Copy the folder before each call and in the middle of each write."""
        assert isinstance(place, Path)
        found = states_on_the_way(lambda said: run(place, said), place, self.scratch)
        return [*found.values()]


@dataclass
class DatabaseBackend:
    """Stores of cities in one database: a change is a statement, and a kill leaves what was committed."""

    server: Server
    scratch: Path
    has_empty_folders = False

    def fresh(self) -> StoreLocation:
        """Return the place of a city that no other test has."""
        address = self.server.address(f"試験{next(_numbers)}市")
        return StoreLocation(self.scratch / "local", files_at(self.scratch, address))

    def laid_out(self, folder: Path) -> Place:
        """Write the files of a folder into rows, whatever they hold."""
        place, files = self.fresh(), dict[str, bytes]()
        for entry in folder.rglob("*"):
            if entry.is_file() and not is_temporary(entry.name) and entry.name != ".lock":
                files[entry.relative_to(folder).as_posix()] = entry.read_bytes()
        backend = _files_of(place)
        with backend.holding(10, nobody):
            for name, data in files.items():
                backend.replace_whole(name, data)
        return place

    def copied(self, place: Place) -> Place:
        """Copy the rows of a city."""
        other = self.fresh()
        with self._connection() as connection:
            connection.execute(
                "INSERT INTO xlsync_files (city, folder, name, data)"
                " SELECT %s, folder, name, data FROM xlsync_files WHERE city = %s",
                (_files_of(other).city_name, _files_of(place).city_name),
            )
        return other

    def state(self, place: Place) -> bytes:
        """Return the rows that are committed, without the numbers of their changes."""
        return pickle.dumps(self._rows(place))

    def contents(self, place: Place) -> dict[str, bytes | None]:
        """Return the rows that are committed."""
        return {f"{folder}/{name}".lstrip("/"): data for folder, name, data in self._rows(place)}

    def _rows(self, place: Place) -> list[Any]:
        with self._connection() as connection:
            rows: list[Any] = connection.execute(
                "SELECT folder, name, data FROM xlsync_files WHERE city = %s ORDER BY folder, name",
                (_files_of(place).city_name,),
            ).fetchall()
        return rows

    def changes(self, run: Run, place: Place) -> int:
        """Count the statements that change something."""
        numbers: list[int] = []
        with before_each_write(numbers.append):
            run(place, nobody)
        return len(numbers)

    def killed(self, run: Run, place: Place, number: int) -> tuple[int, list[str]]:
        """Die before a statement."""

        def dying(said: Said) -> None:
            with dying_at_write(number):
                run(place, said)

        return forked(dying)

    def left_on_the_way(self, run: Run, place: Place) -> list[tuple[Place, list[str]]]:
        """Copy what is committed before each statement, and at the end."""
        found: dict[bytes, tuple[Place, list[str]]] = {}
        lines: list[str] = []

        def look(_number: int = 0) -> None:
            state = self.state(place)
            copy = found[state][0] if state in found else self.copied(place)
            found[state] = (copy, [*lines])

        with before_each_write(look):
            run(place, lines.append)
        look()
        return [*found.values()]

    def _connection(self) -> Any:
        import psycopg

        return psycopg.connect(self.server.address("").partition("#")[0])


def _files_of(place: Place) -> Any:
    assert isinstance(place, StoreLocation)
    assert not isinstance(place.files, Path)
    return place.files.backend


def _is_write(query: Any) -> bool:
    return str(query).partition(" ")[0] in {"BEGIN", "COMMIT", "INSERT", "UPDATE", "DELETE"}


@contextlib.contextmanager
def before_each_write(act: Callable[[int], object]) -> Iterator[None]:
    """Do something before each statement that changes the database, not at those of the act itself."""
    import psycopg

    real, number, acting = psycopg.Connection.execute, count(1), list[int]()

    def execute(self: Any, query: Any, *given: Any, **options: Any) -> Any:
        if _is_write(query) and not acting:
            acting.append(next(number))
            try:
                act(acting[0])
            finally:
                acting.clear()
        return real(self, query, *given, **options)

    psycopg.Connection.execute = execute  # type: ignore[method-assign]
    try:
        yield
    finally:
        psycopg.Connection.execute = real  # type: ignore[method-assign]


def dying_at_write(number: int) -> contextlib.AbstractContextManager[None]:
    """End the process, as a kill does, before its n-th statement that changes the database."""

    def die(at: int) -> None:
        if at == number:
            os._exit(KILLED)

    return before_each_write(die)

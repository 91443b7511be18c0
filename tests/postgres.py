"""A real PostgreSQL for the tests marked `postgres`: run by an account without rights, stopped gently or as by a power cut.

Needs PostgreSQL's server (tools/install-postgresql.sh).
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_PROGRAMS = os.pathsep.join(
    [os.environ.get("PATH", ""), *map(str, sorted(Path("/usr/lib/postgresql").glob("*/bin")))]
)
_SETTINGS = "listen_addresses='' unix_socket_directories='{folder}' full_page_writes=off"


def missing() -> list[str]:
    """What this machine lacks for the tests marked `postgres`."""
    return [name for name in ("initdb", "pg_ctl") if _program(name) is None]


def _program(name: str) -> str | None:
    return shutil.which(name, path=_PROGRAMS)


@dataclass(frozen=True)
class Server:
    """A server of its own in a folder, reached by a socket there."""

    folder: Path

    def address(self, city: str, role: str = "xlsync") -> str:
        """The address of a city's store."""
        return f"postgresql://{role}@/postgres?host={self.folder}#{city}"

    def start(self) -> None:
        """Start it, and wait until it answers; also after it was stopped as by a power cut."""
        options = " ".join(f"-c {each}" for each in _SETTINGS.format(folder=self.folder).split())
        self._run("pg_ctl", "start", "-w", "-s", "-l", str(self.folder / "log"), "-o", options)

    def stop(self, how: str = "fast") -> None:
        """Stop it; `immediate` is as a power cut: no transaction is finished, nothing is written."""
        self._run("pg_ctl", "stop", "-m", how, "-s")

    def found(self) -> None:
        """Make its files, flushed only by the tests' own transactions."""
        self._run("initdb", "-U", "xlsync", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")

    def _run(self, program: str, *words: str) -> None:
        found = _program(program)
        assert found is not None
        command = [found, *words, "-D", str(self.folder / "data")]
        owner = self.folder.stat()
        subprocess.run(
            command,
            check=True,
            stdout=subprocess.DEVNULL,
            cwd="/",
            **_as_owner(owner),  # type: ignore[call-overload]
        )


def _as_owner(status: os.stat_result) -> dict[str, object]:
    """How to run a program as the owner of a file: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    return {"user": status.st_uid, "group": status.st_gid, "extra_groups": []}


@contextmanager
def running() -> Iterator[Server]:
    """Found a server in a folder with a short name (a socket's is limited), run it, and delete it afterwards."""
    with tempfile.TemporaryDirectory(prefix="pg-") as name:
        folder = Path(name)
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        server = Server(folder)
        server.found()
        server.start()
        try:
            yield server
        finally:
            server.stop("immediate")

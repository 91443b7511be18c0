"""A real Samba server on loopback, for one test at a time, and a real client that saves over it as Excel does."""

from __future__ import annotations

import getpass
import os
import shutil
import signal
import socket
import subprocess
import time
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_PATIENCE = 20.0
_SETTINGS = """\
[global]
  smb ports = {port}
  interfaces = 127.0.0.1/8
  bind interfaces only = yes
  disable netbios = yes
  server role = standalone server
  map to guest = Bad User
  guest account = {user}
  private dir = {run}
  lock directory = {run}
  state directory = {run}
  cache directory = {run}
  pid directory = {run}
  ncalrpc dir = {run}/nc
  log file = {run}/log
  load printers = no
  unix charset = UTF-8
[office]
  path = {folder}
  guest ok = yes
  read only = no
  force user = {user}
"""


def missing() -> list[str]:
    """What this machine lacks for the tests marked `smb`."""
    return [name for name in ("smbd", "smbclient") if shutil.which(name) is None]


@dataclass(frozen=True)
class Share:
    """A folder on the server."""

    port: int

    def save(self, folder: str, name: str, source: Path) -> None:
        """Save a book as Excel does over SMB: a .tmp, the book renamed away, the .tmp renamed, the old one deleted."""
        new, old = (f"{zlib.crc32(name.encode(), other):08X}.tmp" for other in (0, 1))
        steps = (
            f'cd "{folder}"',
            f'put "{source}" "{new}"',
            f'rename "{name}" "{old}"',
            f'rename "{new}" "{name}"',
            f'del "{old}"',
        )
        self._do(steps)

    def rename(self, folder: str, name: str, to: str) -> None:
        """Rename a book."""
        self._do([f'cd "{folder}"', f'rename "{name}" "{to}"'])

    def _do(self, commands: Sequence[str]) -> None:
        run = subprocess.run(
            [
                "smbclient",
                "-p",
                str(self.port),
                "-N",
                "//127.0.0.1/office",
                "-c",
                "; ".join(commands),
            ],
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            env={**os.environ, "LC_ALL": "C.UTF-8"},
            timeout=60,
            check=False,
        )
        words = run.stdout + run.stderr
        assert run.returncode == 0, words
        assert "NT_STATUS" not in words, words


@contextmanager
def share(folder: Path, run: Path) -> Iterator[Share]:
    """Serve a folder; what the server keeps for itself goes into `run`."""
    run.mkdir()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = run / "smb.conf"
    settings.write_text(
        _SETTINGS.format(port=port, user=getpass.getuser(), run=run, folder=folder),
        encoding="utf-8",
    )
    command = ["smbd", "-F", "--no-process-group", f"--configfile={settings}", "--debug-stdout"]
    with (
        (run / "out").open("wb") as out,
        subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True
        ) as server,
    ):
        try:
            _wait_for(port)
            yield Share(port)
        finally:
            os.killpg(server.pid, signal.SIGTERM)


def _wait_for(port: int) -> None:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        with socket.socket() as asking:
            if asking.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("smbd does not answer")

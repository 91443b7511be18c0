"""A city whose every command is a process of its own, with a watcher that can be killed, under a clock that can be ahead."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from xlsync.inbox.intake.file_state import read_index
from xlsync.inbox.intake.read_stable import signature_of

PATIENCE: Final = 600.0
_MAIN: Final = """
import datetime, sys
ahead = datetime.timedelta(days=int(sys.argv.pop(1)))
real = datetime.datetime
class Clock(real):
    @classmethod
    def now(cls, tz=None):
        return cls.fromtimestamp(real.now().timestamp() + ahead.total_seconds(), tz)
datetime.datetime = Clock
from xlsync.cli import main
main()
"""
"""The command line under a clock that is so many days ahead."""


def _environment() -> dict[str, str]:
    """Return the environment of the city's processes: each of them would compile the program, where nothing may be kept."""
    kept = {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {"PYTHONPYCACHEPREFIX": str(Path(sys.prefix) / "pycache"), **kept}


@dataclass
class CityProcesses:
    """A city's folder, and the processes that work on it; `commands` counts those that were run."""

    folder: Path
    days_ahead: int = 0
    kills: int = 0
    commands: int = 0
    _watcher: subprocess.Popen[bytes] | None = field(default=None)

    def run(self, *words: object, codes: tuple[int, ...] = (0, 1)) -> str:
        """Run a command in the city's folder, and return what it printed."""
        self.commands += 1
        done = subprocess.run(
            self._command(words),
            cwd=self.folder,
            env=_environment(),
            capture_output=True,
            encoding="utf-8",
            timeout=PATIENCE,
            check=False,
        )
        assert done.returncode in codes, (words, done.returncode, done.stdout, done.stderr)
        assert "Traceback" not in done.stderr, done.stderr
        return done.stdout

    def json(self, *words: object, codes: tuple[int, ...] = (0, 1)) -> Any:
        """Run a command with --json, and return its document."""
        return json.loads(self.run(*words, "--json", codes=codes))

    def watch(self) -> None:
        """Begin to watch."""
        log = (self.folder / "watch.out").open("ab")
        with log:
            self._watcher = subprocess.Popen(
                self._command(("watch",)),
                cwd=self.folder,
                env=_environment(),
                stdout=log,
                stderr=log,
            )

    def kill(self) -> None:
        """Kill the watcher where it stands."""
        if self._watcher is not None:
            self._watcher.kill()
            self._watcher.wait()
            self.kills += 1

    def end(self) -> None:
        """Tell the watcher to end, and wait for it."""
        if self._watcher is not None and self._watcher.poll() is None:
            self._watcher.terminate()
            self._watcher.wait(timeout=PATIENCE)
        self._watcher = None

    def ahead(self, days: int) -> None:
        """Let so many days pass; the watcher is told by being started again."""
        self.end()
        self.days_ahead += days
        self.watch()

    def rest(self) -> None:
        """Wait until every workbook is received as it lies there, and the watcher has nothing more to do."""
        until(self._rests)

    def silence(self) -> float:
        """Return the seconds since the watcher said anything in its log."""
        return time.time() - (self.folder / "store/log/watch.log").stat().st_mtime

    def _rests(self) -> bool:
        assert self._watcher is None or self._watcher.poll() is None, "the watcher has ended"
        beat = self.folder / "store/watch.json"
        if not beat.exists() or json.loads(beat.read_bytes())["waiting"]:
            return False
        if self.silence() < 1:
            return False
        index, sheets = read_index(self.folder / "store"), self.folder / "shared/評価シート"
        files = [file for file in sheets.rglob("*.xlsx") if not file.name.startswith("~$")]
        return all(_is_known(index, sheets, file) for file in files)

    def _command(self, words: tuple[object, ...]) -> list[str]:
        return [sys.executable, "-c", _MAIN, str(self.days_ahead), *map(str, words)]


def _is_known(index: Any, sheets: Path, file: Path) -> bool:
    entry = index.get(file.relative_to(sheets).as_posix())
    return entry is not None and entry.signature == signature_of(file.stat())


def until(is_true: Callable[[], bool]) -> None:
    """Wait until something is so."""
    end = time.monotonic() + PATIENCE
    while not is_true():
        assert time.monotonic() < end, "never came true"
        time.sleep(0.3)


def save(file: Path, data: bytes) -> None:
    """Save a workbook as a program does that writes another file first."""
    written = file.with_name(f"{abs(hash(file.name)) % 10**8:08X}")
    written.write_bytes(data)
    written.replace(file)

"""The watcher as a process of its own, for the tests."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

PATIENCE = 60.0
MAIN = "from xlsync.cli import main; main()"


@contextmanager
def watcher(folder: Path, *words: str) -> Iterator[subprocess.Popen[str]]:
    """The watcher at work; told to end where it has not ended, and waited for."""
    command = [sys.executable, "-c", MAIN, "watch", "-C", str(folder), *words]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.terminate()
            process.communicate(timeout=PATIENCE)


def impatient(folder: Path) -> None:
    """Let a city's watcher take what has rested for a moment, and wait no longer for it."""
    file = folder / "xlsync.toml"
    text = file.read_text(encoding="utf-8")
    if "\nquiet-seconds = 0.3 " in text:
        return
    assert text.count("# quiet-seconds = 10 ") == 1
    file.write_text(text.replace("# quiet-seconds = 10 ", "quiet-seconds = 0.3 "), encoding="utf-8")


def until(true: Callable[[], object]) -> None:
    """Wait until something is so."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "never came true"
        time.sleep(0.05)


def log(folder: Path) -> str:
    """What the watcher has written down."""
    file = folder / "store/log/watch.log"
    return file.read_text(encoding="utf-8") if file.exists() else ""

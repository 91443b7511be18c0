"""What a person at a terminal sees of commands that take long."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import papers
from tests.commands import living

pty = pytest.importorskip("pty", reason="Windows has no pseudo-terminals")
PATIENCE = 60.0


class Terminal:
    """A command that runs in a terminal of its own, and what it has shown there."""

    def __init__(self, *words: object) -> None:
        self._fd, inner = pty.openpty()
        script = "from xlsync.cli import main; main()"
        self.process = subprocess.Popen(
            [sys.executable, "-c", script, *map(str, words)],
            stdin=inner,
            stdout=inner,
            stderr=inner,
        )
        os.close(inner)
        os.set_blocking(self._fd, False)
        self.shown = ""

    def wait(self, until: Callable[[str], object]) -> None:
        """Read on until something is shown."""
        end = time.monotonic() + PATIENCE
        while not until(self.shown):
            assert time.monotonic() < end, self.shown
            try:
                self.shown += os.read(self._fd, 65536).decode(errors="replace")
            except BlockingIOError:
                time.sleep(0.05)
            except OSError:  # Linux says EIO when the command has ended
                assert until(self.shown), self.shown

    def close(self) -> None:
        """End the command, as Ctrl+C does."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(PATIENCE)
        os.close(self._fd)


def test_watch_shows_every_receipt_with_its_time(filled: Path) -> None:
    terminal = Terminal("watch")
    try:
        terminal.wait(lambda shown: "一覧 提出済 0／5件" in shown)
        file = living(filled)
        file.with_name("写し.xlsx").write_bytes(file.read_bytes())
        terminal.wait(lambda shown: "写し.xlsx" in shown and papers.CLEAN in shown)
    finally:
        terminal.close()
    lines = [line for line in terminal.shown.splitlines() if "写し.xlsx" in line]
    assert [line[:8].count(":") for line in lines] == [2] * len(lines)  # 09:04:57
    assert "INFO" not in terminal.shown


@pytest.mark.usefixtures("filled")
def test_summarize_shows_how_far_it_is() -> None:
    terminal = Terminal("summarize")
    try:
        terminal.wait(lambda shown: "集計中" in shown)
        terminal.wait(
            lambda shown: "100%" in shown
        )  # steps between are drawn ten times a second at most
    finally:
        terminal.close()

"""What the tests of the command line share: what a command said, and where a city's workbooks lie."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from tests import papers
from tests.watcher import impatient
from xlsync.city.user_cache import CACHE_VARIABLE
from xlsync.cli import main

EXAMPLES = Path(__file__).parent.parent / "src/xlsync/forms/jimu-jigyo-hyoka/examples"


@dataclass
class Said:
    """What a command left: its exit code and both streams."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as one JSON document."""
        return json.loads(self.out)


Run = Callable[..., Said]


def ended(*words: object) -> int:
    """Run the command line in this process, and return its exit code; what it says is not kept."""
    with (
        mock.patch.object(sys, "argv", ["xlsync", *map(str, words)]),
        pytest.raises(SystemExit) as end,
    ):
        main()
    return int(end.value.code or 0)


def city_with_a_workbook(folder: Path) -> None:
    """Make a city whose watcher waits for a moment only, with one sheet and its workbook."""
    assert ended("init", folder, "--name", "つくば市") == 0
    impatient(folder)
    assert ended("import", "-C", folder, EXAMPLES / f"{papers.CLEAN}.json") == 0
    assert ended("export", "-C", folder, "--all") == 0


def living(folder: Path, key: str = papers.CLEAN) -> Path:
    """The living workbook of a sheet in a city's folder: that of the newest year where there is one of each."""
    sheets = folder / "shared/評価シート"
    return max(sheets.rglob(f"{key}_*.xlsx"), key=lambda file: _year_folder(file, sheets))


def _year_folder(file: Path, sheets: Path) -> str:
    first = file.relative_to(sheets).parts[0]
    return first if first.endswith("年度") else ""


def command_names(command: Any, before: str = "") -> list[str]:
    """Every command of the program, those below others by both words."""
    below_it = getattr(command, "commands", {})
    if not below_it:
        return [before.strip()]
    return [
        name
        for word, below in below_it.items()
        for name in command_names(below, f"{before} {word}")
    ]


@contextlib.contextmanager
def ctrl_c_at_flush(number: int) -> Iterator[None]:
    """Press Ctrl+C when this process flushes a file to the disk for the n-th time, or where it does so no n times, never."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored in the background
    flushes = []

    def then_ctrl_c(descriptor: int) -> None:
        flushes.append(descriptor)
        if len(flushes) == number:
            os.kill(os.getpid(), signal.SIGINT)

    try:
        nothing_kept = mock.patch.dict(
            os.environ, {CACHE_VARIABLE: ""}
        )  # the same flushes each time
        with nothing_kept, mock.patch.object(os, "fsync", then_ctrl_c):
            yield
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)

"""A desktop with Excels of our own making, and a clock that only sleeping moves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.fake_excel.model import Application
from tests.fake_excel.pywin32 import Desktop, windows
from xlsync.addin.client.excel_engine import Engine, Patience, excel_engine


@dataclass
class Clock:
    """Seconds that pass only while somebody sleeps."""

    now: float = 0.0
    naps: list[float] = field(default_factory=list)

    def read(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desktop() -> Iterator[Desktop]:
    """The desktop, with nothing running on it."""
    found = windows()
    found.excels.clear()
    found.boxes.clear()
    found.presses.clear()
    yield found
    assert found.presses == [], "not every question was asked"


@pytest.fixture
def engine(desktop: Desktop, clock: Clock) -> Engine:
    """The engine over that desktop, patient for ten seconds of that clock."""
    desktop.started = 0
    return excel_engine(Patience(clock.read, clock.sleep))


@pytest.fixture
def excel(desktop: Desktop) -> Application:
    """One running Excel."""
    return desktop.start()


@pytest.fixture
def place(tmp_path: Path) -> str:
    """Where a workbook lies."""
    return str(tmp_path / "a.xlsx")

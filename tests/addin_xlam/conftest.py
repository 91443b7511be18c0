"""An Excel in memory with a living workbook open and the city's desk behind it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import papers
from tests.addin_xlam.memory_excel import Excel, World
from tests.addin_xlam.offices import Town, town

Opened = Callable[..., Excel]


@pytest.fixture(autouse=True)
def _quiet_log() -> Iterator[None]:
    """What the desk logs is not what is tested here."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def here(tmp_path: Path) -> Town:
    """A city with the official sheets in its store."""
    return town(tmp_path)


@pytest.fixture
def opened(here: Town) -> Opened:
    """Opens an official sheet's living workbook."""

    def open_sheet(key: str = papers.CLEAN) -> Excel:
        for name in ("temp", "appdata"):
            (here.folder / name).mkdir(exist_ok=True)
        places = {
            "TEMP": str(here.folder / "temp"),
            "APPDATA": str(here.folder / "appdata"),
        }
        return Excel(World(lambda: _work(here), places), here.living(key))

    return open_sheet


def _work(here: Town) -> None:
    here.desk.run()

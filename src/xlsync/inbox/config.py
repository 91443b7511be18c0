"""Configuration of the watched folder (folders, terms, deadline, timing), and the clock and signals it runs with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from xlsync.exchange.phases import Extension, last_day_of
from xlsync.inbox.intake.libreoffice import LibreOffice
from xlsync.inbox.share_paths import source_path, year_name
from xlsync.shared_folder import SharedFolder, scratch_folder

if TYPE_CHECKING:
    from xlsync.exchange import Terms
    from xlsync.store import Store

BOARD: Final = "提出状況"
BOARD_PAGE: Final = f"{BOARD}.html"
BOARD_BOOK: Final = f"{BOARD}.xlsx"
SHEETS: Final = "評価シート"
"""Where staff have their workbooks below the shared folder, whatever the form is: folders of cities are called so."""
SUMMARIES: Final = "集計"


@dataclass(frozen=True, slots=True)
class Deadline:
    """Until when (that day included) saves are in time; `closed`: saves are held for the config, not taken.

    `phase_name` is what the city calls the present phase, "" where there are none; `extensions` are later days for some units.
    """

    day: dt.date | None = None
    closed: bool = False
    phase_name: str = ""
    extensions: tuple[Extension, ...] = ()

    def day_for(self, unit_names: Sequence[str]) -> dt.date | None:
        """Return the last day for the sheets of a unit."""
        return last_day_of(self.day, self.extensions, unit_names)


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds a file must be unchanged, and between scans without and with file events; `native`: ask the system for events."""

    quiet: float = 10.0
    poll: float = 5.0
    rescan: float = 300.0
    native: bool = True


@dataclass(frozen=True)
class InboxConfig:
    """A city's folders (absolute), terms and store. Source paths are written relative to `folder`.

    `libreoffice` converts files of older formats.
    """

    name: str
    folder: Path
    shared: Path
    terms: Terms
    store: Store
    deadline: Deadline = field(default=Deadline())
    timing: Timing = field(default=Timing())
    write_back: bool = True
    libreoffice: LibreOffice = field(default=LibreOffice())

    @property
    def share(self) -> SharedFolder:
        """The shared folder for writing files of ours into it."""
        return SharedFolder(self.shared, scratch_folder(self.store.folder))

    @property
    def sheets(self) -> Path:
        """The watched folder, which holds the staff's workbooks."""
        return self.shared / SHEETS

    def source_path(self, path: str) -> str:
        """Return the path by which the store knows a file of the watched folder, which `path` is relative to."""
        return f"{source_path(self.sheets, self.folder)}/{path}"

    @property
    def summaries(self) -> Path:
        """The folder of the summary workbooks."""
        return self.shared / SUMMARIES / self.year_name

    @property
    def year_name(self) -> str:
        """By what the files of this edition are told apart from others', "" where it has none."""
        return year_name(self.store.files, self.terms.fiscal_year)

    @property
    def board_page(self) -> Path:
        """The board as a page."""
        return self._board_file(BOARD_PAGE)

    @property
    def board_book(self) -> Path:
        """The board as a workbook."""
        return self._board_file(BOARD_BOOK)

    def _board_file(self, name: str) -> Path:
        file = self.shared / name
        return file.with_stem(f"{file.stem}_{self.year_name}") if self.year_name else file


@dataclass(frozen=True)
class Runtime:
    """What the process is run with: the time of day (with its UTC offset), a monotonic clock in seconds, and the user's name.

    `wait` waits for some seconds and returns False, or returns True early on a file event; `stopping` is true once the
    process was asked to stop.
    """

    now: Callable[[], dt.datetime]
    clock: Callable[[], float]
    wait: Callable[[float], bool]
    stopping: Callable[[], bool]
    user: str = ""

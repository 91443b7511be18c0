"""Updating the board from a command that has changed the store, where no watcher is running.

What only a watcher knows of the folder (files that keep changing, what the last save changed) is taken from its last record;
it writes the board again when it is next started.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal

from xlsync.finding import finding
from xlsync.inbox.heartbeat import is_watcher_alive
from xlsync.inbox.intake.archive import CONVERTED
from xlsync.inbox.intake.file_state import Entry, read_index
from xlsync.inbox.intake.ingest import without_other_years
from xlsync.inbox.intake.libreoffice import convertible_ending
from xlsync.inbox.intake.read_stable import signature_of
from xlsync.inbox.intake.scan import scan
from xlsync.inbox.share_paths import can_be_seen, usual_file_of
from xlsync.inbox.status.board import BoardWriter, board_of, with_damaged, with_opened
from xlsync.inbox.status.open_workbooks import open_workbooks
from xlsync.inbox.status.progress_record import city_progress

if TYPE_CHECKING:
    from xlsync.inbox.config import InboxConfig
    from xlsync.inbox.status.sheet_progress import Progress

Shown = Literal["written", "waiting", "watched", "away"]
"""Written; somebody has the workbook open; a running watcher will write it; there is no shared folder."""

_UNREAD: Final = (
    "古い形式（{ending}）のファイルで、まだ受け取っていません。Excelで.xlsx形式に保存し直してください"
    "（このままでも、次に受け取るときにLibreOfficeで読み取ります）"
)
_NONE: Final[Mapping[str, str]] = MappingProxyType({})


def refresh_board(
    config: InboxConfig, now: dt.datetime, refused: Mapping[str, str] = _NONE
) -> Shown:
    """Write the board where it changed. `refused` says by path what is wrong with files.

    Raises StoreError where the store cannot be read or the page not be written.
    """
    if is_watcher_alive(config.store.folder, now):
        return "watched"
    if not config.sheets.is_dir():
        return "away"  # an empty mount point; a board in it would hide under the share, and tell a watcher that it is back
    read = city_progress(config.store, config.terms)
    states = read.sheet_progress
    index = {
        path: without_other_years(entry, config.terms.fiscal_year)
        for path, entry in read_index(config.store.folder).items()
    }
    entries = dict(_entries(config, states, index))
    known = {
        path: entry.reason
        for path, entry in index.items()
        if entry.reason and _exists(config, path)
    }
    scanned = scan(config.sheets, config.shared)
    strays = _strays(config, states, scanned.strays)
    opened = open_workbooks(config.sheets, scanned.owner_files, entries)
    board = board_of(config, states, entries, {**strays, **known, **refused}, now)
    board = with_damaged(with_opened(board, config, opened), read.damaged)
    return "written" if BoardWriter(config).write(board, 0.0, calm=True) else "waiting"


def _strays(
    config: InboxConfig, states: Iterable[Progress], strays: dict[str, str]
) -> dict[str, str]:
    """Return why files cannot be taken, and what there is to say of those that are converted before they are read."""
    endings = {path: convertible_ending(path.rpartition("/")[2]) for path in strays}
    old = {path: ending for path, ending in endings.items() if ending}
    if not old or config.libreoffice.executable is None:
        return strays
    received = set(_received_paths(config, states))
    for path, ending in old.items():
        converted = finding(CONVERTED, "", shown=ending).message
        strays[path] = converted if path in received else _UNREAD.format(ending=ending)
    return strays


def _received_paths(config: InboxConfig, states: Iterable[Progress]) -> Iterator[str]:
    """Yield the paths of all files from which the store has received."""
    for progress in states:
        files = _files_seen(config, progress)
        yield from (_below(config, file) for file in files)


def _entries(
    config: InboxConfig, states: Iterable[Progress], index: Mapping[str, Entry]
) -> Iterator[tuple[str, Entry]]:
    """Yield the files that hold the sheets, each with what the newest revision of its sheet changed."""
    paths = _paths_by_key(index)
    results: dict[str, list[Progress]] = {}
    for progress in states:
        for path in paths.get(progress.stored_id) or _likely_paths(config, progress):
            if _exists(config, path):
                results.setdefault(path, []).append(progress)
    for path, sheets in results.items():
        signature = signature_of((config.sheets / path).lstat())
        yield (
            path,
            Entry(
                signature,
                "",
                "taken",
                sheets[0].recorded_line.last_save.when,
                "",
                sheets=tuple(progress.newest_save for progress in sheets),
            ),
        )


def _paths_by_key(index: Mapping[str, Entry]) -> dict[str, list[str]]:
    paths: dict[str, list[str]] = {}
    for path, entry in index.items():
        for sheet in entry.sheets if entry.fate == "taken" else ():
            paths.setdefault(sheet.key, []).append(path)
    return paths


def _likely_paths(config: InboxConfig, progress: Progress) -> list[str]:
    """Return where a workbook that no watcher has seen may be: its usual path, else where the store saw it last."""
    line, edition = progress.recorded_line, config.terms.form.at(config.terms.fiscal_year)
    named = line.unit_names, line.key, line.title
    usual_path = _below(config, usual_file_of(config.sheets, edition, named, config.year_name))
    if usual_path and _exists(config, usual_path):
        return [usual_path]
    return [path for file in _files_seen(config, progress) if (path := _below(config, file))]


def _files_seen(config: InboxConfig, progress: Progress) -> list[Path]:
    """Return the files from which the store has received a sheet."""
    copies = config.store.copy_states(progress.stored_id, config.terms.fiscal_year).values()
    return [config.folder / copy.copy_file.path for copy in copies if copy.copy_file.path]


def _below(config: InboxConfig, file: Path) -> str:
    return file.relative_to(config.sheets).as_posix() if file.is_relative_to(config.sheets) else ""


def _exists(config: InboxConfig, path: str) -> bool:
    return can_be_seen(config.sheets / path)

"""The board written by a command that has changed the store: the watcher's board by the watcher's code, where none is at work.

What only a watcher knows of the folder (files that find no rest, links, what the last save of all did) comes from what it
left behind; it writes the board anew when it is started again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal

from xlsync.inbox.heartbeat import is_alive, read_beat
from xlsync.inbox.intake.file_state import Entry, Told, read_index
from xlsync.inbox.intake.read_stable import look_of
from xlsync.inbox.share_paths import living_file
from xlsync.inbox.status.board import BoardWriter, board_of
from xlsync.inbox.status.sheet_states import progress_of

if TYPE_CHECKING:
    from xlsync.inbox.config import Office
    from xlsync.inbox.status.sheet_states import Progress

Shown = Literal["written", "waiting", "watched", "away"]
"""Up to date now; somebody has the workbook open; a watcher sees to it; there is no shared folder."""

_NONE: Final[Mapping[str, str]] = MappingProxyType({})


def show_board(office: Office, now: dt.datetime, refused: Mapping[str, str] = _NONE) -> Shown:
    """Bring the board up to date; nothing is touched where nothing changed. `refused` says what is wrong with files by path.

    Raises StoreError where the store cannot be read or the page not be written.
    """
    if is_alive(read_beat(office.store.folder), now):
        return "watched"
    if not office.sheets.is_dir():
        return "away"  # an empty mount point; a board in it would hide under the share, and tell a watcher that it is back
    states = progress_of(office.store, office.terms)
    left = read_index(office.store.folder)
    entries = dict(_entries(office, states, left))
    known = {
        path: one.reason for path, one in left.items() if one.reason and _is_there(office, path)
    }
    board = board_of(office, states, entries, {**known, **refused}, now)
    return "written" if BoardWriter(office).write(board, 0.0, calm=True) else "waiting"


def _entries(
    office: Office, states: Iterable[Progress], left: Mapping[str, Entry]
) -> Iterator[tuple[str, Entry]]:
    """Give the files that hold the sheets, each with what the newest revision of its sheet did."""
    paths: dict[str, list[str]] = {}
    for path, entry in left.items():
        for told in entry.sheets if entry.fate == "taken" else ():
            paths.setdefault(told.key, []).append(path)
    found: dict[str, tuple[Entry, list[Told]]] = {}
    for one in states:
        sheet = one.standing.sheet
        for path in paths.get(sheet.key) or _places(office, one):
            if path in found:
                found[path][1].append(_told(one))
            elif _is_there(office, path):
                look = look_of((office.sheets / path).lstat())
                found[path] = Entry(look, "", "taken", one.standing.when, ""), [_told(one)]
    for path, (entry, told_of) in found.items():
        yield path, Entry(entry.look, "", "taken", entry.when, "", sheets=tuple(told_of))


def _places(office: Office, one: Progress) -> list[str]:
    """Give where a sheet's workbook lies that no watcher has seen: where it belongs, else where the store saw it last."""
    sheet = one.standing.sheet
    usual = _below(office, living_file(office.sheets, sheet))
    if usual and _is_there(office, usual):
        return [usual]
    memories = office.store.copy_states(sheet.key, sheet.edition.year).values()
    files = (office.folder / memory.source_path for memory in memories if memory.source_path)
    return [path for file in files if (path := _below(office, file))]


def _told(one: Progress) -> Told:
    standing = one.standing
    if not standing.brought:
        return Told(standing.sheet.key, "")
    asked = sum(found.severity != "note" for found in standing.findings)
    outcome = "conflict" if standing.open_conflicts else "accepted"
    return Told(standing.sheet.key, outcome, standing.changes, asked, standing.open_conflicts)


def _below(office: Office, file: Path) -> str:
    return file.relative_to(office.sheets).as_posix() if file.is_relative_to(office.sheets) else ""


def _is_there(office: Office, path: str) -> bool:
    return (office.sheets / path).is_file()

"""Whether page and workbook of the board lie there as they were written for an equal board, by whichever process."""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING, Final

from xlsync.derived.derived_record import DerivedRecord, DerivedRow
from xlsync.derived.input_digest import digest_of
from xlsync.version import program_digest

if TYPE_CHECKING:
    from pathlib import Path

    from xlsync.inbox.config import InboxConfig
    from xlsync.summary.figures.progress import Board

_KIND: Final = "board"


def is_as_written(config: InboxConfig, board: Board) -> bool:
    """Whether both files of the board are those that were written for an equal one."""
    row = _record(config).rows(_KIND, [_KIND]).get(_KIND)
    if row is None or row.inputs_digest != _digest(board):
        return False
    looks = _looks(config)
    return all(looks) and json.loads(row.derived_data) == looks


def note_written_board(config: InboxConfig, board: Board | None) -> None:
    """Note that both files were just written for a board."""
    if board is not None:
        looks = json.dumps(_looks(config)).encode()
        _record(config).save(_KIND, {_KIND: DerivedRow(_digest(board), looks)})


def _record(config: InboxConfig) -> DerivedRecord:
    return DerivedRecord(config.store.folder)


def _digest(board: Board) -> str:
    return digest_of(program_digest(), repr(board))


def _looks(config: InboxConfig) -> list[list[int]]:
    """Return by what a change of the files shows, nothing for one that is away."""
    return [_look(file) for file in (config.board_page, config.board_book)]


def _look(file: Path) -> list[int]:
    with contextlib.suppress(OSError):
        status = file.stat()
        return [status.st_size, status.st_mtime_ns, status.st_ino, status.st_ctime_ns]
    return []


__all__ = ["is_as_written", "note_written_board"]

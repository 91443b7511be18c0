"""What a write-back does to a workbook: its new bytes, and what the store has of each of its worksheets afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xlsync.store import CopyState

Address = tuple[str, str]
"""(worksheet, address) of a cell."""


@dataclass(frozen=True)
class StateChange:
    """What the store has of a copy once its file was replaced: `state_after` under `name`.

    `state_before`, under `former_name`, is its copy state until now.
    """

    name: str
    state_after: CopyState
    former_name: str
    state_before: CopyState | None


@dataclass(frozen=True)
class Written:
    """One form worksheet after the write: the paths written, those left although the store says otherwise, its copy state.

    `field_count` says how many fields people type were written; `typed_as_text_count` how many amounts typed as text became
    numbers.
    """

    sheet_id: str
    fiscal_year: int
    worksheet: str
    field_count: int
    paths: tuple[str, ...]
    left_alone: tuple[str, ...]
    state_change: StateChange
    typed_as_text_count: int = 0


@dataclass(frozen=True)
class Update:
    """The bytes a workbook is to be replaced by, and what that does to each of its form worksheets.

    `version` is the version of the form it is brought to, 0 where it was of the version in use; `displaced_count` is
    how much of the page before found no place in it. The sheets were read in the form's version `read_in`, None for the
    one in use.
    """

    data: bytes
    pages: tuple[Written, ...]
    version: int = 0
    displaced_count: int = 0
    read_in: int | None = None

    @property
    def fields(self) -> int:
        """How many fields it changes, computed ones not counted."""
        return sum(page.field_count for page in self.pages)

    @property
    def texts(self) -> int:
        """How many amounts of money that were typed as text it turns into numbers."""
        return sum(page.typed_as_text_count for page in self.pages)

    @property
    def left(self) -> tuple[Address, ...]:
        """(worksheet, path) of each field left alone although the store says otherwise: a formula of somebody's is there."""
        return tuple((page.worksheet, path) for page in self.pages for path in page.left_alone)

"""In which order the writes of several acts reach the disk when they are flushed together.

Within an act every write is on the disk before the next one is named, as if it had been done alone. Acts on different sheets
go side by side, step by step; what they share is the list of seals (台帳): all that an act writes before its line comes before
the list, all that it writes afterwards comes after it. Received workbooks, which follow from nothing, come first. So a head
never precedes its revision or its line, and a copy's state never its head, wherever the power fails.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import Final, Literal

from xlsync.store.store_files import RECEIVED, SEALS

WriteKind = Literal["create", "replace", "remove", "flush"]
_OF_SHEETS: Final = frozenset(
    {"revisions", "sheets", "taken", RECEIVED, SEALS}
    | {"acts", "distributions", "keys", "lineage", "register", "rollovers", "stages"}
)
"""Whose files are of one sheet each, or of all in their order: what is written into others concerns every sheet."""


@dataclass(frozen=True, slots=True)
class Write:
    """One change of the store's files: what is done to which name, and the bytes."""

    write_kind: WriteKind
    name: str
    data: bytes = b""

    @property
    def is_seal(self) -> bool:
        """Whether it writes the list of seals, which all sheets share."""
        return self.name.startswith(f"{SEALS}/")

    @property
    def is_received(self) -> bool:
        """Whether it keeps a received workbook, which follows from nothing."""
        return self.name.startswith(f"{RECEIVED}/")

    @property
    def subject(self) -> str:
        """The edition and sheet that it is about; "" for what is no sheet's."""
        kind, _, rest = self.name.partition("/")
        if kind in {SEALS, RECEIVED}:
            return ""
        edition, _, file = rest.partition("/")
        return f"{edition}/{file.partition('/')[0].removesuffix('.json')}"


Act = Sequence[Write]
"""What one receipt writes, in order."""


def is_alignable(act: Act) -> bool:
    """True for an act on one sheet that writes its lines at one time, so that it can go side by side with others."""
    if any(write.name.partition("/")[0] not in _OF_SHEETS for write in act):
        return False
    lines = _numbers_of_lines(act)
    return not lines or lines[-1] - lines[0] == len(lines) - 1


def _numbers_of_lines(act: Act) -> list[int]:
    return [number for number, write in enumerate(act) if write.is_seal]


def steps(acts: Sequence[Act]) -> Iterator[list[Write]]:
    """Yield the writes of acts in steps: each step is on the disk before the next one begins."""
    if all(map(is_alignable, acts)):
        yield from _aligned(acts)
    else:
        yield from ([write] for write in chain.from_iterable(acts))


def _aligned(acts: Sequence[Act]) -> Iterator[list[Write]]:
    every = list(chain.from_iterable(acts))
    yield [write for write in every if write.is_received]
    parted = [_parted(act) for act in acts]
    yield from _side_by_side(before for before, _ in parted)
    last_lists = {write.name: write for write in every if write.is_seal}
    for name in sorted(last_lists):
        yield [last_lists[name]]
    yield from _side_by_side(after for _, after in parted)


def _parted(act: Act) -> tuple[Act, Act]:
    """Return what an act writes before its lines, and what it writes after them; received workbooks go before all."""
    lines = _numbers_of_lines(act) or [len(act)]
    before = [write for write in act[: lines[0]] if not write.is_received]
    return before, [write for write in act[lines[-1] + 1 :] if not write.is_received]


def _side_by_side(acts: Iterable[Act]) -> Iterator[list[Write]]:
    for step in zip_longest(*acts):
        yield [write for write in step if write is not None]


__all__ = ["Act", "Write", "WriteKind", "is_alignable", "steps"]

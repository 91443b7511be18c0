"""In which order the writes of several acts reach the disk when they are flushed together.

Within an act every write is on the disk before the next one is named, as if it had been done alone. Acts on different sheets
go side by side, step by step; what they share is the list of seals (台帳): all that an act writes before its line comes before
the list, all that it writes afterwards comes after it. Received workbooks, which follow from nothing, come first. So a head
never precedes its revision or its line, and a copy's state never its head, wherever the power fails.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
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
    places = [place for place, write in enumerate(act) if write.is_seal]
    are_of_sheets = all(write.name.partition("/")[0] in _OF_SHEETS for write in act)
    return are_of_sheets and (not places or places[-1] - places[0] == len(places) - 1)


def steps(acts: Sequence[Act]) -> Iterator[list[Write]]:
    """Yield the writes of acts in steps: each step is on the disk before the next one begins."""
    if not all(map(is_alignable, acts)):
        for act in acts:
            yield from ([write] for write in act)
        return
    received = [write for act in acts for write in act if write.is_received]
    yield received
    parted = [_parted([write for write in act if not write.is_received]) for act in acts]
    yield from _side_by_side(before for before, _, _ in parted)
    last_lists = {write.name: write for _, seals, _ in parted for write in seals}
    yield from ([last_lists[name]] for name in sorted(last_lists))
    yield from _side_by_side(after for _, _, after in parted)


def _parted(act: Act) -> tuple[Act, Act, Act]:
    """Return what an act writes before its lines, its lines, and what it writes afterwards."""
    places = [place for place, write in enumerate(act) if write.is_seal]
    if not places:
        return act, (), ()
    return act[: places[0]], act[places[0] : places[-1] + 1], act[places[-1] + 1 :]


def _side_by_side(acts: Iterable[Act]) -> Iterator[list[Write]]:
    for step in zip_longest(*acts):
        yield [write for write in step if write is not None]


__all__ = ["Act", "Write", "WriteKind", "is_alignable", "steps"]

"""Reorganisations of the city (組織改編): which sheets went to which unit, and what was taken back; each act written once.

    reorganizations/<edition>/steps/<n>.json   {"seal", "act": n, "parent_hash", "kind": "reorganize", "day", …}

The act is written before the revisions of its sheets: it lists each of them with the revision that it was decided on, so that
a program killed in between goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

from xlsync.sheet_keys import SheetId
from xlsync.store.act_chain import ActChain
from xlsync.store.store_path import StorePath

if TYPE_CHECKING:
    from xlsync.unit_lines import Unit

REORGANIZATIONS: Final = "reorganizations"
_STEPS: Final = "steps"
ReorganizationStep = Literal["reorganize", "take-back"]


@dataclass(frozen=True, slots=True)
class MovedSheet:
    """A sheet that goes from one unit to another, and the revision of it on which that was decided."""

    moved_id: SheetId
    parent: int
    former_units: Unit
    new_units: Unit

    def to_document(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "id": self.moved_id,
            "revision": self.parent,
            "from": list(self.former_units),
            "to": list(self.new_units),
        }


@dataclass(frozen=True, slots=True)
class ReorganizationAct:
    """Sheets were moved to other units, or the last such act was taken back.

    Attributes:
        reorganization_step: Which of the two.
        on_day: The day whose organization holds from then on, ISO 8601.
        change_texts: What was carried out of the list: a text for each of its lines, by which it is known again.
        moved_sheets: The sheets it is about.
        when: When it was written, ISO 8601.
        who: Who wrote it.

    """

    reorganization_step: ReorganizationStep
    on_day: str
    change_texts: tuple[str, ...]
    moved_sheets: tuple[MovedSheet, ...]
    when: str
    who: str

    def to_document(self) -> dict[str, Any]:
        """Return the act as JSON."""
        return {
            "kind": self.reorganization_step,
            "day": self.on_day,
            "changes": list(self.change_texts),
            "sheets": [each.to_document() for each in self.moved_sheets],
            "when": self.when,
            "who": self.who,
        }


def reorganization_acts(folder: StorePath, edition: int) -> list[ReorganizationAct]:
    """Return the acts of an edition in order, below a store's folder; those that cannot be read are left out."""
    return [_act_of(document) for document in _CHAIN.read(folder, _STEPS, edition)]


def acts_in_force(folder: StorePath, edition: int) -> list[ReorganizationAct]:
    """Return the acts of an edition in order without those that were taken back."""
    valid: list[ReorganizationAct] = []
    for act in reorganization_acts(folder, edition):
        if act.reorganization_step == "reorganize":
            valid.append(act)
        elif valid:
            valid.pop()
    return valid


def write_reorganization_act(folder: StorePath, edition: int, act: ReorganizationAct) -> None:
    """Write the next act of an edition. Call within `Store.writing`."""
    _CHAIN.write(folder, _STEPS, edition, act.to_document())


def faults_of_reorganizations(folder: StorePath) -> Iterator[tuple[str, str]]:
    """Yield each fault of the acts below a store's folder: the file's path there, and a Japanese sentence."""
    return _CHAIN.faults(folder)


def _act_of(document: Mapping[str, Any]) -> ReorganizationAct:
    """Return the act of a file; KeyError, TypeError or ValueError where it lacks anything."""
    step = document["kind"]
    if step not in get_args(ReorganizationStep):
        raise ValueError(step)
    day, when, who = (str(document[name]) for name in ("day", "when", "who"))
    changes = tuple(map(str, document["changes"]))
    return ReorganizationAct(step, day, changes, tuple(map(_moved, document["sheets"])), when, who)


def _moved(entry: Mapping[str, Any]) -> MovedSheet:
    former, new = (tuple(map(str, entry[name])) for name in ("from", "to"))
    return MovedSheet(SheetId(str(entry["id"])), int(entry["revision"]), former, new)


_CHAIN: Final = ActChain(REORGANIZATIONS, "組織改編の記録", _act_of)


__all__ = [
    "REORGANIZATIONS",
    "MovedSheet",
    "ReorganizationAct",
    "ReorganizationStep",
    "acts_in_force",
    "faults_of_reorganizations",
    "reorganization_acts",
    "write_reorganization_act",
]

"""Which sheets count (台帳): retired, excluded and restored by the planning office, each act written once.

    register/<edition>/<id>/<n>.json   {"seal", "act": n, "parent_hash", "kind": "exclude", "day", "reason", "when", "who"}

A sheet without any such act counts. One that does not is in no sum, on no board, and keeps its revisions and workbooks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

from xlsync.store.act_chain import ActChain
from xlsync.store.store_path import StorePath

if TYPE_CHECKING:
    from xlsync.sheet_keys import SheetId

REGISTER: Final = "register"
ActKind = Literal["retire", "exclude", "restore"]


@dataclass(frozen=True, slots=True)
class RegisterAct:
    """An act of the planning office about whether a sheet counts.

    Attributes:
        act_kind: Retire (the project has ended), exclude (it is no subject this year), or restore (it counts again).
        from_day: The day from which that holds, ISO 8601.
        reason: Why.
        when: When it was written, ISO 8601.
        who: Who wrote it.

    """

    act_kind: ActKind
    from_day: str
    reason: str
    when: str
    who: str

    def to_document(self) -> dict[str, str]:
        """Return the act as JSON."""
        return {
            "kind": self.act_kind,
            "day": self.from_day,
            "reason": self.reason,
            "when": self.when,
            "who": self.who,
        }


def register_acts(folder: StorePath, key: SheetId, edition: int) -> list[RegisterAct]:
    """Return the acts about a sheet in order, below a store's folder; those that cannot be read are left out."""
    return [_act_of(document) for document in _CHAIN.read(folder, key, edition)]


def is_counted(folder: StorePath, key: SheetId, edition: int) -> bool:
    """Whether a sheet counts, below a store's folder."""
    acts = register_acts(folder, key, edition)
    return not acts or acts[-1].act_kind == "restore"


def uncounted_keys(folder: StorePath, edition: int) -> frozenset[SheetId]:
    """Return the keys of an edition's sheets that do not count, below a store's folder."""
    keys = _CHAIN.keys(folder, edition)
    return frozenset(key for key in keys if not is_counted(folder, key, edition))


def write_register_act(folder: StorePath, key: SheetId, edition: int, act: RegisterAct) -> None:
    """Write the next act about a sheet. Call within `Store.writing`; StoreBusy where another program was quicker."""
    _CHAIN.write(folder, key, edition, act.to_document())


def faults_of_register(folder: StorePath) -> Iterator[tuple[str, str]]:
    """Yield each fault of the acts below a store's folder: the file's path there, and a Japanese sentence."""
    return _CHAIN.faults(folder)


def _act_of(document: Mapping[str, Any]) -> RegisterAct:
    """Return the act of a file; KeyError or ValueError where it lacks anything."""
    day, reason, when, who = (str(document[name]) for name in ("day", "reason", "when", "who"))
    kind = document["kind"]
    if kind not in get_args(ActKind):
        raise ValueError(kind)
    return RegisterAct(kind, day, reason, when, who)


_CHAIN: Final = ActChain(REGISTER, "台帳の記録", _act_of)


__all__ = [
    "REGISTER",
    "ActKind",
    "RegisterAct",
    "faults_of_register",
    "is_counted",
    "register_acts",
    "uncounted_keys",
    "write_register_act",
]

"""How far every sheet was at a moment that has a name (the end of a phase): written once, and read for summaries later.

    snapshots/<edition>/<name>/1.json   {"seal", "act": 1, "name", "phase", "revisions": {id: number}, "acts", "copies", …}

Neither revisions nor the acts beside them are copied: they are never deleted or renumbered. What the copies of workbooks
held changes with every save; it is copied for those that differed from the store.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from xlsync.canonical_json import canonical, parse_json
from xlsync.errors import StoreError
from xlsync.sheet_keys import fault_of_key, name_on_disk
from xlsync.store.act_chain import ActChain
from xlsync.store.copy_state import copy_state_file
from xlsync.store.store_files import numbers_in, safe_key
from xlsync.store.store_path import StorePath, names_in, replace_whole

if TYPE_CHECKING:
    from pathlib import Path

    from xlsync.sheet_keys import SheetId
    from xlsync.store.store import Store

SNAPSHOTS: Final = "snapshots"
_CHAINS: Final = ("acts", "register", "stages", "figures", "grades", "rollovers", "lineage")
"""Folders of acts beside the revisions, numbered as these are."""


@dataclass(frozen=True, slots=True)
class PhaseSnapshot:
    """How far every sheet was.

    Attributes:
        name: What the city calls the moment.
        revision_numbers: The newest revision of each sheet that counted, by id.
        act_numbers: The newest act of each chain beside the revisions, by folder and name on the disk.
        copy_states: What copies with conflicts held, as JSON by the sheet's id and the copy's name.
        phase_name: The phase then, "" for none.
        when: The moment, ISO 8601.
        who: Who wrote it down.

    """

    name: str
    revision_numbers: Mapping[str, int]
    act_numbers: Mapping[str, Mapping[str, int]]
    copy_states: Mapping[str, Mapping[str, Any]]
    phase_name: str
    when: str
    who: str

    def to_document(self) -> dict[str, Any]:
        """Return it as JSON."""
        copies = {key: dict(states) for key, states in self.copy_states.items()}
        return {
            "name": self.name,
            "phase": self.phase_name,
            "revisions": dict(self.revision_numbers),
            "acts": {folder: dict(numbers) for folder, numbers in self.act_numbers.items()},
            "copies": copies,
            "when": self.when,
            "who": self.who,
        }


def take_snapshot(
    store: Store, edition: int, name: str, phase_name: str, by: tuple[str, str]
) -> PhaseSnapshot:
    """Write down how far every sheet is, under a new name; `by` is when and by whom. StoreError for a name that is taken."""
    if fault := fault_of_key(name):
        raise StoreError(f"時点の名前が{fault}", name)
    with store.writing():
        if _CHAIN.last(store.files, name, edition) is not None:
            raise StoreError(
                "同じ名前の時点がもうあります。残した内容は変えられません。別の名前にしてください",
                name,
            )
        numbers = {key: store.last(key, edition) for key in store.counted_keys(edition)}
        acts = _act_numbers(store.files, edition)
        copies = {key: _copy_documents(store, key, edition) for key in numbers}
        differing = {key: documents for key, documents in copies.items() if documents}
        snapshot = PhaseSnapshot(name, numbers, acts, differing, phase_name, *by)
        _CHAIN.write(store.files, name, edition, snapshot.to_document())
    return snapshot


def _copy_documents(store: Store, key: SheetId, edition: int) -> dict[str, Any]:
    """Return the states of a sheet's copies that have conflicts, as JSON by name."""
    states = store.copy_states(key, edition)
    differing = [name for name, state in states.items() if state.conflicts]
    folder = store.copies_folder(key, edition)
    return {name: parse_json((folder / f"{name}.json").read_bytes()) for name in differing}


def phase_snapshots(folder: StorePath, edition: int) -> list[PhaseSnapshot]:
    """Return the snapshots of an edition, the oldest first; one that cannot be read is left out, for the audit names it."""
    documents = (_CHAIN.last(folder, name, edition) for name in _CHAIN.keys(folder, edition))
    read = [_snapshot_of(document) for document in documents if document is not None]
    return sorted(read, key=lambda snapshot: (snapshot.when, snapshot.name))


def snapshot_named(folder: StorePath, edition: int, name: str) -> PhaseSnapshot:
    """Return a snapshot by its name; StoreError names those there are."""
    known = phase_snapshots(folder, edition)
    for snapshot in known:
        if snapshot.name == name:
            return snapshot
    names = "、".join(snapshot.name for snapshot in known) or "まだありません"
    raise StoreError(f"「{name}」という時点はありません（{names}）")


def cut_back(copied: Path, edition: int, snapshot: PhaseSnapshot) -> None:
    """Delete from a copy of a store what was written after a snapshot; its heads are to be rebuilt by the caller."""
    for derived in ("taken", "sheets"):
        shutil.rmtree(copied / derived / str(edition), ignore_errors=True)
    numbers = {name_on_disk(key): number for key, number in snapshot.revision_numbers.items()}
    for folder, kept in {"revisions": numbers, **snapshot.act_numbers}.items():
        root = copied / folder / str(edition)
        for name in names_in(root):
            _delete_after(root / name, kept.get(name, 0))
    for key, documents in snapshot.copy_states.items():
        for name, document in documents.items():
            file = copy_state_file(copied, safe_key(key), edition, name)
            replace_whole(file, canonical(document))


def _delete_after(folder: Path, number: int) -> None:
    """Delete the files of a chain behind the one with a number, and the folder where that is all."""
    if not number:
        shutil.rmtree(folder)
        return
    for later in numbers_in(folder):
        if later > number:
            (folder / f"{later}.json").unlink()


def _act_numbers(folder: StorePath, edition: int) -> dict[str, dict[str, int]]:
    """Return the newest number of each chain of acts beside the revisions, by folder and by the chain's name on the disk."""
    numbers: dict[str, dict[str, int]] = {}
    for chains in _CHAINS:
        root = folder / chains / str(edition)
        newest = {name: max(numbers_in(root / name), default=0) for name in names_in(root)}
        numbers[chains] = newest
    return numbers


def faults_of_snapshots(folder: StorePath) -> Iterator[tuple[str, str]]:
    """Yield each fault of the snapshots below a store's folder: the file's path there, and a Japanese sentence."""
    return _CHAIN.faults(folder)


def _snapshot_of(document: Mapping[str, Any]) -> PhaseSnapshot:
    """Return the snapshot of a file; KeyError, TypeError or ValueError where it lacks anything."""
    acts = {str(folder): _numbers(chains) for folder, chains in document["acts"].items()}
    name, phase, when, who = (str(document[each]) for each in ("name", "phase", "when", "who"))
    copies = {str(key): dict(states) for key, states in document.get("copies", {}).items()}
    return PhaseSnapshot(name, _numbers(document["revisions"]), acts, copies, phase, when, who)


def _numbers(document: Mapping[str, Any]) -> dict[str, int]:
    return {str(name): int(number) for name, number in document.items()}


_CHAIN: Final = ActChain(SNAPSHOTS, "時点の記録", _snapshot_of)

__all__ = [
    "SNAPSHOTS",
    "PhaseSnapshot",
    "cut_back",
    "faults_of_snapshots",
    "phase_snapshots",
    "snapshot_named",
    "take_snapshot",
]

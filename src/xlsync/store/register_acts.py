"""Which sheets count (台帳): retired, excluded and restored by the planning office, each act written once.

    register/<edition>/<key>/<n>.json   {"seal", "act": n, "parent_hash", "kind": "exclude", "day", "reason", "when", "who"}

A sheet without any such act counts. One that does not is in no sum, on no board, and keeps its revisions and workbooks.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

from xlsync.canonical_json import parse_json
from xlsync.disk import create_once
from xlsync.errors import SheetError, StoreBusy, StoreDamaged
from xlsync.store.revision import hash_of, is_sealed, sealed
from xlsync.store.store_files import (
    YEAR,
    keys_among,
    keys_in,
    listable_names,
    numbers_in,
    safe_key,
)

if TYPE_CHECKING:
    from pathlib import Path

REGISTER: Final = "register"
ActKind = Literal["retire", "exclude", "restore"]
_DAMAGED: Final = "台帳の記録が壊れているか、書き換えられています。控えから戻してください"


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


def register_acts(folder: Path, key: str, edition: int) -> list[RegisterAct]:
    """Return the acts about a sheet in order, below a store's folder; those that cannot be read are left out."""
    acts = []
    own = _act_folder(folder, key, edition)
    for number in _numbers(own):
        with contextlib.suppress(OSError, StoreDamaged):
            file = own / f"{number}.json"
            acts.append(_act_of(_parsed(file.read_bytes(), str(file))))
    return acts


def is_counted(folder: Path, key: str, edition: int) -> bool:
    """Whether a sheet counts, below a store's folder."""
    acts = register_acts(folder, key, edition)
    return not acts or acts[-1].act_kind == "restore"


def uncounted_keys(folder: Path, edition: int) -> frozenset[str]:
    """Return the keys of an edition's sheets that do not count, below a store's folder."""
    keys = keys_in(folder / REGISTER / str(edition))
    return frozenset(key for key in keys if not is_counted(folder, key, edition))


def write_register_act(folder: Path, key: str, edition: int, act: RegisterAct) -> None:
    """Write the next act about a sheet. Call within `Store.writing`; StoreBusy where another program was quicker."""
    own = _act_folder(folder, key, edition)
    last = max(numbers_in(own), default=0)
    parent_hash = hash_of((own / f"{last}.json").read_bytes()) if last else ""
    document = {"act": last + 1, "parent_hash": parent_hash, **act.to_document()}
    if not create_once(own / f"{last + 1}.json", sealed(document)):
        raise StoreBusy(
            "ほかのプログラムが同じシートを書き込みました。もう一度実行してください", key
        )


def faults_of_register(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield each fault of the acts below a store's folder: the file's path there, and a Japanese sentence."""
    root = folder / REGISTER
    for year in sorted(filter(YEAR.fullmatch, listable_names(root))):
        for key in keys_among(listable_names(root / year)):
            for file, reason in _faults_of_sheet(_act_folder(folder, key, int(year))):
                yield file.relative_to(folder).as_posix(), reason


def _faults_of_sheet(own: Path) -> Iterator[tuple[Path, str]]:
    parent_hash = ""
    for number in range(1, max(_numbers(own), default=0) + 1):
        file = own / f"{number}.json"
        try:
            data = file.read_bytes()
            document = _parsed(data, str(file))
        except (OSError, StoreDamaged):
            yield file, _DAMAGED
            return
        if (document["act"], document["parent_hash"]) != (number, parent_hash):
            yield file, "一つ前の台帳の記録とつながりません（書き換えられた可能性があります）"
        parent_hash = hash_of(data)


def _act_folder(folder: Path, key: str, edition: int) -> Path:
    return folder / REGISTER / str(edition) / safe_key(key)


def _numbers(own: Path) -> list[int]:
    with contextlib.suppress(StoreDamaged):
        return sorted(numbers_in(own))
    return []


def _parsed(data: bytes, where: str) -> dict[str, Any]:
    """Parse an act's file; StoreDamaged where it is broken or was changed."""
    if not is_sealed(data):
        raise StoreDamaged(_DAMAGED, where)
    try:
        document = dict(parse_json(data))
        _act_of(document)
        is_sound = isinstance(document["act"], int) and isinstance(document["parent_hash"], str)
    except (SheetError, KeyError, TypeError, ValueError) as fault:
        raise StoreDamaged(_DAMAGED, where) from fault
    if not is_sound:
        raise StoreDamaged(_DAMAGED, where)
    return document


def _act_of(document: Mapping[str, Any]) -> RegisterAct:
    """Return the act of a file; KeyError or ValueError where it lacks anything."""
    day, reason, when, who = (str(document[name]) for name in ("day", "reason", "when", "who"))
    kind = document["kind"]
    if kind not in get_args(ActKind):
        raise ValueError(kind)
    return RegisterAct(kind, day, reason, when, who)


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

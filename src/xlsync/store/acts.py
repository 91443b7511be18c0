"""The files of changes that wait for the planning office (確認待ち): proposed once, decided once, each act written once.

    acts/<edition>/<id>/<n>.json   {"seal", "parent_hash", "act": n, "kind": "propose", "path", "from", "to", "when", "who", …}
                                    {"seal", "parent_hash", "act": n, "kind": "accept", "of": 3, "when", "who", "comment"}

A proposal names a field, the head's value and the one that a workbook brought, both as JSON. The other acts close one:
accept, reject, or withdraw where the workbook went back or proposes something else. The newest act of a proposal counts.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

from xlsync.canonical_json import parse_json
from xlsync.errors import SheetError, StoreBusy, StoreDamaged
from xlsync.sheet_keys import SheetId
from xlsync.store.form_versions import FIRST
from xlsync.store.revision import Submission, hash_of, is_sealed, sealed
from xlsync.store.store_files import keys_in, numbers_in, safe_key
from xlsync.store.store_path import StorePath, create_once

if TYPE_CHECKING:
    from xlsync.store.store import Store

ACTS: Final = "acts"
Closing = Literal["accept", "reject", "withdraw"]
_CLOSING: Final[tuple[Closing, ...]] = ("accept", "reject", "withdraw")


@dataclass(frozen=True, slots=True)
class Decision:
    """How a proposal was closed: when (ISO 8601), by whom, and the reason given."""

    closing: Closing
    when: str
    who: str
    comment: str = ""


@dataclass(frozen=True, slots=True)
class PendingChange:
    """A change of one field that waits, or waited, for the planning office.

    Attributes:
        path: The field.
        before: The head's value when it was proposed, as JSON.
        after: The value that was proposed, as JSON.
        when: When it was proposed, ISO 8601.
        who: Who proposed it.
        submission: The workbook that brought it.
        number: The number of the act that proposed it; 0 before it is written.
        decision: How it was closed, None while it is open.

    """

    path: str
    before: Any
    after: Any
    when: str
    who: str
    submission: Submission = field(default=Submission(), repr=False)
    number: int = 0
    decision: Decision | None = None

    @property
    def is_open(self) -> bool:
        """True while it waits."""
        return self.decision is None

    @property
    def is_rejected(self) -> bool:
        """True where the planning office decided against it."""
        return self.decision is not None and self.decision.closing == "reject"


def sheets_with_acts(store: Store, edition: int) -> list[SheetId]:
    """Return the keys of an edition's sheets for which anything was ever proposed, in order."""
    return keys_in(store.files / ACTS / str(edition))


def readable_acts(store: Store, key: SheetId, edition: int) -> Iterator[dict[str, Any]]:
    """Yield the acts of a sheet in order, but for those that cannot be read: the audit names them."""
    folder = act_folder(store, key, edition)
    numbers: list[int] = []
    with contextlib.suppress(StoreDamaged):
        numbers = sorted(numbers_in(folder))
    for number in numbers:
        file = folder / f"{number}.json"
        with contextlib.suppress(OSError, StoreDamaged):
            yield parse_act(file.read_bytes(), str(file))


def act_folder(store: Store, key: SheetId, edition: int) -> StorePath:
    """Return the folder of a sheet's acts."""
    return store.files / ACTS / str(edition) / safe_key(key)


def write_act(store: Store, key: SheetId, edition: int, document: Mapping[str, Any]) -> int:
    """Write the next act of a sheet, and return its number."""
    folder = act_folder(store, key, edition)
    last = max(numbers_in(folder), default=0)
    parent_hash = hash_of((folder / f"{last}.json").read_bytes()) if last else ""
    act = {
        "form_version": store.stored_form.number or FIRST,
        "act": last + 1,
        "parent_hash": parent_hash,
        **document,
    }
    if not create_once(folder / f"{last + 1}.json", sealed(act)):
        raise StoreBusy(
            "ほかのプログラムが同じシートを書き込みました。もう一度実行してください", key
        )
    return last + 1


def proposal_document(change: PendingChange) -> dict[str, Any]:
    """Return what a proposal's act says beside its number and seal."""
    source = change.submission
    return {
        "kind": "propose",
        "path": change.path,
        "from": change.before,
        "to": change.after,
        "when": change.when,
        "who": change.who,
        "file": source.file,
        "worksheet": source.worksheet,
        "workbook": source.workbook_hash,
        "copy": source.copy,
        "base": source.base_revision,
    }


def parse_act(data: bytes, where: str) -> dict[str, Any]:
    """Parse an act; StoreDamaged where it is broken or was changed."""
    if not is_sealed(data):
        reason = "確認待ちの記録が壊れているか、書き換えられています。控えから戻してください"
        raise StoreDamaged(reason, where)
    try:
        act = parse_json(data)
        is_sound = _is_sound(act)
    except (SheetError, KeyError, TypeError, ValueError) as fault:
        raise StoreDamaged(f"確認待ちの記録が壊れています（{fault}）", where) from fault
    if not is_sound:
        raise StoreDamaged("確認待ちの記録が壊れています", where)
    return dict(act)


def _is_sound(act: Mapping[str, Any]) -> bool:
    """True for an act with everything it needs; else perhaps KeyError, TypeError or ValueError."""
    numbers = [act["act"], act["form_version"]]
    if act["kind"] == "propose":
        proposal_of(act)
    else:
        numbers.append(act["of"])
    texts = (act["parent_hash"], act["when"], act["who"])
    is_kind_known = act["kind"] in {"propose", *_CLOSING}
    are_typed = all(isinstance(text, str) for text in texts)
    return is_kind_known and are_typed and all(isinstance(number, int) for number in numbers)


def proposal_of(act: Mapping[str, Any]) -> PendingChange:
    """Return the proposal of an act, open; KeyError, TypeError or ValueError where it lacks anything."""
    source = Submission(
        file=str(act["file"]),
        worksheet=str(act["worksheet"]),
        workbook_hash=str(act["workbook"]),
        copy=str(act["copy"]),
        base_revision=int(act["base"]),
    )
    return PendingChange(
        str(act["path"]),
        act["from"],
        act["to"],
        str(act["when"]),
        str(act["who"]),
        source,
        int(act["act"]),
    )


def decision_of(act: Mapping[str, Any]) -> Decision:
    """Return how an act closes a proposal."""
    return Decision(act["kind"], act["when"], act["who"], str(act.get("comment", "")))

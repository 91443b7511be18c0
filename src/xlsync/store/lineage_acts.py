"""Where a sheet comes from (事業の新旧): renamed, merged, split, moved, each act written once.

    lineage/<edition>/<id>/<n>.json   {"seal", "act": n, "parent_hash", "kind": "merge", "from": [{"id", …}], …}

The last act about a sheet counts. Without one a sheet comes from the sheet of the same id of the edition before, as a whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any, Final, Literal, get_args

from xlsync.sheet_keys import SheetId
from xlsync.store.act_chain import ActChain
from xlsync.store.store_path import StorePath

LINEAGE: Final = "lineage"
Relation = Literal["rename", "merge", "split", "transfer", "new"]
RELATION_WORDS: Final[Mapping[Relation, str]] = MappingProxyType(
    {"rename": "改称", "merge": "統合", "split": "分割", "transfer": "移管", "new": "新規"}
)


@dataclass(frozen=True, slots=True)
class Predecessor:
    """A sheet of an earlier edition that another comes from, and the share of its amounts (0 to 1) that went there."""

    former_id: SheetId
    fiscal_year: int
    amount_share: Decimal = Decimal(1)

    def to_document(self) -> dict[str, Any]:
        """Return it as JSON; the share is a text, for it is exact."""
        return {
            "id": self.former_id,
            "edition": self.fiscal_year,
            "share": str(self.amount_share),
        }


@dataclass(frozen=True, slots=True)
class LineageAct:
    """What the planning office said of where a sheet comes from; `when` is ISO 8601."""

    relation: Relation
    predecessors: tuple[Predecessor, ...]
    reason: str
    when: str
    who: str

    def to_document(self) -> dict[str, Any]:
        """Return the act as JSON."""
        return {
            "kind": self.relation,
            "from": [each.to_document() for each in self.predecessors],
            "reason": self.reason,
            "when": self.when,
            "who": self.who,
        }

    def says_the_same(self, act: LineageAct) -> bool:
        """Whether another act says the same, whoever wrote it and when."""
        return replace(self, when=act.when, who=act.who) == act


def lineage_act(folder: StorePath, key: SheetId, edition: int) -> LineageAct | None:
    """Return what was said last of where a sheet comes from, below a store's folder; None where nothing was."""
    document = _CHAIN.last(folder, key, edition)
    return None if document is None else _act_of(document)


def lineage_acts(folder: StorePath, edition: int) -> dict[SheetId, LineageAct]:
    """Return what was said last of each sheet of an edition, by id."""
    acts = {
        SheetId(key): lineage_act(folder, SheetId(key), edition)
        for key in _CHAIN.keys(folder, edition)
    }
    return {key: act for key, act in acts.items() if act is not None}


def write_lineage_act(folder: StorePath, key: SheetId, edition: int, act: LineageAct) -> None:
    """Write the next act about a sheet. Call within `Store.writing`; StoreBusy where another program was quicker."""
    _CHAIN.write(folder, key, edition, act.to_document())


def faults_of_lineage(folder: StorePath) -> Iterator[tuple[str, str]]:
    """Yield each fault of the acts below a store's folder: the file's path there, and a Japanese sentence."""
    return _CHAIN.faults(folder)


def _act_of(document: Mapping[str, Any]) -> LineageAct:
    """Return the act of a file; KeyError, TypeError or ValueError where it lacks anything."""
    relation = document["kind"]
    if relation not in get_args(Relation):
        raise ValueError(relation)
    predecessors = tuple(map(_predecessor_of, document["from"]))
    reason, when, who = (str(document[name]) for name in ("reason", "when", "who"))
    return LineageAct(relation, predecessors, reason, when, who)


def _predecessor_of(entry: Mapping[str, Any]) -> Predecessor:
    try:
        share = Decimal(str(entry["share"]))
    except InvalidOperation as fault:
        raise ValueError(entry["share"]) from fault
    return Predecessor(SheetId(str(entry["id"])), int(entry["edition"]), share)


_CHAIN: Final = ActChain(LINEAGE, "新旧の記録", _act_of)


__all__ = [
    "LINEAGE",
    "RELATION_WORDS",
    "LineageAct",
    "Predecessor",
    "Relation",
    "faults_of_lineage",
    "lineage_act",
    "lineage_acts",
    "write_lineage_act",
]

"""Sheets that were made of last year's (年度更新), and editions that were begun, taken back or closed: each act written once.

    rollovers/<edition>/<id>/<n>.json    {"seal", "act": n, "parent_hash", "from", "source", "revision", "marked", …}
    editions/<edition>/steps/<n>.json    {"seal", "act": n, "parent_hash", "kind": "begin", "from", "when", "who"}

The act about a sheet is written before the revision that it names: a program killed in between leaves an act without its
revision, and the next run writes that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any, Final, Literal, get_args

from xlsync.sheet_keys import SheetId
from xlsync.store.act_chain import ActChain
from xlsync.store.store_path import StorePath

ROLLOVERS: Final = "rollovers"
EDITIONS: Final = "editions"
_STEPS: Final = "steps"
EditionStep = Literal["begin", "take-back", "close", "reopen"]
"""An edition is begun by a roll-over into it, taken back where nobody has typed yet, closed at last, and opened again."""


@dataclass(frozen=True, slots=True)
class FormerRevision:
    """A revision of one of several sheets that a new one was made of, and the share of its amounts (0 to 1)."""

    former_id: SheetId
    revision: int
    amount_share: Decimal

    def to_document(self) -> dict[str, Any]:
        """Return it as JSON; the share is a text, for it is exact."""
        return {
            "id": self.former_id,
            "revision": self.revision,
            "share": f"{self.amount_share.normalize():f}",
        }


@dataclass(frozen=True, slots=True)
class RolloverAct:
    """A sheet was made of last year's.

    Attributes:
        from_year: The fiscal year of the edition it was made of.
        source_revision: The revision of last year's sheet that it was made of, of several that of the first.
        revision: The revision that it made.
        marked: What is kept of the value of each field that is marked as last year's until somebody changes it, by path.
        when: When it was written, ISO 8601.
        who: Who wrote it.
        former_revisions: What it was made of by its lineage; () where that is last year's sheet of the same id, as a whole.

    """

    from_year: int
    source_revision: int
    revision: int
    marked: Mapping[str, str]
    when: str
    who: str
    former_revisions: tuple[FormerRevision, ...] = ()

    def to_document(self) -> dict[str, Any]:
        """Return the act as JSON."""
        former = [each.to_document() for each in self.former_revisions]
        return {
            "from": self.from_year,
            "source": self.source_revision,
            "revision": self.revision,
            "marked": dict(self.marked),
            **({"former": former} if former else {}),
            "when": self.when,
            "who": self.who,
        }

    def is_made_of(self, source_revision: int, former: tuple[FormerRevision, ...]) -> bool:
        """Whether it was made of the same revisions."""
        return (self.source_revision, self.former_revisions) == (source_revision, former)

    def says_the_same(self, act: RolloverAct) -> bool:
        """Whether another act says the same, whoever wrote it and when."""
        return replace(self, when=act.when, who=act.who) == act


@dataclass(frozen=True, slots=True)
class EditionAct:
    """An edition was begun (of that of `from_year`), taken back, closed or opened again; `when` is ISO 8601."""

    step: EditionStep
    from_year: int
    when: str
    who: str

    def to_document(self) -> dict[str, Any]:
        """Return the act as JSON."""
        return {"kind": self.step, "from": self.from_year, "when": self.when, "who": self.who}


def rollover_act(folder: StorePath, key: SheetId, edition: int) -> RolloverAct | None:
    """Return how a sheet was made of last year's, below a store's folder; None where it was not, or nobody can tell."""
    document = _SHEETS.last(folder, key, edition)
    return None if document is None else _rollover_of(document)


def write_rollover_act(folder: StorePath, key: SheetId, edition: int, act: RolloverAct) -> None:
    """Write the next act about a sheet. Call within `Store.writing`, before its revision is written."""
    _SHEETS.write(folder, key, edition, act.to_document())


def edition_acts(folder: StorePath, edition: int) -> list[EditionAct]:
    """Return the acts about an edition in order, below a store's folder; those that cannot be read are left out."""
    return [_edition_act_of(document) for document in _EDITIONS.read(folder, _STEPS, edition)]


def write_edition_act(folder: StorePath, edition: int, act: EditionAct) -> None:
    """Write the next act about an edition. Call within `Store.writing`."""
    _EDITIONS.write(folder, _STEPS, edition, act.to_document())


def is_begun(folder: StorePath, edition: int) -> bool:
    """True for an edition that was begun by a roll-over, whether or not it was taken back since, or is closed.

    So it has folders and names of its own. The first edition of a city has none until it is closed.
    """
    if not (_EDITIONS.folder_of(folder, _STEPS, edition) / "1.json").exists():
        return False
    return not is_founding(folder, edition) or is_closed(folder, edition)


def is_founding(folder: StorePath, edition: int) -> bool:
    """True for the edition that was there before any roll-over, once it was closed, whether or not it was opened again."""
    acts = edition_acts(folder, edition)
    return bool(acts) and acts[0].step == "close"


def is_closed(folder: StorePath, edition: int) -> bool:
    """True for an edition that was closed."""
    acts = edition_acts(folder, edition)
    return bool(acts) and acts[-1].step == "close"


def is_reopened(folder: StorePath, edition: int) -> bool:
    """True for an edition that was closed and opened again since."""
    acts = edition_acts(folder, edition)
    return bool(acts) and acts[-1].step == "reopen"


def faults_of_rollovers(folder: StorePath) -> Iterator[tuple[str, str]]:
    """Yield each fault of these acts below a store's folder: the file's path there, and a Japanese sentence."""
    yield from _SHEETS.faults(folder)
    yield from _EDITIONS.faults(folder)


def _rollover_of(document: Mapping[str, Any]) -> RolloverAct:
    """Return the act of a file; KeyError, TypeError or ValueError where it lacks anything."""
    from_year, source, revision = (int(document[name]) for name in ("from", "source", "revision"))
    marked = {str(path): str(digest) for path, digest in document["marked"].items()}
    when, who = (str(document[name]) for name in ("when", "who"))
    former = tuple(map(_former_of, document.get("former", ())))
    return RolloverAct(from_year, source, revision, marked, when, who, former)


def _former_of(entry: Mapping[str, Any]) -> FormerRevision:
    try:
        share = Decimal(str(entry["share"]))
    except InvalidOperation as fault:
        raise ValueError(entry["share"]) from fault
    return FormerRevision(SheetId(str(entry["id"])), int(entry["revision"]), share)


def _edition_act_of(document: Mapping[str, Any]) -> EditionAct:
    """Return the act of a file; KeyError, TypeError or ValueError where it lacks anything."""
    step = document["kind"]
    if step not in get_args(EditionStep):
        raise ValueError(step)
    when, who = (str(document[name]) for name in ("when", "who"))
    return EditionAct(step, int(document["from"]), when, who)


_SHEETS: Final = ActChain(ROLLOVERS, "年度更新の記録", _rollover_of)
_EDITIONS: Final = ActChain(EDITIONS, "年度の記録", _edition_act_of)


__all__ = [
    "EDITIONS",
    "ROLLOVERS",
    "EditionAct",
    "EditionStep",
    "FormerRevision",
    "RolloverAct",
    "edition_acts",
    "faults_of_rollovers",
    "is_begun",
    "is_closed",
    "is_founding",
    "is_reopened",
    "rollover_act",
    "write_edition_act",
    "write_rollover_act",
]

"""Grades and reasons of a tier (二次評価) beside the sheets: each table that was taken in is written once.

    grades/<edition>/<tier>/<n>.json   {"seal", "act": n, "parent_hash", "file", "sheets": {id: {part: text}},
                                        "changes": {id: {part: [before, after]}}, "undo", "when", "who"}

`sheets` is all that is kept beside the sheets after it; `changes` is what it changed, also in fields of the sheets. So the last
one says everything, and taking it back is one more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from xlsync.store.act_chain import ActChain
from xlsync.store.store_path import StorePath

GRADES: Final = "grades"
PartTexts = Mapping[str, str]
"""What is kept beside a sheet, by part of the tier."""
PartChanges = Mapping[str, tuple[Any, Any]]
"""What stood in each part before and after, as JSON."""


@dataclass(frozen=True, slots=True)
class TierGrades:
    """What is kept of a tier.

    Attributes:
        texts_by_sheet: What is kept beside the sheets, by id and part.
        changes_by_sheet: What the last table changed, by id and part.
        file: The table's name.
        when: When it was taken in, ISO 8601.
        who: Who took it in.
        is_undo: Whether it took the table before it back.

    """

    texts_by_sheet: Mapping[str, PartTexts] = field(default_factory=dict)
    changes_by_sheet: Mapping[str, PartChanges] = field(default_factory=dict)
    file: str = ""
    when: str = ""
    who: str = ""
    is_undo: bool = False

    def to_document(self) -> dict[str, Any]:
        """Return it as JSON."""
        changes = {key: _as_lists(parts) for key, parts in self.changes_by_sheet.items()}
        return {
            "file": self.file,
            "sheets": {key: dict(texts) for key, texts in self.texts_by_sheet.items()},
            "changes": changes,
            "undo": self.is_undo,
            "when": self.when,
            "who": self.who,
        }


def grades_of_tier(folder: StorePath, tier: str, edition: int) -> TierGrades:
    """Return what is kept of a tier, below a store's folder; nothing where no table was taken in, or none can be read."""
    newest = _CHAIN.newest_file(folder, tier, edition)
    return TierGrades() if newest is None else _read_grades(folder, tier, edition, newest)


def sound_grades_of_tier(folder: StorePath, tier: str, edition: int) -> TierGrades:
    """Return what is kept of a tier, for a table that goes on from it; StoreDamaged where the last one cannot be read."""
    last = _CHAIN.sound_last(folder, tier, edition)
    return TierGrades() if last is None else _grades_in(last)


@lru_cache(maxsize=32)
def _read_grades(
    folder: StorePath, tier: str, edition: int, _newest: tuple[str, int]
) -> TierGrades:
    """Return a tier's last table, kept for the next sheet: it is asked for at every write-back, and written once."""
    last = _CHAIN.last(folder, tier, edition)
    return TierGrades() if last is None else _grades_in(last)


def write_tier_grades(folder: StorePath, tier: str, edition: int, grades: TierGrades) -> None:
    """Write the next table of a tier. Call within `Store.writing`; StoreBusy where another program was quicker."""
    _CHAIN.write(folder, tier, edition, grades.to_document())


def faults_of_grades(folder: StorePath) -> Iterator[tuple[str, str]]:
    """Yield each fault of the tables below a store's folder: the file's path there, and a Japanese sentence."""
    return _CHAIN.faults(folder)


def _as_lists(parts: PartChanges) -> dict[str, list[Any]]:
    return {part: list(sides) for part, sides in parts.items()}


def _grades_in(document: Mapping[str, Any]) -> TierGrades:
    """Return the table of a document; KeyError, TypeError or ValueError where it lacks anything."""
    texts = {key: _texts(parts) for key, parts in document["sheets"].items()}
    changes = {key: _sides(parts) for key, parts in document["changes"].items()}
    file, when, who = (str(document[name]) for name in ("file", "when", "who"))
    return TierGrades(texts, changes, file, when, who, bool(document.get("undo", False)))


def _texts(parts: Mapping[str, Any]) -> dict[str, str]:
    return {str(part): str(text) for part, text in parts.items()}


def _sides(parts: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    return {str(part): (before, after) for part, (before, after) in parts.items()}


_CHAIN: Final = ActChain(GRADES, "評価の結果の記録", _grades_in)

__all__ = [
    "GRADES",
    "PartChanges",
    "PartTexts",
    "TierGrades",
    "faults_of_grades",
    "grades_of_tier",
    "sound_grades_of_tier",
    "write_tier_grades",
]

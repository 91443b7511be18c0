"""Which fields of a sheet another form of the city owns (`same-as`), each act written once.

    shared/<edition>/<id>/<n>.json   {"seal", "act": n, "parent_hash", "field_owners": {path: {"form_id", …}}, "when", "who"}

The last act about a sheet counts. The values are in the sheet's revisions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from xlsync.sheet_keys import SheetId
from xlsync.store.act_chain import ActChain
from xlsync.store.figure_imports import FigureSource, fields_with_figures
from xlsync.store.store_path import StorePath

SHARED: Final = "shared"


@dataclass(frozen=True, slots=True)
class FieldOwner:
    """The field of another form's sheet that owns a value. `sheet_words` is what people call that sheet."""

    form_id: str
    path: str
    sheet_key: str
    sheet_words: str

    @property
    def words(self) -> str:
        """It in words: 評価シート 01-02-01-08-14-01."""
        return f"{self.sheet_words} {self.sheet_key}"


@dataclass(frozen=True, slots=True)
class SharedFieldsAct:
    """Which fields of a sheet another form owns from a moment on (ISO 8601), by path."""

    field_owners: Mapping[str, FieldOwner]
    when: str
    who: str


FieldSource = FigureSource | FieldOwner
"""Where a value comes from that staff do not decide about: the financial system, or another form."""


def shared_fields(folder: StorePath, key: SheetId, edition: int) -> Mapping[str, FieldOwner]:
    """Return the fields of a sheet that another form owns, below a store's folder, by path."""
    document = _CHAIN.last(folder, key, edition)
    return {} if document is None else _owners_of(document)


def delivered_fields(folder: StorePath, key: SheetId, edition: int) -> Mapping[str, FieldSource]:
    """Return the fields of a sheet about which staff do not decide, each with where its value comes from."""
    shared = shared_fields(folder, key, edition)
    return {**shared, **fields_with_figures(folder, key, edition)}


def write_shared_fields(
    folder: StorePath, key: SheetId, edition: int, act: SharedFieldsAct
) -> None:
    """Write which fields of a sheet another form owns. Call within `Store.writing`; StoreBusy where another was quicker."""
    _CHAIN.write(folder, key, edition, asdict(act))


def faults_of_shared_fields(folder: StorePath) -> Iterator[tuple[str, str]]:
    """Yield each fault of the acts below a store's folder: the file's path there, and a Japanese sentence."""
    return _CHAIN.faults(folder)


def _owners_of(document: Mapping[str, Any]) -> dict[str, FieldOwner]:
    """Return the owners of an act; KeyError or TypeError where it lacks anything."""
    return {str(path): FieldOwner(**owner) for path, owner in document["field_owners"].items()}


_CHAIN: Final = ActChain(SHARED, "ほかの様式と同じ欄の記録", _owners_of)


__all__ = [
    "SHARED",
    "FieldOwner",
    "FieldSource",
    "SharedFieldsAct",
    "delivered_fields",
    "faults_of_shared_fields",
    "shared_fields",
    "write_shared_fields",
]

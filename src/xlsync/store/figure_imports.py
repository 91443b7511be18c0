"""Figures taken in from the financial system (財務会計), beside the sheets: each file is written once, with its yen.

    figures/<edition>/<kind>/<n>.json   {"seal", "act": n, "parent_hash", "basis", "as_of", "file", "unit", "rounding", "lines",
                                         "sheets": {key: {path: {"yen", "value"}}}, "when", "who"}

The last file of a kind replaces what the ones before it said. The planning office owns the fields that it fills.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

from xlsync.errors import StoreError
from xlsync.store.act_chain import ActChain
from xlsync.store.store_files import numbers_in

if TYPE_CHECKING:
    from pathlib import Path

FIGURES: Final = "figures"
Basis = Literal["当初", "補正", "見込", "決算"]
"""Which state of the budget amounts are of."""


@dataclass(frozen=True, slots=True)
class Figure:
    """What the financial system says of a field: yen, and the amount in the field's unit."""

    yen: int
    value: int

    def to_document(self) -> dict[str, int]:
        """Return it as JSON."""
        return {"yen": self.yen, "value": self.value}


@dataclass(frozen=True, slots=True)
class FiguresImport:
    """A file that was taken in.

    Attributes:
        basis: Which state of the budget its amounts are of: 当初, 補正, 見込 or 決算.
        as_of: The day they are of, ISO 8601.
        file: Its name.
        details: Unit, rounding and the budget lines with their yen, as JSON.
        field_figures: What it says of each sheet, by key and path.
        when: When it was taken in, ISO 8601.
        who: Who took it in.

    """

    basis: Basis
    as_of: str
    file: str
    details: Mapping[str, Any]
    field_figures: Mapping[str, Mapping[str, Figure]]
    when: str
    who: str

    def to_document(self) -> dict[str, Any]:
        """Return it as JSON."""
        sheets = {key: _documents(by_path) for key, by_path in self.field_figures.items()}
        return {
            "basis": self.basis,
            "as_of": self.as_of,
            "file": self.file,
            **self.details,
            "sheets": sheets,
            "when": self.when,
            "who": self.who,
        }


def figures_imports(folder: Path, edition: int) -> dict[str, FiguresImport]:
    """Return the last file of each kind that was taken in, below a store's folder; unreadable ones are left out."""
    imports = {}
    for kind in _CHAIN.keys(folder, edition):
        last = _last_import(folder, kind, edition)
        if last is not None:
            imports[kind] = last
    return imports


def fields_with_figures(folder: Path, key: str, edition: int) -> Mapping[str, str]:
    """Return the fields of a sheet that hold figures of the financial system, each with the kind of file that fills it."""
    return {
        path: kind
        for kind, last in figures_imports(folder, edition).items()
        for path in last.field_figures.get(key, ())
    }


def write_figures_import(folder: Path, kind: str, edition: int, imported: FiguresImport) -> None:
    """Write the next file of a kind. Call within `Store.writing`; StoreBusy where another program was quicker."""
    _CHAIN.write(folder, kind, edition, imported.to_document())


def faults_of_figures(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield each fault of the files below a store's folder: the file's path there, and a Japanese sentence."""
    return _CHAIN.faults(folder)


def _last_import(folder: Path, kind: str, edition: int) -> FiguresImport | None:
    own = _CHAIN.folder_of(folder, kind, edition)
    with contextlib.suppress(OSError, StoreError):
        newest = own / f"{max(numbers_in(own), default=0)}.json"
        return _read_import(folder, kind, edition, newest.name, newest.stat().st_mtime_ns)
    return None


@lru_cache(maxsize=16)
def _read_import(
    folder: Path, kind: str, edition: int, _name: str, _changed: int
) -> FiguresImport | None:
    """Return a kind's last file, kept for the next sheet: it is asked for at every save, and written once."""
    last = _CHAIN.last(folder, kind, edition)
    return None if last is None else _import_of(last)


_DETAILS: Final = ("unit", "rounding", "lines")


def _import_of(document: Mapping[str, Any]) -> FiguresImport:
    """Return the file of a document; KeyError, TypeError or ValueError where it lacks anything."""
    figures = {str(key): _figures_of(entries) for key, entries in document["sheets"].items()}
    basis = document["basis"]
    if basis not in get_args(Basis):
        raise ValueError(basis)
    as_of, file, when, who = (str(document[name]) for name in ("as_of", "file", "when", "who"))
    return FiguresImport(
        basis, as_of, file, {name: document[name] for name in _DETAILS}, figures, when, who
    )


def _documents(figures: Mapping[str, Figure]) -> dict[str, Any]:
    return {path: figure.to_document() for path, figure in figures.items()}


def _figures_of(entries: Mapping[str, Any]) -> dict[str, Figure]:
    return {
        str(path): Figure(int(entry["yen"]), int(entry["value"])) for path, entry in entries.items()
    }


_CHAIN: Final = ActChain(FIGURES, "財務会計の数字の記録", _import_of)


__all__ = [
    "FIGURES",
    "Basis",
    "Figure",
    "FiguresImport",
    "faults_of_figures",
    "fields_with_figures",
    "figures_imports",
    "write_figures_import",
]

"""Figures taken in from the financial system (財務会計), beside the sheets: each file is written once, with its yen.

    figures/<edition>/<kind>/<n>.json   {"seal", "act": n, "parent_hash", "basis", "as_of", "file", "unit", "rounding", "lines",
                                         "sheets": {key: {path: {"yen", "value"}}}, "when", "who"}

The last file of a kind replaces what the ones before it said. The planning office owns the fields that it fills, until it
gives them back to staff: that is the next file of the kind, without these fields, with a "reason". An import that is
taken back is followed by what held before it, with "undone", the name of its file.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final, Literal, get_args

from xlsync.kinds.eras import era_day
from xlsync.store.act_chain import ActChain
from xlsync.store.store_path import StorePath

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

    @property
    def is_released(self) -> bool:
        """Whether all its fields were given back to staff."""
        return not self.field_figures and not self.details["lines"]

    @property
    def undone_file(self) -> str:
        """The file whose import was taken back by it, "" where it is no such record."""
        return str(self.details.get(_UNDONE, ""))

    @property
    def is_release(self) -> bool:
        """Whether it was written since fields were given back to staff."""
        return _REASON in self.details

    def without_figures(self) -> FiguresImport:
        """Return it as though its file had been empty."""
        return replace(self, details={**self.details, "lines": []}, field_figures={})

    def as_undo(self, file: str, when: str, who: str) -> FiguresImport:
        """Return it as the record of a moment at which the import of `file` was taken back."""
        kept = {name: self.details[name] for name in _DETAILS}
        return replace(self, details={**kept, _UNDONE: file}, when=when, who=who)

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


@dataclass(frozen=True, slots=True)
class FigureSource:
    """Where the figure of a field comes from: the kind of file, which state of the budget it is of, and its day (ISO 8601)."""

    kind_name: str
    basis: Basis
    as_of: str

    @property
    def words(self) -> str:
        """It in words: 歳出決算、平成30年5月31日現在."""
        basis = "" if self.basis in self.kind_name else f"・{self.basis}"
        return f"{self.kind_name}{basis}、{day_in_words(self.as_of)}現在"

    @property
    def order(self) -> tuple[int, str]:
        """What sorts a later state of the budget behind an earlier one."""
        return get_args(Basis).index(self.basis), self.as_of


def day_in_words(as_of: str) -> str:
    """Return a day (ISO 8601) as people say it: 平成30年5月31日."""
    return era_day(dt.date.fromisoformat(as_of))


def figures_imports(folder: StorePath, edition: int) -> dict[str, FiguresImport]:
    """Return the last file of each kind that was taken in, below a store's folder.

    Unreadable ones are left out, and those of which all fields were given back to staff.
    """
    imports = {}
    for kind in _CHAIN.keys(folder, edition):
        last = _last_import(folder, kind, edition)
        if last is not None and not last.is_released:
            imports[kind] = last
    return imports


def sound_imports(folder: StorePath, kind: str, edition: int) -> list[FiguresImport]:
    """Return all records of a kind in order, none where there are none; StoreDamaged where the last cannot be read."""
    _CHAIN.sound_last(folder, kind, edition)
    return [_import_of(document) for document in _CHAIN.read(folder, kind, edition)]


def fields_with_figures(folder: StorePath, key: str, edition: int) -> Mapping[str, FigureSource]:
    """Return the fields of a sheet that hold figures of the financial system, each with the file that fills it.

    Where several kinds of files fill a field, the latest state of the budget does: 見込 gives way to 決算.
    """
    sources: dict[str, FigureSource] = {}
    for kind, last in figures_imports(folder, edition).items():
        source = FigureSource(kind, last.basis, last.as_of)
        for path in last.field_figures.get(key, ()):
            if path not in sources or source.order > sources[path].order:
                sources[path] = source
    return sources


def write_figures_import(
    folder: StorePath, kind: str, edition: int, imported: FiguresImport
) -> None:
    """Write the next file of a kind. Call within `Store.writing`; StoreBusy where another program was quicker."""
    _CHAIN.write(folder, kind, edition, imported.to_document())


def faults_of_figures(folder: StorePath) -> Iterator[tuple[str, str]]:
    """Yield each fault of the files below a store's folder: the file's path there, and a Japanese sentence."""
    return _CHAIN.faults(folder)


def _last_import(folder: StorePath, kind: str, edition: int) -> FiguresImport | None:
    newest = _CHAIN.newest_file(folder, kind, edition)
    return None if newest is None else _read_import(folder, kind, edition, newest)


@lru_cache(maxsize=16)
def _read_import(
    folder: StorePath, kind: str, edition: int, _newest: tuple[str, int]
) -> FiguresImport | None:
    """Return a kind's last file, kept for the next sheet: it is asked for at every save, and written once."""
    last = _CHAIN.last(folder, kind, edition)
    return None if last is None else _import_of(last)


_DETAILS: Final = ("unit", "rounding", "lines")
_REASON: Final = "reason"
"""Why fields were given back to staff; only a release has one."""
_UNDONE: Final = "undone"
"""The file whose import was taken back; only the record of that has one."""


def _import_of(document: Mapping[str, Any]) -> FiguresImport:
    """Return the file of a document; KeyError, TypeError or ValueError where it lacks anything."""
    figures = {str(key): _figures_of(entries) for key, entries in document["sheets"].items()}
    basis = document["basis"]
    if basis not in get_args(Basis):
        raise ValueError(basis)
    as_of, file, when, who = (str(document[name]) for name in ("as_of", "file", "when", "who"))
    dt.date.fromisoformat(as_of)
    details = {name: document[name] for name in _DETAILS}
    details |= {name: str(document[name]) for name in (_REASON, _UNDONE) if name in document}
    return FiguresImport(basis, as_of, file, details, figures, when, who)


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
    "FigureSource",
    "FiguresImport",
    "day_in_words",
    "faults_of_figures",
    "fields_with_figures",
    "figures_imports",
    "sound_imports",
    "write_figures_import",
]

"""One damaged workbook put through everything that reads or writes it: only xlsync's own errors may come out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from random import Random
from typing import TypeVar

from tests.fuzz.mutation import damaged
from tests.fuzz.seeds import seeds, weights
from tests.ooxml.areas import areas_of_formulas, is_within
from xlsync.errors import XlsyncError
from xlsync.ooxml import patch_cells, read_cells
from xlsync.ooxml.opc.package import Package
from xlsync.ooxml.patch.properties import set_custom_property, set_defined_name
from xlsync.ooxml.read.reader import open_workbook
from xlsync.workbook.reading.form_reader import read

Result = TypeVar("Result")
Cells = Mapping[str, Mapping[str, object]]

_VALUES = (
    1,
    -2.5,
    0.1,
    Decimal("1E+3"),
    True,
    None,
    "",
    "日本\n語",
    "_x0041_",
    "\ud800\x01",
    "=A1",
)
_SPOTS = (
    "A1",
    "B1",
    "C1",
    "D1",
    "A2",
    "B2",
    "C2",
    "C3",
    "B7",
    "E4",
    "F6",
    "J9",
    "A4",
    "XFD1048576",
)


class Wrong(Exception):
    """A workbook was read or written wrongly."""


@dataclass
class Outcome:
    """What happened, as words to count; `fault` tells of a defect."""

    words: list[str] = field(default_factory=list)
    fault: str = ""


@cache
def _choices() -> tuple[list[str], list[float]]:
    return list(weights()), list(weights().values())


def made(seed: int, number: int) -> tuple[str, bytes, Random]:
    """The name of its seed, the damaged workbook of that number, and the chance that goes on."""
    chance = Random(seed * 1_000_003 + number)  # noqa: S311 - the same damage each time
    names, weights = _choices()
    name = chance.choices(names, weights)[0]
    return name, damaged(seeds()[name], chance), chance


def run(seed: int, number: int) -> Outcome:
    """What becomes of the workbook of that number."""
    name, data, chance = made(seed, number)
    outcome = Outcome()
    before = _tried(outcome, "cells", lambda: read_cells(data))
    if name.endswith("form"):
        readings = _tried(outcome, "form", lambda: read(data))
        outcome.words += [f"form: {found.code}" for r in readings or () for found in r.findings]
    if before is None or chance.random() < 0.5:
        return outcome
    title = next(iter(before), "評価シート")
    _tried(outcome, "patch", lambda: _patched(data, before, title, chance))
    if chance.random() < 0.2:
        _tried(outcome, "property", lambda: _with_property(data))
        _tried(outcome, "name", lambda: _with_name(data, title))
    return outcome


def _tried(outcome: Outcome, what: str, work: Callable[[], Result]) -> Result | None:
    """The result of the work; None where it was refused. Anything but our own errors is a defect."""
    try:
        result = work()
    except XlsyncError as error:
        outcome.words.append(f"{what}: {type(error).__name__}")
        if not error.reason:
            outcome.fault = f"{what}: no reason given"
        return None
    outcome.words.append(f"{what}: done")
    return result


def _patched(data: bytes, before: Cells, title: str, chance: Random) -> None:
    """Set one cell: the others must read as before, the cell as what was written, other parts be the same."""
    spot, value = chance.choice(_SPOTS), chance.choice(_VALUES)
    changed = patch_cells(data, {(title, spot): value}, overwrite_formulas=chance.random() < 0.5)
    after = read_cells(changed)
    where = f"{title}!{spot} = {value!r}"
    for sheet in before.keys() | after.keys():
        old, new = dict(before.get(sheet, {})), dict(after.get(sheet, {}))
        got = new.pop(spot, None) if sheet == title else None
        if sheet == title:
            old.pop(spot, None)
            if not _same(value, got):
                raise Wrong(f"{where} reads {got!r}")
        for gone in _forgotten(data, sheet, old.keys() - new.keys()):
            del old[gone]
        if repr(sorted(old.items())) != repr(sorted(new.items())) and not _one_part(data):
            raise Wrong(f"{where} changed {old} into {new}")
    _refuse_other_parts(data, changed, where)


def _forgotten(data: bytes, sheet: str, absent: Iterable[str]) -> list[str]:
    """Those of the cells that lost their value which a formula fills: a result that may be wrong now is dropped."""
    book = open_workbook(data)
    cells = book.cells(sheet)
    part = next(entry.part for entry in book._part.worksheets if entry.title == sheet)  # noqa: SLF001
    areas = areas_of_formulas(Package.open(data).part(part).decode(errors="replace"))
    return [at for at in absent if cells[at].formula is not None or is_within(at, areas)]


def _same(written: object, got: object) -> bool:
    """True when a cell reads as what was written; a number may show as a date."""
    if isinstance(written, bool | str) or written is None:
        return got == written and type(got) is type(written)
    return got == float(str(written)) or type(got).__module__ == "datetime"


def _one_part(data: bytes) -> bool:
    """True when several worksheets are one part, so that a change in one is a change in the other."""
    entries = open_workbook(data)._part.worksheets  # noqa: SLF001 - no reader says so
    return len({entry.part.casefold() for entry in entries}) < len(entries)


def _refuse_other_parts(data: bytes, changed: bytes, where: str) -> None:
    """Raise when a part differs that is neither a worksheet nor keeps book of formulas."""
    old, new = Package.open(data), Package.open(changed)
    part = open_workbook(data)._part  # noqa: SLF001
    allowed = {entry.part.casefold() for entry in part.worksheets} | {part.part.casefold()}
    chain = part.target(old, "calcChain")
    if chain is not None:
        relations = part.part.rpartition("/")[2].casefold() + ".rels"
        names = map(str.casefold, old.names)  # names that differ in case only are one part
        bookkeeping = {name for name in names if name.endswith(relations)}
        allowed |= {chain.casefold(), "[content_types].xml", *bookkeeping}
    for name in old.names:
        if name.casefold() not in allowed and (name not in new or old.part(name) != new.part(name)):
            raise Wrong(f"{where} changed the part {name}")


def _with_property(data: bytes) -> None:
    changed = set_custom_property(data, "xlsync.stamp", "日_x0041_本<")
    if open_workbook(changed).custom_properties.get("xlsync.stamp") != "日_x0041_本<":
        raise Wrong("the property reads otherwise")


def _with_name(data: bytes, title: str) -> None:
    changed = set_defined_name(data, title, "_xlsync.x", '"a&b"', hidden=True)
    found = [name for name in open_workbook(changed).names if name.name == "_xlsync.x"]
    if [(name.refers_to, name.hidden) for name in found] != [('"a&b"', True)]:
        raise Wrong(f"the name reads {found}")

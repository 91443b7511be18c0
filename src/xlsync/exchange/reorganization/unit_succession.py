"""What became of a unit: renamed, merged, split or moved, by the lines of the city's list. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from xlsync.kinds import DASH
from xlsync.organization import plain_name

if TYPE_CHECKING:
    from xlsync.unit_lines import Unit, UnitLine


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a sheet of a unit belongs after the changes, by which of them; `hindrance` says why nobody can tell."""

    units: Unit
    unit_changes: tuple[UnitLine, ...] = ()
    hindrance: str = ""


def changes_until(lines: Iterable[UnitLine], day: dt.date) -> list[UnitLine]:
    """Return the lines that say what became of a unit until a day, in the order of their days."""
    ended = ((line.change_day, line) for line in lines)
    dated = [(change, line) for change, line in ended if change is not None and change <= day]
    return [line for _, line in sorted(dated, key=lambda each: each[0])]


def change_text(line: UnitLine) -> str:
    """Return what a line says of a change, by which it is known again wherever it stands in the list."""
    keys = f"（{'、'.join(line.sheet_keys)}）" if line.sheet_keys else ""
    return (
        f"{line.change_day} {shown(line.named_unit)} → {shown(line.successor) or '（なし）'}{keys}"
    )


def shown(units: Unit) -> str:
    """Return the names of a unit for people."""
    return " ".join(name for name in units if name and name != DASH)


def destination_of(units: Unit, sheet_key: str, changes: Sequence[UnitLine]) -> Destination:
    """Return where a sheet of a unit belongs after changes in the order of their days; those of one day are done at once."""
    current, done = named(units), list["UnitLine"]()
    for _, same_day in groupby(changes, key=lambda line: line.change_day):
        matching = _nearest([line for line in same_day if covers(line.named_unit, current)])
        if not matching:
            continue
        chosen = _chosen(matching, sheet_key)
        if isinstance(chosen, str):
            return Destination(current, tuple(done), chosen)
        current = _followed(chosen, current)
        done.append(chosen)
    return Destination(current, tuple(done))


def named(units: Unit) -> Unit:
    """Return the names of a unit, "" for a level that has none."""
    return tuple("" if name == DASH else name for name in units)


def covers(upper: Unit, units: Unit) -> bool:
    """Whether a unit is the one that a line names, or lies below it."""
    depth = sum(map(bool, upper))
    return all(plain_name(upper[at]) == plain_name(units[at]) for at in range(depth))


def _nearest(lines: Sequence[UnitLine]) -> list[UnitLine]:
    """Return the lines that name the unit most exactly: what is said of a 係 counts before what is said of its 課."""
    deepest = max((line.depth for line in lines), default=0)
    return [line for line in lines if line.depth == deepest]


def _chosen(lines: Sequence[UnitLine], sheet_key: str) -> UnitLine | str:
    """Return the line that holds for a sheet, or why nobody can tell."""
    for_sheet = [line for line in lines if sheet_key in line.sheet_keys]
    candidates = for_sheet or [line for line in lines if not line.sheet_keys]
    successors = {line.successor for line in candidates}
    return candidates[0] if len(successors) == 1 and any(successors) else _why_undecided(lines)


def _why_undecided(lines: Sequence[UnitLine]) -> str:
    unit, day = shown(lines[0].named_unit), lines[0].change_day
    following = dict.fromkeys(shown(line.successor) for line in lines if line.successor)
    if not following:
        return f"「{unit}」は{day}になくなりました。改編後の名前を書いてください"
    listed = "、".join(following)
    return f"「{unit}」は{day}に{listed}に分かれました。どちらに移すか、事業ごとに決めてください"


def _followed(line: UnitLine, units: Unit) -> Unit:
    """Return the unit that follows: names that the line leaves blank below its own stay."""
    depth = sum(map(bool, line.successor))
    kept = (units[at] if at >= line.depth else "" for at in range(depth, len(units)))
    return (*line.successor[:depth], *kept)


__all__ = [
    "Destination",
    "change_text",
    "changes_until",
    "covers",
    "destination_of",
    "named",
    "shown",
]

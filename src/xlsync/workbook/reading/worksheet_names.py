"""The defined names of each worksheet: by their scope, and by what they refer to where a program has mixed up the scopes."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache

from xlsync.ooxml import limits
from xlsync.ooxml.read.reader import Name, Workbook

_REFERENCE = re.compile(
    r"(?P<sheet>'(?:[^']|'')+'|[^'!]+)!(?P<first>\$?(?P<column>[A-Z]{1,3})\$?(?P<row>\d{1,7}))"
    r"(?P<last>:\$?[A-Z]{1,3}\$?\d{1,7})?"
)
_WIDEST = 3


# The workbooks of one form have the same few hundred references.
@lru_cache(maxsize=4096)
def reference_of(refers_to: str) -> tuple[str, str] | None:
    """Parse a reference into worksheet and address of its top left cell, None where it refers to no single area."""
    match = _REFERENCE.fullmatch(refers_to.strip().lstrip("="))
    if match is None:
        return None
    title, column, row = match["sheet"], match["column"], match["row"]
    title = title[1:-1].replace("''", "'") if title.startswith("'") else title
    if not 0 < int(row) <= limits.MAX_ROW or (len(column) == _WIDEST and column > "XFD"):
        return None
    return title, column + row


def worksheet_of(refers_to: str) -> str:
    """Return the title of the worksheet that a reference, to cells, rows or columns, names; "" for none."""
    return refers_to.rpartition("!")[0].strip("'").replace("''", "'")


def area_of(refers_to: str) -> str | None:
    """Return the range a reference names, without "$"; None for a single cell."""
    match = _REFERENCE.fullmatch(refers_to.strip().lstrip("="))
    if match is None or match["last"] is None:
        return None
    area = f"{match['first']}{match['last']}".replace("$", "")
    first, _, last = area.partition(":")
    return None if first == last else area


def names_by_worksheet(workbook: Workbook) -> dict[str, dict[str, str]]:
    """Map each worksheet to its names and what they refer to; a workbook-scoped name counts for the worksheet it refers to."""
    scoped: dict[str, dict[str, str]] = {title: {} for title in workbook.worksheets}
    for name, refers_to in _names_of_workbook(workbook.names):
        target = reference_of(refers_to)
        if target is not None and target[0] in scoped:
            scoped[target[0]][name] = refers_to
    by_scope = _names_by_scope(workbook.names, scoped)
    for name, scope, refers_to, _ in workbook.names:
        names = by_scope.get(scope)
        if names is not None and ("#REF!" not in refers_to or name.casefold() not in names):
            names[name.casefold()] = refers_to
    return scoped


def _names_of_workbook(names: Iterable[Name]) -> list[tuple[str, str]]:
    """Return the names without a scope, in lower case, each with what it refers to."""
    return [(name.name.casefold(), name.refers_to) for name in names if name.scope is None]


def _names_by_scope(
    names: Iterable[Name], scoped: Mapping[str, dict[str, str]]
) -> dict[str | None, dict[str, str]]:
    """Return the names of the worksheet that each scope means: another one, where all names of the scope refer to that.

    A scope is the number of a tab: a program that moves tabs and leaves the numbers gives a worksheet's names to another.
    """
    targets: dict[str, Counter[str]] = defaultdict(Counter)
    for name in names:
        target = reference_of(name.refers_to) if name.scope is not None else None
        if name.scope is not None and target is not None and target[0] in scoped:
            targets[name.scope][target[0]] += 1
    meant = {
        scope: counted.most_common(1)[0][0]
        for scope, counted in targets.items()
        if scope not in counted
    }
    return {title: scoped[meant.get(title, title)] for title in scoped}

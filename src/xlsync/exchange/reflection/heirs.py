"""Which sheets of the next edition the sheets of an edition became: groups that have no sheet in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlsync.exchange.lineage import predecessors_of
from xlsync.sheet_keys import SheetId

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from xlsync.store import Store

Heirs = tuple[tuple[SheetId, ...], tuple[SheetId, ...]]
"""Sheets of an edition, and those of the next that they became together."""


@dataclass(frozen=True, slots=True)
class NextEdition:
    """The edition after one, and for each of its sheets those of the edition that it comes from."""

    fiscal_year: int
    olds_by_new: Mapping[SheetId, tuple[SheetId, ...]]


def next_edition(store: Store, year: int) -> NextEdition | None:
    """Return the first edition after a year, None where there is none yet."""
    later = next((each for each in store.editions() if each > year), None)
    if later is None:
        return None
    olds = {}
    for new in store.counted_keys(later):
        predecessors = predecessors_of(store, new, later)
        olds[new] = tuple(each.former_id for each in predecessors if each.fiscal_year == year)
    return NextEdition(later, olds)


def heir_groups(olds: Sequence[SheetId], following: NextEdition | None) -> Iterator[Heirs]:
    """Yield the groups in the order of their first sheets: sheets of an edition that became sheets of the next together."""
    by_new = {} if following is None else following.olds_by_new
    links: dict[SheetId, list[SheetId]] = {old: [] for old in olds}
    for new, its_olds in by_new.items():
        for old in its_olds:
            links.setdefault(old, []).append(new)
    done: set[SheetId] = set()
    for old in olds:
        if old not in done:
            group, news = _reached(old, links, by_new)
            done |= group
            yield tuple(each for each in links if each in group), news


def _reached(
    start: SheetId,
    links: Mapping[SheetId, Iterable[SheetId]],
    by_new: Mapping[SheetId, Iterable[SheetId]],
) -> tuple[set[SheetId], tuple[SheetId, ...]]:
    """Return all sheets of the edition that share heirs with one, directly or not, and those heirs."""
    group, news, waiting = {start}, dict[SheetId, None](), [start]
    while waiting:
        for new in links.get(waiting.pop(), ()):
            news[new] = None
            fresh = set(by_new[new]) - group
            group |= fresh
            waiting += fresh
    return group, tuple(sorted(news))


__all__ = ["Heirs", "NextEdition", "heir_groups", "next_edition"]

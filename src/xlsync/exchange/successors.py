"""Which sheets of an edition a sheet that is not there any more has become, by what was said of where they come from."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from xlsync.store.lineage_acts import RELATION_WORDS, LineageAct, lineage_acts
from xlsync.store.register_acts import is_counted

if TYPE_CHECKING:
    from xlsync.sheet_keys import SheetId
    from xlsync.store import Store

_BETWEEN: Final = "、"


@dataclass(frozen=True, slots=True)
class Successors:
    """The sheets of an edition that a sheet of an earlier one has become: the ids, in order, and how, in Japanese."""

    sheet_ids: tuple[SheetId, ...] = ()
    relation_word: str = ""

    def named(self, store: Store, year: int) -> str:
        """Return their keys and titles, each between 「」."""
        heads = (store.head(each, year) for each in self.sheet_ids)
        return _BETWEEN.join(f"「{head.key} {head.title}」" for head in heads if head is not None)


def successors_of(store: Store, sheet_id: SheetId, year: int) -> Successors:
    """Return what became of a sheet in an edition; nothing where it counts there itself, or where it just ended."""
    editions = [each for each in store.editions() if each <= year]
    since = max((each for each in editions if _counts(store, sheet_id, each)), default=year)
    newest, word = {sheet_id: since}, ""
    for edition in editions[bisect_right(editions, since) :]:
        acts = lineage_acts(store.files, edition)
        newest = _moved_on(store, newest, edition, acts)
        word = _words(acts, newest, edition) or word
    if since == year:
        return Successors()
    return Successors(tuple(sorted(_at(newest, year))), word)


def _at(newest: Mapping[SheetId, int], edition: int) -> Iterator[SheetId]:
    """Yield the sheets whose newest one is of an edition."""
    return (each for each, at in newest.items() if at == edition)


def _words(acts: Mapping[SheetId, LineageAct], newest: Mapping[SheetId, int], edition: int) -> str:
    """Return how sheets of an edition came to be, as was said of them."""
    relations = (acts[each].relation for each in _at(newest, edition) if each in acts)
    return "・".join(dict.fromkeys(RELATION_WORDS[relation] for relation in relations))


def _moved_on(
    store: Store, newest: Mapping[SheetId, int], edition: int, acts: Mapping[SheetId, LineageAct]
) -> dict[SheetId, int]:
    """Return the newest sheets, each with its edition, once an edition has come; one that has none there stays as it is."""
    after: dict[SheetId, int] = {}
    for each, at in newest.items():
        heirs = [new for new, act in acts.items() if _comes_from(act, each, at)]
        if each not in acts and _counts(store, each, edition):
            heirs.append(each)
        counted = [heir for heir in heirs if _counts(store, heir, edition)]
        after |= dict.fromkeys(counted, edition) if counted else {each: at}
    return after


def _comes_from(act: LineageAct, sheet_id: SheetId, year: int) -> bool:
    named: Iterable[tuple[SheetId, int]] = (
        (old.former_id, old.fiscal_year) for old in act.predecessors
    )
    return (sheet_id, year) in named


def _counts(store: Store, sheet_id: SheetId, year: int) -> bool:
    return bool(store.last(sheet_id, year)) and is_counted(store.files, sheet_id, year)


__all__ = ["Successors", "successors_of"]

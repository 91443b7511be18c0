"""Where a sheet comes from, as people write it: a word for the change, and former sheets as 番号 or 番号=割合(%)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final

from xlsync.errors import StoreError
from xlsync.store.lineage_acts import RELATION_WORDS, Predecessor

if TYPE_CHECKING:
    from xlsync.store import Store
    from xlsync.store.lineage_acts import Relation

_PERCENT: Final = Decimal(100)


def relation_of(word: str) -> Relation:
    """Return the relation that a word means; StoreError names the words there are."""
    known = {japanese: relation for relation, japanese in RELATION_WORDS.items()}
    if word not in known:
        raise StoreError(f"異動には {'・'.join(known)} のどれかを書いてください", word)
    return known[word]


def predecessors_in(store: Store, year: int, entries: Sequence[str]) -> tuple[Predecessor, ...]:
    """Return the former sheets that entries name, of the edition before a year; StoreError where one is not written so."""
    earlier = [each for each in store.editions() if each < year]
    if entries and not earlier:
        raise StoreError(f"{year}年度より前のシートが登録されていません")
    return tuple(_predecessor(store, entry, earlier[-1]) for entry in entries)


def _predecessor(store: Store, entry: str, year: int) -> Predecessor:
    key, _, typed = entry.partition("=")
    try:
        share = Decimal(typed.strip().rstrip("%") or "100") / _PERCENT
    except InvalidOperation as fault:
        raise StoreError("割合は 60 のように%の数字で書いてください", entry) from fault
    if not share.is_finite():
        raise StoreError("割合は 60 のように%の数字で書いてください", entry)
    return Predecessor(store.id_of(key.strip(), year), year, share)


def percent_words(share: Decimal) -> str:
    """Return a share of a sheet's amounts in percent."""
    return f"{(share * _PERCENT).normalize():f}%"


__all__ = ["percent_words", "predecessors_in", "relation_of"]

"""Store → the projects of earlier years that published ones come from, as the planning office has said (事業の新旧)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from xlsync.publication.public_fields import public_sheet
from xlsync.publication.published_year import PublicPredecessor
from xlsync.store.lineage_acts import RELATION_WORDS, lineage_acts

if TYPE_CHECKING:
    from xlsync.sheet_keys import SheetId
    from xlsync.store import Store

_PERCENT = 100


def public_predecessors(
    store: Store, year: int, sheet_ids: Collection[SheetId]
) -> Iterator[PublicPredecessor]:
    """Yield the predecessors of some sheets of a fiscal year; the office's reason is its own and stays there."""
    acts = lineage_acts(store.files, year)
    for sheet_id in sheet_ids:
        act = acts.get(sheet_id)
        for each in act.predecessors if act is not None else ():
            newest = store.find_newest(each.former_id, each.fiscal_year)
            yield PublicPredecessor(
                sheet_id,
                each.former_id,
                each.fiscal_year,
                store.key_of(each.former_id, each.fiscal_year),
                "" if newest is None else public_sheet(newest.sheet).title,
                RELATION_WORDS[act.relation] if act is not None else "",
                (each.amount_share * _PERCENT).normalize(),
            )


__all__ = ["public_predecessors"]

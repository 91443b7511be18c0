"""What the sheets of earlier editions say, as the summaries' page of years takes it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from xlsync.exchange.ancestry import Ancestry
from xlsync.sheet_keys import SheetId
from xlsync.summary.figures.form_fields import form_fields_of
from xlsync.summary.figures.year_values import PastSheet, amounts_in, kept_values

if TYPE_CHECKING:
    from xlsync.exchange.ancestry import Generation
    from xlsync.form.edition import Edition
    from xlsync.store import Store


def past_sheets(
    store: Store, edition: Edition, ids: Iterable[str]
) -> dict[str, tuple[PastSheet, ...]]:
    """Return what the sheets of earlier editions say that sheets of an edition come from, by id.

    Nothing is read where the form has no page of years. Only the values that the page shows are kept.
    """
    page = form_fields_of(edition).over_years
    if page is None:
        return {}
    ancestry = Ancestry(store)
    every = {}
    for each in ids:
        generations = ancestry.generations(SheetId(each), edition.year)
        every[each] = tuple(past_sheet(older, each, page.patterns) for older in generations)
    return {each: past for each, past in every.items() if past}


def past_sheet(generation: Generation, sheet_id: str, patterns: Iterable[str]) -> PastSheet:
    """Return what a generation of a sheet's says in the fields of some entries.

    Where a part of it had no sheet in that edition, its amounts are not known.
    """
    sheet, own = generation.sheet, generation.sheet_of(sheet_id)
    edition, values = sheet.edition, kept_values(sheet, patterns)
    if not generation.is_whole:
        values |= dict.fromkeys(amounts_in(edition, values))
    alone = None if generation.is_same else own
    unshared = {} if alone is None else amounts_in(edition, kept_values(alone, patterns))
    is_first_own = sheet.id == sheet_id
    words = generation.words
    return PastSheet(edition, values, words, generation.is_same, is_first_own, unshared)


__all__ = ["past_sheet", "past_sheets"]

"""What last year's sheet of a project is, through renaming, merging, splitting and moving: 事業の新旧."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Final

from xlsync.errors import StoreError
from xlsync.sheet import Sheet
from xlsync.store.lineage_acts import (
    LineageAct,
    Predecessor,
    lineage_act,
    lineage_acts,
    write_lineage_act,
)

if TYPE_CHECKING:
    from xlsync.kinds import Value
    from xlsync.sheet_keys import SheetId
    from xlsync.store import Store

_WHOLE: Final = Decimal(1)
_PERCENT: Final = 100


def predecessors_of(store: Store, sheet_id: SheetId, year: int) -> tuple[Predecessor, ...]:
    """Return the sheets of earlier editions that a sheet comes from: as was said, else the newest earlier one of its own id."""
    act = lineage_act(store.folder, sheet_id, year)
    if act is not None:
        return act.predecessors
    earlier = (each for each in reversed(store.editions()) if each < year)
    own = next((each for each in earlier if store.last(sheet_id, each)), None)
    return () if own is None else (Predecessor(sheet_id, own),)


def last_years_sheet(store: Store, sheet_id: SheetId, year: int) -> Sheet | None:
    """Return what last year's sheet of a project says: of several, amounts by their shares added up, texts of the first.

    None where there is none, or one of them cannot be read.
    """
    predecessors = predecessors_of(store, sheet_id, year)
    revisions = [store.find_newest(each.former_id, each.fiscal_year) for each in predecessors]
    sheets = [revision.sheet for revision in revisions if revision is not None]
    if not sheets or len(sheets) < len(revisions):
        return None
    if len({sheet.edition.year for sheet in sheets}) > 1:
        return None
    return combined(list(zip(sheets, (each.amount_share for each in predecessors), strict=True)))


def combined(parts: Sequence[tuple[Sheet, Decimal]]) -> Sheet:
    """Return one sheet of several of an edition: each amount is the sum of their shares, everything else is as in the first."""
    first, share = parts[0]
    if len(parts) == 1 and share == _WHOLE:
        return first
    fields = (field for field in first.edition.fields if field.kind.is_amount)
    amounts = {field.path: _added_up(parts, field.path) for field in fields}
    return first.with_values(amounts)


def _added_up(parts: Iterable[tuple[Sheet, Decimal]], path: str) -> Value:
    """Return the sum of the shares of an amount; None where one of the sheets says none."""
    total = Decimal(0)
    is_whole = True
    for sheet, share in parts:
        value = sheet[path]
        if not isinstance(value, int | Decimal):
            return None
        is_whole = is_whole and isinstance(value, int)
        total += value * share
    return int(total.to_integral_value(ROUND_HALF_UP)) if is_whole else total


def record_lineage(store: Store, sheet_id: SheetId, year: int, act: LineageAct) -> None:
    """Write down where a sheet comes from; nothing is written where the newest act says the same.

    Raises StoreError where a share is none, or more of an old sheet would be given away than there is.
    """
    with store.writing():
        refuse_unsound(store, sheet_id, year, act)
        written = lineage_act(store.folder, sheet_id, year)
        if written is None or not written.says_the_same(act):
            write_lineage_act(store.folder, sheet_id, year, act)


def refuse_unsound(store: Store, sheet_id: SheetId, year: int, act: LineageAct) -> None:
    """Raise StoreError, in a sentence, for an act that cannot be true."""
    if not store.last(sheet_id, year):
        raise StoreError("登録されていません。番号を確かめてください", store.key_of(sheet_id, year))
    named = [(each.former_id, each.fiscal_year) for each in act.predecessors]
    for each in act.predecessors:
        key = store.key_of(each.former_id, each.fiscal_year)
        if each.fiscal_year >= year or not store.last(each.former_id, each.fiscal_year):
            raise StoreError(f"{each.fiscal_year}年度のシートがありません", key)
        if not 0 < each.amount_share <= _WHOLE:
            raise StoreError("割合は0より大きく100%までにしてください", key)
        if named.count((each.former_id, each.fiscal_year)) > 1:
            raise StoreError("同じ事業が二度あります", key)
        total = each.amount_share + _given_elsewhere(store, sheet_id, year, each)
        if total > _WHOLE:
            shown = (total * _PERCENT).normalize()
            raise StoreError(f"ほかの事業への分と合わせて{shown:f}%になり、100%を超えます", key)


def _given_elsewhere(store: Store, sheet_id: SheetId, year: int, old: Predecessor) -> Decimal:
    """Return the share of an old sheet that was said to have gone to other sheets of the edition."""
    others = (act for key, act in lineage_acts(store.folder, year).items() if key != sheet_id)
    shares = (
        each.amount_share
        for act in others
        for each in act.predecessors
        if (each.former_id, each.fiscal_year) == (old.former_id, old.fiscal_year)
    )
    return sum(shares, Decimal(0))


__all__ = [
    "combined",
    "last_years_sheet",
    "predecessors_of",
    "record_lineage",
    "refuse_unsound",
]

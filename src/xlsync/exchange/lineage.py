"""What last year's sheet of a project is, through renaming, merging, splitting and moving: 事業の新旧."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from xlsync.computed import ALONE, ratios, results, share_of
from xlsync.errors import StoreError
from xlsync.exchange.program_totals import program_total_paths, program_totals
from xlsync.kinds import DASH
from xlsync.sheet import Sheet
from xlsync.store.lineage_acts import (
    LineageAct,
    Predecessor,
    lineage_act,
    lineage_acts,
    write_lineage_act,
)

if TYPE_CHECKING:
    from xlsync.form.edition import BoundRule
    from xlsync.kinds import Value
    from xlsync.sheet_keys import SheetId
    from xlsync.store import Store

_WHOLE: Final = Decimal(1)
_PERCENT: Final = 100


def predecessors_of(store: Store, sheet_id: SheetId, year: int) -> tuple[Predecessor, ...]:
    """Return the sheets of earlier editions that a sheet comes from: as was said, else the newest earlier one of its own id."""
    act = lineage_act(store.files, sheet_id, year)
    if act is not None:
        return act.predecessors
    earlier = (each for each in reversed(store.editions()) if each < year)
    own = next((each for each in earlier if store.last(sheet_id, each)), None)
    return () if own is None else (Predecessor(sheet_id, own),)


def last_years_sheet(store: Store, sheet_id: SheetId, year: int) -> Sheet | None:
    """Return what last year's sheet of a project says: of several, amounts by their shares added up, texts of the first.

    None where there is none, or one of them cannot be read.
    """
    parts = former_sheets(store, predecessors_of(store, sheet_id, year))
    return combined(parts) if parts else None


def former_sheets(store: Store, predecessors: Sequence[Predecessor]) -> list[tuple[Sheet, Decimal]]:
    """Return the newest sheet of each predecessor with its share; none where one is unreadable or they are of several years."""
    revisions = [store.find_newest(each.former_id, each.fiscal_year) for each in predecessors]
    sheets = [revision.sheet for revision in revisions if revision is not None]
    if len(sheets) < len(revisions) or len({sheet.edition.year for sheet in sheets}) > 1:
        return []
    return list(zip(sheets, (each.amount_share for each in predecessors), strict=True))


def given_away(store: Store, year: int) -> frozenset[tuple[SheetId, int]]:
    """Return the sheets, by id and fiscal year, all of whose amounts went to sheets of other projects of an edition."""
    total: dict[tuple[SheetId, int], Decimal] = {}
    for sheet_id, act in lineage_acts(store.files, year).items():
        for each in act.predecessors:
            if each.former_id != sheet_id:
                old = (each.former_id, each.fiscal_year)
                total[old] = total.get(old, Decimal(0)) + each.amount_share
    return frozenset(old for old, share in total.items() if share >= _WHOLE)


def combined(parts: Sequence[tuple[Sheet, Decimal]], program: str = "") -> Sheet:
    """Return one sheet of several of an edition: each amount is the sum of their shares, everything else is as in the first.

    A total over a budget program is that of `program` (by default the first sheet's), with what other programs give to it.
    What divides one amount by another is computed again.
    """
    first, share = parts[0]
    program = program or first.program
    if len(parts) == 1 and share == _WHOLE and first.program == program:
        return first
    fields = (field for field in first.edition.fields if field.kind.is_amount)
    amounts = {field.path: _added_up(parts, field.path) for field in fields}
    sheet = _with_program_totals(first.with_values(amounts), parts, program)
    return sheet.with_values(_ratios(sheet, parts))


def _ratios(sheet: Sheet, parts: Sequence[tuple[Sheet, Decimal]]) -> dict[str, Value]:
    """Return what divides amounts, over their sums; nothing of rows, nor where a sheet says another number."""
    edition = sheet.edition
    columns = {column.path for column in edition.columns}
    live = {
        path: ALONE
        for path, rule in ratios(edition).items()
        if columns.isdisjoint(rule.parts) and _is_computed(rule, parts)
    }
    blank: dict[str, Value] = dict.fromkeys(ratios(edition))
    return blank | results(edition, live, sheet)


def _is_computed(rule: BoundRule, parts: Iterable[tuple[Sheet, Decimal]]) -> bool:
    """Whether every sheet says at a computed field what its formula gives."""
    return all(share_of(rule, old) is not None for old, _ in parts)


def _with_program_totals(
    sheet: Sheet, parts: Sequence[tuple[Sheet, Decimal]], program: str
) -> Sheet:
    """Return the sheet with its totals over the program: what its sheets had already counts once, whoever says it."""
    within = next((old for old, _ in parts if old.program == program), None)
    outside = [(old, share) for old, share in parts if old.program != program]
    formulas, totals = sheet.edition.formulas, {}
    for path in program_totals(sheet.edition):
        added = _added_up(outside, formulas[path].parts[0]) if outside else DASH
        known = DASH if within is None else within[path]
        totals[path] = _sum_of(known, added)
    sums = dict.fromkeys(program_total_paths(sheet.edition) - totals.keys(), ALONE)
    return sheet.with_values({**totals, **results(sheet.edition, sums, {**sheet, **totals})})


def _sum_of(known: Value, added: Value) -> Value:
    """Return the sum of two amounts; "-" adds nothing, and a blank one makes the sum unknown."""
    if DASH in {known, added}:
        return known if added == DASH else added
    if isinstance(known, int | Decimal) and isinstance(added, int | Decimal):
        return known + added
    return None


def _added_up(parts: Iterable[tuple[Sheet, Decimal]], path: str) -> Value:
    """Return the sum of the shares of an amount; "-" is none, and where one of the sheets is blank it is not known."""
    total = Decimal(0)
    is_whole = True
    amounts = [(sheet[path], share) for sheet, share in parts]
    if all(value == DASH for value, _ in amounts):
        return DASH
    for value, share in amounts:
        if value == DASH:
            continue
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
        written = lineage_act(store.files, sheet_id, year)
        if written is None or not written.says_the_same(act):
            write_lineage_act(store.files, sheet_id, year, act)


def refuse_unsound(store: Store, sheet_id: SheetId, year: int, act: LineageAct) -> None:
    """Raise StoreError, in a sentence, for an act that cannot be true."""
    if not store.last(sheet_id, year):
        raise StoreError("登録されていません。番号を確かめてください", store.key_of(sheet_id, year))
    refuse_untrue_shares(store, sheet_id, year, act)


def refuse_untrue_shares(
    store: Store,
    sheet_id: SheetId,
    year: int,
    act: LineageAct,
    beside: Mapping[SheetId, LineageAct] = MappingProxyType({}),
) -> None:
    """Raise StoreError for predecessors that there are not, or of which more is given away than there is.

    `beside` are the acts about other sheets of the edition that are to be written together with this one.
    """
    named = [(each.former_id, each.fiscal_year) for each in act.predecessors]
    for each in act.predecessors:
        key = store.key_of(each.former_id, each.fiscal_year)
        if each.fiscal_year >= year or not store.last(each.former_id, each.fiscal_year):
            raise StoreError(f"{each.fiscal_year}年度のシートがありません", key)
        if not 0 < each.amount_share <= _WHOLE:
            raise StoreError("割合は0より大きく100%までにしてください", key)
        if named.count((each.former_id, each.fiscal_year)) > 1:
            raise StoreError("同じ事業が二度あります", key)
        total = each.amount_share + _given_elsewhere(store, sheet_id, year, each, beside)
        if total > _WHOLE:
            shown = (total * _PERCENT).normalize()
            raise StoreError(f"ほかの事業への分と合わせて{shown:f}%になり、100%を超えます", key)


def _given_elsewhere(
    store: Store,
    sheet_id: SheetId,
    year: int,
    old: Predecessor,
    beside: Mapping[SheetId, LineageAct],
) -> Decimal:
    """Return the share of an old sheet that was said to have gone to other sheets of the edition."""
    acts = {**lineage_acts(store.files, year), **beside}
    others = (act for key, act in acts.items() if key != sheet_id)
    shares = (
        each.amount_share
        for act in others
        for each in act.predecessors
        if (each.former_id, each.fiscal_year) == (old.former_id, old.fiscal_year)
    )
    return sum(shares, Decimal(0))


__all__ = [
    "combined",
    "former_sheets",
    "given_away",
    "last_years_sheet",
    "predecessors_of",
    "record_lineage",
    "refuse_unsound",
    "refuse_untrue_shares",
]

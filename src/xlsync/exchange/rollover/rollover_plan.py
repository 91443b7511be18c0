"""What a roll-over would do, before anything is done: each sheet of last year's and what becomes of it in the new edition."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import starmap
from typing import TYPE_CHECKING, Any, Literal

from xlsync.errors import StoreError
from xlsync.exchange.formless_values import formless_values
from xlsync.exchange.lineage import former_sheets, given_away
from xlsync.exchange.rollover.carried_sheets import (
    PlannedRollover,
    SheetFate,
    planned_descendant,
    planned_sheet,
)
from xlsync.exchange.rollover.unfinished_sheets import Unfinished, find_unfinished
from xlsync.store.lineage_acts import lineage_act
from xlsync.store.register_acts import register_acts
from xlsync.year_shift import shift_sheet

if TYPE_CHECKING:
    from xlsync.carry_over import LostValue
    from xlsync.exchange.receipt import Terms
    from xlsync.sheet import Sheet
    from xlsync.sheet_keys import SheetId
    from xlsync.store import Store
    from xlsync.store.register_acts import RegisterAct
    from xlsync.year_shift import FieldFate


@dataclass(frozen=True, slots=True)
class RolloverPlan:
    """What a roll-over would do.

    Attributes:
        from_year: The fiscal year of the edition whose sheets are carried over.
        to_year: That of the new edition.
        planned: Each sheet that is carried over, by key.
        ended_sheets: Sheets that are not, because the project has ended, with the act that says so.
        given_sheets: Sheets that are not, because all of them went to other projects (統合・分割・改称).
        added_sheets: Sheets of the new edition that last year had none of.
        renamed_sheets: Sheets of the new edition, registered before, with another key, title or unit than last year: both.
        unfinished_sheets: What of last year's is not finished.
        formless_sheets: The sheets that said something in a field that the form in use does not have: each with what.

    """

    from_year: int
    to_year: int
    planned: tuple[PlannedRollover, ...] = ()
    ended_sheets: tuple[tuple[Sheet, RegisterAct], ...] = ()
    given_sheets: tuple[Sheet, ...] = ()
    added_sheets: tuple[Sheet, ...] = ()
    renamed_sheets: tuple[tuple[Sheet, Sheet], ...] = ()
    unfinished_sheets: Unfinished = field(default_factory=Unfinished)
    formless_sheets: tuple[tuple[Sheet, tuple[LostValue, ...]], ...] = ()

    @property
    def to_write(self) -> tuple[PlannedRollover, ...]:
        """The sheets of which a revision is to be written."""
        return tuple(planned for planned in self.planned if planned.is_to_write)

    def with_fate(self, fate: SheetFate) -> list[PlannedRollover]:
        """Return the sheets with a fate."""
        return [planned for planned in self.planned if planned.sheet_fate == fate]

    def counts(self) -> dict[str, Counter[FieldFate | Literal["marked"]]]:
        """Return how many sheets have which fate at each field, by path: the new edition's, of an ended field the old one's."""
        counts: dict[str, Counter[FieldFate | Literal["marked"]]] = {}
        for planned in self.planned:
            for shift in planned.shifted.field_shifts:
                counter = counts.setdefault(shift.path or shift.former_path, Counter())
                counter[shift.field_fate] += 1
                counter["marked"] += shift.is_marked
        return counts

    def _other_sheets(self) -> dict[str, Any]:
        ended = [{**_named(sheet), "reason": act.reason} for sheet, act in self.ended_sheets]
        given = list(map(_named, self.given_sheets))
        added = [_named(sheet) for sheet in self.added_sheets]
        renamed = [_renaming(old, new) for old, new in self.renamed_sheets]
        return {"ended": ended, "given": given, "new": added, "changed": renamed}

    def _counted(self) -> dict[str, dict[str, int]]:
        return {path: _by_word(counter) for path, counter in self.counts().items()}

    def to_document(self) -> dict[str, Any]:
        """Return the plan as JSON."""
        return {
            "from": self.from_year,
            "to": self.to_year,
            "sheets": _documents(self.planned),
            **self._other_sheets(),
            "fields": self._counted(),
            "formless": list(starmap(_formless, self.formless_sheets)),
            "unfinished": self.unfinished_sheets.to_document(),
        }


def _documents(planned: Iterable[PlannedRollover]) -> list[dict[str, Any]]:
    return [each.to_document() for each in planned]


def _by_word(counter: Counter[FieldFate | Literal["marked"]]) -> dict[str, int]:
    return {str(fate): count for fate, count in counter.items() if count}


def _named(sheet: Sheet) -> dict[str, str]:
    return {"key": sheet.key, "title": sheet.title}


def _formless(sheet: Sheet, values: Iterable[LostValue]) -> dict[str, Any]:
    documents = [{**value.to_document(), "field": value.field_label} for value in values]
    return {**_named(sheet), "values": documents}


def _renaming(old: Sheet, new: Sheet) -> dict[str, str]:
    return {**_named(new), "former_key": old.key, "former_title": old.title}


def plan_rollover(store: Store, terms: Terms, to_year: int) -> RolloverPlan:
    """Return what a roll-over into a year would do; nothing is written.

    Raises:
        StoreError: The store has no sheets of an earlier year.
        FormError: The form has no such year, or is wrong in it.

    """
    from_year = year_before(store, to_year)
    last_years = {head.id: head for head in store.heads(from_year)}
    there = store.heads(to_year)
    descended = planned_descendants(store, there, from_year)
    given = [last_years[each] for each in _given(store, last_years, there, to_year)]
    left = {sheet.id for sheet in given} | descended.keys()
    ended, carried = _divided(store, (head for head in last_years.values() if head.id not in left))
    edition = terms.form.at(to_year)
    planned = [planned_sheet(store, shift_sheet(head, edition), act) for head, act in carried]
    planned += filter(None, descended.values())
    going_on = [head for head, _ in carried]
    return RolloverPlan(
        from_year,
        to_year,
        tuple(sorted(planned, key=_sheet_id)),
        tuple(ended),
        tuple(given),
        _added(there, last_years.keys() | descended.keys()),
        _renamed(there, last_years),
        find_unfinished(store, replace(terms, fiscal_year=from_year), going_on),
        tuple(_formless_sheets(store, going_on)),
    )


def _formless_sheets(
    store: Store, heads: Iterable[Sheet]
) -> Iterator[tuple[Sheet, tuple[LostValue, ...]]]:
    for head in heads:
        values = formless_values(store, head.id, head.edition.year)
        if values:
            yield head, values


def _sheet_id(planned: PlannedRollover) -> str:
    return planned.sheet.id


def _added(there: Iterable[Sheet], known: Collection[SheetId]) -> tuple[Sheet, ...]:
    return tuple(head for head in there if head.id not in known)


def _renamed(
    there: Iterable[Sheet], last_years: Mapping[SheetId, Sheet]
) -> tuple[tuple[Sheet, Sheet], ...]:
    """Return the sheets of the new edition with another key, title or unit than last year: both."""
    pairs = ((last_years[new.id], new) for new in there if new.id in last_years)
    return tuple((old, new) for old, new in pairs if _identity(old) != _identity(new))


def planned_descendants(
    store: Store, there: Iterable[Sheet], from_year: int
) -> dict[SheetId, PlannedRollover | None]:
    """Return what becomes of the sheets whose lineage was written down, by id; None for one that comes from no other."""
    planned: dict[SheetId, PlannedRollover | None] = {}
    for head in there:
        act = lineage_act(store.files, head.id, head.edition.year)
        if act is None:
            continue
        parts = former_sheets(store, act.predecessors)
        is_of_last_year = parts and parts[0][0].edition.year == from_year
        planned[head.id] = planned_descendant(store, head, parts) if is_of_last_year else None
    return planned


def _given(
    store: Store, last_years: Mapping[SheetId, Sheet], there: Iterable[Sheet], to_year: int
) -> list[SheetId]:
    """Return the ids of the sheets all of which went to other projects, and that the new edition does not have."""
    present = {head.id for head in there}
    gone = {old for old, year in given_away(store, to_year) if year < to_year}
    return [each for each in last_years if each in gone - present]


def _divided(
    store: Store, heads: Iterable[Sheet]
) -> tuple[list[tuple[Sheet, RegisterAct]], list[tuple[Sheet, RegisterAct | None]]]:
    """Return the sheets of projects that have ended, and the others, each with the newest act about whether it counts."""
    ended: list[tuple[Sheet, RegisterAct]] = []
    carried: list[tuple[Sheet, RegisterAct | None]] = []
    for head in heads:
        act = _newest_act(store, head.id, head.edition.year)
        if act is not None and act.act_kind == "retire":
            ended.append((head, act))
        else:
            carried.append((head, act))
    return ended, carried


def year_before(store: Store, year: int) -> int:
    """Return the newest earlier year of which the store has sheets; StoreError where there is none."""
    earlier = [each for each in store.editions() if each < year and store.keys(each)]
    if not earlier:
        raise StoreError(
            f"{year}年度より前のシートが登録されていません。年度更新の元になる年度を確かめてください"
        )
    return earlier[-1]


def _newest_act(store: Store, key: SheetId, year: int) -> RegisterAct | None:
    """Return the newest act about whether a sheet counts, None where it counts."""
    acts = register_acts(store.files, key, year)
    return acts[-1] if acts and acts[-1].act_kind != "restore" else None


def _identity(sheet: Sheet) -> tuple[object, ...]:
    return sheet.key, sheet.title, sheet.units


__all__ = ["RolloverPlan", "plan_rollover", "planned_descendants", "year_before"]

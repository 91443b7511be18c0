"""What a reorganisation would do: which sheets go to which unit, and which nobody can tell; nothing is written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from xlsync.errors import StoreError
from xlsync.exchange.reorganization.unit_succession import (
    change_text,
    changes_until,
    covers,
    destination_of,
    named,
    shown,
)
from xlsync.kinds import DASH
from xlsync.store.reorganization_acts import MovedSheet, ReorganizationAct, acts_in_force

if TYPE_CHECKING:
    from xlsync.exchange.receipt import Terms
    from xlsync.organization import Organization
    from xlsync.sheet import Sheet
    from xlsync.store import Store
    from xlsync.unit_lines import Unit, UnitLine


@dataclass(frozen=True, slots=True)
class PlannedTransfer:
    """A sheet as it stands, the unit it goes to, and the lines of the list that say so; () where an act already does."""

    sheet: Sheet
    new_units: Unit
    unit_changes: tuple[UnitLine, ...] = ()

    def moved(self) -> MovedSheet:
        """Return it as the act keeps it."""
        parent = self.sheet.revision or 0
        return MovedSheet(self.sheet.id, parent, self.sheet.units, self.new_units)

    def to_document(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "key": self.sheet.key,
            "title": self.sheet.title,
            "from": list(self.sheet.units),
            "to": list(self.new_units),
        }


@dataclass(frozen=True, slots=True)
class ReorganizationPlan:
    """What a reorganisation would do.

    Attributes:
        year: The fiscal year of the edition whose sheets are moved.
        day: The day whose organization is to hold.
        transfers: The sheets that go to another unit, by key.
        undecided_sheets: The sheets of which nobody can tell where they go, each with the reason.
        unlisted_sheets: The sheets whose unit is not in the city's list, which does not say what became of it either.
        faults: Why nothing can be done, each with the row.
        doubts: What somebody should look at first.
        is_recorded: Whether an act about all of its transfers is written already: a run did not come to its end.

    """

    year: int
    day: dt.date
    transfers: tuple[PlannedTransfer, ...] = ()
    undecided_sheets: tuple[tuple[Sheet, str], ...] = ()
    unlisted_sheets: tuple[Sheet, ...] = ()
    faults: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    is_recorded: bool = False

    @property
    def change_texts(self) -> tuple[str, ...]:
        """The changes of the list that are carried out, each as the act keeps it."""
        lines = (line for each in self.transfers for line in each.unit_changes)
        return tuple(dict.fromkeys(map(change_text, lines)))

    def to_document(self) -> dict[str, Any]:
        """Return it as JSON."""
        undecided = [{**_named(sheet), "reason": why} for sheet, why in self.undecided_sheets]
        return {
            "edition": self.year,
            "day": self.day.isoformat(),
            "moves": [each.to_document() for each in self.transfers],
            "undecided": undecided,
            "unlisted": list(map(_named, self.unlisted_sheets)),
            "faults": list(self.faults),
            "doubts": list(self.doubts),
        }


def _named(sheet: Sheet) -> dict[str, Any]:
    return {"key": sheet.key, "title": sheet.title, "units": list(sheet.units)}


def plan_reorganization(
    store: Store, terms: Terms, listed: Organization, day: dt.date
) -> ReorganizationPlan:
    """Return what a list with days makes of the sheets of the terms' edition.

    Args:
        store: The city's store.
        terms: The city's form, fiscal year and own list of units.
        listed: The list that says what became of units: the city's own, or another for this act alone.
        day: The day whose organization is to hold.

    Raises:
        StoreError: The form has no organization.

    """
    if not terms.form.at(terms.fiscal_year).definition.identity.organization:
        raise StoreError("この様式には所属の欄がありません。組織改編はできません")
    return _Planner(store, terms, listed, day).plan()


@dataclass(frozen=True)
class _Planner:
    store: Store
    terms: Terms
    listed: Organization
    day: dt.date
    transfers: list[PlannedTransfer] = field(default_factory=list)
    undecided_sheets: list[tuple[Sheet, str]] = field(default_factory=list)
    unlisted_sheets: list[Sheet] = field(default_factory=list)

    def plan(self) -> ReorganizationPlan:
        year = self.terms.fiscal_year
        pending = self._pending
        for head in sorted(self.store.heads(year), key=lambda head: head.key):
            if head.id in pending:
                self.transfers.append(PlannedTransfer(head, pending[head.id]))
            else:
                self._decide(head)
        return ReorganizationPlan(
            year,
            self.day,
            tuple(self.transfers),
            tuple(self.undecided_sheets),
            tuple(self.unlisted_sheets),
            tuple(self._faults()),
            tuple(self._doubts()),
            is_recorded=all(each.sheet.id in pending for each in self.transfers),
        )

    @cached_property
    def _changes(self) -> list[UnitLine]:
        return changes_until(self.listed.unit_lines, self.day)

    @cached_property
    def _fresh_changes(self) -> list[UnitLine]:
        """Those that no act has carried out yet, in this edition or an earlier one."""
        years = (year for year in self.store.editions() if year <= self.terms.fiscal_year)
        acts = [act for year in years for act in acts_in_force(self.store.files, year)]
        done = {text for act in acts for text in act.change_texts}
        return [line for line in self._changes if change_text(line) not in done]

    @cached_property
    def _known(self) -> Organization | None:
        """The city's own list on the day."""
        own = self.terms.organization
        return None if own is None else own.on(self.day)

    @cached_property
    def _pending(self) -> dict[str, Unit]:
        """The units to which the last act sends sheets that it has not moved yet, by id."""
        acts = acts_in_force(self.store.files, self.terms.fiscal_year)
        listed = acts[-1].moved_sheets if acts else ()
        return {each.moved_id: each.new_units for each in listed if self._is_pending(each)}

    def _is_pending(self, moved: MovedSheet) -> bool:
        return not units_changed_since(self.store, moved, self.terms.fiscal_year)

    def _decide(self, head: Sheet) -> None:
        """Put a sheet where it belongs; one whose unit is in the list now follows only what no act has done yet."""
        is_known = self._known is None or self._known.has(named(head.units))
        changes = self._fresh_changes if is_known else self._changes
        destination = destination_of(head.units, head.key, changes)
        if destination.hindrance:
            self.undecided_sheets.append((head, destination.hindrance))
        elif destination.units != named(head.units):
            units = self._spelled(destination.units)
            self.transfers.append(PlannedTransfer(head, units, destination.unit_changes))
        elif not is_known:
            self.unlisted_sheets.append(head)

    def _spelled(self, units: Unit) -> Unit:
        return units if self._known is None else self._known.spelled(units)

    def _faults(self) -> Iterator[str]:
        """Yield lines that name a successor which the city's list does not have then, or sheets that there are not."""
        own, year = self.terms.organization, self.terms.fiscal_year
        for line in self._changes:
            then = None if own is None or line.change_day is None else own.on(line.change_day)
            if line.successor and then is not None and not then.has(line.successor):
                yield f"{line.row}行目：改編後の「{shown(line.successor)}」が、{line.change_day}の組織の一覧にありません"
            for key in line.sheet_keys:
                if not self.store.last(self.store.id_of(key, year), year):
                    yield f"{line.row}行目：{key} は登録されていません"

    def _doubts(self) -> Iterator[str]:
        """Yield lines that name sheets of other units."""
        year = self.terms.fiscal_year
        for line in self._fresh_changes:
            for key in line.sheet_keys:
                head = self.store.head(self.store.id_of(key, year), year)
                if head is not None and not covers(line.named_unit, named(head.units)):
                    theirs, other = shown(head.units), shown(line.named_unit)
                    yield f"{line.row}行目：{key} は「{theirs}」のシートで、「{other}」のものではありません"


def units_changed_since(store: Store, moved: MovedSheet, year: int) -> bool:
    """Whether a sheet's unit was changed after the revision on which its move was decided."""
    newest = store.find_newest(moved.moved_id, year)
    if newest is None or newest.sheet.units != moved.former_units:
        return True
    if newest.number == moved.parent:
        return False
    fields = {level.field for level in newest.sheet.edition.definition.identity.organization}
    later = (each for each in store.revisions(moved.moved_id, year) if each.number > moved.parent)
    return any(change["path"] in fields for each in later for change in each.draft.changes)


def with_units(sheet: Sheet, units: Sequence[str], absent: str | None = DASH) -> Sheet:
    """Return a sheet of another unit; a level that it does not have is `absent`, as far as it is not blank already."""
    values = {}
    levels = sheet.edition.definition.identity.organization
    for level, name in zip(levels, units, strict=True):
        is_same = sheet.text(level.field) in {name, DASH} and not name
        values[level.field] = sheet[level.field] if is_same else name or absent
    return sheet.with_values(values)


def act_of(plan: ReorganizationPlan, when: str, who: str) -> ReorganizationAct:
    """Return the act of a plan."""
    moved = tuple(each.moved() for each in plan.transfers)
    return ReorganizationAct(
        "reorganize", plan.day.isoformat(), plan.change_texts, moved, when, who
    )


__all__ = [
    "PlannedTransfer",
    "ReorganizationPlan",
    "act_of",
    "plan_reorganization",
    "units_changed_since",
    "with_units",
]

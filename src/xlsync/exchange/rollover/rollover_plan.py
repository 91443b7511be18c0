"""What a roll-over would do, before anything is done: each sheet of last year's and what becomes of it in the new edition."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal

from xlsync.errors import StoreError
from xlsync.exchange.reconcile.reconcile import open_conflicts
from xlsync.merging import changes_between, merge
from xlsync.sheet_stage import state_of
from xlsync.store import pending_changes
from xlsync.store.register_acts import register_acts
from xlsync.store.rollover_acts import rollover_act
from xlsync.store.stage_acts import stage_acts
from xlsync.year_shift import ShiftedSheet, shift_sheet

if TYPE_CHECKING:
    from xlsync.exchange.receipt import Terms
    from xlsync.sheet import Sheet
    from xlsync.sheet_keys import SheetId
    from xlsync.store import DamagedSheet, Revision, Store
    from xlsync.store.register_acts import RegisterAct
    from xlsync.year_shift import FieldFate

SheetFate = Literal["new", "renewed", "filled", "done", "kept", "refused"]
SHEET_FATE_WORDS: Final[Mapping[SheetFate, str]] = MappingProxyType(
    {
        "new": "作るシート",
        "renewed": "昨年度のその後の変更を入れるシート",
        "filled": "登録済みで、空欄に昨年度の内容を入れるシート",
        "done": "できているシート",
        "kept": "職員がもう入力しているため、そのままにするシート",
        "refused": "作れないシート",
    }
)
_CONFIRMED: Final = frozenset({"confirmed", "final", "published"})
_KEY_IN_USE: Final = "この番号は、今年度すでに別の事業の番号です"


@dataclass(frozen=True, slots=True)
class PlannedRollover:
    """What becomes of one of last year's sheets.

    Attributes:
        shifted: Last year's sheet, the new one made of it, and what became of each field.
        sheet: The sheet of the new edition as it is to be.
        sheet_fate: What that is to the store.
        parent: The newest revision of the new edition's sheet, 0 where there is none.
        excluding: The act by which last year's sheet did not count; the new one does not either. None where it counted.
        fault: Why it cannot be made, "" where it can.

    """

    shifted: ShiftedSheet
    sheet: Sheet
    sheet_fate: SheetFate
    parent: int = 0
    excluding: RegisterAct | None = None
    fault: str = ""

    @property
    def is_to_write(self) -> bool:
        """Whether a revision is to be written."""
        return self.sheet_fate in {"new", "renewed", "filled"}

    def to_document(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "key": self.sheet.key,
            "title": self.sheet.title,
            "fate": self.sheet_fate,
            "from_revision": self.shifted.source.revision,
            "counts": self.excluding is None,
            "fields": [shift.to_document() for shift in self.shifted.field_shifts],
            "reason": self.fault,
        }


@dataclass(frozen=True, slots=True)
class Unfinished:
    """What of last year's is not finished: nothing of it keeps anybody from rolling over. Keys each.

    `damaged` are sheets that cannot be read; `conflicting` have open conflicts, `waiting` changes that the planning office has
    not decided; `unconfirmed` were not confirmed.
    """

    damaged: tuple[DamagedSheet, ...] = ()
    conflicting: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    unconfirmed: tuple[str, ...] = ()

    def to_document(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "damaged": [{"key": each.key, "reason": each.reason} for each in self.damaged],
            "conflicts": list(self.conflicting),
            "waiting": list(self.waiting),
            "unconfirmed": list(self.unconfirmed),
        }


@dataclass(frozen=True, slots=True)
class RolloverPlan:
    """What a roll-over would do.

    Attributes:
        from_year: The fiscal year of the edition whose sheets are carried over.
        to_year: That of the new edition.
        planned: Each sheet that is carried over, by key.
        ended: Sheets that are not, because the project has ended, with the act that says so.
        added: Sheets of the new edition that last year had none of.
        changed: Sheets of the new edition, registered before, with another key, title or unit than last year: both.
        unfinished: What of last year's is not finished.

    """

    from_year: int
    to_year: int
    planned: tuple[PlannedRollover, ...] = ()
    ended: tuple[tuple[Sheet, RegisterAct], ...] = ()
    added: tuple[Sheet, ...] = ()
    changed: tuple[tuple[Sheet, Sheet], ...] = ()
    unfinished: Unfinished = Unfinished()

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
                counter = counts.setdefault(shift.path or shift.source, Counter())
                counter[shift.fate] += 1
                counter["marked"] += shift.is_marked
        return counts

    def to_document(self) -> dict[str, Any]:
        """Return the plan as JSON."""
        return {
            "from": self.from_year,
            "to": self.to_year,
            "sheets": [planned.to_document() for planned in self.planned],
            "ended": [
                {"key": sheet.key, "title": sheet.title, "reason": act.reason}
                for sheet, act in self.ended
            ],
            "new": [{"key": sheet.key, "title": sheet.title} for sheet in self.added],
            "changed": [
                {
                    "key": new.key,
                    "title": new.title,
                    "former_key": old.key,
                    "former_title": old.title,
                }
                for old, new in self.changed
            ],
            "fields": {path: dict(+counter) for path, counter in self.counts().items()},
            "unfinished": self.unfinished.to_document(),
        }


def plan_rollover(store: Store, terms: Terms, to_year: int) -> RolloverPlan:
    """Return what a roll-over into a year would do; nothing is written.

    Raises:
        StoreError: The store has no sheets of an earlier year.
        FormError: The form has no such year, or is wrong in it.

    """
    from_year = year_before(store, to_year)
    edition = terms.form.at(to_year)
    heads = store.heads(from_year)
    acts = {head.id: _newest_act(store, head.id, from_year) for head in heads}
    going_on = [head for head in heads if not _has_ended(acts[head.id])]
    planned = tuple(_planned(store, shift_sheet(head, edition), acts[head.id]) for head in going_on)
    there = {head.id: head for head in store.heads(to_year)}
    known = {head.id: head for head in heads}
    pairs = [(known[each], new) for each, new in there.items() if each in known]
    return RolloverPlan(
        from_year,
        to_year,
        planned,
        tuple((head, act) for head in heads if (act := acts[head.id]) and _has_ended(act)),
        tuple(head for head in there.values() if head.id not in known),
        tuple((old, new) for old, new in pairs if _identity(old) != _identity(new)),
        _unfinished(store, replace(terms, fiscal_year=from_year), going_on),
    )


def year_before(store: Store, year: int) -> int:
    """Return the newest earlier year of which the store has sheets; StoreError where there is none."""
    earlier = [each for each in store.editions() if each < year and store.keys(each)]
    if not earlier:
        raise StoreError(
            f"{year}年度より前のシートが登録されていません。年度更新の元になる年度を確かめてください"
        )
    return earlier[-1]


def _planned(store: Store, shifted: ShiftedSheet, act: RegisterAct | None) -> PlannedRollover:
    excluding = act if act is not None and act.act_kind == "exclude" else None
    sheet, year = shifted.sheet, shifted.sheet.edition.year
    planned = PlannedRollover(shifted, sheet, "new", excluding=excluding)
    others = set(store.owners_of(sheet.key, year).todays_owners) - {sheet.id}
    newest = store.find_newest(sheet.id, year)
    if newest is not None:
        return _beside(store, planned, newest)
    if others:
        return replace(planned, sheet_fate="refused", fault=_KEY_IN_USE)
    return planned


def _beside(store: Store, planned: PlannedRollover, newest: Revision) -> PlannedRollover:
    """Return what becomes of a sheet that the new edition has already: what was typed there stays."""
    head, shifted = newest.sheet, planned.shifted.sheet
    planned = replace(planned, parent=newest.number, sheet=head)
    act = rollover_act(store.folder, head.id, head.edition.year)
    base = None if act is None else store.find_revision(head.id, head.edition.year, act.revision)
    if act is None and _is_brought_by_workbook(store, head.id, newest):
        return replace(planned, sheet_fate="kept")
    if base is None or act is None:
        return _merged(planned, "filled", None, head, shifted)
    if act.source_revision == planned.shifted.source.revision:
        return replace(planned, sheet_fate="done")
    return _merged(planned, "renewed", base.sheet, head, shifted)


def _merged(
    planned: PlannedRollover, fate: SheetFate, base: Sheet | None, head: Sheet, shifted: Sheet
) -> PlannedRollover:
    same_key = shifted.with_values({path: head[path] for path in _key_paths(head)})
    merged = merge(base, head, same_key).sheet
    if not changes_between(head, merged):
        return replace(planned, sheet_fate="done")
    return replace(planned, sheet_fate=fate, sheet=merged)


def _key_paths(sheet: Sheet) -> list[str]:
    return sheet.edition.definition.identity.key


def _is_brought_by_workbook(store: Store, key: SheetId, newest: Revision) -> bool:
    revisions = store.revisions(key, newest.sheet.edition.year)
    return any(revision.draft.submission.workbook_hash for revision in revisions)


def _newest_act(store: Store, key: SheetId, year: int) -> RegisterAct | None:
    """Return the newest act about whether a sheet counts, None where it counts."""
    acts = register_acts(store.folder, key, year)
    return acts[-1] if acts and acts[-1].act_kind != "restore" else None


def _has_ended(act: RegisterAct | None) -> bool:
    return act is not None and act.act_kind == "retire"


def _identity(sheet: Sheet) -> tuple[object, ...]:
    return sheet.key, sheet.title, sheet.units


def _unfinished(store: Store, terms: Terms, sheets: list[Sheet]) -> Unfinished:
    year = terms.fiscal_year
    return Unfinished(
        tuple(store.damaged(year)),
        tuple(_keys(sheet for sheet in sheets if open_conflicts(store, terms, sheet.id, sheet))),
        tuple(_keys(sheet for sheet in sheets if _is_waiting(store, sheet))),
        tuple(_keys(sheet for sheet in sheets if not _is_confirmed(store, sheet))),
    )


def _keys(sheets: Iterator[Sheet]) -> Iterator[str]:
    return (sheet.key for sheet in sheets)


def _is_waiting(store: Store, sheet: Sheet) -> bool:
    proposals = pending_changes(store, sheet.id, sheet.edition.year).values()
    return any(change.is_open for change in proposals)


def _is_confirmed(store: Store, sheet: Sheet) -> bool:
    acts = stage_acts(store.folder, sheet.id, sheet.edition.year)
    return state_of(act.stage_act_kind for act in acts).stage in _CONFIRMED


__all__ = [
    "SHEET_FATE_WORDS",
    "PlannedRollover",
    "RolloverPlan",
    "SheetFate",
    "Unfinished",
    "plan_rollover",
    "year_before",
]

"""What becomes of one of last year's sheets in the new edition: a new sheet, or one that is there already, merged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal

from xlsync.exchange.lineage import combined
from xlsync.merging import changes_between, merge
from xlsync.store.rollover_acts import FormerRevision, rollover_act
from xlsync.year_shift import shift_sheet

if TYPE_CHECKING:
    from decimal import Decimal

    from xlsync.kinds import Value
    from xlsync.sheet import Sheet
    from xlsync.sheet_keys import SheetId
    from xlsync.store import Revision, Store
    from xlsync.store.register_acts import RegisterAct
    from xlsync.year_shift import ShiftedSheet

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
        former_revisions: What it is made of by its lineage; () for last year's sheet of the same id, as a whole.

    """

    shifted: ShiftedSheet
    sheet: Sheet
    sheet_fate: SheetFate
    parent: int = 0
    excluding: RegisterAct | None = None
    fault: str = ""
    former_revisions: tuple[FormerRevision, ...] = ()

    @property
    def is_to_write(self) -> bool:
        """Whether a revision is to be written."""
        return self.sheet_fate in {"new", "renewed", "filled"}

    @property
    def sources(self) -> dict[SheetId, int]:
        """The revision of each of last year's sheets that it is made of, by id."""
        if self.former_revisions:
            return {each.former_id: each.revision for each in self.former_revisions}
        return {self.sheet.id: self.shifted.last_year.revision or 0}

    def to_document(self) -> dict[str, Any]:
        """Return it as JSON."""
        former = [each.to_document() for each in self.former_revisions]
        return {
            "key": self.sheet.key,
            "title": self.sheet.title,
            "fate": self.sheet_fate,
            "from_revision": self.shifted.last_year.revision,
            "counts": self.excluding is None,
            "fields": [shift.to_document() for shift in self.shifted.field_shifts],
            **({"from": former} if former else {}),
            "reason": self.fault,
        }


def planned_descendant(
    store: Store, head: Sheet, parts: Sequence[tuple[Sheet, Decimal]]
) -> PlannedRollover:
    """Return what becomes of a sheet of the new edition that comes, by its lineage, from the shares of last year's sheets."""
    whole = combined(parts, head.program).with_id(head.id)
    shifted = shift_sheet(whole.with_values(_own_identity(head, whole)), head.edition)
    former = (FormerRevision(old.id, old.revision or 0, share) for old, share in parts)
    return planned_sheet(store, shifted, None, tuple(former))


def _own_identity(head: Sheet, whole: Sheet) -> dict[str, Value]:
    """Return what says whose sheet it is, as far as it is known: its key, title and unit stay its own."""
    identity = head.edition.definition.identity
    paths = [*identity.key, identity.title, *(level.field for level in identity.organization)]
    known = (path for path in paths if path in whole.edition.by_path and head[path] is not None)
    return {path: head[path] for path in known}


def planned_sheet(
    store: Store,
    shifted: ShiftedSheet,
    act: RegisterAct | None,
    former: tuple[FormerRevision, ...] = (),
) -> PlannedRollover:
    """Return what becomes of a sheet; `act` is the newest act about whether last year's counts, None where it counts."""
    excluding = act if act is not None and act.act_kind == "exclude" else None
    sheet, year = shifted.sheet, shifted.sheet.edition.year
    planned = PlannedRollover(shifted, sheet, "new", excluding=excluding, former_revisions=former)
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
    act = rollover_act(store.files, head.id, head.edition.year)
    base = None if act is None else store.find_revision(head.id, head.edition.year, act.revision)
    if act is None and _is_brought_by_workbook(store, head.id, newest):
        return replace(planned, sheet_fate="kept")
    if base is None or act is None:
        return _merged(planned, "filled", None, head, shifted)
    if act.is_made_of(planned.shifted.last_year.revision or 0, planned.former_revisions):
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


__all__ = [
    "SHEET_FATE_WORDS",
    "PlannedRollover",
    "SheetFate",
    "planned_descendant",
    "planned_sheet",
]

"""Store → live workbook: what others changed, to be put into the workbook somebody has open, cell by cell.

Nothing is written here and nothing taken in: the client writes, asking where the live cell was changed too. Once it has
carried out everything, the workbook's stamp names a copy state that is saved now: what the store said at each of these
fields is known to the workbook from then on. A client that dies in between leaves the old stamp, and so the old state.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from xlsync.computed import compute
from xlsync.exchange.blame import Origin, blame_fields
from xlsync.exchange.incoming import Incoming, Reader, read_incoming
from xlsync.exchange.past_editions import city_of_year
from xlsync.exchange.program_totals import with_stored_totals
from xlsync.exchange.reconcile.merge_base import next_copy_state
from xlsync.exchange.reconcile.pending_review import is_waiting
from xlsync.exchange.reconcile.reconcile import Reconciliation, read_facts, reconcile
from xlsync.exchange.reconcile.save_copy_state import save_live_merge_base
from xlsync.merging import changes_between, replace_fields
from xlsync.ooxml.read.reader import Cell, CellError, Workbook, open_workbook
from xlsync.sheet import Sheet
from xlsync.workbook.reading.form_reader import read
from xlsync.workbook.reading.sheet_content import cells_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from collections.abc import Set as AbstractSet

    from xlsync.exchange.receipt import Source, Terms
    from xlsync.exchange.reconcile.merge_base import MergeBase
    from xlsync.ooxml.patch.cell_xml import Scalar
    from xlsync.store import Store
    from xlsync.workbook.stamp import Stamp

_TRIAL: Final = "試し用のファイルです。登録データは書き込みません"
_NOT_STORED: Final = "登録データにまだありません。［提出］を押すか、保存すると受け取られます"


@dataclass(frozen=True, slots=True)
class LiveCell:
    """A field of the live workbook to be brought up to date: what its cell holds (`current`) and what the store says.

    `worksheet` and `cell` say where it is.
    `who` and `when` (ISO 8601, "" where unknown) tell who brought the store's value. `is_overruling` is true where something
    else was typed here, in a field for which the planning office decides.
    """

    path: str
    title: str
    worksheet: str
    cell: str
    value: Scalar
    current: Scalar
    who: str
    when: str
    is_overruling: bool = False


@dataclass(frozen=True)
class CatchUp:
    """What brings one sheet up to the store.

    Attributes:
        stamped_worksheets: The titles of its worksheets.
        key: The sheet's key.
        fiscal_year: The fiscal year of its form.
        revision: The store's newest revision, None where it has none.
        writes: Fields that only others changed, or about which the planning office decides.
        asks: Fields changed here too.
        left_alone: Paths left alone although the store says otherwise: a formula is there, or nobody knows their cell.
        new_stamp: What to put once all is carried out, "" where the worksheets keep their own.
        reason: Why nothing can be brought, "" otherwise.

    """

    stamped_worksheets: tuple[str, ...]
    key: str
    fiscal_year: int
    revision: int | None = None
    writes: tuple[LiveCell, ...] = ()
    asks: tuple[LiveCell, ...] = ()
    left_alone: tuple[str, ...] = ()
    new_stamp: str = ""
    reason: str = ""


def catch_up(
    store: Store, terms: Terms, data: bytes, source: Source, reader: Reader = read
) -> list[CatchUp]:
    """Return what brings every form worksheet of a live workbook up to the store, and save the copy state it has by then.

    `source.state` must be new. Raises WorkbookError where the bytes are no workbook of ours, StoreError.
    """
    sheets = read_incoming(terms, data, source, reader, store)
    workbook = open_workbook(data)
    with store.writing():
        return [
            _catch_up(
                *city_of_year(store, terms, incoming.sheet.edition.year),
                incoming,
                source,
                _cells(workbook, incoming),
            )
            for incoming in sheets
        ]


def _cells(workbook: Workbook, incoming: Incoming) -> Mapping[str, Cell]:
    """Return the cells of a sheet's worksheets, none for a sheet that comes as JSON."""
    return cells_of(workbook, incoming.worksheets) if incoming.worksheets else {}


def _catch_up(
    store: Store, terms: Terms, incoming: Incoming, source: Source, cells: Mapping[str, Cell]
) -> CatchUp:
    answer = CatchUp(incoming.worksheets, incoming.key, incoming.sheet.edition.year)
    if incoming.barred or incoming.is_trial:
        return replace(answer, reason=incoming.barred or _TRIAL)
    facts = read_facts(store, terms, incoming, source)
    if facts.head is None:
        return replace(answer, reason=_NOT_STORED)
    head = with_stored_totals(store, terms, facts.head)
    decision = reconcile(facts, terms)
    in_conflict = {conflict.path for conflict in decision.conflicts}
    brought = _brought(decision.incoming, head, decision.merge.sheet) | in_conflict
    brought -= decision.review.paths
    writable = {path for path in brought if _is_writable(decision.incoming, path, cells)}
    stamp = None
    if writable:
        stamp = _stamp(facts.incoming, head, source, complete=writable == brought)
    if stamp is not None:
        _save_state(store, facts.merge_base, head, writable, stamp)
        answer = replace(answer, new_stamp=stamp.text())
    live_cells = _live_cells(store, decision, head, writable, cells)
    return replace(
        answer,
        revision=head.revision,
        writes=_cells_of(live_cells, writable - in_conflict),
        asks=_cells_of(live_cells, in_conflict),
        left_alone=_in_form_order(head, brought - writable),
    )


def _in_form_order(head: Sheet, paths: AbstractSet[str]) -> tuple[str, ...]:
    """Return paths in form order, those of rows that the head does not have, or has as a whole, behind the others."""
    known = [path for path in head if path in paths]
    return (*known, *sorted(paths - set(known)))


def _cells_of(cells: Iterable[LiveCell], paths: Collection[str]) -> tuple[LiveCell, ...]:
    return tuple(cell for cell in cells if cell.path in paths)


def _save_state(
    store: Store, merge_base: MergeBase, head: Sheet, paths: Collection[str], stamp: Stamp
) -> None:
    """Save the copy state that the live workbook has once the head's values at the paths are in it.

    What its choices decide counts once it is submitted: the merge base is as it was before them.
    """
    base = merge_base.sheet or Sheet(head.edition, head.key).with_id(head.id)
    left = (value for value in merge_base.overruled if value["path"] not in paths)
    waiting = tuple(value for value in left if is_waiting(value))
    known = next_copy_state(merge_base, replace_fields(base, head, paths), (), waiting)
    save_live_merge_base(store, merge_base, known, stamp)


def _brought(incoming: Incoming, head: Sheet, merged: Sheet) -> set[str]:
    """Return the fields in which the head is to be brought into the worksheet: they differ, and the merge keeps the head's."""
    differing = {change.path for change in changes_between(incoming.sheet, head)}
    mine = {change.path for change in changes_between(head, merged)}
    typed = {path for path in differing - mine if path not in incoming.live}
    formulas = head.edition.formulas
    fed = {
        path
        for path, share in incoming.live.items()
        if compute(formulas[path], head, share) != head[path]
    }
    return typed | fed


def _is_writable(incoming: Incoming, path: str, cells: Mapping[str, Cell]) -> bool:
    """True where the cell is known and may be written: no formula in it, and nothing that has no value of its own."""
    address = incoming.cells.get(path)
    if address is None or path in incoming.unlocated:
        return False
    cell = cells.get(address)
    plain = cell is None or (
        cell.formula is None
        and not isinstance(cell.value, CellError)
        and isinstance(cell.value, str | int | float | None)
    )
    return plain and incoming.sheet.edition.by_path[path].filled_by != "computed"


def _live_cells(
    store: Store,
    decision: Reconciliation,
    head: Sheet,
    paths: Collection[str],
    cells: Mapping[str, Cell],
) -> list[LiveCell]:
    """Return what is to be brought into the cells of some fields, in the form's order."""
    blame = blame_fields(store, head, paths)
    refused = (*decision.overruled, *decision.review.rejected)
    overruled = {value["path"] for value in refused}
    live_cells = (
        _live_cell(decision.incoming, head, path, cells, blame.get(path, Origin()))
        for path in head
        if path in paths
    )
    return [replace(cell, is_overruling=cell.path in overruled) for cell in live_cells]


def _live_cell(
    incoming: Incoming, head: Sheet, path: str, cells: Mapping[str, Cell], origin: Origin
) -> LiveCell:
    field, (worksheet, address) = head.edition.by_path[path], incoming.cell_of(path)
    value = head.unreadable.get(path) or field.kind.show(head[path])
    cell = cells.get(incoming.cells[path])
    current = cell.value if cell is not None else None
    assert current is None or isinstance(current, str | int | float)  # noqa: S101 - see _is_writable
    return LiveCell(path, field.title, worksheet, address, value, current, origin.who, origin.when)


def _stamp(incoming: Incoming, head: Sheet, source: Source, *, complete: bool) -> Stamp | None:
    """Return the stamp the worksheet is to carry; it names the head's revision only where nothing of that is missing."""
    if not incoming.stamp.copy:
        return None
    base = head.revision if complete and head.revision else incoming.stamp.base_revision
    return replace(incoming.stamp, base_revision=base, state=source.state)

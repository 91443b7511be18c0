"""Find which cells of a form worksheet bring it up to the store's head: values, live formulas, their results."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from xlsync.computed import NOT_DUE, Share, blank_text, compute, share_of
from xlsync.exchange.phase_view import in_edition
from xlsync.exchange.write_back.row_updates import RowUpdates, row_updates
from xlsync.merging import changes_between, replace_fields
from xlsync.ooxml.patch.patch import Formula
from xlsync.ooxml.titled_references import seen_from
from xlsync.sheet_rows import merged_order, row_ids
from xlsync.workbook.reading.field_values import formula_text

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from collections.abc import Set as AbstractSet

    from xlsync.exchange.incoming import Incoming
    from xlsync.exchange.write_back.worksheet_state import WorksheetState
    from xlsync.form.edition import BoundRule
    from xlsync.kinds import Value
    from xlsync.ooxml.patch.cell_xml import Scalar
    from xlsync.ooxml.read.reader import Cell
    from xlsync.sheet import Sheet

Address = tuple[str, str]
_SET_APART: Final = frozenset({"struck", "mark-removed", "replaced-characters"})
"""Findings on a text of which a number would keep less than what somebody typed."""


@dataclass(frozen=True)
class PageUpdate:
    """What brings the worksheets of one sheet up to date: cells to change, results to store beside formulas that stay.

    `sheet` is what it says afterwards, `base_revision` the revision its stamp then names, `paths` the fields that change,
    `left_alone` those that stay although the head says otherwise: somebody's own formula is there, or nobody knows their
    cell. `typed_as_text` are amounts of money typed as text, which become numbers: the page's totals leave texts out.
    `updated_rows` says, by worksheet, which rows are inserted; what it writes into cells that are there is among the cells to
    change.
    """

    sheet: Sheet
    base_revision: int
    cell_changes: Mapping[Address, Scalar | Formula] = field(default_factory=dict)
    cached_values: Mapping[Address, Scalar] = field(default_factory=dict)
    paths: tuple[str, ...] = ()
    left_alone: tuple[str, ...] = ()
    typed_as_text: tuple[str, ...] = ()
    updated_rows: Mapping[str, RowUpdates] = field(default_factory=dict)

    @property
    def is_brought_up(self) -> bool:
        """Whether the worksheet is made from another revision afterwards: fields change, or rows get their ids."""
        return bool(self.paths or _are_changed(self.updated_rows))


def page_update(state: WorksheetState, cells: Mapping[str, Cell]) -> PageUpdate:
    """Return what brings a received sheet up to its head; `cells` are those of its worksheets."""
    incoming, head = state.incoming, state.head
    sheet = in_edition(incoming.sheet, head.edition)
    fixed = _fixed_paths(incoming, head, cells)
    in_conflict = {conflict.path for conflict in state.conflicts} | state.review.paths
    target, rows = _target(state, fixed | in_conflict)
    paths = tuple(change.path for change in changes_between(sheet, target))
    left = _left_fields(sheet, head, fixed - in_conflict)
    texts = _money_texts(incoming, cells, in_conflict)
    if not (paths or texts or _are_changed(rows) or _has_other_dash(incoming, target, cells)):
        return PageUpdate(sheet, incoming.stamp.base_revision, left_alone=left)
    changes, cached = _cell_changes(incoming, target, cells, fixed, (*paths, *texts))
    changes |= _row_changes(rows)
    # What was left is no part of the revision: the stamp may not say that the worksheet is made from it.
    base = incoming.stamp.base_revision if left else head.revision or incoming.stamp.base_revision
    return PageUpdate(target, base, changes, cached, paths, left, texts, rows)


def _row_changes(rows: Mapping[str, RowUpdates]) -> dict[Address, Scalar]:
    """Return the new contents of cells of rows on every worksheet."""
    updates = ((title, each.row_cell_changes.items()) for title, each in rows.items())
    return {(title, at): value for title, changes in updates for at, value in changes}


def _are_changed(rows: Mapping[str, RowUpdates]) -> bool:
    """Whether cells of rows change on any worksheet."""
    return any(updates.row_cell_changes for updates in rows.values())


def _target(
    state: WorksheetState, kept: AbstractSet[str]
) -> tuple[Sheet, Mapping[str, RowUpdates]]:
    """Return what the worksheet is to say, fields that are kept as it says them, and what that does to its rows."""
    sheet = state.incoming.sheet
    target = _in_page_order(replace_fields(state.head, sheet, kept), sheet)
    rows = _row_updates(state.incoming, target)
    orders = {path: ids for updates in rows.values() for path, ids in updates.orders.items()}
    return target.with_values(orders), rows


def _fixed_paths(incoming: Incoming, head: Sheet, cells: Mapping[str, Cell]) -> set[str]:
    """Return the fields, and the rows as a whole, that are not ours to write."""
    fixed = {path for path in incoming.sheet if _is_fixed(incoming, path, cells)}
    return fixed | _fixed_rows(incoming, head, fixed)


def _fixed_rows(incoming: Incoming, head: Sheet, fixed: set[str]) -> set[str]:
    """Return the rows that stay as the worksheet has them: all of a table that was not found, those with a fixed cell."""
    rows: set[str] = set()
    for table in head.edition.tables:
        here, there = row_ids(incoming.sheet, table.path), row_ids(head, table.path)
        if table.path in incoming.unlocated:
            rows |= {table.row_path(row_id) for row_id in (*here, *there)}
        for row_id in set(here).difference(there):
            is_fixed = not fixed.isdisjoint(table.cell_paths(row_id))
            rows |= {table.row_path(row_id)} if is_fixed else set()
    return rows


def _in_page_order(target: Sheet, sheet: Sheet) -> Sheet:
    """Return the target with the rows of its tables in the order of the page; new ones follow whom they follow."""
    orders: dict[str, Value] = {}
    for table in target.edition.tables:
        wanted = row_ids(target, table.path)
        here = [row_id for row_id in row_ids(sheet, table.path) if row_id in set(wanted)]
        orders[table.path] = merged_order(here, wanted)
    return target.with_values(orders) if orders else target


def _row_updates(incoming: Incoming, target: Sheet) -> dict[str, RowUpdates]:
    """Return what brings the rows of every table that was found to the target, by worksheet."""
    tables = {} if incoming.reading is None else incoming.reading.field_cells.table_cells
    updates: dict[str, RowUpdates] = {}
    for path, lies in tables.items():
        if path not in incoming.unlocated:
            table = target.edition.table_of[path]
            before = updates.get(lies.worksheet, RowUpdates())
            updates[lies.worksheet] = before | row_updates(table, lies, incoming.sheet, target)
    return updates


def _cell_changes(
    incoming: Incoming,
    target: Sheet,
    cells: Mapping[str, Cell],
    fixed: Collection[str],
    paths: Collection[str],
) -> tuple[dict[Address, Scalar | Formula], dict[Address, Scalar]]:
    """Return the new content of the cells at some paths, and the cached values of live formulas that stay.

    A live formula that gives something else than the target is written again.
    """
    changes: dict[Address, Scalar | Formula] = {}
    cached: dict[Address, Scalar] = {}
    for path in (path for path in target if path in incoming.cells):
        is_live = path in incoming.live and path not in fixed
        if is_live and _is_right(incoming, target, path, cells):
            cached[incoming.cell_of(path)] = _result(target, path)
        elif is_live or path in paths:
            changes[incoming.cell_of(path)] = _new_cell(incoming, target, path)
    return changes, cached


def _left_fields(sheet: Sheet, head: Sheet, fixed: Collection[str]) -> tuple[str, ...]:
    """Return the fixed fields in which the head says something else."""
    differing = (change.path for change in changes_between(sheet, head))
    return tuple(path for path in differing if path in fixed)


def _is_fixed(incoming: Incoming, path: str, cells: Mapping[str, Cell]) -> bool:
    """True where a field's cell is not ours to write: a formula that is not the form's, or one that nobody knows."""
    if path in incoming.sheet.edition.table_of:
        return path in incoming.unlocated
    address = incoming.cells.get(path)
    if address is None or path in incoming.unlocated:
        return True
    cell = cells.get(address)
    return cell is not None and cell.formula is not None and path not in incoming.live


def _money_texts(
    incoming: Incoming, cells: Mapping[str, Cell], in_conflict: Collection[str]
) -> tuple[str, ...]:
    """Return the fields without a conflict whose cell holds an amount as text."""
    texts = (path for path in incoming.sheet if _is_money_text(incoming, path, cells))
    return tuple(path for path in texts if path not in in_conflict)


def _is_money_text(incoming: Incoming, path: str, cells: Mapping[str, Cell]) -> bool:
    """True where a field's cell holds an amount as text, and nothing that its formatting or a mark sets apart."""
    field = incoming.sheet.edition.by_path[path]
    address = incoming.cells.get(path)
    cell = cells.get(address) if address is not None else None
    if field.kind.kept_decimals() is None or cell is None or cell.formula is not None:
        return False
    if not isinstance(cell.value, str) or not isinstance(incoming.sheet[path], int | Decimal):
        return False
    return path not in incoming.unlocated and not any(
        finding.path == path and finding.code in _SET_APART for finding in incoming.findings
    )


def _has_other_dash(incoming: Incoming, target: Sheet, cells: Mapping[str, Cell]) -> bool:
    """Whether a live formula shows as not due what is due now, or the other way round."""
    live = (path for path in incoming.live if path in incoming.cells)
    return any(not _has_right_dash(incoming, target, path, cells) for path in live)


def _is_right(incoming: Incoming, target: Sheet, path: str, cells: Mapping[str, Cell]) -> bool:
    """True where the live formula that is there gives what the field is to say, and shows what is not due as such."""
    rule, share = target.edition.formulas[path], incoming.live[path]
    if path in target.unreadable or compute(rule, target, share) != target[path]:
        return False
    return _has_right_dash(incoming, target, path, cells)


def _has_right_dash(
    incoming: Incoming, target: Sheet, path: str, cells: Mapping[str, Cell]
) -> bool:
    formula, share = cells[incoming.cells[path]].formula or "", incoming.live[path]
    return (NOT_DUE in formula) == (share.issued_total is None and path in target.edition.not_due)


def _new_cell(incoming: Incoming, target: Sheet, path: str) -> Scalar | Formula:
    """Return what is written into a field's cell, as a new workbook would have it."""
    if path in target.unreadable:
        return target.unreadable[path]
    rule = target.edition.formulas.get(path)
    share = _share(incoming, target, rule) if rule is not None else None
    if rule is None or share is None or not _are_located(incoming, rule):
        return _shown(target, path)
    _, cells = seen_from(incoming.cells, incoming.cells[path], incoming.worksheet)
    formula = formula_text(target.edition, rule, cells, share)
    return Formula(formula, _result(target, path))


def _share(incoming: Incoming, target: Sheet, rule: BoundRule) -> Share | None:
    """Return the share of a computed field: what its formula has beside the sheet stays where that is right."""
    live = incoming.live.get(rule.path)
    is_right = live is not None and compute(rule, target, live) == target[rule.path]
    return live if is_right else share_of(rule, target)


def _are_located(incoming: Incoming, rule: BoundRule) -> bool:
    """Whether the cells that a computed field's formula names are all known."""
    typed = incoming.sheet.edition.typed_parts(rule.path)
    return all(part in incoming.cells for part in (*rule.parts, *typed))


def _result(target: Sheet, path: str) -> Scalar:
    """Return what the formula of a computed field gives over the target."""
    shown = _shown(target, path)
    return blank_text(target.edition, path, target, target.unreadable) if shown is None else shown


def _shown(target: Sheet, path: str) -> Scalar:
    return target.edition.by_path[path].kind.show(target[path])

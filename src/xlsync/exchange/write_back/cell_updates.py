"""Find which cells of a form worksheet bring it up to the store's head: values, live formulas, their results."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from xlsync.computed import NOT_DUE, blank_text, compute, share_of
from xlsync.merging import changes_between, replace_fields
from xlsync.ooxml.patch.patch import Formula
from xlsync.workbook.reading.field_values import formula_text

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from xlsync.exchange.incoming import Incoming
    from xlsync.exchange.write_back.worksheet_state import WorksheetState
    from xlsync.form.edition import BoundRule
    from xlsync.ooxml.patch.cell_xml import Scalar
    from xlsync.ooxml.read.reader import Cell
    from xlsync.sheet import Sheet

Address = tuple[str, str]
_SET_APART: Final = frozenset({"struck", "mark-removed", "replaced-characters"})
"""Findings on a text of which a number would keep less than what somebody typed."""


@dataclass(frozen=True)
class PageUpdate:
    """What brings one worksheet up to date: cells to change, results to store beside formulas that stay.

    `sheet` is what it says afterwards, `base_revision` the revision its stamp then names, `paths` the fields that change,
    `left_alone` those that stay although the head says otherwise: somebody's own formula is there, or nobody knows their
    cell. `typed_as_text` are amounts of money typed as text, which become numbers: the page's totals leave texts out.
    """

    sheet: Sheet
    base_revision: int
    cell_changes: Mapping[Address, Scalar | Formula] = field(default_factory=dict)
    cached_values: Mapping[Address, Scalar] = field(default_factory=dict)
    paths: tuple[str, ...] = ()
    left_alone: tuple[str, ...] = ()
    typed_as_text: tuple[str, ...] = ()


def page_update(state: WorksheetState, cells: Mapping[str, Cell]) -> PageUpdate:
    """Return what brings a received worksheet up to its head; `cells` are the worksheet's."""
    incoming, head = state.incoming, state.head
    sheet = incoming.sheet
    fixed = {path for path in sheet if _is_fixed(incoming, path, cells)}
    in_conflict = {conflict.path for conflict in state.conflicts} | state.review.paths
    target = replace_fields(head, sheet, fixed | in_conflict)
    paths = tuple(change.path for change in changes_between(sheet, target))
    left = _left_fields(sheet, head, fixed - in_conflict)
    texts = _money_texts(incoming, cells, in_conflict)
    if not paths and not texts:
        return PageUpdate(sheet, incoming.stamp.base_revision, left_alone=left)
    changes, cached = _cell_changes(incoming, target, cells, fixed, (*paths, *texts))
    # What was left is no part of the revision: the stamp may not say that the worksheet is made from it.
    base = incoming.stamp.base_revision if left else head.revision or incoming.stamp.base_revision
    return PageUpdate(target, base, changes, cached, paths, left, texts)


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
    for path in target:
        is_live = path in incoming.live and path not in fixed
        if is_live and _is_right(incoming, target, path, cells):
            cached[incoming.worksheet, incoming.cells[path]] = _result(target, path)
        elif is_live or path in paths:
            changes[incoming.worksheet, incoming.cells[path]] = _new_cell(incoming, target, path)
    return changes, cached


def _left_fields(sheet: Sheet, head: Sheet, fixed: Collection[str]) -> tuple[str, ...]:
    """Return the fixed fields in which the head says something else."""
    differing = (change.path for change in changes_between(sheet, head))
    return tuple(path for path in differing if path in fixed)


def _is_fixed(incoming: Incoming, path: str, cells: Mapping[str, Cell]) -> bool:
    """True where a field's cell is not ours to write: a formula that is not the form's, or one that nobody knows."""
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


def _is_right(incoming: Incoming, target: Sheet, path: str, cells: Mapping[str, Cell]) -> bool:
    """True where the live formula that is there gives what the field is to say, and shows what is not due as such."""
    rule, share = target.edition.formulas[path], incoming.live[path]
    if path in target.unreadable or compute(rule, target, share) != target[path]:
        return False
    formula = cells[incoming.cells[path]].formula or ""
    return (NOT_DUE in formula) == (share.issued_total is None and path in target.edition.not_due)


def _new_cell(incoming: Incoming, target: Sheet, path: str) -> Scalar | Formula:
    """Return what is written into a field's cell, as a new workbook would have it."""
    if path in target.unreadable:
        return target.unreadable[path]
    rule = target.edition.formulas.get(path)
    share = share_of(rule, target) if rule is not None else None
    if rule is None or share is None or not _are_located(incoming, rule):
        return _shown(target, path)
    formula = formula_text(target.edition, rule, incoming.cells, share)
    return Formula(formula, _result(target, path))


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

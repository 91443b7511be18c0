"""Bring a workbook drawn by a former version of the form to the version in use, with everything somebody typed into it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Final

from xlsync.carry_over import heirs_through
from xlsync.errors import UnwritableWorkbook
from xlsync.exchange.incoming import complete, read_incoming
from xlsync.exchange.new_workbook import template_of
from xlsync.exchange.stages.stage_on_checks import with_new_cells
from xlsync.exchange.write_back.cell_updates import PageUpdate, page_update
from xlsync.exchange.write_back.check_worksheets import drawn_there
from xlsync.exchange.write_back.worksheet_state import NOT_AS_MEANT
from xlsync.kinds import as_typed
from xlsync.merging import changes_between, replace_fields
from xlsync.ooxml.read.reader import open_workbook
from xlsync.ooxml.titled_references import reference_to, split_title
from xlsync.workbook.reading.page_answers import checked_worksheet
from xlsync.workbook.reading.page_layout import plans_of
from xlsync.workbook.reading.sheet_content import cells_of
from xlsync.workbook.template.row_fill import ID
from xlsync.workbook.template.template import build_template
from xlsync.workbook.upgrade.own_additions import Displaced
from xlsync.workbook.upgrade.page_upgrade import (
    NewSheet,
    OldPage,
    OldSheet,
    PageRole,
    UpgradedPage,
    upgrade_page,
    upgrade_rules,
)
from xlsync.workbook.upgrade.template_changes import TemplateChanges, changes_on_same_page

if TYPE_CHECKING:
    from xlsync.exchange.incoming import Incoming
    from xlsync.exchange.receipt import Source, Terms
    from xlsync.exchange.write_back.worksheet_state import WorksheetState
    from xlsync.form.library import Form
    from xlsync.sheet import Sheet
    from xlsync.store import Store
    from xlsync.workbook.reading.page_layout import PagePlan
    from xlsync.workbook.reading.reading import Reading

_GONE: Final = "新しい様式にはこの欄がありません"
_OWN_FORMULA: Final = "欄に入力されていた計算式です。新しい様式には計算結果を入れました"
_SEVERAL_FORMATS: Final = (
    "取り消し線や上付きの文字がありました。新しい様式には、それを除いた内容を入れました"
)
_SET_APART: Final = frozenset({"struck", "struck-out", "mark-removed", "mark-in-quantity"})
"""Findings on a cell of which the value read keeps less than what stands in it."""


@dataclass(frozen=True)
class UpgradedWorkbook:
    """A workbook whose pages are all of the version in use, its conflicts and checks still to be written.

    Attributes:
        data: Its bytes.
        page_states: Each worksheet against the head, with the addresses the fields have now, and what was changed in it;
            of a page that stays as it is, what is still to be written into it.
        checked: The title of the worksheet that its checks speak of.
        blank_worksheets: The worksheets of the checks that are as the template has them.
        displaced_count: How much of the old pages found no place, as listed in it.

    """

    data: bytes
    page_states: tuple[tuple[WorksheetState, PageUpdate], ...]
    checked: str
    blank_worksheets: frozenset[str]
    displaced_count: int

    def blank_of(self, state: WorksheetState) -> frozenset[str]:
        """Return the blank worksheets that speak of a worksheet."""
        is_checked = state.incoming.worksheet == self.checked
        return self.blank_worksheets if is_checked else frozenset()


@dataclass(frozen=True)
class _Step:
    """One page upgraded: the workbook, what the page says, and what is changed in it (None where that is still to be done)."""

    upgraded_page: UpgradedPage
    sheet: Sheet
    update: PageUpdate | None


def outdated_pages(
    states: Sequence[WorksheetState | None], form: Form
) -> tuple[WorksheetState, ...]:
    """Return the pages of a workbook that were drawn by another version of the form than the one in use.

    Empty where nothing may be upgraded: all pages share their lists, so each of them must be received.
    """
    pages = [state for state in states if state is not None and state.is_received]
    if form.history is None or len(pages) < len(states):
        return ()
    return tuple(page for page in pages if page.incoming.form_version not in {0, form.version})


def upgrade_workbook(
    store: Store, terms: Terms, data: bytes, source: Source, states: Sequence[WorksheetState]
) -> UpgradedWorkbook:
    """Return a workbook, all of which was received, with its pages as the version in use draws them.

    What the head says beyond it is in it too; fields in open conflict, or that wait for the office, keep what somebody typed.

    Raises:
        UnwritableWorkbook: The workbook must not, or cannot, be written.

    """
    outdated = outdated_pages(states, terms.form)
    checked = _checked_page(data, outdated, states)
    steps: dict[str, _Step] = {}
    blank: frozenset[str] = frozenset()
    for state in sorted(outdated, key=lambda state: state.incoming.worksheet != checked):
        title = state.incoming.worksheet
        role = PageRole(is_only_page=len(states) == 1, is_checked=title == checked)
        steps[title] = step = _upgraded(terms, data, state, role)
        data, blank = step.upgraded_page.data, blank | step.upgraded_page.blank_worksheets
    pages = tuple(_read_again(store, terms, data, source, states, steps))
    displaced_count = sum(len(step.upgraded_page.displaced) for step in steps.values())
    return UpgradedWorkbook(data, pages, checked, blank, displaced_count)


def _checked_page(
    data: bytes, outdated: Sequence[WorksheetState], states: Sequence[WorksheetState]
) -> str:
    """Return which page to be upgraded the workbook's checks speak of, "" where they speak of one that is not.

    Where they speak of no page at all, they are made for the first.
    """
    first = outdated[0].incoming.worksheet
    named = first if len(states) == 1 else checked_worksheet(open_workbook(data))
    if named not in {state.incoming.worksheet for state in states}:
        return first
    return named if named in {state.incoming.worksheet for state in outdated} else ""


def _upgraded(terms: Terms, data: bytes, state: WorksheetState, role: PageRole) -> _Step:
    """Return a workbook with one of its pages upgraded."""
    former = state.incoming.former_reading
    if former is None:
        raise UnwritableWorkbook(NOT_AS_MEANT, state.incoming.worksheet)
    target, base, paths = _target(state)
    stamp = replace(state.incoming.stamp, base_revision=base, version=terms.form.version, state="")
    new = NewSheet(template_of(terms), plans_of(terms.form, terms.fiscal_year), stamp, role)
    old = _old_sheet(terms, state.incoming, former)
    changes = _changes_in_place(state.incoming, former, old, new)
    if changes is None:
        update = PageUpdate(target, base, paths=paths)
        return _Step(upgrade_page(data, old, new, target), target, update)
    stamp = replace(stamp, base_revision=state.incoming.stamp.base_revision)
    page = upgrade_rules(data, old, replace(new, stamp=stamp), changes)
    return _Step(page, state.incoming.sheet, None)


def _read_again(  # noqa: PLR0913, PLR0917 - what reading a workbook of the store depends on
    store: Store,
    terms: Terms,
    data: bytes,
    source: Source,
    states: Sequence[WorksheetState],
    steps: Mapping[str, _Step],
) -> Iterator[tuple[WorksheetState, PageUpdate]]:
    """Yield the state of each worksheet of the upgraded workbook, and what was changed, or is to be changed, in it."""
    incoming = {page.worksheet: page for page in read_incoming(terms, data, source, store=store)}
    workbook = open_workbook(data)
    for state in states:
        title = state.incoming.worksheet
        if title not in incoming:
            raise UnwritableWorkbook(NOT_AS_MEANT, title)
        step = steps.get(title)
        sheet = state.incoming.sheet if step is None else step.sheet
        now = replace(state, incoming=complete(incoming[title], sheet))
        if title in steps:
            answers = with_new_cells(state.page_answers, now.incoming)
            now = replace(now, page_answers=answers)
        update = None if step is None else step.update
        yield now, update or page_update(now, cells_of(workbook, now.incoming.worksheets))


def _target(state: WorksheetState) -> tuple[Sheet, int, tuple[str, ...]]:
    """Return what a new page says, the revision its stamp names, and the fields that differ from what the old page says."""
    incoming = state.incoming
    kept = {conflict.path for conflict in state.conflicts} | state.review.paths
    target = replace_fields(state.head, incoming.sheet, kept)
    paths = tuple(change.path for change in changes_between(incoming.sheet, target))
    base = incoming.stamp.base_revision
    return target, (state.head.revision or base) if paths else base, paths


def _changes_in_place(
    incoming: Incoming, former: Reading, old: OldSheet, new: NewSheet
) -> TemplateChanges | None:
    """Return what changes around pages that can stay as they are; None where they have to be replaced.

    They stay where both versions draw them alike, no field is moved or gone, and every field stands where it was drawn.
    """
    drawn = old.template.addresses
    moved = {path: new.template.addresses.get(heir) for path, heir in old.carried.items()}
    if incoming.lost or _cells_of_page(former) != drawn_there(former, drawn) or drawn != moved:
        return None
    return changes_on_same_page(old.template, new.template)


def _old_sheet(terms: Terms, incoming: Incoming, reading: Reading) -> OldSheet:
    """Return the pages as their own version has them."""
    lost = (Displaced(value.field_label, value.shown, _GONE) for value in incoming.lost)
    form, year = terms.form.of_version(reading.version), reading.sheet.edition.year
    return OldSheet(
        tuple(_old_pages(reading, plans_of(form, year))),
        build_template(form, year),
        _carried(terms.form, reading.version, reading.sheet),
        (*lost, *_left_out(incoming.workbook_data, reading)),
    )


def _old_pages(reading: Reading, plans: Sequence[PagePlan]) -> Iterator[OldPage]:
    """Yield the worksheets of a sheet, each with the plan that fits it best and the cells on it."""
    cells = _cells_of_page(reading)
    located = {path: split_title(at, reading.worksheet) for path, at in cells.items()}
    left = list(plans)
    for worksheet in reading.worksheets:
        addresses = {path: at for path, (title, at) in located.items() if title == worksheet}
        plan = max(left, key=partial(_likeness, worksheet=worksheet, paths=addresses.keys()))
        left.remove(plan)
        yield OldPage(worksheet, plan, addresses)


def _likeness(plan: PagePlan, worksheet: str, paths: AbstractSet[str]) -> tuple[int, bool, bool]:
    """Return how well a plan fits a worksheet: by its fields, of an emptied one by its title, else it has only tables."""
    return len(plan.field_boxes.keys() & paths), plan.title == worksheet, not plan.field_boxes


def _cells_of_page(reading: Reading) -> dict[str, str]:
    """Return the address of each cell of the form: of its fields, and of the rows of its tables with their hidden ids."""
    columns = {column.path for column in reading.sheet.edition.columns}
    cells = {path: at for path, at in reading.cells.items() if path not in columns}
    for path, lies in reading.field_cells.table_cells.items():
        ids = {f"{path}.{row_id}.{ID}": lies.address(row_id, ID) for row_id in lies.numbers}
        cells |= {
            each: reference_to(lies.worksheet, at, reading.worksheet) for each, at in ids.items()
        }
    return cells


def _left_out(data: bytes, reading: Reading) -> Iterator[Displaced]:
    """Yield what cells of fields hold beside the values read in them: somebody's own formulas, struck and raised texts."""
    cells = cells_of(open_workbook(data), reading.worksheets)
    set_apart = {finding.path for finding in reading.findings if finding.code in _SET_APART}
    for path, address in reading.cells.items():
        cell = cells.get(address)
        if cell is None:
            continue
        if cell.formula is not None and path not in reading.live:
            yield Displaced(address, f"={cell.formula}", _OWN_FORMULA)
        elif path in set_apart:
            yield Displaced(address, as_typed(cell.value), _SEVERAL_FORMATS)


def _carried(form: Form, version: int, sheet: Sheet) -> dict[str, str]:
    """Return the path that each field of a version has in the form in use, by its path there."""
    year = sheet.edition.year
    return heirs_through(sheet.edition, (then.at(year) for then in form.versions_from(version)))


__all__ = ["UpgradedWorkbook", "outdated_pages", "upgrade_workbook"]

"""Store → staff's own workbook: the cells brought up to date that others changed, and every other byte as it was.

Pure over bytes: the caller replaces the file, then has the store save what it holds now. Dying in between is harmless: the
stamp in the file names the revision it was brought up to, so the next receive sees that the copy state is an older one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from xlsync.errors import UnwritableWorkbook
from xlsync.exchange.figures.figure_notes import put_page_messages
from xlsync.exchange.incoming import Incoming, complete, read_incoming
from xlsync.exchange.past_editions import city_of_workbook
from xlsync.exchange.reading_findings import with_reading_findings
from xlsync.exchange.reconcile.choices import conflict_rows
from xlsync.exchange.stages.hand_in_write import with_word_written
from xlsync.exchange.write_back.cell_updates import PageUpdate, page_update
from xlsync.exchange.write_back.check_results import put_checks, put_trial_answers
from xlsync.exchange.write_back.compared_workbook import ComparedWorkbook, compare_workbook
from xlsync.exchange.write_back.form_upgrade import outdated_pages, upgrade_workbook
from xlsync.exchange.write_back.pull_down_refresh import with_present_worksheets
from xlsync.exchange.write_back.update import Address, StateChange, Update, Written
from xlsync.exchange.write_back.worksheet_state import (
    NOT_AS_MEANT,
    WorksheetState,
    refuse_changed_trials,
)
from xlsync.merging import changes_between, replace_fields
from xlsync.ooxml.patch.package_editor import PackageEdit
from xlsync.ooxml.patch.patch import Formula, put_cells
from xlsync.ooxml.patch.row_insertion import insert_rows
from xlsync.ooxml.read.reader import Workbook
from xlsync.store import CopyFile, CopyState
from xlsync.workbook.conflicts.conflict_sheet import put_conflicts
from xlsync.workbook.reading.sheet_content import cells_of
from xlsync.workbook.stamp_carriers import document_stamp, has_lost_stamp
from xlsync.workbook.stamp_writing import put_document_stamp, put_worksheet_stamp

if TYPE_CHECKING:
    from xlsync.exchange.receipt import Source, Terms
    from xlsync.exchange.write_back.row_updates import RowUpdates
    from xlsync.ooxml.patch.cell_xml import Scalar
    from xlsync.sheet import Sheet
    from xlsync.store import Store
    from xlsync.workbook.reading.conflict_choices import ConflictRow

_NONE: Mapping[Address, Any] = MappingProxyType({})


def bring_up_to_date(  # noqa: PLR0913, PLR0917 - what a write-back depends on
    store: Store,
    terms: Terms,
    data: bytes,
    source: Source,
    remarks: Mapping[Address, Scalar] = _NONE,
    compared: ComparedWorkbook | None = None,
) -> Update | None:
    """Return the workbook with what the store holds beyond it, None where there is nothing to change.

    A worksheet that holds something not yet received stays as it is (`ComparedWorkbook` tells which), as do fields in open
    conflict, cells with somebody's own formula, and worksheets without a stamp, of which nobody could tell a state from
    before. A trial worksheet gets its checks only.
    `remarks` are other cells to be written along; `compared` is what `compare_workbook` has returned, where it was called.
    Raises WorkbookError where the bytes are none of ours or not to be written.
    """
    compared = compared or compare_workbook(store, terms, data, source)
    sheets, states = compared.incoming_sheets, compared.worksheet_states
    store, terms = city_of_workbook(store, terms, sheets)
    if outdated_pages(states, terms.form):
        return _upgraded(store, terms, data, source, list(filter(None, states)), remarks)
    refreshed = with_present_worksheets(store, terms, data, source, states)
    edit = PackageEdit(refreshed.data)
    workbook = Workbook(edit.package)
    pages = _received_pages(refreshed.worksheet_states, workbook)
    _put_pages(edit, [page for _, page in pages], remarks)
    put_page_messages(store, edit, pages)
    if len(pages) == len(states):
        _put_conflicts(store, edit, [state for state, _ in pages])
    _put_stamps(edit, workbook, pages, alone=len(states) == 1)
    changed, blank = edit.finished() != data, refreshed.blank_worksheets
    for state, page in pages:
        put_checks(store, terms, edit, workbook, state, page, anyway=changed, blank=blank)
    trials = [incoming for incoming in sheets if incoming.is_trial]
    put_trial_answers(store, terms, edit, workbook, trials)
    _put_new_rows(edit, pages)
    if edit.finished() == data:
        return None
    again = _by_worksheet(read_incoming(terms, edit.finished(), source, store=store))
    refuse_changed_trials(trials, again)
    return _checked(store, edit.finished(), pages, again)


def _upgraded(  # noqa: PLR0913, PLR0917 - what a write-back depends on
    store: Store,
    terms: Terms,
    data: bytes,
    source: Source,
    states: Sequence[WorksheetState],
    remarks: Mapping[Address, Scalar],
) -> Update:
    """Return the workbook with its pages as the version of the form in use draws them."""
    upgraded = upgrade_workbook(store, terms, data, source, states)
    edit = PackageEdit(upgraded.data)
    workbook = Workbook(edit.package)
    _put_pages(edit, [page for _, page in upgraded.page_states], remarks)
    put_page_messages(store, edit, upgraded.page_states)
    _put_conflicts(store, edit, [state for state, _ in upgraded.page_states])
    _put_stamps(edit, workbook, upgraded.page_states, alone=len(states) == 1)
    for state, page in upgraded.page_states:
        blank = upgraded.blank_of(state)
        put_checks(store, terms, edit, workbook, state, page, anyway=True, blank=blank)
    again = _by_worksheet(read_incoming(terms, edit.finished(), source, store=store))
    pages = [
        (replace(former, page_answers=now.page_answers), page)
        for former, (now, page) in zip(states, upgraded.page_states, strict=True)
    ]
    update = _checked(store, edit.finished(), pages, again)
    return replace(update, version=terms.form.version, displaced_count=upgraded.displaced_count)


def _by_worksheet(sheets: Iterable[Incoming]) -> dict[str, Incoming]:
    return {incoming.worksheet: incoming for incoming in sheets}


def _received_pages(
    states: Iterable[WorksheetState | None], workbook: Workbook
) -> list[tuple[WorksheetState, PageUpdate]]:
    """Return what brings each worksheet up to date that holds nothing the store has not received."""
    return [
        (state, page_update(state, cells_of(workbook, state.incoming.worksheets)))
        for state in states
        if state is not None and state.is_received
    ]


def note_written(store: Store, update: Update, source: Source) -> None:
    """Save what the workbook holds now; call after its file was replaced.

    Where somebody's newer save was received meanwhile, the copy state is that save's and stays so.
    """
    store = store if update.read_in is None else store.at_form_version(update.read_in)
    with store.writing():
        for page in update.pages:
            key, year, change = page.sheet_id, page.fiscal_year, page.state_change
            if store.copy_state(key, year, change.former_name) != change.state_before:
                continue
            file = change.state_after.copy_file
            file = replace(file, since=file.since or source.when)
            after = replace(change.state_after, copy_file=file)
            if (change.former_name, change.state_before) == (change.name, after):
                continue  # only チェック was written: nobody needs to read the sheet again
            store.save_copy_state(key, year, change.name, after)
            if change.former_name != change.name:
                store.delete_copy_state(key, year, change.former_name)


def _put_pages(
    edit: PackageEdit, pages: Sequence[PageUpdate], remarks: Mapping[Address, Scalar]
) -> None:
    """Write the remarks, the cells to change of every worksheet, and the cached values of formulas that stay."""
    changes: dict[Address, Scalar | Formula] = dict(remarks)
    cached: dict[Address, Scalar] = {}
    for page in pages:
        changes |= page.cell_changes
        cached |= page.cached_values
    # Overwritten are a field's formulas only where they are ours: page_update leaves the others; of remarks as the caller says.
    put_cells(edit, changes, overwrite_formulas=True, cached=cached, stale="keep")


def _put_new_rows(edit: PackageEdit, pages: Iterable[tuple[WorksheetState, PageUpdate]]) -> None:
    """Insert the rows that the tables lack, once all else is written: what lies below moves down."""
    for _, page in pages:
        for worksheet, rows in page.updated_rows.items():
            if rows.inserted:
                _insert(edit, worksheet, rows)


def _insert(edit: PackageEdit, worksheet: str, rows: RowUpdates) -> None:
    shift = insert_rows(edit, worksheet, rows.inserted)
    cells = {
        (worksheet, f"{letter}{shift.row(behind) + at}"): value
        for behind, at, by_letter in rows.new_rows
        for letter, value in by_letter.items()
    }
    put_cells(edit, cells, stale="keep")


def _put_conflicts(store: Store, edit: PackageEdit, states: list[WorksheetState]) -> None:
    """Make the worksheet 入力の重なり show what is open between the workbook and the store."""
    rows: list[ConflictRow] = []
    for state in states:
        conflicts = [conflict.to_document() for conflict in state.conflicts]
        rows += conflict_rows(store, state.incoming, conflicts)
    if len(states) > 1:
        rows = [replace(row, title=f"{row.worksheet}：{row.title}") for row in rows]
    put_conflicts(edit, rows)


def _put_stamps(
    edit: PackageEdit,
    workbook: Workbook,
    pages: Iterable[tuple[WorksheetState, PageUpdate]],
    *,
    alone: bool,
) -> None:
    """Let each stamp name the revision its worksheet was brought up to, and restore those that some program dropped.

    The document's is put too where it is this worksheet's, or where the worksheet is alone and the document has none.
    """
    document = document_stamp(workbook)
    for state, page in pages:
        stamp = replace(state.incoming.stamp, base_revision=page.base_revision)
        worksheets = state.incoming.worksheets
        if not page.is_brought_up and not has_lost_stamp(workbook, worksheets, alone=alone):
            continue
        for worksheet in worksheets:
            put_worksheet_stamp(edit, worksheet, stamp)
        own = state.incoming.former_stamp or stamp
        if own.is_same_copy(document) or (alone and document is None):
            put_document_stamp(edit, stamp)


def _checked(
    store: Store,
    data: bytes,
    pages: list[tuple[WorksheetState, PageUpdate]],
    again: Mapping[str, Incoming],
) -> Update:
    """Return the update once reading the new bytes again gave what was meant; else nothing may be written."""
    written = []
    for state, page in pages:
        held = again.get(state.incoming.worksheet)
        if held is None or changes_between(_completed(held, state), page.sheet):
            raise UnwritableWorkbook(NOT_AS_MEANT, state.incoming.worksheet)
        written.append(_written(state, page, held))
    return Update(data, tuple(written), read_in=store.stored_form.number)


def _completed(held: Incoming, state: WorksheetState) -> Sheet:
    return complete(held, state.incoming.sheet).sheet


def _written(state: WorksheetState, page: PageUpdate, held: Incoming) -> Written:
    sheet, save = state.incoming.sheet, state.merge_base.save
    fields = (sheet.edition.by_path[path] for path in page.paths)
    return Written(
        state.incoming.sheet_id,
        sheet.edition.year,
        state.incoming.worksheet,
        sum(field.filled_by != "computed" for field in fields),
        page.paths,
        page.left_alone,
        StateChange(save.name, _state_after(state, page, held), save.stored_name, save.stored),
        len(page.typed_as_text),
    )


def _state_after(state: WorksheetState, page: PageUpdate, held: Incoming) -> CopyState:
    """Return the copy state once the file holds the page: in open conflicts it stays at the merge base."""
    merge_base = state.merge_base
    base = merge_base.sheet if merge_base.sheet is not None else state.incoming.sheet
    before = merge_base.previous or CopyState(
        base,
        (),
        CopyFile(merge_base.save.source_path),
        state.when,
        state.who,
        merge_base.stamped_revision,
    )
    in_conflict = [conflict.path for conflict in state.conflicts]
    overruled = (value for value in merge_base.overruled if value["path"] not in page.paths)
    file = merge_base.file_seen(before.copy_file, state.head.revision or 0)
    file = with_word_written(file, state.page_answers.hand_in)
    after = replace(
        before,
        sheet=replace_fields(page.sheet, base, in_conflict),
        conflicts=tuple(conflict.to_document() for conflict in state.conflicts),
        copy_file=with_reading_findings(replace(file, form_version=held.form_version), held),
        base_revision=merge_base.stamped_revision,
        overruled=tuple(overruled),
    )
    if not page.is_brought_up or page.base_revision == merge_base.stamped_revision:
        return after
    # A program that still has the file open may save it as it was: that goes on from the state before.
    earlier = replace(before, sheet=base, earlier=None, base_revision=merge_base.stamped_revision)
    return replace(after, base_revision=page.base_revision, earlier=earlier)


__all__ = [
    "ComparedWorkbook",
    "Update",
    "Written",
    "bring_up_to_date",
    "compare_workbook",
    "note_written",
]

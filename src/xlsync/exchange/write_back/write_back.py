"""Store → staff's own workbook: the cells brought up to date that others changed, and every other byte as it was.

Pure over bytes: the caller replaces the file, then has the store note what it holds now. Dying in between is harmless: the
stamp in the file names the revision it was brought up to, so the next receive sees that the memory is of an older state.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from xlsync.errors import UnwritableWorkbook
from xlsync.exchange.incoming import Incoming, complete, read_incoming
from xlsync.exchange.reconcile.choices import conflict_rows
from xlsync.exchange.write_back.cell_updates import PageUpdate, page_update
from xlsync.exchange.write_back.check_results import put_checks
from xlsync.exchange.write_back.worksheet_state import WorksheetState, worksheet_state
from xlsync.merging import changes_between, replace_fields
from xlsync.ooxml.patch.package_editor import PackageEdit
from xlsync.ooxml.patch.patch import put_cells
from xlsync.ooxml.patch.properties import put_custom_property, put_defined_name
from xlsync.ooxml.read.reader import Workbook
from xlsync.store import CopyFile, CopyState
from xlsync.workbook.conflicts.conflict_sheet import put_conflicts
from xlsync.workbook.stamp import STAMP_NAME, STAMP_PROPERTY, stamp_of

if TYPE_CHECKING:
    from xlsync.exchange.receipt import Source, Terms
    from xlsync.ooxml.patch.cell_xml import Scalar
    from xlsync.sheet import Sheet
    from xlsync.store import Store

Address = tuple[str, str]
"""(worksheet, address) of a cell."""

_NONE: Mapping[Address, Any] = MappingProxyType({})


@dataclass(frozen=True)
class Written:
    """One form worksheet after the write: the paths written, those left although the store says otherwise, its memory.

    `before` is what was remembered until now, under `before_name`; `state` is to be saved under `name`; `texts` says how
    many amounts typed as text became numbers.
    """

    key: str
    edition: int
    worksheet: str
    fields: int
    paths: tuple[str, ...]
    left: tuple[str, ...]
    name: str
    state: CopyState
    before_name: str
    before: CopyState | None
    texts: int = 0


@dataclass(frozen=True)
class Update:
    """The bytes a workbook is to be replaced by, and what that does to each of its form worksheets."""

    data: bytes
    pages: tuple[Written, ...]

    @property
    def fields(self) -> int:
        """How many fields it changes, computed ones not counted."""
        return sum(page.fields for page in self.pages)

    @property
    def texts(self) -> int:
        """How many amounts of money that were typed as text it turns into numbers."""
        return sum(page.texts for page in self.pages)

    @property
    def left(self) -> tuple[Address, ...]:
        """(worksheet, path) of each field left alone although the store says otherwise: a formula of somebody's is there."""
        return tuple((page.worksheet, path) for page in self.pages for path in page.left)


def bring_up_to_date(
    store: Store,
    terms: Terms,
    data: bytes,
    source: Source,
    remarks: Mapping[Address, Scalar] = _NONE,
) -> Update | None:
    """Return the workbook with what the store holds beyond it, None where there is nothing to change.

    A worksheet that holds something not yet received stays as it is (`unreceived` tells), as do fields in open conflict,
    cells with somebody's own formula, and worksheets without a stamp, of which nobody could tell a state from before.
    `remarks` are other cells to be written along. Raises WorkbookError where the bytes are none of ours or not to be written.
    """
    found = read_incoming(terms, data, source)
    states = [worksheet_state(store, terms, incoming, source) for incoming in found]
    edit = PackageEdit(data)
    workbook = Workbook(edit.package)
    pages = [
        (state, page_update(state, workbook.cells(state.incoming.worksheet)))
        for state in states
        if state is not None and state.is_received
    ]
    put_cells(
        edit,
        {**remarks, **{spot: value for _, page in pages for spot, value in page.changes.items()}},
        overwrite_formulas=True,  # of a field only our own, page_update leaves the others; of remarks what the caller says
        cached={spot: value for _, page in pages for spot, value in page.cached.items()},
        stale="keep",
    )
    if all(state is not None and state.is_received for state in states):
        _put_conflicts(store, edit, [state for state, _ in pages])
    changed = edit.finished() != data
    for state, page in pages:
        put_checks(store, terms, edit, workbook, state, page.sheet, anyway=changed)
    if edit.finished() == data:
        return None
    for state, page in pages:
        if page.paths:
            _put_stamp(edit, workbook, state, page)
    return _checked(terms, edit.finished(), source, pages)


def unreceived(store: Store, terms: Terms, data: bytes, source: Source) -> tuple[str, ...]:
    """Return the worksheets of a workbook that hold something the store has not received, or that may not enter it."""
    found = read_incoming(terms, data, source)
    states = ((incoming, worksheet_state(store, terms, incoming, source)) for incoming in found)
    return tuple(
        incoming.worksheet for incoming, state in states if state is None or not state.is_received
    )


def note_written(store: Store, update: Update, source: Source) -> None:
    """Remember what the workbook holds now; call after its file was replaced.

    Where somebody's newer save was received meanwhile, that is remembered and stays so.
    """
    with store.writing():
        for page in update.pages:
            key, year = page.key, page.edition
            if store.copy_state(key, year, page.before_name) != page.before:
                continue
            file = replace(page.state.file, since=page.state.file.since or source.when)
            store.save_copy_state(key, year, page.name, replace(page.state, file=file))
            if page.before_name != page.name:
                store.delete_copy_state(key, year, page.before_name)


def _put_conflicts(store: Store, edit: PackageEdit, states: list[WorksheetState]) -> None:
    """Make the worksheet 入力の重なり show what is open between the workbook and the store."""
    rows = [
        row
        for state in states
        for row in conflict_rows(
            store, state.incoming, [one.to_document() for one in state.conflicts]
        )
    ]
    if len(states) > 1:
        rows = [replace(row, title=f"{row.worksheet}：{row.title}") for row in rows]
    put_conflicts(edit, rows)


def _put_stamp(
    edit: PackageEdit, workbook: Workbook, state: WorksheetState, page: PageUpdate
) -> None:
    """Let the stamp name the revision the worksheet was brought up to; the document's too where it is this one's."""
    stamp = replace(state.incoming.stamp, base=page.base)
    put_defined_name(edit, state.incoming.worksheet, STAMP_NAME, f'"{stamp.text()}"', hidden=True)
    document = stamp_of(workbook.custom_properties.get(STAMP_PROPERTY, ""))
    if document is not None and (document.key, document.copy) == (stamp.key, stamp.copy):
        put_custom_property(edit, STAMP_PROPERTY, stamp.text())


def _checked(
    terms: Terms,
    data: bytes,
    source: Source,
    pages: list[tuple[WorksheetState, PageUpdate]],
) -> Update:
    """Return the update once reading the new bytes gave what was meant; else nothing may be written."""
    again = {one.worksheet: one for one in read_incoming(terms, data, source)}
    written = []
    for state, page in pages:
        held = again.get(state.incoming.worksheet)
        if held is None or changes_between(_located(held, state), page.sheet):
            raise UnwritableWorkbook(
                "書き込んだ内容を読み直すと保管庫の内容と合いません。このブックには反映せず、元のままにしています",
                state.incoming.worksheet,
            )
        written.append(_written(state, page))
    return Update(data, tuple(written))


def _located(held: Incoming, state: WorksheetState) -> Sheet:
    return complete(held, state.incoming.sheet).sheet


def _written(state: WorksheetState, page: PageUpdate) -> Written:
    incoming, merge_base = state.incoming, state.merge_base
    sheet = incoming.sheet
    open_paths = [one.path for one in state.conflicts]
    base = merge_base.sheet if merge_base.sheet is not None else sheet
    before = merge_base.previous or CopyState(
        base, (), CopyFile(merge_base.source_path), state.when, state.who, merge_base.stamp
    )
    advanced = bool(page.paths) and page.base != merge_base.stamp
    earlier = (
        replace(before, sheet=base, earlier=None, base=merge_base.stamp)
        if advanced
        else before.earlier
    )
    overruled = tuple(one for one in merge_base.overruled if one["path"] not in page.paths)
    after = replace(
        before,
        sheet=replace_fields(page.sheet, base, open_paths),
        conflicts=tuple(one.to_document() for one in state.conflicts),
        file=merge_base.file_seen(before.file, state.head.revision or 0),
        base=page.base if page.paths else merge_base.stamp,
        overruled=overruled,
        earlier=earlier,
    )
    return Written(
        incoming.key,
        sheet.edition.year,
        incoming.worksheet,
        sum(sheet.edition.by_path[path].filled_by != "computed" for path in page.paths),
        page.paths,
        page.left,
        merge_base.name,
        after,
        merge_base.moved_from or merge_base.name,
        merge_base.stored,
        len(page.texts),
    )


__all__ = ["Update", "Written", "bring_up_to_date", "note_written", "unreceived"]

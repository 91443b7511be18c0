"""Bring a workbook drawn by a former version of the form to the version in use, with everything somebody typed into it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from xlsync.carry_over import heirs_of
from xlsync.exchange.check_context import facts_for, findings_from_store
from xlsync.exchange.incoming import complete, read_incoming
from xlsync.exchange.new_workbook import template_of
from xlsync.exchange.write_back.cell_updates import PageUpdate
from xlsync.kinds import as_typed
from xlsync.merging import changes_between, replace_fields
from xlsync.ooxml.read.reader import open_workbook
from xlsync.workbook.checks.visible_sheet import Known
from xlsync.workbook.reading.form_reader import read
from xlsync.workbook.reading.page_layout import plan_of
from xlsync.workbook.template.fill import fill
from xlsync.workbook.upgrade.own_additions import Displaced
from xlsync.workbook.upgrade.page_upgrade import NewPage, OldPage, upgrade_page

if TYPE_CHECKING:
    from xlsync.exchange.incoming import Incoming
    from xlsync.exchange.receipt import Source, Terms
    from xlsync.exchange.write_back.worksheet_state import WorksheetState
    from xlsync.form.library import Form
    from xlsync.sheet import Sheet
    from xlsync.store import Store
    from xlsync.workbook.reading.reading import Reading

_GONE: Final = "新しい様式にはこの欄がありません"
_OWN_FORMULA: Final = "欄に入力されていた計算式です。新しい様式には計算結果を入れました"
_SEVERAL_FORMATS: Final = (
    "取り消し線や上付きの文字がありました。新しい様式には、それを除いた内容を入れました"
)
_SET_APART: Final = frozenset({"struck", "struck-out", "mark-removed", "mark-in-quantity"})
"""Findings on a cell of which the value read keeps less than what stands in it."""


@dataclass(frozen=True)
class Upgrade:
    """A workbook with the page of the version in use.

    Attributes:
        data: Its bytes, without the conflicts and the checks that are still to be written into it.
        worksheet_state: Its worksheet against the head, with the addresses the fields have now.
        page_update: What the upgrade changed in it.
        displaced: What of the old page found no place, as listed in it.

    """

    data: bytes
    worksheet_state: WorksheetState
    page_update: PageUpdate
    displaced: tuple[Displaced, ...]


def single_outdated_page(
    states: Sequence[WorksheetState | None], form: Form
) -> WorksheetState | None:
    """Return the only page of a workbook where it was drawn by another version of the form than the one in use, else None.

    A workbook with several pages is brought up to date as it is: whoever put them together made it by hand.
    """
    state = states[0] if len(states) == 1 else None
    if state is None or state.incoming.reading is None or form.history is None:
        return None
    return None if state.incoming.reading.version in {0, form.version} else state


def upgrade_workbook(
    store: Store, terms: Terms, data: bytes, source: Source, state: WorksheetState
) -> Upgrade:
    """Return a workbook, all of which was received, with the page of the version in use.

    What the head says beyond it is in it too; fields in open conflict, or that wait for the office, keep what somebody typed.

    Raises:
        UnwritableWorkbook: The workbook must not, or cannot, be written.

    """
    incoming = state.incoming
    kept = {conflict.path for conflict in state.conflicts} | state.review.paths
    target = replace_fields(state.head, incoming.sheet, kept)
    paths = tuple(change.path for change in changes_between(incoming.sheet, target))
    base = (
        state.head.revision or incoming.stamp.base_revision
        if paths
        else incoming.stamp.base_revision
    )
    template = template_of(terms)
    stamp = replace(incoming.stamp, base_revision=base, state="", version=terms.form.version)
    known = Known(facts_for(store, terms, target), tuple(findings_from_store(store, terms, target)))
    filled = fill(template, target, stamp, known)
    plan = plan_of(terms.form, terms.fiscal_year)
    new = NewPage(filled, plan, template.addresses, stamp)
    upgraded, displaced = upgrade_page(data, _old_page(terms, data, incoming), new)
    (again,) = read_incoming(terms, upgraded, source, store=store)
    now = replace(state, incoming=complete(again, target))
    return Upgrade(upgraded, now, PageUpdate(target, base, paths=paths), displaced)


def _old_page(terms: Terms, data: bytes, incoming: Incoming) -> OldPage:
    """Return the page as its own version has it."""
    (reading,) = (it for it in read(data, terms.form) if it.worksheet == incoming.worksheet)
    lost = (Displaced(value.field_label, value.shown, _GONE) for value in incoming.lost)
    return OldPage(
        incoming.worksheet,
        plan_of(terms.form.of_version(reading.version), reading.sheet.edition.year),
        reading.cells,
        _carried(terms.form, reading.version, reading.sheet),
        (*lost, *_left_out(data, reading)),
    )


def _left_out(data: bytes, reading: Reading) -> Iterator[Displaced]:
    """Yield what cells of fields hold beside the values read in them: somebody's own formulas, struck and raised texts."""
    cells = open_workbook(data).cells(reading.worksheet)
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
    edition, now = sheet.edition, {path: path for path in sheet}
    for then in form.versions_from(version):
        step = heirs_of(edition, then.at(edition.year))
        now = {path: step[there] for path, there in now.items() if there in step}
        edition = then.at(edition.year)
    return now


__all__ = ["Upgrade", "single_outdated_page", "upgrade_workbook"]

"""Store → workbook: the template filled in and stamped as a copy made from one revision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from xlsync.exchange.check_context import facts_for, findings_from_store
from xlsync.exchange.figures.figure_notes import put_figure_messages
from xlsync.exchange.office_notes import office_notes
from xlsync.exchange.program_totals import with_stored_totals
from xlsync.exchange.stages.return_findings import return_findings
from xlsync.exchange.stages.stage_on_checks import about_new_workbook, about_past_workbook
from xlsync.ooxml.patch.package_editor import PackageEdit
from xlsync.ooxml.titled_references import on_worksheet
from xlsync.workbook.checks.visible_sheet import Known
from xlsync.workbook.stamp import Stamp
from xlsync.workbook.template.fill import fill
from xlsync.workbook.template.plan_pull_downs import template_with_plans
from xlsync.workbook.template.row_fill import addresses_with_rows

if TYPE_CHECKING:
    from xlsync.exchange.receipt import Terms
    from xlsync.sheet import Sheet
    from xlsync.store import Store
    from xlsync.workbook.template.template import Template

_NOTHING: Final = Known()


def template_of(terms: Terms) -> Template:
    """Return the template of the terms' edition, with the city's 施策 in its pull-downs."""
    return template_with_plans(terms.form, terms.fiscal_year, terms.code_lists.plan_list)


def export_trial(store: Store, terms: Terms, sheet: Sheet, copy: str) -> bytes:
    """Return a workbook of a stored sheet for trying the form out: what is typed into it is checked and never stored."""
    plan_list = terms.code_lists.plan_list
    template = template_with_plans(terms.form, terms.fiscal_year, plan_list, is_trial=True)
    sheet = with_stored_totals(store, terms, sheet)
    edition = sheet.edition
    base, version = sheet.revision or 0, template.version
    stamp = Stamp(edition.form, edition.year, sheet.id, base, copy, version=version).as_trial()
    data = fill(template, sheet, stamp, _known(store, terms, sheet))
    return _with_figure_messages(data, template, store, sheet)


def export(template: Template, sheet: Sheet, copy: str, known: Known = _NOTHING) -> bytes:
    """Return the workbook of a stored sheet; `copy` is this copy's id in hexadecimal, `known` what its checks carry along."""
    edition = sheet.edition
    base, version = sheet.revision or 0, template.version
    stamp = Stamp(edition.form, edition.year, sheet.id, base, copy, version=version)
    return fill(template, sheet, stamp, known)


def export_known(template: Template, sheet: Sheet, copy: str, store: Store, terms: Terms) -> bytes:
    """Return the workbook of a stored sheet with all the store knows: program totals, last year's values, rates, findings."""
    sheet = with_stored_totals(store, terms, sheet)
    data = export(template, sheet, copy, _known(store, terms, sheet))
    return _with_figure_messages(data, template, store, sheet)


def export_past_sheet(terms: Terms, sheet: Sheet, copy: str) -> bytes:
    """Return the workbook of a sheet as it stood on a day, by the terms' version of the form.

    Its checks know what the form says, and nothing of the other sheets, which may say something else today.
    """
    about = about_past_workbook(terms, sheet)
    known = Known(facts_for(None, terms, sheet), about_stage=about)
    return export(template_of(terms), sheet, copy, known)


def _with_figure_messages(data: bytes, template: Template, store: Store, sheet: Sheet) -> bytes:
    """Return the workbook with what its cells say of figures of the financial system."""
    edit = PackageEdit(data)
    addresses, edition = addresses_with_rows(template, sheet), template.edition
    for worksheet in edition.worksheets:
        on_page = on_worksheet(addresses, worksheet, edition.worksheet)
        put_figure_messages(store, edit, worksheet, sheet, on_page)
    return edit.finished()


def _known(store: Store, terms: Terms, sheet: Sheet) -> Known:
    returned = return_findings(store, terms, sheet)
    findings = [*findings_from_store(store, terms, sheet), *returned]
    findings += office_notes(store, terms, sheet)
    about = about_new_workbook(store, terms, sheet, returned)
    return Known(facts_for(store, terms, sheet), tuple(findings), about_stage=about)

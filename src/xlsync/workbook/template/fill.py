"""Sheet → workbook: the template filled in, each value as the form officially shows it, computed cells live."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from xlsync.computed import blank_text, compute, share_of
from xlsync.ooxml.patch.package_editor import PackageEdit
from xlsync.ooxml.patch.patch import Formula, put_cells
from xlsync.workbook.checks.visible_sheet import Known
from xlsync.workbook.reading.field_values import formula_text
from xlsync.workbook.stamp_writing import put_stamp
from xlsync.workbook.template.row_fill import put_rows
from xlsync.workbook.template.template import Template, put_checks

if TYPE_CHECKING:
    from xlsync.form.edition import BoundRule
    from xlsync.sheet import Sheet
    from xlsync.workbook.stamp import Stamp

Written = str | int | Decimal | None | Formula
_NOTHING: Final = Known()


def fill(template: Template, sheet: Sheet, stamp: Stamp, known: Known = _NOTHING) -> bytes:
    """Return the workbook of a sheet; reading it gives an equal sheet.

    A computed cell keeps its formula, with the right result stored beside it, wherever the formula gives the sheet's
    value; where it does not (a wrong sum that came in), the value itself is written, as it was typed. The worksheet
    チェック gets what its formulas come to over the sheet, with what is known of it.
    """
    edit = PackageEdit(template.data)
    put_values(edit, template.edition.worksheet, template, sheet)
    put_checks(edit, template, sheet, known)
    put_stamp(edit, template.edition.worksheet, stamp)
    put_rows(edit, template.edition.worksheet, template, sheet)
    return edit.finished()


def put_values(edit: PackageEdit, worksheet: str, template: Template, sheet: Sheet) -> None:
    """Put the values of a sheet, and the formulas of its computed cells, into a worksheet drawn as the template's page is."""
    changes: dict[tuple[str, str], Written] = {}
    cells = {**template.addresses, **template.column_ranges}
    for path, field in template.edition.by_path.items():
        rule = template.edition.formulas.get(path)
        shown = field.kind.show(sheet[path])
        if path in sheet.unreadable:
            changes[worksheet, cells[path]] = sheet.unreadable[path]
        elif rule is not None:
            changes[worksheet, cells[path]] = _computed(cells, sheet, rule, shown)
        elif shown is not None:
            changes[worksheet, cells[path]] = shown
    put_cells(edit, changes, overwrite_formulas=True, stale="none")


def _computed(
    cells: Mapping[str, str], sheet: Sheet, rule: BoundRule, shown: str | int | Decimal | None
) -> Written:
    share = share_of(rule, sheet)
    if share is None:
        return shown
    result = sheet.edition.by_path[rule.path].kind.show(compute(rule, sheet, share))
    if result is None:
        result = blank_text(sheet.edition, rule.path, sheet, sheet.unreadable)
    return Formula(formula_text(sheet.edition, rule, cells, share), result)

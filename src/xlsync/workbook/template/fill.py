"""Sheet → workbook: the template filled in, each value as the form officially shows it, computed cells live."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from xlsync.computed import blank_text, compute, share_of
from xlsync.ooxml.formula_titles import with_titles
from xlsync.ooxml.patch.package_editor import PackageEdit
from xlsync.ooxml.patch.patch import Formula, put_cells
from xlsync.ooxml.titled_references import seen_from, split_title
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
_OWN_TITLES: Final[Mapping[str, str]] = MappingProxyType({})


def fill(template: Template, sheet: Sheet, stamp: Stamp, known: Known = _NOTHING) -> bytes:
    """Return the workbook of a sheet; reading it gives an equal sheet.

    A computed cell keeps its formula, with the right result stored beside it, wherever the formula gives the sheet's
    value; where it does not (a wrong sum that came in), the value itself is written, as it was typed. The worksheet
    チェック gets what its formulas come to over the sheet, with what is known of it.
    """
    edit = PackageEdit(template.data)
    put_values(edit, template, sheet)
    put_checks(edit, template, sheet, known)
    put_stamp(edit, template.edition.worksheets, stamp)
    put_rows(edit, template, sheet)
    return edit.finished()


def put_values(
    edit: PackageEdit, template: Template, sheet: Sheet, titles: Mapping[str, str] = _OWN_TITLES
) -> None:
    """Put the values of a sheet, and the formulas of its computed cells, into worksheets drawn as the template's are.

    `titles` says what these are called, by what the template calls them, where that is something else.
    """
    changes: dict[tuple[str, str], Written] = {}
    here = template.edition.worksheet
    cells = {**template.addresses, **template.column_ranges}
    for path, field in template.edition.by_path.items():
        rule = template.edition.formulas.get(path)
        shown = field.kind.show(sheet[path])
        at = split_title(cells[path], here)
        if path in sheet.unreadable:
            changes[at] = sheet.unreadable[path]
        elif rule is not None:
            changes[at] = _computed(seen_from(cells, cells[path], here)[1], sheet, rule, shown)
        elif shown is not None:
            changes[at] = shown
    renamed = {
        (titles.get(title, title), at): _with_titles(value, titles)
        for (title, at), value in changes.items()
    }
    put_cells(edit, renamed, overwrite_formulas=True, stale="none")


def _with_titles(value: Written, titles: Mapping[str, str]) -> Written:
    """Return what is written, a formula with the titles that the worksheets have there."""
    if not isinstance(value, Formula):
        return value
    return Formula(with_titles(value.text, titles), value.cached)


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

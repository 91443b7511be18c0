"""Store → workbook: the template filled in and stamped as a copy made from one revision."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlsync.workbook.fill import fill
from xlsync.workbook.stamp import Stamp
from xlsync.workbook.template import Template, build_template

if TYPE_CHECKING:
    from xlsync.exchange.receipt import Terms
    from xlsync.sheet import Sheet


def template_of(terms: Terms) -> Template:
    """Give the template of the terms' edition."""
    return build_template(terms.form, terms.edition)


def export(template: Template, sheet: Sheet, copy: str) -> bytes:
    """Give the workbook of a stored sheet; `copy` is this copy's id, in hexadecimal."""
    edition = sheet.edition
    return fill(
        template, sheet, Stamp(edition.form, edition.year, sheet.key, sheet.revision or 0, copy)
    )

"""`xlsync form check`: whether a form's definition and drawing fit together."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from xlsync.cli.console import say
from xlsync.errors import FormError
from xlsync.form.library import load_form
from xlsync.rules import lines_of
from xlsync.workbook.template.template import build_template

if TYPE_CHECKING:
    from xlsync.form.library import Form
    from xlsync.workbook.template.template import Template


def check_form(form: str, year: int) -> int:
    """Print that definition and drawing fit together; FormError says where they do not."""
    edition = checked_template(load_form(form, Path()), year).edition
    say(f"{edition.title}")
    counts = f"欄 {len(edition.fields)}、規則 {len(edition.rules)}、斜線（灰色）の欄 {len(edition.greyed)}"
    say(f"誤りはありません。{counts}")
    return 0


def checked_template(form: Form, year: int) -> Template:
    """Return the template of a form at a year; FormError, naming the entry, where definition, drawing or Excel forbid it."""
    edition = form.at(year)
    try:
        lines_of(edition)
    except FormError as fault:
        raise FormError(fault.reason, fault.where or form.where) from fault
    return build_template(form, year)

"""The sheets of a form as a list that registers a sheet of another form of the city for each: nothing is typed again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlsync.errors import SettingsError
from xlsync.exchange.register.headings import columns_known
from xlsync.exchange.register.register_export import TITLE
from xlsync.exchange.same_as.taken_over import taken_over_by
from xlsync.form.same_fields import other_forms
from xlsync.kinds import Parsed
from xlsync.sheet import Sheet
from xlsync.workbook.list_workbook import list_workbook

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from xlsync.exchange.receipt import Terms
    from xlsync.form.edition import Edition, Field
    from xlsync.kinds import Value
    from xlsync.workbook.list_workbook import CellValue


def list_for_form(sheets: Sequence[Sheet], terms: Terms) -> bytes:
    """Return a workbook with a row for each of some sheets, with the columns of another form's list.

    Args:
        sheets: Sheets of one form.
        terms: What the city has decided of the other form, which takes values over from it.

    Raises:
        SettingsError: The other form takes nothing over from that form.

    """
    edition = terms.form.at(terms.fiscal_year)
    for form_id in {sheet.edition.form for sheet in sheets} - other_forms(edition):
        reason = f"この様式には、「{form_id}」と同じ内容にする欄（same-as）がありません"
        raise SettingsError(reason, terms.form.where)
    fields = columns_known(edition, terms)
    rows = [_row(sheet, edition, fields) for sheet in sheets]
    return list_workbook(TITLE, [field.title for field in fields], rows)


def _row(sheet: Sheet, edition: Edition, fields: Sequence[Field]) -> list[CellValue]:
    """Return what the sheet of another form that belongs to a sheet is to say in some fields."""
    linked = _linked_to(sheet, edition)
    filled = taken_over_by(linked, edition, {sheet.edition.form: sheet})
    return [field.kind.show(filled.sheet[field.path]) for field in fields]


def _linked_to(sheet: Sheet, edition: Edition) -> Sheet:
    """Return the sheet of another form that belongs to a sheet, with nothing in it but what says so."""
    definition = edition.definition
    path = definition.linked.get(sheet.edition.form)
    mine, theirs = sheet.edition.definition.identity.key, definition.identity.key
    if path is not None or len(theirs) == 1:
        texts = {path or theirs[0]: sheet.key}
    elif len(mine) == len(theirs):
        shown = (sheet.edition.by_path[field].words(sheet[field]) for field in mine)
        texts = dict(zip(theirs, shown, strict=True))
    else:
        texts = {}
    return Sheet(edition, sheet.key, dict(_readable(edition, texts.items())))


def _readable(edition: Edition, texts: Iterable[tuple[str, str]]) -> Iterable[tuple[str, Value]]:
    for path, text in texts:
        parsed = edition.by_path[path].kind.parse(text)
        if isinstance(parsed, Parsed):
            yield path, parsed.value


__all__ = ["list_for_form"]

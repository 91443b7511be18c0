"""What staff do in a workbook to hand its sheet in, in the words of reminders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from xlsync.workbook.checks.visible_sheet import PAGE
from xlsync.workbook.reading.page_answers import SUBMIT

if TYPE_CHECKING:
    from xlsync.exchange.receipt import Terms

_SAVE: Final = "上書き保存してください"


def hand_in_words(terms: Terms) -> str:
    """Return what to do once a sheet is filled in: 上書き保存してください, or what is to be chosen before."""
    cells = terms.form.definition.submission
    if cells is not None:
        field = terms.form.at(terms.fiscal_year).by_path[cells.field]
        return f"「{field.title}」で「{cells.submit}」を選び、{_SAVE}"
    if terms.procedure_rules.handing_in == "act":
        return f"シート「{PAGE}」の「提出」で「{SUBMIT}」を選び、{_SAVE}"
    return _SAVE


__all__ = ["hand_in_words"]

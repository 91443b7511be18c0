"""The fields of the pages that compare sheets with others: of other years, of last year, of the same 施策."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlsync.form.summary_pages import CopiedPage, PlansPage, YearsPage
from xlsync.form.years import YEAR_PLACEHOLDER
from xlsync.summary.figures.entry_fields import fields_of, is_over, shown_fields
from xlsync.summary.figures.page_fields import CopiedFields, PlansFields, YearLine, YearsFields
from xlsync.summary.figures.year_values import yearly_fields

if TYPE_CHECKING:
    from xlsync.form.edition import Edition, Field


def compared_fields(
    edition: Edition, page: YearsPage | PlansPage | CopiedPage
) -> YearsFields | PlansFields | CopiedFields | None:
    """Return the fields of a page, None where the edition has none of them."""
    if isinstance(page, YearsPage):
        return _years_fields(edition, page)
    if isinstance(page, PlansPage):
        return _plans_fields(edition, page)
    return _copied_fields(edition, page)


def _years_fields(edition: Edition, page: YearsPage) -> YearsFields | None:
    measures = tuple(filter(None, (_year_line(edition, pattern) for pattern in page.measures)))
    words = tuple(filter(None, (_year_line(edition, pattern) for pattern in page.words)))
    target, actual = _year_line(edition, page.target), _year_line(edition, page.actual)
    has_both = target is not None and actual is not None
    if not (measures or words or has_both):
        return None
    pair = (target, actual) if has_both else (None, None)
    return YearsFields(page.title, measures, *pair, words)


def _year_line(edition: Edition, pattern: str) -> YearLine | None:
    """Return the line of an entry, named without its year; None where none of its fields is of a year."""
    fields = [field for _, field in yearly_fields(edition, pattern)]
    if not fields:
        return None
    entry = fields[0].entry
    label = YEAR_PLACEHOLDER.sub("", entry.label).removeprefix("の").strip()
    return YearLine(pattern, label, fields[0].unit, fields[0].kind)


def _plans_fields(edition: Edition, page: PlansPage) -> PlansFields:
    shown: list[Field] = []
    for pattern in page.measures:
        fields = fields_of(edition, pattern)
        shown += [field for field in fields if is_over(edition, field)][-1:]
        shown += [field for field in fields if not is_over(edition, field)][:1]
    target, actual = (
        next(iter(shown_fields(edition, [pattern])), None) for pattern in (page.target, page.actual)
    )
    return PlansFields(page.title, tuple(shown), target, actual)


def _copied_fields(edition: Edition, page: CopiedPage) -> CopiedFields | None:
    texts = tuple(field for pattern in page.texts for field in fields_of(edition, pattern))
    return CopiedFields(page.title, texts) if texts else None


__all__ = ["compared_fields"]

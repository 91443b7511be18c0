"""Which fields of an edition the pages of a summary show. What an edition does not have is left out, not shown as empty.

The form names them itself, in its [[summary]]; columns, labels, units, parts of sums and grades come from the form, too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from xlsync.summary.figures.compared_pages import compared_fields
from xlsync.summary.figures.entry_fields import (
    amounts_of,
    axis_keys,
    fields_of,
    is_over,
    parts_of,
    scale_of,
    shown_fields,
)
from xlsync.summary.figures.page_fields import (
    Block,
    DistributionFields,
    ListFields,
    OverviewFields,
    PageFields,
    ProgramFields,
    ProgramTotal,
    Scale,
    Series,
    SharesFields,
    TableFields,
    TargetFields,
    TextsFields,
    YearsFields,
)

if TYPE_CHECKING:
    from xlsync.form.definition import Words
    from xlsync.form.edition import Edition
    from xlsync.form.summary_pages import (
        DistributionPage,
        OverviewPage,
        SharesPage,
        SummaryPage,
        TablePage,
        TargetsPage,
        TextsPage,
    )


@dataclass(frozen=True, slots=True)
class FormFields:
    """What a summary shows of an edition. `years` says which years it is about, "" where the form has none.

    `level_words` is what the form calls the levels of its organization, `pages` are the pages with fields by their titles.
    """

    edition: Edition
    years: str
    level_words: tuple[str, ...]
    words: Words
    listed: ListFields
    program: ProgramFields
    pages: Mapping[str, PageFields]

    @property
    def overview(self) -> OverviewFields | None:
        """The page to hand over, None where the form has none."""
        return next((p for p in self.pages.values() if isinstance(p, OverviewFields)), None)

    @property
    def targets(self) -> TargetFields | None:
        """The page of targets and actual values, None where the form has none."""
        return next((p for p in self.pages.values() if isinstance(p, TargetFields)), None)

    @property
    def over_years(self) -> YearsFields | None:
        """The page of years, None where the form has none."""
        return next((p for p in self.pages.values() if isinstance(p, YearsFields)), None)

    @property
    def tables(self) -> tuple[TableFields, ...]:
        """The tables of sums."""
        return tuple(page for page in self.pages.values() if isinstance(page, TableFields))

    @property
    def shares(self) -> tuple[SharesFields, ...]:
        """What amounts are made up of, on every page, each once."""
        pages = self.pages.values()
        every = [page for page in pages if isinstance(page, SharesFields)]
        every += [page.parts for page in pages if isinstance(page, OverviewFields) and page.share]
        return tuple({shares.parts: shares for shares in reversed(every) if shares.parts}.values())

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The amounts that the pages add up."""
        overviews = [p for p in self.pages.values() if isinstance(p, OverviewFields)]
        shown = [block for page in overviews for block in (*page.measures, *page.others)]
        return (*shown, *(block for table in self.tables for block in table.blocks))

    @property
    def distributions(self) -> tuple[DistributionFields, ...]:
        """The tables of grades."""
        return tuple(page for page in self.pages.values() if isinstance(page, DistributionFields))

    @property
    def scales(self) -> tuple[Scale, ...]:
        """The grades of the columns that are over, on every page, each once."""
        pages = self.pages.values()
        every = [scale for page in pages for scale in _scales_of(page)]
        return tuple(dict.fromkeys(every))


def _scales_of(page: PageFields) -> tuple[Scale, ...]:
    if isinstance(page, OverviewFields):
        return page.grades
    return page.scales if isinstance(page, DistributionFields) else ()


@lru_cache(maxsize=64)
def form_fields_of(edition: Edition) -> FormFields:
    """The fields that the form's [[summary]] names, at an edition."""
    definition = edition.definition
    pages = definition.summary_pages
    listed = next((page for page in pages if page.page == "list"), None)
    resolved = {page.title: fields for page in pages if (fields := _page_fields(edition, page))}
    return FormFields(
        edition=edition,
        years=_years(edition),
        level_words=definition.identity.level_words,
        words=definition.words,
        listed=ListFields(listed.title, tuple(listed.fields)) if listed else ListFields("一覧", ()),
        program=_program_fields(edition, pages),
        pages=resolved,
    )


def _years(edition: Edition) -> str:
    """The first and the last place of the axis that says which years the sheets are about, "" where the form has none."""
    span = edition.definition.page.span
    labels = [label for _, label in edition.axis(span)] if span in edition.definition.axes else []
    return "～".join(dict.fromkeys((*labels[:1], *labels[-1:])))


def _page_fields(edition: Edition, page: SummaryPage) -> PageFields | None:
    """Return the fields of a page; None for one without fields of its own, and where the edition has none of them."""
    match page.page:
        case "overview":
            return _overview_fields(edition, page)
        case "table":
            return _table_fields(edition, page)
        case "shares":
            return _shares_fields(edition, page)
        case "distribution":
            return _distribution_fields(edition, page)
        case "targets":
            return _target_fields(edition, page)
        case "texts":
            return _texts_fields(edition, page)
        case "years" | "plans" | "copied":
            return compared_fields(edition, page)
        case "list" | "programs" | "reflection" | "findings":
            return None


def _overview_fields(edition: Edition, page: OverviewPage) -> OverviewFields:
    whole = [field for pattern in page.measures[-1:] for field in fields_of(edition, pattern)]
    return OverviewFields(
        title=page.title,
        measures=amounts_of(edition, page.measures),
        share=amounts_of(edition, page.share),
        others=amounts_of(edition, page.others),
        parts=SharesFields("", "", parts_of(edition, page.measures[:1])),
        grades=tuple(map(scale_of, shown_fields(edition, page.grades))),
        finished=tuple(field.axis_label for field in whole if is_over(edition, field)),
        trend=page.trend,
    )


def _table_fields(edition: Edition, page: TablePage) -> TableFields | None:
    counted = [field for pattern in page.counts for field in fields_of(edition, pattern)]
    blocks = amounts_of(edition, page.measures)
    if not (blocks or counted):
        return None
    return TableFields(page.title, page.note, blocks, tuple(map(scale_of, counted)))


def _shares_fields(edition: Edition, page: SharesPage) -> SharesFields | None:
    parts = parts_of(edition, [page.of])
    return SharesFields(page.title, page.note, parts, page.part) if parts else None


def _distribution_fields(edition: Edition, page: DistributionPage) -> DistributionFields | None:
    scales = tuple(map(scale_of, shown_fields(edition, page.fields)))
    by_column: dict[str, list[Scale]] = {}
    for pattern in page.fields:
        for field in fields_of(edition, pattern):
            by_column.setdefault(field.axis_label, []).append(scale_of(field))
    graded = tuple(tuple(column) for column in by_column.values())
    return DistributionFields(page.title, scales, graded) if scales else None


def _target_fields(edition: Edition, page: TargetsPage) -> TargetFields | None:
    actuals = {axis_keys(field): field for field in fields_of(edition, page.actual)}
    targets = fields_of(edition, page.target)
    pairs = [(field, actuals[axis_keys(field)]) for field in targets if axis_keys(field) in actuals]
    if not pairs:
        return None
    finished = tuple(pair for pair in pairs if is_over(edition, pair[0]))
    named = shown_fields(edition, [page.name, page.target, page.actual])
    return TargetFields(page.title, named, Series(tuple(pairs), finished))


def _texts_fields(edition: Edition, page: TextsPage) -> TextsFields | None:
    texts = tuple(field for pattern in page.texts for field in fields_of(edition, pattern))
    return TextsFields(page.title, texts, shown_fields(edition, page.words)) if texts else None


def _program_fields(edition: Edition, pages: Sequence[SummaryPage]) -> ProgramFields:
    codes = tuple(edition.by_path[path] for path in edition.definition.identity.program)
    page = next((page for page in pages if page.page == "programs"), None)
    if page is None:
        return ProgramFields("", codes, (), ())
    rules = (rule for rule in edition.rules if rule.check == "program-total")
    totals = tuple(
        ProgramTotal(edition.by_path[rule.path], edition.by_path[rule.parts[0]]) for rule in rules
    )
    return ProgramFields(page.title, codes, totals, shown_fields(edition, page.name))

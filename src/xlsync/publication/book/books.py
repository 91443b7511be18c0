"""The books of a fiscal year: one of the whole city, and one for each department."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final, Literal

from xlsync.file_names import distinct_names
from xlsync.publication.book.book_assembly import BoundSheet, Front, bound_book
from xlsync.publication.book.book_pages import (
    ContentsEntry,
    LongText,
    front_document,
    long_texts,
    number_document,
    sheet_documents,
)
from xlsync.publication.book.page_conversion import PageDocument
from xlsync.publication.book.report_pages import is_reported, report_document
from xlsync.publication.site.site_layout import UNNAMED
from xlsync.publication.site.value_lists import listed_values
from xlsync.summary.excel.frame import CITY

if TYPE_CHECKING:
    from xlsync.publication.book.page_conversion import PageMaker
    from xlsync.publication.published_year import PublicSheet, PublishedYear
    from xlsync.workbook.template.template import Template

BookOrder = Literal["organization", "budget", "plan"]
Documents = Mapping[str, Sequence[PageDocument]]
_NO_PLAN: Final = "計画の記載なし"
_NOTES: Final = (
    "「-」は、該当するものがないことを表します。空欄は、記載がないことを表します。",
    "灰色の欄は、記載する必要のない欄です。",
)


@dataclass(frozen=True, slots=True)
class _BookPlan:
    """A book to be bound: what it is called, its file's name, its sheets in order, its front, how many pages these have.

    `documents` are those of the pages of each sheet, by its id.
    """

    called: str
    name: str
    public_sheets: tuple[PublicSheet, ...]
    documents: Documents
    front: PageDocument
    page_count: int


@dataclass(frozen=True)
class Bookbinder:
    """Makes the books of a fiscal year from the pages that are kept of its sheets."""

    published_year: PublishedYear
    template: Template = field(repr=False)
    maker: PageMaker
    book_order: BookOrder = "organization"

    @cached_property
    def documents(self) -> Documents:
        """The documents of the official pages of each sheet, by the sheet's id."""
        sheets = self.published_year.public_sheets
        return {public.sheet.id: list(self._documents_of(public)) for public in sheets}

    @cached_property
    def report_documents(self) -> Documents:
        """The documents of the sheets in the form's second layout, by the sheet's id; none where it has no such layout."""
        layout = self.published_year.edition.definition.publication.report
        if layout is None:
            return {}
        sheets = self.published_year.public_sheets
        return {
            each.sheet.id: [
                PageDocument(
                    f"{each.sheet.key} {layout.title}", ".fods", report_document(layout, each)
                )
            ]
            for each in sheets
            if is_reported(layout, each)
        }

    @cached_property
    def _department_names(self) -> tuple[str, ...]:
        return tuple(each or UNNAMED for each in self.published_year.departments)

    @property
    def _every_document(self) -> list[PageDocument]:
        every = (self.documents, self.report_documents)
        return [each for documents in every for pages in documents.values() for each in pages]

    def _documents_of(self, public: PublicSheet) -> Iterator[PageDocument]:
        words = f"{public.sheet.key} {public.sheet.title}"
        for ending, data in sheet_documents(self.template, public):
            yield PageDocument(words, ending, data)

    def pages(self) -> Iterator[int]:
        """Make the pages that are not kept from an earlier run, and yield how many documents were made each time.

        Raises:
            WorkbookError: LibreOffice is not there, or does not make the pages of some sheet; those of the others are kept.

        """
        yield from self.maker.make(self._every_document)

    def missing(self) -> int:
        """Return how many documents are to be made."""
        return len(self.maker.missing(self._every_document))

    def books(self) -> Iterator[tuple[str, bytes]]:
        """Yield the name of each book and its bytes; `pages` were made before."""
        plans = list(self._plans())
        longest = max((plan.page_count for plan in plans), default=0)
        numbers = PageDocument("ページ番号", ".fods", number_document(longest))
        beside = [numbers, *(plan.front for plan in plans)]
        for _ in self.maker.make(beside):
            pass
        year = self.published_year
        for plan in plans:
            title = f"{year.publisher.city_name} {year.edition.title} {plan.called}"
            front = Front(title, year.as_of, self.maker.kept(plan.front))
            bound = [self._bound(plan.called, each, plan.documents) for each in plan.public_sheets]
            yield plan.name, bound_book(front, bound, self.maker.kept(numbers))
        self.maker.forget_others([*beside, *self._every_document])

    def _plans(self) -> Iterator[_BookPlan]:
        ordered = self.ordered()
        yield self._plan(CITY, f"{CITY}.pdf", ordered, self.documents)
        names = distinct_names(self._department_names, [CITY, *filter(None, [self._report_title])])
        for department in self._department_names:
            sheets = [each for each in ordered if _department_of(each) == department]
            yield self._plan(department, f"{names[department]}.pdf", sheets, self.documents)
        if self.report_documents:
            reported = [each for each in ordered if each.sheet.id in self.report_documents]
            title = self._report_title
            yield self._plan(title, f"{title}.pdf", reported, self.report_documents)

    @property
    def _report_title(self) -> str:
        layout = self.published_year.edition.definition.publication.report
        return layout.title if layout is not None else ""

    def _plan(
        self, called: str, name: str, sheets: Sequence[PublicSheet], documents: Documents
    ) -> _BookPlan:
        counts = [self._bound(called, each, documents).page_count for each in sheets]
        pages = [sum(counts[:position]) + 1 for position in range(len(counts))]
        front = self._front(called, sheets, pages)
        return _BookPlan(called, name, tuple(sheets), documents, front, sum(counts))

    def continued(self) -> list[PublicSheet]:
        """Return the sheets with texts that do not fit on their page, and continue on one of their own."""
        sheets = self.published_year.public_sheets
        return [each for each in sheets if len(self.documents[each.sheet.id]) > 1]

    def long_texts_of(self, public: PublicSheet) -> list[LongText]:
        """Return the texts of a sheet that do not fit on its page."""
        return long_texts(self.template, public)

    def ordered(self) -> list[PublicSheet]:
        """Return the sheets in the order of the books."""
        sheets = self.published_year.public_sheets
        match self.book_order:
            case "organization":
                return list(sheets)
            case "budget":
                return sorted(sheets, key=lambda each: each.sheet.key)
            case "plan":
                return sorted(sheets, key=self._plan_order)

    def _plan_order(self, public: PublicSheet) -> tuple[bool, str, str]:
        """Return what sorts by the plan that a sheet serves: those that name none come last."""
        plan = self._plan_of(public)
        return not plan, plan, public.sheet.key

    def _plan_of(self, public: PublicSheet) -> str:
        """Return the first 施策 that a sheet names in the first list of the form's site, "" for none."""
        lists = self.published_year.edition.definition.site_lists
        return next(listed_values(public, lists[0]), "") if lists else ""

    def _bound(self, called: str, public: PublicSheet, documents: Documents) -> BoundSheet:
        sheet = public.sheet
        units = self.headings(called, public)
        pdfs = tuple(self.maker.kept(document) for document in documents[sheet.id])
        return BoundSheet((*units, f"{sheet.key} {sheet.title}"), pdfs)

    def headings(self, called: str, public: PublicSheet) -> tuple[str, ...]:
        """Return the unit above a sheet's bookmark: its department in the city's books, what is below that in its own."""
        if self.book_order == "budget":
            return ()
        if self.book_order == "plan":
            return (self._plan_of(public) or _NO_PLAN,)
        depth = 1 if called in self._department_names else 0
        return tuple(name or UNNAMED for name in public.unit_names[depth : depth + 1])

    def _front(
        self, called: str, sheets: Sequence[PublicSheet], pages: Sequence[int]
    ) -> PageDocument:
        year = self.published_year
        dated = f"{year.as_of} 現在" if year.as_of else ""
        cover = (year.publisher.city_name, year.edition.title, called, dated, f"{len(sheets)}件")
        entries, last = [], None
        for public, page in zip(sheets, pages, strict=True):
            above = self.headings(called, public)
            heading = "" if above == last else "".join(above)
            last = above
            unit = " ".join(filter(None, public.unit_names[1:]))
            sheet = public.sheet
            entries.append(ContentsEntry(heading, sheet.key, sheet.title, unit, page))
        licence = [f"利用条件：{year.publisher.licence}"] if year.publisher.licence else []
        return PageDocument(
            f"{called}の目次", ".fods", front_document([*cover, *_NOTES, *licence], entries)
        )


def _department_of(public: PublicSheet) -> str:
    return (public.unit_names[0] or UNNAMED) if public.unit_names else ""


__all__ = ["BookOrder", "Bookbinder"]

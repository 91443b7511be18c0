"""The books of a fiscal year: one of the whole city, and one for each department."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Final, Literal

from xlsync.file_names import distinct_names
from xlsync.publication.book.book_assembly import BoundSheet, Front, bound_book
from xlsync.publication.book.book_pages import (
    ContentsEntry,
    front_document,
    number_document,
    sheet_documents,
)
from xlsync.publication.book.page_conversion import PageDocument
from xlsync.publication.site.site_layout import UNNAMED
from xlsync.summary.excel.frame import CITY

if TYPE_CHECKING:
    from xlsync.publication.book.page_conversion import PageMaker
    from xlsync.publication.published_year import PublicSheet, PublishedYear
    from xlsync.workbook.template.template import Template

BookOrder = Literal["organization", "budget"]
_NOTES: Final = (
    "「-」は、該当するものがないことを表します。空欄は、記載がないことを表します。",
    "灰色の欄は、記載する必要のない欄です。",
)


@dataclass(frozen=True, slots=True)
class _BookPlan:
    """A book to be bound: what it is called, its file's name, its sheets in order, its front, how many pages these have."""

    called: str
    name: str
    public_sheets: tuple[PublicSheet, ...]
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
    def documents(self) -> dict[str, list[PageDocument]]:
        """The documents of the pages of each sheet, by the sheet's id."""
        sheets = self.published_year.public_sheets
        return {public.sheet.id: list(self._documents_of(public)) for public in sheets}

    def _documents_of(self, public: PublicSheet) -> Iterator[PageDocument]:
        words = f"{public.sheet.key} {public.sheet.title}"
        for ending, data in sheet_documents(self.template, public):
            yield PageDocument(words, ending, data)

    def pages(self) -> Iterator[int]:
        """Make the pages that are not kept from an earlier run, and yield how many documents were made each time.

        Raises:
            WorkbookError: LibreOffice is not there, or does not make the pages of some sheet; those of the others are kept.

        """
        yield from self.maker.make(list(chain.from_iterable(self.documents.values())))

    def missing(self) -> int:
        """Return how many documents are to be made."""
        return len(self.maker.missing(chain.from_iterable(self.documents.values())))

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
            bound = [self._bound(plan.called, each) for each in plan.public_sheets]
            yield plan.name, bound_book(front, bound, self.maker.kept(numbers))
        self.maker.forget_others([*beside, *chain.from_iterable(self.documents.values())])

    def _plans(self) -> Iterator[_BookPlan]:
        year, ordered = self.published_year, self._ordered()
        yield self._plan(CITY, f"{CITY}.pdf", ordered)
        names = distinct_names((each or UNNAMED for each in year.departments), [CITY])
        for department in year.departments:
            called = department or UNNAMED
            sheets = [each for each in ordered if each.unit_names[:1] == (department,)]
            yield self._plan(called, f"{names[called]}.pdf", sheets)

    def _plan(self, called: str, name: str, sheets: Sequence[PublicSheet]) -> _BookPlan:
        counts = [self._bound(called, each).page_count for each in sheets]
        pages = [sum(counts[:position]) + 1 for position in range(len(counts))]
        front = self._front(called, sheets, pages)
        return _BookPlan(called, name, tuple(sheets), front, sum(counts))

    def continued(self) -> list[PublicSheet]:
        """Return the sheets with texts that do not fit on their page, and continue on one of their own."""
        sheets = self.published_year.public_sheets
        return [each for each in sheets if len(self.documents[each.sheet.id]) > 1]

    def _ordered(self) -> list[PublicSheet]:
        sheets = self.published_year.public_sheets
        if self.book_order == "organization":
            return list(sheets)
        return sorted(sheets, key=lambda each: each.sheet.key)

    def _bound(self, called: str, public: PublicSheet) -> BoundSheet:
        sheet = public.sheet
        units = self._headings(called, public)
        pdfs = tuple(self.maker.kept(document) for document in self.documents[sheet.id])
        return BoundSheet((*units, f"{sheet.key} {sheet.title}"), pdfs)

    def _headings(self, called: str, public: PublicSheet) -> tuple[str, ...]:
        """Return the unit above a sheet's bookmark: its department in the city's book, what is below it in the department's."""
        if self.book_order == "budget":
            return ()
        depth = 0 if called == CITY else 1
        return tuple(name or UNNAMED for name in public.unit_names[depth : depth + 1])

    def _front(
        self, called: str, sheets: Sequence[PublicSheet], pages: Sequence[int]
    ) -> PageDocument:
        year = self.published_year
        dated = f"{year.as_of} 現在" if year.as_of else ""
        cover = (year.publisher.city_name, year.edition.title, called, dated, f"{len(sheets)}件")
        entries, last = [], None
        for public, page in zip(sheets, pages, strict=True):
            above = self._headings(called, public)
            heading = "" if above == last else "".join(above)
            last = above
            unit = " ".join(filter(None, public.unit_names[1:]))
            sheet = public.sheet
            entries.append(ContentsEntry(heading, sheet.key, sheet.title, unit, page))
        licence = [f"利用条件：{year.publisher.licence}"] if year.publisher.licence else []
        return PageDocument(
            f"{called}の目次", ".fods", front_document([*cover, *_NOTES, *licence], entries)
        )


__all__ = ["BookOrder", "Bookbinder"]

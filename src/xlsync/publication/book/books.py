"""The books of a fiscal year: one of the whole city, and one for each department."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from itertools import accumulate
from typing import TYPE_CHECKING, Final, Literal

import pypdf

from xlsync.file_names import distinct_names
from xlsync.publication.book.book_assembly import BoundSheet, Front, bound_book, page_count
from xlsync.publication.book.book_pages import (
    ContentsEntry,
    LongText,
    front_document,
    long_texts,
    number_document,
    sheet_documents,
    source_of,
)
from xlsync.publication.book.page_conversion import PageDocument
from xlsync.publication.book.report_pages import is_reported, report_document
from xlsync.publication.site.site_layout import UNNAMED
from xlsync.publication.site.value_lists import listed_values
from xlsync.summary.excel.frame import CITY
from xlsync.version import VERSION

if TYPE_CHECKING:
    from xlsync.form.publication_pages import ReportLayout
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

    `as_of` is the day of the newest revision among the sheets. `documents` are those of the pages of each sheet, by its id.
    """

    called: str
    name: str
    as_of: str
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
    _page_counts: dict[str, int] = field(default_factory=dict, init=False, repr=False)

    @cached_property
    def documents(self) -> Documents:
        """The documents of the official pages of each sheet, by the sheet's id."""
        sheets = self.published_year.public_sheets
        return {
            each.sheet.id: list(sheet_documents(self.template, each, self._form_digest))
            for each in sheets
        }

    @cached_property
    def report_documents(self) -> Documents:
        """The documents of the sheets in the form's second layout, by the sheet's id; none where it has no such layout."""
        layout = self.published_year.edition.definition.publication.report
        if layout is None:
            return {}
        sheets = self.published_year.public_sheets
        reported = (each for each in sheets if is_reported(layout, each))
        return {each.sheet.id: [_report_page(layout, each, self._form_digest)] for each in reported}

    @cached_property
    def _form_digest(self) -> bytes:
        """What stands for the form: its drawing, and its words, which pages show beside what a sheet says."""
        words = self.published_year.edition.definition.model_dump_json()
        return hashlib.sha256(self.template.data + words.encode()).digest()

    @cached_property
    def _department_names(self) -> tuple[str, ...]:
        return tuple(each or UNNAMED for each in self.published_year.departments)

    @property
    def _every_document(self) -> list[PageDocument]:
        every = (self.documents, self.report_documents)
        return [each for documents in every for pages in documents.values() for each in pages]

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
        names = list(map(self.maker.name_of, (*beside, *self._every_document)))
        for plan in plans:
            kept_name = self._kept_name(plan)
            names.append(kept_name)
            yield plan.name, self.maker.book(kept_name, partial(self._bound_book, plan, numbers))
        self.maker.forget_others(names)

    def _kept_name(self, plan: _BookPlan) -> str:
        """Return the name under which a book is kept, made of all that it depends on."""
        name_of = self.maker.name_of
        lines = [VERSION, pypdf.__version__, plan.called, plan.as_of, name_of(plan.front)]
        for public in plan.public_sheets:
            lines += self._bookmark(plan.called, public)
            lines += map(name_of, plan.documents[public.sheet.id])
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()

    def _bound_book(self, plan: _BookPlan, numbers: PageDocument) -> bytes:
        year = self.published_year
        title = f"{year.publisher.city_name} {year.edition.title} {plan.called}"
        front = Front(title, plan.as_of, self.maker.kept(plan.front))
        bound = [self._bound(plan.called, each, plan.documents) for each in plan.public_sheets]
        return bound_book(front, bound, self.maker.kept(numbers))

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
        counts = [sum(map(self._page_count, documents[each.sheet.id])) for each in sheets]
        pages = list(accumulate(counts, initial=1))
        days = [each.changed_on for each in sheets if each.changed_on]
        as_of = max(days, default=self.published_year.as_of)
        front = self._front(called, as_of, list(zip(sheets, pages, strict=False)))
        return _BookPlan(called, name, as_of, tuple(sheets), documents, front, sum(counts))

    def _page_count(self, document: PageDocument) -> int:
        """Return how many pages a document has; counted once for all books."""
        name = self.maker.name_of(document)
        if name not in self._page_counts:
            self._page_counts[name] = page_count(self.maker.kept(document))
        return self._page_counts[name]

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
        pdfs = tuple(self.maker.kept(document) for document in documents[public.sheet.id])
        return BoundSheet(self._bookmark(called, public), pdfs)

    def _bookmark(self, called: str, public: PublicSheet) -> tuple[str, ...]:
        return (*self.headings(called, public), f"{public.sheet.key} {public.sheet.title}")

    def headings(self, called: str, public: PublicSheet) -> tuple[str, ...]:
        """Return the unit above a sheet's bookmark: its department in the city's books, what is below that in its own."""
        if self.book_order == "budget":
            return ()
        if self.book_order == "plan":
            return (self._plan_of(public) or _NO_PLAN,)
        depth = 1 if called in self._department_names else 0
        return tuple(name or UNNAMED for name in public.unit_names[depth : depth + 1])

    def _front(
        self, called: str, as_of: str, sheets_and_pages: Sequence[tuple[PublicSheet, int]]
    ) -> PageDocument:
        year = self.published_year
        dated = f"{as_of} 現在" if as_of else ""
        cover = (
            year.publisher.city_name,
            year.edition.title,
            called,
            dated,
            f"{len(sheets_and_pages)}件",
        )
        entries, last = [], None
        for public, page in sheets_and_pages:
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


def _report_page(layout: ReportLayout, public: PublicSheet, form_digest: bytes) -> PageDocument:
    words = f"{public.sheet.key} {layout.title}"
    source = form_digest + source_of(public)
    return PageDocument(words, ".fods", source, partial(report_document, layout, public))


def _department_of(public: PublicSheet) -> str:
    return (public.unit_names[0] or UNNAMED) if public.unit_names else ""


__all__ = ["BookOrder", "Bookbinder"]

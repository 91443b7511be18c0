"""The books: every page says what the store says, in order, with numbers and bookmarks; nothing is made twice, or by halves."""

from __future__ import annotations

import errno
import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter

from tests import papers
from tests.cities import City
from xlsync.errors import StoreError, WorkbookError
from xlsync.form.publication_pages import ReportLayout
from xlsync.inbox.intake.libreoffice import LibreOffice, find_libreoffice
from xlsync.kinds import DASH
from xlsync.publication.book.book_pages import long_texts
from xlsync.publication.book.books import Bookbinder
from xlsync.publication.book.page_conversion import PageMaker
from xlsync.publication.book.report_pages import report_rows
from xlsync.publication.public_fields import public_edition, public_sheet
from xlsync.publication.published_year import PublicSheet, PublishedYear
from xlsync.publication.write_publication import PublicationContents, publish
from xlsync.sheet import Sheet
from xlsync.workbook.template.template import Template, build_template

LONG = "枠に入りきらない長い文章です。" * 60


@pytest.fixture
def template(city: City) -> Template:
    """The template of the official form."""
    return build_template(city.terms.form, papers.EDITION)


def binder_of(
    year: PublishedYear, template: Template, kept: Path, program: Path | None = None
) -> Bookbinder:
    """What makes the books, by LibreOffice or another program."""
    libreoffice = LibreOffice(program or find_libreoffice("auto"))
    return Bookbinder(year, template, PageMaker(libreoffice, kept))


def made(binder: Bookbinder) -> dict[str, bytes]:
    """The books by name."""
    assert sum(binder.pages()) >= 0
    return dict(binder.books())


def text_of(pdf: bytes, page: int, folder: Path) -> str:
    """The text of a page, from 1, cell after cell, without spaces."""
    return re.sub(r"\s", "", poppler(pdf, page, folder, "-raw"))


def poppler(pdf: bytes, page: int, folder: Path, order: str) -> str:
    """The text of a page, from 1, as poppler reads it."""
    file = folder / "page.pdf"
    file.write_bytes(pdf)
    words = ["pdftotext", "-f", str(page), "-l", str(page), order, str(file), "-"]
    return subprocess.run(words, capture_output=True, check=True).stdout.decode()


def with_long_text(public: PublicSheet) -> PublicSheet:
    """A sheet with a text that does not fit on its page."""
    return replace(public, sheet=public.sheet.with_values({"mayoral_pledge": LONG}))


@pytest.mark.office
def test_the_book_says_leaf_by_leaf_what_the_store_says(
    year: PublishedYear, template: Template, tmp_path: Path
) -> None:
    first, *others = year.public_sheets
    hidden = public_sheet(without_issues(first.sheet))
    shown = replace(first, sheet=hidden)
    changed = replace(year, public_sheets=(shown, with_long_text(others[0]), *others[1:]))
    books = made(binder_of(changed, template, tmp_path / "pages"))
    assert list(books) == ["全庁.pdf", "政策イノベーション部.pdf", f"{report().title}.pdf"]
    assert_the_report_says_what_the_store_says(books[f"{report().title}.pdf"], changed, tmp_path)
    book = books["全庁.pdf"]
    reader = PdfReader(BytesIO(book))
    assert reader.page_labels == ["i", "ii", "1", "2", "3", "4", "5", "6"]
    contents = poppler(book, 2, tmp_path, "-layout").splitlines()
    page = 3
    leaves = 0
    for public in changed.public_sheets:
        text = text_of(book, page, tmp_path)
        assert f"－{page - 2}－" in text
        line = next(line for line in contents if public.sheet.key in line)
        assert int(line.split()[-1]) == page - 2
        assert any(public.sheet.title in line for line in contents)
        for path in public.sheet:
            if public.sheet[path] not in {None, DASH} and path != "mayoral_pledge":
                assert printed(public.sheet, path) in text, (public.sheet.key, path)
                leaves += 1
        page += 1
        if long_texts(template, public):
            assert LONG in text_of(book, page, tmp_path)
            page += 1
    assert leaves > 300
    report_text = "".join(
        text_of(books[f"{report().title}.pdf"], page, tmp_path) for page in range(3, 9)
    )
    secret = str(first.sheet["years.2017.issues"]).splitlines()[0]
    assert re.sub(r"\s", "", secret) not in text_of(book, 3, tmp_path)
    assert re.sub(r"\s", "", secret) not in report_text
    outline = reader.outline
    assert [str(entry["/Title"]) for entry in outline if not isinstance(entry, list)] == [
        "目次",
        "政策イノベーション部",
    ]
    again = binder_of(changed, template, tmp_path / "pages", Path("/nowhere"))
    assert made(again) == books


def assert_the_report_says_what_the_store_says(
    book: bytes, year: PublishedYear, folder: Path
) -> None:
    """Every cell of the second layout stands on the pages of its sheet, and a hidden text on none."""
    reader = PdfReader(BytesIO(book))
    (sheets,) = (entry for entry in reader.outline if isinstance(entry, list))
    starts = [int(reader.get_destination_page_number(entry) or 0) for entry in sheets]  # type: ignore[arg-type]  # no lists in it
    checked = 0
    for public, start, end in zip(
        year.public_sheets, starts, [*starts[1:], len(reader.pages)], strict=True
    ):
        text = "".join(text_of(book, page + 1, folder) for page in range(start, end))
        for cell in (cell for row in report_rows(report(), public) for cell in row.report_cells):
            for line in cell.printed_lines:
                assert re.sub(r"\s", "", line) in text, (public.sheet.key, cell)
                checked += 1
    assert checked > 300


def report() -> ReportLayout:
    """The second layout of the official form."""
    layout = papers.edition().definition.publication.report
    assert layout is not None
    return layout


def printed(sheet: Sheet, path: str) -> str:
    """A field's value as the page shows it, without spaces: a measure with two decimals."""
    field, value = sheet.edition.by_path[path], sheet[path]
    words = field.words(value)
    if field.kind.name == "measure" and isinstance(value, int | float | Decimal):
        words = f"{value:,.2f}{field.unit}"
    return re.sub(r"\s", "", words)


def without_issues(sheet: Sheet) -> Sheet:
    """A sheet of a form that calls a field not public."""
    fields = tuple(
        replace(field, entry=field.entry.model_copy(update={"public": False}))
        if field.path == "years.2017.issues"
        else field
        for field in sheet.edition.fields
    )
    edition = replace(sheet.edition, fields=fields)
    assert len(public_edition(edition).fields) == len(fields) - 1
    return Sheet(edition, sheet.key, dict(sheet), sheet.revision).with_id(sheet.id)


def test_a_text_that_does_not_fit_is_told_before_anything_is_made(
    year: PublishedYear, template: Template, tmp_path: Path
) -> None:
    public = with_long_text(year.public_sheets[0])
    changed = replace(year, public_sheets=(public, *year.public_sheets[1:]))
    binder = binder_of(changed, template, tmp_path / "pages", Path("/nowhere"))
    assert [each.sheet.key for each in binder.continued()] == [public.sheet.key]
    (text,) = binder.long_texts_of(public)
    assert "".join(text.text_lines) == LONG
    assert (text.heading, text.cell) == ("位置付け 市長公約", template.addresses["mayoral_pledge"])
    assert binder_of(year, template, tmp_path / "pages").continued() == []


def test_a_book_by_plan_has_the_sheets_of_a_plan_together_and_those_without_one_last(
    year: PublishedYear, template: Template, tmp_path: Path
) -> None:
    plans = {0: "Ⅱ　安心して暮らせるまち", 2: "Ⅰ 市民に開かれた市政", 3: "Ⅱ　安心して暮らせるまち"}
    sheets = tuple(
        replace(each, sheet=each.sheet.with_values({"strategic_plan.name": plans[number]}))
        if number in plans
        else each
        for number, each in enumerate(year.public_sheets)
    )
    changed = replace(year, public_sheets=sheets)
    binder = replace(binder_of(changed, template, tmp_path / "pages"), book_order="plan")
    first, second, third, fourth, fifth = (each.sheet.key for each in sheets)
    shown = [(each.sheet.key, *binder.headings("全庁", each)) for each in binder.ordered()]
    assert shown[0] == (third, "Ⅰ 市民に開かれた市政")
    assert shown[1:3] == [(key, "Ⅱ 安心して暮らせるまち") for key in sorted((first, fourth))]
    assert shown[3:] == [(key, "計画の記載なし") for key in sorted((second, fifth))]


def blank_pages(count: int) -> bytes:
    """A PDF of so many blank pages."""
    pages, content = PdfWriter(), BytesIO()
    for _ in range(count):
        pages.add_blank_page(842, 595)
    pages.write(content)
    return content.getvalue()


def copying_program(folder: Path, page: bytes) -> Path:
    """What stands for LibreOffice: it makes each document into the same page, the page numbers into many; it says which."""
    (folder / "page.pdf").write_bytes(page)
    (folder / "numbers.pdf").write_bytes(blank_pages(20))
    program = folder / "soffice"
    program.write_text(
        '#!/bin/sh\nwhile [ "$1" != --outdir ]; do shift; done\nmkdir -p "$2"; out=$2; shift 2\n'
        'for file; do name=${file##*/}; page=page; if grep -q "－ 1 －" "$file"; then page=numbers; fi\n'
        f'cp "{folder}/$page.pdf" "$out/${{name%.*}}.pdf"\n'
        f'echo "$name" >> "{folder}/made.txt"; done\n',
        encoding="utf-8",
    )
    program.chmod(0o700)
    return program


def test_after_one_change_only_its_pages_and_the_books_it_is_in_are_made_again(
    year: PublishedYear, template: Template, tmp_path: Path
) -> None:
    program, kept = copying_program(tmp_path, blank_pages(1)), tmp_path / "pages"
    two = tuple(
        replace(each, unit_names=(f"{number % 2}部",), changed_on="2018-07-01")
        for number, each in enumerate(year.public_sheets)
    )
    first = replace(year, public_sheets=two)
    books = made(binder_of(first, template, kept, program))
    (tmp_path / "made.txt").unlink()
    assert made(binder_of(first, template, kept, program)) == books
    assert not (tmp_path / "made.txt").exists()
    sheet = two[0].sheet.with_values({"purpose": "書き換えた目的"}).with_revision(9)
    later = replace(two[0], sheet=sheet, changed_on="2018-09-01")
    after = made(
        binder_of(replace(first, public_sheets=(later, *two[1:])), template, kept, program)
    )
    assert {name for name in books if books[name] != after[name]} == {
        "全庁.pdf",
        "0部.pdf",
        f"{report().title}.pdf",
    }
    documents = (tmp_path / "made.txt").read_text().split()
    assert len(documents) == len(["page", "page of the report"]) + len(["front"] * 3)
    for file in kept.glob("*.pdf"):
        if file.read_bytes() in after.values():
            file.unlink()
    assert made(binder_of(replace(first, public_sheets=(later, *two[1:])), template, kept)) == after


def test_pages_of_the_second_layout_are_made_again_where_the_form_calls_a_field_otherwise(
    year: PublishedYear, template: Template, tmp_path: Path
) -> None:
    program = copying_program(tmp_path, b"%PDF-1.7 page")
    binder = binder_of(year, template, tmp_path / "pages", program)
    assert sum(binder.pages()) == 2 * len(year.public_sheets)
    edited = papers.edited_form(tmp_path / "form", ('"予算事業名"', '"予算上の事業"'))
    edition = public_edition(edited.at(papers.EDITION))
    sheets = tuple(
        replace(each, sheet=Sheet.from_json(each.sheet.to_json(), edited))
        for each in year.public_sheets
    )
    later = binder_of(
        replace(year, edition=edition, public_sheets=sheets), template, tmp_path / "pages", program
    )
    (before,), (after,) = (each.report_documents[sheets[0].sheet.id] for each in (binder, later))
    assert "予算上の事業" in after.data.decode()
    assert "予算上の事業" not in before.data.decode()
    assert later.missing() >= len(sheets)


def test_pages_made_without_a_font_are_made_again_where_it_is_there(
    year: PublishedYear, template: Template, tmp_path: Path
) -> None:
    program = copying_program(tmp_path, b"%PDF-1.7 page")
    binder = binder_of(year, template, tmp_path / "pages", program)
    assert sum(binder.pages()) == 2 * len(year.public_sheets)
    assert binder.missing() == 0
    with_font = replace(binder, maker=replace(binder.maker, fonts="IPAゴシック"))
    assert with_font.missing() == 2 * len(year.public_sheets)


def test_no_page_is_made_without_a_font_for_japanese(
    year: PublishedYear, template: Template, tmp_path: Path
) -> None:
    """It would be published without its characters."""
    program = copying_program(tmp_path, b"%PDF-1.7 page")
    binder = binder_of(year, template, tmp_path / "pages", program)
    without = replace(binder, maker=replace(binder.maker, fonts=""))
    with pytest.raises(WorkbookError, match="日本語のフォント"):
        list(without.pages())
    assert not (tmp_path / "pages").exists()


def test_a_disk_that_is_full_in_the_middle_of_a_book_keeps_what_is_made_and_the_next_run_goes_on(
    year: PublishedYear, template: Template, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = copying_program(tmp_path, b"%PDF-1.7 page")
    binder = binder_of(year, template, tmp_path / "pages", program)
    total = binder.missing()
    assert total == 2 * len(year.public_sheets)
    real, pages = os.write, []

    def full(handle: int, data: bytes) -> int:
        pages.append(handle)
        if len(pages) > 3:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(handle, data)

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(StoreError, match="空き容量"):
        list(binder.pages())
    monkeypatch.undo()
    assert binder.missing() == total - 3
    assert sum(binder.pages()) == total - 3
    assert binder.missing() == 0


def test_a_page_that_cannot_be_made_is_named_and_nothing_is_published(
    year: PublishedYear, template: Template, tmp_path: Path
) -> None:
    broken = tmp_path / "soffice"
    broken.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    broken.chmod(0o700)
    target = tmp_path / "公表"
    publish(target, PublicationContents(year))
    before = sorted(target.rglob("*"))
    binder = binder_of(year, template, tmp_path / "pages", broken)
    with pytest.raises(WorkbookError, match="ページを作れませんでした"):
        list(binder.pages())
    with pytest.raises(WorkbookError, match="ページを作れませんでした"):
        publish(target, PublicationContents(year, bookbinder=binder))
    assert sorted(target.rglob("*")) == before
    assert [path.name for path in tmp_path.iterdir() if "xlsync-new" in path.name] == []


class SmallBook(Bookbinder):
    """Makes a book of one name without LibreOffice."""

    def books(self) -> Iterator[tuple[str, bytes]]:
        """Yield the book."""
        yield "全庁.pdf", b"%PDF-1.7 book"


def test_a_publication_without_books_takes_those_of_the_year_along(
    year: PublishedYear, template: Template, tmp_path: Path
) -> None:
    target = tmp_path / "公表"
    binder = SmallBook(year, template, PageMaker(LibreOffice(None), tmp_path / "pages"))
    publish(target, PublicationContents(year, bookbinder=binder))
    assert "前回の内容" not in (target / "about.html").read_text(encoding="utf-8")
    for _ in range(2):
        publish(target, PublicationContents(year))
        assert (target / "books/2018/全庁.pdf").read_bytes() == b"%PDF-1.7 book"
        assert "2018年度 全庁.pdf（PDF、前回の内容）" in (target / "about.html").read_text(
            encoding="utf-8"
        )


def test_without_libreoffice_it_is_said_what_to_do(
    year: PublishedYear, template: Template, tmp_path: Path
) -> None:
    binder = Bookbinder(year, template, PageMaker(LibreOffice(None), tmp_path / "pages"))
    with pytest.raises(WorkbookError, match="LibreOfficeがありません"):
        list(binder.pages())

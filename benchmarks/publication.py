"""How long a publication takes: `python benchmarks/publication.py [SHEETS] [PAGES]`.

Sheets are the official ones over and over, each with texts of its own; PAGES of them are made into a PDF book (0: none). Says
seconds and sizes of data and site, seconds a page and sizes of the book, and what a second run after one change takes.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from xlsync.canonical_json import parse_json
from xlsync.form.library import load_form
from xlsync.inbox.intake.libreoffice import LibreOffice, find_libreoffice
from xlsync.publication.book.books import Bookbinder
from xlsync.publication.book.page_conversion import PageMaker
from xlsync.publication.public_fields import public_edition, public_sheet
from xlsync.publication.published_year import PublicSheet, PublishedYear, Publisher
from xlsync.publication.write_publication import PublicationContents, publish
from xlsync.sheet import sheet_of
from xlsync.workbook.template.template import build_template

YEAR = 2018
EXAMPLES = Path(__file__).parents[1] / "src/xlsync/forms/jimu-jigyo-hyoka/examples"


def year_of(count: int) -> PublishedYear:
    """A fiscal year of so many sheets in twenty departments."""
    edition = load_form().at(YEAR)
    sheets = [
        sheet_of(edition, parse_json(file.read_bytes())) for file in sorted(EXAMPLES.iterdir())
    ]
    public = []
    for number in range(count):
        sheet = sheets[number % len(sheets)]
        department = f"第{number * 20 // count + 1}部"
        own = sheet.with_values(
            {
                "project.name": f"{sheet.title}（{number}）",
                "organization.department": department,
                "budget.program": f"{number // 99 % 100:02}",
                "project.number": f"{number % 99 + 1:02}",
                "budget.account": f"{number // 9900 + 1:02}",
            }
        ).with_id(f"{number:05}")
        public.append(PublicSheet(public_sheet(own), own.units, "final"))
    return PublishedYear(
        Publisher("つくば市"), public_edition(edition), tuple(public), as_of="2018-09-01"
    )


def size_of(folder: Path) -> str:
    """The number of files below a folder, and their size."""
    files = [file for file in folder.rglob("*") if file.is_file()]
    return f"{len(files)} files, {sum(file.stat().st_size for file in files) / 2**20:.1f} MB"


def changed(year: PublishedYear) -> PublishedYear:
    """The year with one sheet changed."""
    first, *others = year.public_sheets
    sheet = first.sheet.with_values({"purpose": "書き換えた目的"})
    return replace(year, public_sheets=(replace(first, sheet=sheet), *others))


def time_site(year: PublishedYear, folder: Path) -> None:
    """Say what data and site take."""
    for words, contents in (("first", year), ("after one change", changed(year))):
        start = time.perf_counter()
        publish(folder / "公表", PublicationContents(contents))
        print(f"data and site, {words}: {time.perf_counter() - start:.1f} s")
    for part in ("data", "projects", "assets"):
        print(f"  {part}: {size_of(folder / '公表' / part)}")


def time_book(year: PublishedYear, folder: Path) -> None:
    """Say what the books take."""
    template = build_template(load_form(), YEAR)
    maker = PageMaker(LibreOffice(find_libreoffice("auto")), folder / "pages")
    for words, contents in (("first", year), ("after one change", changed(year))):
        binder = Bookbinder(contents, template, maker)
        start = time.perf_counter()
        count = sum(binder.pages())
        pages = time.perf_counter() - start
        books = dict(binder.books())
        bound = time.perf_counter() - start - pages
        sizes = sum(map(len, books.values())) / 2**20
        print(
            f"books of {len(year.public_sheets)} sheets, {words}: {count} pages made in {pages:.1f} s, "
            f"{len(books)} books bound in {bound:.1f} s, {sizes:.1f} MB"
        )


def main() -> None:
    """Measure, and print."""
    sheets, pages = (int(word) for word in (*sys.argv[1:], "1000", "0")[:2])
    with tempfile.TemporaryDirectory() as name:
        time_site(year_of(sheets), Path(name))
        if pages:
            time_book(year_of(pages), Path(name))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory {peak:.0f} MB")


if __name__ == "__main__":
    main()

"""How long a publication takes: `python benchmarks/publication.py [SHEETS] [PAGES]`.

Sheets are the official ones over and over, each with texts of its own; PAGES of them are made into a PDF book (0: none). Says
seconds and sizes of data and site, how long a search takes in Chromium, seconds and memory a page beside one bare conversion
by LibreOffice, sizes of the book, and what a second run after one change takes.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from shutil import which

from playwright.sync_api import sync_playwright

from xlsync.canonical_json import parse_json
from xlsync.form.library import load_form
from xlsync.inbox.intake.libreoffice import LibreOffice, find_libreoffice
from xlsync.publication.book.book_pages import sheet_documents
from xlsync.publication.book.books import Bookbinder
from xlsync.publication.book.page_conversion import PageMaker
from xlsync.publication.public_fields import public_edition, public_sheet
from xlsync.publication.published_year import PublicSheet, PublishedYear, Publisher
from xlsync.publication.write_publication import PublicationContents, publish
from xlsync.sheet import sheet_of
from xlsync.workbook.template.template import build_template

YEAR = 2018
_SEARCH = """async word => {
  const box = document.getElementById("search"), times = [];
  for (let round = 0; round < 5; round++) {
    box.value = word;
    const start = performance.now();
    box.dispatchEvent(new Event("input"));
    await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[2];
}"""
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


class Stopwatch:
    """Seconds since it was made: on the clock, and of the processor with all programs that were started."""

    def __init__(self) -> None:
        """Start."""
        self._start = (time.perf_counter(), _processor())

    @property
    def seconds(self) -> float:
        """Seconds on the clock."""
        return time.perf_counter() - self._start[0]

    def __str__(self) -> str:
        """Say both."""
        return f"{self.seconds:.1f} s (processor {_processor() - self._start[1]:.1f} s)"


def _processor() -> float:
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def size_of(folder: Path) -> str:
    """The number of files below a folder, and their size."""
    files = [file for file in folder.rglob("*") if file.is_file()]
    return f"{len(files)} files, {sum(file.stat().st_size for file in files) / 2**20:.1f} MB"


def changed(year: PublishedYear) -> PublishedYear:
    """The year with one sheet changed."""
    first, *others = year.public_sheets
    sheet = first.sheet.with_values({"purpose": "書き換えた目的"})
    return replace(year, public_sheets=(replace(first, sheet=sheet), *others))


def time_search(folder: Path) -> None:
    """Say how long a search takes in Chromium, from a key pressed until the hits stand on the page."""
    with (
        sync_playwright() as programs,
        programs.chromium.launch(executable_path=which("chromium")) as chromium,
    ):
        page = chromium.new_page()
        start = time.perf_counter()
        page.goto((folder / "公表/index.html").as_uri())
        print(f"first page opened from a folder in {time.perf_counter() - start:.2f} s")
        times = [
            page.evaluate(_SEARCH, word)
            for word in ("情報", "ネットワーク 第3部", "9", "ありません")
        ]
    print(
        f"search: {', '.join(f'{each:.1f}' for each in times)} ms (one word, two words, a digit, no hit)"
    )


def time_bare(year: PublishedYear, folder: Path) -> None:
    """Say what LibreOffice takes for forty pages when it is started once by hand: the least that anybody could need."""
    template = build_template(load_form(), YEAR)
    pages = folder / "bare"
    pages.mkdir()
    for public in year.public_sheets[:40]:
        document = next(sheet_documents(template, public, b""))
        (pages / f"{public.sheet.id}.xlsx").write_bytes(document.data)
    watch = Stopwatch()
    command = [
        str(find_libreoffice("auto")),
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
    ]
    words = ["--headless", "--convert-to", "pdf", "--outdir", str(folder / "bare-pdf")]
    subprocess.run(  # noqa: S603 - our own words
        [*command, *words, *map(str, sorted(pages.iterdir()))], check=True, capture_output=True
    )
    count = len(list((folder / "bare-pdf").glob("*.pdf")))
    print(
        f"one bare LibreOffice: {count} pages in {watch}, {watch.seconds / count:.2f} s each, {children_peak()}"
    )


def children_peak() -> str:
    """The largest memory of a program that was started."""
    return f"{resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f} MB"


def time_site(year: PublishedYear, folder: Path) -> None:
    """Say what data and site take."""
    for words, contents in (("first", year), ("after one change", changed(year))):
        watch = Stopwatch()
        publish(folder / "公表", PublicationContents(contents))
        print(f"data and site, {words}: {watch}", flush=True)
    for part in ("data", "projects", "assets"):
        print(f"  {part}: {size_of(folder / '公表' / part)}")


def time_book(year: PublishedYear, folder: Path) -> None:
    """Say what the books take."""
    template = build_template(load_form(), YEAR)
    maker = PageMaker(LibreOffice(find_libreoffice("auto")), folder / "pages")
    for words, contents in (("first", year), ("after one change", changed(year))):
        binder = Bookbinder(contents, template, maker)
        watch = Stopwatch()
        count = sum(binder.pages())
        pages = str(watch)
        watch = Stopwatch()
        books = dict(binder.books())
        sizes = sum(map(len, books.values())) / 2**20
        print(
            f"books of {len(year.public_sheets)} sheets, {words}: {count} pages made in {pages}, "
            f"{len(books)} books bound in {watch}, {sizes:.1f} MB; "
            f"LibreOffice at most {children_peak()}",
            flush=True,
        )


def main() -> None:
    """Measure, and print."""
    sheets, pages = (int(word) for word in (*sys.argv[1:], "1000", "0")[:2])
    with tempfile.TemporaryDirectory() as name:
        time_site(year_of(sheets), Path(name))
        time_search(Path(name))
        if pages:
            time_bare(year_of(pages), Path(name))
            time_book(year_of(pages), Path(name))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory {peak:.0f} MB")


if __name__ == "__main__":
    main()

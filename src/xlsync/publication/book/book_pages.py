"""The documents of which LibreOffice makes the pages of a book: the page of each sheet, what does not fit on it, the front."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from xlsync.ooxml.titled_references import shown_reference
from xlsync.publication.book.page_conversion import PageDocument
from xlsync.publication.book.wrapped_lines import wrapped_lines
from xlsync.publication.page_templates import filled
from xlsync.row_titles import title_of
from xlsync.rules.paper_lines import text_lines
from xlsync.workbook.template.print_page import print_page
from xlsync.workbook.template.row_fill import addresses_with_rows, row_addresses

if TYPE_CHECKING:
    from xlsync.publication.published_year import PublicSheet
    from xlsync.workbook.template.template import Template

_PACKAGE: Final = "xlsync.publication.book"
_LINE: Final = 200
"""Half-width characters of a line of a continuation: as many as the paper holds, so that no row is higher than a page."""
_A3: Final = {"width": "420mm", "height": "297mm", "orientation": "landscape", "margin": "12mm"}
_A4: Final = {"width": "210mm", "height": "297mm", "orientation": "portrait", "margin": "16mm"}
NUMBER_SIZE: Final = (60.0, 10.0)
"""Width and height, in millimetres, of the little page that holds a page number."""


@dataclass(frozen=True, slots=True)
class LongText:
    """A text that does not fit into its cell on paper, in full: the field's heading, its cell there, and the text in lines."""

    heading: str
    cell: str
    text_lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ContentsEntry:
    """A line of the contents; `heading` stands above the first sheet of a unit, "" above others."""

    heading: str
    key: str
    title: str
    unit: str
    page_number: int


def sheet_documents(
    template: Template, public: PublicSheet, form_digest: bytes
) -> Iterator[PageDocument]:
    """Yield the documents of a sheet's pages: the official page, then what does not fit on it."""
    words = f"{public.sheet.key} {public.sheet.title}"
    source = form_digest + source_of(public)
    yield PageDocument(words, ".xlsx", source, partial(print_page, template, public.sheet))
    texts = long_texts(template, public)
    if texts:
        heading = f"{words}（続き：枠に入りきらない文章の全文）"
        page = filled(_PACKAGE, "continuation.fods", heading=heading, long_texts=texts, **_A3)
        yield PageDocument(words, ".fods", page)


def source_of(public: PublicSheet) -> bytes:
    """Return what a sheet says, whatever the number of its revision: pages of equal sources are equal."""
    return public.sheet.with_revision(None).to_json()


def long_texts(template: Template, public: PublicSheet) -> list[LongText]:
    """Return the texts of a sheet that do not fit into their cells on paper."""
    texts, sheet = [], public.sheet
    for path, (kind_path, cell) in _cells_of(template, public).items():
        room, text = template.room.get(kind_path), sheet.text(path)
        if room is not None and text_lines(text, room.width) > room.line_count:
            lines = tuple(wrapped_lines(text, _LINE))
            texts.append(LongText(title_of(sheet, path), shown_reference(cell), lines))
    return texts


def _cells_of(template: Template, public: PublicSheet) -> dict[str, tuple[str, str]]:
    """Return the printed cells of a sheet's fields and rows by path, each with the path that its room stands under."""
    sheet = public.sheet
    addresses = addresses_with_rows(template, sheet, spare=0)
    cells = {path: (path, addresses[path]) for path in sheet.edition.by_path if path in addresses}
    for path, cell in row_addresses(template, sheet, spare=0).items():
        table, _, word = path.split(".")
        if path in sheet:
            cells[path] = (f"{table}.{word}", cell)
    return cells


def front_document(cover: Sequence[str], entries: Sequence[ContentsEntry]) -> bytes:
    """Return the document of the cover and the contents."""
    return filled(_PACKAGE, "front.fods", cover=cover, entries=entries, **_A4)


def number_document(count: int) -> bytes:
    """Return a document of little pages with the numbers from 1 on."""
    width, height = NUMBER_SIZE
    size = {"width": f"{width:g}mm", "height": f"{height:g}mm"}
    numbers = range(1, count + 1)
    return filled(
        _PACKAGE, "numbers.fods", numbers=numbers, orientation="landscape", margin="1.5mm", **size
    )


__all__ = [
    "NUMBER_SIZE",
    "ContentsEntry",
    "LongText",
    "front_document",
    "long_texts",
    "number_document",
    "sheet_documents",
    "source_of",
]

"""Pages → one PDF: the front, then each sheet's pages with their numbers; bookmarks, page labels, and nothing of the clock."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Final

from pypdf import PageObject, PdfReader, PdfWriter, Transformation
from pypdf.constants import PageLabelStyle
from pypdf.generic import ArrayObject, ByteStringObject, NameObject, TextStringObject

_PRODUCER: Final = "xlsync"
_ABOVE_EDGE: Final = 8.0
"""Points between the lower edge of a page and its number."""


@dataclass(frozen=True, slots=True)
class BoundSheet:
    """A sheet in a book: the headings of its bookmark from the top, and its PDFs in order."""

    headings: tuple[str, ...]
    pdfs: tuple[bytes, ...] = field(repr=False)

    @property
    def page_count(self) -> int:
        """How many pages it has."""
        return sum(len(PdfReader(BytesIO(pdf)).pages) for pdf in self.pdfs)


@dataclass(frozen=True, slots=True)
class Front:
    """What stands before the sheets: the book's title, the day of its content (ISO 8601, or ""), cover and contents as PDF."""

    title: str
    as_of: str
    pdf: bytes = field(repr=False)


def bound_book(front: Front, sheets: Sequence[BoundSheet], numbers: bytes) -> bytes:
    """Return the book; `numbers` is a PDF with a little page for each number. Equal pages give equal bytes."""
    writer = PdfWriter()
    before = _append(writer, front.pdf)
    writer.add_outline_item(title="目次", page_number=min(1, before - 1))
    number_pages = PdfReader(BytesIO(numbers)).pages
    parents: dict[tuple[str, ...], object] = {}
    for sheet in sheets:
        start = len(writer.pages)
        for pdf in sheet.pdfs:
            _append(writer, pdf)
        for index in range(start, len(writer.pages)):
            _put_number(writer.pages[index], number_pages[index - before])
        _add_bookmarks(writer, sheet, start, parents)
    _label(writer, before)
    return _written(writer, front)


def _append(writer: PdfWriter, pdf: bytes) -> int:
    """Add the pages of a PDF without its bookmarks, and return how many there are."""
    reader = PdfReader(BytesIO(pdf))
    for page in reader.pages:
        writer.add_page(page)
    return len(reader.pages)


def _label(writer: PdfWriter, before: int) -> None:
    """Count the pages before the sheets i, ii, iii, and those of the sheets from 1, as they are printed."""
    writer.set_page_label(0, before - 1, style=PageLabelStyle.LOWERCASE_ROMAN)
    if len(writer.pages) > before:
        writer.set_page_label(before, len(writer.pages) - 1, style=PageLabelStyle.DECIMAL)


def _put_number(page: PageObject, number: PageObject) -> None:
    """Put a page number at the middle of a page's lower edge."""
    middle = float(page.mediabox.left + page.mediabox.right) / 2
    half = float(number.mediabox.width) / 2
    position = Transformation().translate(middle - half, float(page.mediabox.bottom) + _ABOVE_EDGE)
    page.merge_transformed_page(number, position)
    page.compress_content_streams()  # merging has unpacked them


def _add_bookmarks(
    writer: PdfWriter, sheet: BoundSheet, page: int, parents: dict[tuple[str, ...], object]
) -> None:
    for depth, heading in enumerate(sheet.headings, start=1):
        path = sheet.headings[:depth]
        if depth == len(sheet.headings) or path not in parents:
            parent = parents.get(path[:-1])
            parents[path] = writer.add_outline_item(title=heading, page_number=page, parent=parent)  # type: ignore[arg-type]  # what it returned


def _written(writer: PdfWriter, front: Front) -> bytes:
    day = front.as_of.replace("-", "") or "19700101"
    moment = f"D:{day}000000+09'00'"
    facts = {"/Title": front.title, "/Creator": _PRODUCER, "/Producer": _PRODUCER}
    writer.add_metadata({**facts, "/CreationDate": moment, "/ModDate": moment})
    writer.root_object[NameObject("/Lang")] = TextStringObject("ja")
    writer.compress_identical_objects(remove_duplicates=True, remove_unreferenced=True)
    content = BytesIO()
    writer.write(content)
    identity = ByteStringObject(hashlib.md5(content.getvalue(), usedforsecurity=False).digest())
    writer._ID = ArrayObject((identity, identity))  # noqa: SLF001 - what it would make itself is random
    finished = BytesIO()
    writer.write(finished)
    return finished.getvalue()


__all__ = ["BoundSheet", "Front", "bound_book"]

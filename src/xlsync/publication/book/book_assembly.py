"""Pages → one PDF: the front, then each sheet's pages with their numbers; bookmarks, page labels, and nothing of the clock."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Final

from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.constants import PageLabelStyle
from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    IndirectObject,
    NameObject,
    PdfObject,
    StreamObject,
    TextStringObject,
)

_PRODUCER: Final = "xlsync"
_ABOVE_EDGE: Final = 8.0
"""Points between the lower edge of a page and its number."""
_NUMBER: Final = "/XlsyncPageNumber"
_CONTENTS, _RESOURCES, _XOBJECT = map(NameObject, ("/Contents", "/Resources", "/XObject"))


@dataclass(frozen=True, slots=True)
class BoundSheet:
    """A sheet in a book: the headings of its bookmark from the top, and its PDFs in order."""

    headings: tuple[str, ...]
    pdfs: tuple[bytes, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Front:
    """What stands before the sheets: the book's title, the day of its content (ISO 8601, or ""), cover and contents as PDF."""

    title: str
    as_of: str
    pdf: bytes = field(repr=False)


def page_count(pdf: bytes) -> int:
    """Return how many pages a PDF has."""
    return len(PdfReader(BytesIO(pdf)).pages)


def bound_book(front: Front, sheets: Sequence[BoundSheet], numbers: bytes) -> bytes:
    """Return the book; `numbers` is a PDF with a little page for each number. Equal pages give equal bytes."""
    writer = PdfWriter()
    before = _append(writer, front.pdf)
    writer.add_outline_item(title="目次", page_number=min(1, before - 1))
    number_forms = _NumberForms(writer, numbers)
    parents: dict[tuple[str, ...], object] = {}
    for sheet in sheets:
        start = len(writer.pages)
        for pdf in sheet.pdfs:
            _append(writer, pdf)
        for index in range(start, len(writer.pages)):
            number_forms.put(writer.pages[index], index - before)
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


class _NumberForms:
    """The little pages of numbers as form XObjects of a book (PDF 32000-1, 8.10): drawn without reading what a page draws."""

    def __init__(self, writer: PdfWriter, numbers: bytes) -> None:
        """Take the book and the PDF of the numbers."""
        self._writer = writer
        self._pages = PdfReader(BytesIO(numbers)).pages
        self._before = writer._add_object(_stream(b"q\n"))  # noqa: SLF001 - there is no other way to add a stream

    def put(self, page: PageObject, position: int) -> None:
        """Put the number at a position, from 0, at the middle of a page's lower edge."""
        number = self._pages[position]
        x = float(page.mediabox.left + page.mediabox.right - number.mediabox.width) / 2
        y = float(page.mediabox.bottom) + _ABOVE_EDGE
        drawn = f"Q\nq 1 0 0 1 {x:.3f} {y:.3f} cm {_NUMBER} Do Q\n"
        add = self._writer._add_object  # noqa: SLF001
        contents = page.get(_CONTENTS)
        own = [] if contents is None else _listed(page, contents)
        page[_CONTENTS] = ArrayObject([self._before, *own, add(_stream(drawn.encode()))])
        page[_RESOURCES] = self._resources_with(page, add(self._form(number)))

    def _form(self, number: PageObject) -> StreamObject:
        """Return a page as a form XObject."""
        contents = number.get_contents()
        form = _stream(b"" if contents is None else contents.get_data())
        form[NameObject("/Type")] = NameObject("/XObject")
        form[NameObject("/Subtype")] = NameObject("/Form")
        form[NameObject("/BBox")] = ArrayObject(map(FloatObject, number.mediabox))
        form[_RESOURCES] = number[_RESOURCES].clone(self._writer)
        return form

    def _resources_with(self, page: PageObject, form: IndirectObject) -> DictionaryObject:
        """Return the resources of a page, which it may share with others, with those and a number's form."""
        resources = DictionaryObject(_dictionary(page, _RESOURCES))
        objects = DictionaryObject(_dictionary(resources, _XOBJECT))
        objects[NameObject(_NUMBER)] = form
        resources[_XOBJECT] = objects
        return resources


def _listed(page: PageObject, contents: PdfObject) -> list[PdfObject]:
    """Return the streams of what a page draws: one, or several after each other."""
    whole = contents.get_object()
    return list(whole) if isinstance(whole, ArrayObject) else [page.raw_get(_CONTENTS)]


def _dictionary(owner: DictionaryObject, name: NameObject) -> DictionaryObject:
    value = owner.get(name)
    whole = None if value is None else value.get_object()
    return whole if isinstance(whole, DictionaryObject) else DictionaryObject()


def _stream(data: bytes) -> StreamObject:
    stream = DecodedStreamObject()
    stream.set_data(data)
    return stream.flate_encode()


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


__all__ = ["BoundSheet", "Front", "bound_book", "page_count"]

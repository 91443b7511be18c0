"""Drawing + edition → template: the workbook given out, with names, lists, formats, formulas, protection and stamp.

The drawing is a workbook in which each input cell holds a marker, `[[path]]`, and labels hold year placeholders. What the
drawing shows (borders, sizes, fonts, print settings) is kept; what the definition knows is added. The result depends on
nothing but the two, byte for byte.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Final

from xlsync.computed import blank_text
from xlsync.ooxml.patch.fast_fill import PreparedSheet, prepared
from xlsync.ooxml.patch.package_editor import PackageEdit
from xlsync.ooxml.patch.patch import Formula, put_cells
from xlsync.ooxml.titled_references import seen_from, split_title
from xlsync.sheet import Sheet
from xlsync.workbook.checks.visible_sheet import Checks, Known, checks_of
from xlsync.workbook.reading.field_values import formula_text
from xlsync.workbook.reading.text_capacity import column_room_of, room_of
from xlsync.workbook.stamp import Stamp
from xlsync.workbook.stamp_writing import put_stamp
from xlsync.workbook.template.drawn_page import DrawnPage
from xlsync.workbook.template.excel_limits import refuse_beyond_excel
from xlsync.workbook.template.kept_drawings import with_drawings
from xlsync.workbook.template.row_fill import addresses_with_rows, row_addresses
from xlsync.workbook.template.template_cache import template_cache, template_digest

if TYPE_CHECKING:
    from xlsync.form.edition import Edition
    from xlsync.form.library import Form
    from xlsync.rules import Room

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_CHARACTER: Final = re.compile(rb"&#([1-9]\d{2,4});")
_ISSUED: Final = b"2026-04-01T00:00:00Z"

_FONT = re.compile(rb"<font>(.*?)</font>", re.DOTALL)
_FONT_CHILDREN = (
    *(b"b", b"i", b"strike", b"condense", b"extend", b"outline", b"shadow", b"u", b"vertAlign"),
    *(b"sz", b"color", b"name", b"family", b"charset", b"scheme"),
)


@dataclass(frozen=True)
class Template:
    """A built template: its bytes, the edition, the address of each field's cell, and what room texts have on paper.

    `room` has the fields, and the columns of tables. Addresses are as the form's first worksheet refers to them. `version` is
    the number of the form's version, 0 for a form of no store; `column_ranges` has the range of each column of its
    tables, which reaches from the row above the first to the row below the last.
    """

    data: bytes
    edition: Edition
    addresses: Mapping[str, str]
    room: Mapping[str, Room]
    version: int = 0
    column_ranges: Mapping[str, str] = field(default_factory=dict)

    @property
    def checks(self) -> Checks:
        """The worksheets of the checks."""
        cells = {**self.addresses, **self.column_ranges}
        return checks_of(self.edition, self.edition.worksheet, cells)

    @cached_property
    def check_parts(self) -> tuple[tuple[str, str, PreparedSheet], ...]:
        """The worksheets of the checks, ready to be filled in: title, part, text."""
        edit = PackageEdit(self.data)
        wanted = {*self.checks.formulas, *self.checks.put(Known())}
        prepared_parts = []
        for title in dict.fromkeys(title for title, _ in wanted):
            entry = edit.workbook.worksheet(title)
            if entry is not None:
                addresses = frozenset(address for name, address in wanted if name == title)
                prepared_parts.append(
                    (title, entry.part, prepared(edit.text(entry.part), addresses))
                )
        return tuple(prepared_parts)


@dataclass(frozen=True)
class _Content:
    """What a template without its stamp is made of: forms of the same content have the same one, wherever they lie."""

    definition_json: str
    drawing: bytes
    year: int
    is_trial: bool
    form: Form = field(compare=False, repr=False)


@lru_cache(maxsize=8)
def build_template(form: Form, year: int, *, is_trial: bool = False) -> Template:
    """Build the template of an edition; FormError names the drawing's cell and the reason where it cannot be.

    That of trial workbooks shows on screen and in print that nothing typed into it is stored.
    """
    edition = form.at(year)
    definition = form.definition.model_dump_json()
    data, cells, columns = _unstamped(_Content(definition, form.drawing(), year, is_trial, form))
    edit = PackageEdit(data)
    stamp = Stamp(edition.form, edition.year, is_trial=is_trial, version=form.version)
    put_stamp(edit, edition.worksheets, stamp)
    room = {**room_of(form, year), **column_room_of(form, year)}
    return Template(edit.finished(), edition, cells, room, form.version, columns)


@lru_cache(maxsize=16)
def _unstamped(content: _Content) -> DrawnPage:
    """Return the template without its stamp, and where its fields are, as it was built before where it is kept."""
    cache = template_cache()
    if cache is None:
        return _built(content)
    known = f"{content.year} {content.is_trial} {content.definition_json}"
    digest = template_digest(known.encode(), content.drawing)
    page = cache.page(digest)
    if page is None:
        page = _built(content)
        cache.save(digest, page)
    return page


def _built(content: _Content) -> DrawnPage:
    """Build a template without its stamp. Takes a second."""
    from xlsync.workbook.template.form_page import build_page

    form, edition = content.form, content.form.at(content.year)
    where = f"{form.folder}/{form.definition.page.drawing}"
    saved, cells, columns = build_page(content.drawing, edition, where, is_trial=content.is_trial)
    reached = {**cells, **columns}
    whole = with_drawings(saved, content.drawing, edition.worksheets, edition.expand)
    data = _reproducible(whole, _numbers_as_text(edition, reached))
    formulas: dict[tuple[str, str], Formula] = {}
    for path, rule in edition.formulas.items():
        _, known = seen_from(reached, cells[path], edition.worksheet)
        text, blank = formula_text(edition, rule, known), blank_text(edition, path, {}, ())
        formulas[split_title(cells[path], edition.worksheet)] = Formula(text, blank)
    checks = checks_of(edition, edition.worksheet, reached)
    refuse_beyond_excel(checks.check_sheet, form.where)
    results = checks.results(Sheet(edition, "", {}), Known())
    formulas |= {at: Formula(text, results[at]) for at, text in checks.formulas.items()}
    edit = PackageEdit(data)
    put_cells(edit, formulas)
    return DrawnPage(edit.finished(), cells, columns)


def put_checks(edit: PackageEdit, template: Template, sheet: Sheet, known: Known) -> None:
    """Fill in the worksheets of the checks: what is known, and what every formula of theirs comes to over a sheet."""
    now = {**addresses_with_rows(template, sheet), **row_addresses(template, sheet)}
    values = {**template.checks.results(sheet, known, now), **template.checks.put(known)}
    for title, part, page in template.check_parts:
        cells = {address: value for (name, address), value in values.items() if name == title}
        edit.put(part, page.text(cells))


def _numbers_as_text(edition: Edition, reached: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the cells in which a number is kept as text, by the part of their worksheet."""
    parts = {
        title: f"xl/worksheets/sheet{number}.xml"
        for number, title in enumerate(edition.worksheets, start=1)
    }
    addresses: dict[str, list[str]] = {part: [] for part in parts.values()}
    for each in (*edition.fields, *edition.columns):
        if each.kind.is_number_as_text:
            title, address = split_title(reached[each.path], edition.worksheet)
            addresses[parts[title]].append(address)
    return addresses


def _reproducible(saved: bytes, numbers_as_text: Mapping[str, list[str]]) -> bytes:
    """Return the saved workbook without timestamps, so that equal input gives equal bytes, and without green corner marks."""
    rewritten = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(saved)) as source,
        zipfile.ZipFile(rewritten, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            part = source.read(name)
            if name == "docProps/core.xml":
                part = re.sub(
                    rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*", rb"\g<1>" + _ISSUED, part
                )
            elif name in numbers_as_text:
                part = _without_green_corners(part, numbers_as_text[name])
            elif name == "xl/styles.xml":
                part = _FONT.sub(_in_schema_order, part)
            part = _as_written_by_hand(part) if name.endswith(".xml") else part
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            target.writestr(entry, part)
    return rewritten.getvalue()


def _in_schema_order(font: re.Match[bytes]) -> bytes:
    """Return a font with its children in the order of CT_Font; openpyxl writes its name first."""
    children = re.findall(rb"<(\w+)[^>]*/>", font[1])
    written = re.findall(rb"<\w+[^>]*/>", font[1])
    by_rank = sorted(zip(map(_FONT_CHILDREN.index, children), written, strict=True))
    return b"<font>" + b"".join(child for _, child in by_rank) + b"</font>"


def _as_written_by_hand(part: bytes) -> bytes:
    """Write Japanese as UTF-8 and blank cells as empty tags, as Excel does: the part is a third smaller."""
    plain = _CHARACTER.sub(lambda match: chr(int(match[1])).encode(), part)
    return plain.replace(b' t="n"></c>', b"/>")


def _without_green_corners(part: bytes, addresses: Iterable[str]) -> bytes:
    """Add CT_IgnoredErrors, so that codes such as 01 are not marked as "number stored as text"."""
    listed = " ".join(addresses).encode()
    element = (
        b'<ignoredErrors><ignoredError sqref="'
        + listed
        + b'" numberStoredAsText="1"/></ignoredErrors>'
    )
    followers = rb"<(?:smartTags|drawing|legacyDrawing|picture|oleObjects|controls|tableParts|extLst|/worksheet)\b"
    follower = re.search(followers, part)
    return (
        part if follower is None else part[: follower.start()] + element + part[follower.start() :]
    )

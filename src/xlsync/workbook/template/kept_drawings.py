"""Text boxes, shapes, lines and pictures of a form's drawing, put into the template as they are: openpyxl drops most."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from xlsync.ooxml.opc.package import Package
from xlsync.ooxml.opc.relationships import (
    CONTENT_TYPES,
    Relationship,
    content_types,
    related,
    relationships,
    relationships_part,
    stated_relationships,
)
from xlsync.ooxml.opc.workbook_part import read_workbook_part
from xlsync.ooxml.patch.package_editor import STRICT, PackageEdit
from xlsync.ooxml.xml.encoding import decoded, escaped
from xlsync.workbook.template.lost_drawings import shapes_on

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_DRAWING_TYPE: Final = "application/vnd.openxmlformats-officedocument.drawing+xml"
_LINK: Final = "hyperlink"
_DECLARATION: Final = re.compile(r"^\ufeff?<\?xml[^>]*\?>\s*")
_WRITTEN: Final = re.compile(r"(<a:t>)([^<]*)(?=</a:t>)")
_OWN: Final = re.compile(r"<drawing [^>]*/>")
_FOLLOWER: Final = re.compile(
    r"<(?:legacyDrawing|picture|oleObjects|controls|tableParts|extLst|/worksheet)\b"
)
_EXTERNAL: Final = ' TargetMode="External"'
_ENDING: Final = re.compile(r"\.[a-z]{3,4}$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Picture:
    """A picture of a drawing: the id by which this shows it, the bytes, the file ending, the content type."""

    id: str
    data: bytes
    ending: str
    content_type: str


@dataclass(frozen=True, slots=True)
class _Copied:
    """A drawing to be put on a worksheet: its text, its pictures, and its hyperlinks as it states them."""

    text: str
    pictures: tuple[_Picture, ...]
    hyperlinks: tuple[Relationship, ...]


def with_drawings(
    saved: bytes, drawing: bytes, worksheets: Iterable[str], expand: Callable[[str], str]
) -> bytes:
    """Return a saved template with what is drawn beside the cells of its worksheets in the form's drawing.

    Where nothing was lost, these are the very bytes that came. `expand` writes out the years in texts.
    """
    source, edit = Package.open(drawing), PackageEdit(saved)
    for number, title in enumerate(worksheets, start=1):
        if shapes_on(source, title) == shapes_on(edit.package, title):
            continue
        copied = _copied(source, title, expand)
        if copied is not None:
            _put(edit, title, copied, number)
    return edit.finished()


def is_kept(source: Package, title: str) -> bool:
    """Return whether what is drawn beside the cells of a worksheet can be put into a template."""
    return _copied(source, title, str) is not None


def _copied(source: Package, title: str, expand: Callable[[str], str]) -> _Copied | None:
    """Return what is drawn on a worksheet; None where it needs more than pictures in the file and links (charts, say)."""
    entry = read_workbook_part(source).worksheet(title)
    drawn = next(iter(() if entry is None else related(source, entry.part, "drawing")), "")
    text = decoded(source.part(drawn), drawn) if drawn else STRICT
    pictures = _pictures(source, drawn)
    if STRICT in text or None in pictures:
        return None
    written = _WRITTEN.sub(lambda run: run[1] + expand(run[2]), _DECLARATION.sub("", text))
    stated = stated_relationships(source, drawn)
    hyperlinks = tuple(each for each in stated if each.relationship_type == _LINK)
    return _Copied(written, tuple(filter(None, pictures)), hyperlinks)


def _pictures(source: Package, drawn: str) -> list[_Picture | None]:
    """Return what a drawing needs beside links: its pictures, None for each thing that is none."""
    needed = (each for each in relationships(source, drawn) if each.relationship_type != _LINK)
    return [_picture(source, each) for each in needed]


def _picture(source: Package, shown: Relationship) -> _Picture | None:
    """Return a picture that a drawing shows; None for what is none, or is not in the file: nothing is fetched for a form."""
    ending = _ENDING.search(shown.target)
    if shown.relationship_type != "image" or shown.external or ending is None:
        return None
    types = content_types(source.part(CONTENT_TYPES), CONTENT_TYPES)
    by_ending = types.get(ending[0].casefold(), "")
    kind = types.get("/" + shown.target.casefold(), by_ending)
    if shown.target not in source or not kind.startswith("image/"):
        return None
    return _Picture(shown.id, source.part(shown.target), ending[0].lower(), kind)


def _put(edit: PackageEdit, title: str, copied: _Copied, number: int) -> None:
    """Put a drawing on a worksheet of the template, in place of what openpyxl kept of it."""
    entry = edit.workbook.worksheet(title)
    assert entry is not None  # noqa: S101 - the template has the worksheets of the drawing
    _remove_drawing(edit, entry.part)
    name = f"xl/drawings/form{number}.xml"
    edit.add(name, copied.text, _DRAWING_TYPE)
    shown = list(copied.hyperlinks)
    for count, picture in enumerate(copied.pictures, start=1):
        part = f"xl/media/form{number}-{count}{picture.ending}"
        edit.add_picture(part, picture.data, picture.content_type)
        shown.append(Relationship(picture.id, "image", f"/{part}", external=False))
    edit.put(relationships_part(name), _relationships_text(shown))
    identity = edit.relate(f"{_OFFICE}/drawing", name, entry.part)
    page = edit.text(entry.part)
    at = _FOLLOWER.search(page)
    assert at is not None  # noqa: S101 - every worksheet ends
    element = f'<drawing xmlns:r="{_OFFICE}" r:id="{identity}"/>'
    edit.put(entry.part, page[: at.start()] + element + page[at.start() :])


def _remove_drawing(edit: PackageEdit, page: str) -> None:
    """Remove the drawing of a worksheet that openpyxl wrote, and its pictures: it writes those of each anew."""
    for drawn in related(edit, page, "drawing"):
        for part in (*related(edit, drawn, "image"), drawn):
            edit.remove(part)
    own = (each for each in relationships(edit, page) if each.relationship_type == "drawing")
    edit.unrelate(page, [each.id for each in own])
    edit.put(page, _OWN.sub("", edit.text(page)))


def _relationships_text(shown: Iterable[Relationship]) -> str:
    """Return the part that states relationships."""
    lines = (
        f'<Relationship Id="{escaped(each.id)}" Type="{_OFFICE}/{each.relationship_type}"'
        f' Target="{escaped(each.target)}"{_EXTERNAL if each.external else ""}/>'
        for each in shown
    )
    namespace = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<Relationships xmlns="{namespace}">{"".join(lines)}</Relationships>'


__all__ = ["is_kept", "with_drawings"]

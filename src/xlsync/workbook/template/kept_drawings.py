"""Text boxes, shapes, lines and pictures of a form's drawing, put into the template as they are: openpyxl drops most."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from xlsync.ooxml.opc.package import Package
from xlsync.ooxml.opc.relationships import related, relationships, relationships_part
from xlsync.ooxml.opc.workbook_part import read_workbook_part
from xlsync.ooxml.patch.package_editor import STRICT
from xlsync.ooxml.xml.encoding import decoded
from xlsync.workbook.template.lost_drawings import shapes_on

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_DRAWING_TYPE: Final = "application/vnd.openxmlformats-officedocument.drawing+xml"
_COPIED: Final = frozenset({"image", "hyperlink"})
"""Kinds of relationships that a drawing is copied with; one with charts or the like stays out, as before."""
_WRITTEN: Final = re.compile(r"(<a:t>)([^<]*)(?=</a:t>)")
_OWN: Final = re.compile(rb"<drawing [^>]*/>")
_RELATED: Final = re.compile(rb'<Relationship [^>]*Type="[^"]*/drawing"[^>]*/>')
_FOLLOWER: Final = re.compile(
    rb"<(?:legacyDrawing|picture|oleObjects|controls|tableParts|extLst|/worksheet)\b"
)
_TYPES: Final = "[Content_Types].xml"
_IMAGE_TYPES: Final = {"jpg": "jpeg", "emf": "x-emf", "wmf": "x-wmf"}


@dataclass(frozen=True)
class _Copied:
    """A drawing to be put on a worksheet: its text, its pictures (id, ending, bytes) and its links (id, target)."""

    text: str
    images: tuple[tuple[str, str, bytes], ...]
    links: tuple[tuple[str, str], ...]


def with_drawings(
    saved: bytes, drawing: bytes, worksheets: Iterable[str], expand: Callable[[str], str]
) -> bytes:
    """Return a saved template with what is drawn beside the cells of its worksheets in the form's drawing.

    Where nothing was lost, these are the very bytes that came. `expand` writes out the years in texts.
    """
    source, template = Package.open(drawing), Package.open(saved)
    parts: dict[str, bytes] = {}
    for number, title in enumerate(worksheets, start=1):
        if shapes_on(source, title) == shapes_on(template, title):
            continue
        copied = _copied(source, title, expand)
        if copied is not None:
            parts |= _put(template, title, copied, number, parts.get(_TYPES))
    return _with_parts(saved, parts) if parts else saved


def _copied(source: Package, title: str, expand: Callable[[str], str]) -> _Copied | None:
    """Return what is drawn on a worksheet; None where it is related to what cannot be copied."""
    drawn = _drawing_part(source, title)
    text = decoded(source.part(drawn)) if drawn in source else STRICT
    drawn_with = relationships(source, drawn)
    if STRICT in text or not {each.relationship_type for each in drawn_with} <= _COPIED:
        return None
    written = _WRITTEN.sub(lambda run: run[1] + expand(run[2]), text)
    images = [
        (each.id, each.target.rpartition(".")[2].lower(), source.part(each.target))
        for each in drawn_with
        if not each.external
    ]
    links = [(each.id, each.target) for each in drawn_with if each.external]
    return _Copied(written, tuple(images), tuple(links))


def _drawing_part(source: Package, title: str) -> str:
    """Return the part with what is drawn on a worksheet, "" for none."""
    entry = read_workbook_part(source).worksheet(title)
    parts = () if entry is None else related(source, entry.part, "drawing")
    return next(iter(parts), "")


def _put(
    template: Package, title: str, copied: _Copied, number: int, types: bytes | None
) -> dict[str, bytes]:
    """Return the parts that are new or others once a drawing is on a worksheet of the template."""
    entry = read_workbook_part(template).worksheet(title)
    assert entry is not None  # noqa: S101 - the template has the worksheets of the drawing
    name, page = f"xl/drawings/form{number}.xml", template.part(entry.part)
    written, parts = _relationships_of(copied, number)
    parts |= {name: copied.text.encode(), relationships_part(name): written.encode()}
    identity = f"rIdForm{number}"
    element = f'<drawing xmlns:r="{_OFFICE}" r:id="{identity}"/>'.encode()
    at = _FOLLOWER.search(_OWN.sub(b"", page))
    bare = _OWN.sub(b"", page)
    assert at is not None  # noqa: S101 - every worksheet ends
    parts[entry.part] = bare[: at.start()] + element + bare[at.start() :]
    own = relationships_part(entry.part)
    before = template.part(own) if own in template else _relationships("").encode()
    before = _RELATED.sub(b"", before)
    added = f'<Relationship Id="{identity}" Type="{_OFFICE}/drawing" Target="/{name}"/>'.encode()
    parts[own] = before.replace(b"</Relationships>", added + b"</Relationships>")
    parts[_TYPES] = _with_types(types or template.part(_TYPES), name, copied)
    return parts


def _relationships_of(copied: _Copied, number: int) -> tuple[str, dict[str, bytes]]:
    """Return the relationships of a drawing, and the pictures that they name."""
    parts: dict[str, bytes] = {}
    lines: list[str] = []
    for count, (identity, ending, data) in enumerate(copied.images, start=1):
        name = f"xl/media/form{number}-{count}.{ending}"
        parts[name] = data
        lines.append(f'<Relationship Id="{identity}" Type="{_OFFICE}/image" Target="/{name}"/>')
    for identity, target in copied.links:
        kind = f'Type="{_OFFICE}/hyperlink" Target="{target}" TargetMode="External"'
        lines.append(f'<Relationship Id="{identity}" {kind}/>')
    return _relationships("".join(lines)), parts


def _relationships(lines: str) -> str:
    namespace = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<Relationships xmlns="{namespace}">{lines}</Relationships>'


def _with_types(types: bytes, name: str, copied: _Copied) -> bytes:
    """Return the content types with those of a drawing and its pictures."""
    added = f'<Override PartName="/{name}" ContentType="{_DRAWING_TYPE}"/>'
    for ending in sorted({ending for _, ending, _ in copied.images}):
        if f'Extension="{ending}"'.encode() not in types:
            kind = f"image/{_IMAGE_TYPES.get(ending, ending)}"
            added = f'<Default Extension="{ending}" ContentType="{kind}"/>{added}'
    return types.replace(b"</Types>", added.encode() + b"</Types>")


def _with_parts(saved: bytes, parts: dict[str, bytes]) -> bytes:
    """Return a saved workbook with other and new parts."""
    rewritten = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(saved)) as source,
        zipfile.ZipFile(rewritten, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in dict.fromkeys((*source.namelist(), *parts)):
            target.writestr(name, parts[name] if name in parts else source.read(name))
    return rewritten.getvalue()


__all__ = ["with_drawings"]

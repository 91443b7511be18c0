"""Which of a city's forms a button's request over HTTP is for: the one that the stamp of its workbook names.

Only bytes are looked at, before anything is parsed: a stamp is one line of plain text wherever it stands in a part. A workbook
that names none of the forms goes to the city's own, whose reader says what is wrong with it.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from xlsync.addin.protocol.request import unpack
from xlsync.addin.ways.visits import Refused, body_of, path_of, put_back
from xlsync.errors import ProtocolError, WorkbookError
from xlsync.ooxml.opc.package import Package

if TYPE_CHECKING:
    from wsgiref.types import WSGIEnvironment

    from xlsync.addin.ways.web import Web

_STAMP: Final = re.compile(rb"form=([a-z][a-z0-9-]{0,200});edition=[0-9]{4};key=")
_CARRIERS: Final = ("docProps/custom.xml", "xl/workbook.xml", "xl/sharedStrings.xml")
"""The parts in which a stamp may stand, the likeliest first."""
_LARGEST: Final = 16 * 2**20
_FILES: Final = "/files/"


def form_of_request(environ: WSGIEnvironment, webs: Mapping[str, Web]) -> str:
    """Return the name of the further form that a request is for, "" for the city's own.

    `webs` are the buttons of all forms, by name. What cannot be read is left to the city's own form, which refuses it.
    """
    _, is_file, file_name = path_of(environ).partition(_FILES)
    if is_file:
        return next((name for name in webs if name and file_name.startswith(f"{name}/")), "")
    if environ["REQUEST_METHOD"] != "POST" or not _may_press(environ, webs):
        return ""
    names = {web.form_id: name for name, web in webs.items()}
    return next((names[each] for each in _ids_in_body(environ) if each in names), "")


def _may_press(environ: WSGIEnvironment, webs: Mapping[str, Web]) -> bool:
    """Whether somebody may press a button of any form: else nothing of the request is looked at."""
    return any(web.opens(environ) for web in webs.values())


def _ids_in_body(environ: WSGIEnvironment) -> list[str]:
    """Return the ids of the forms that the workbook in a request names; the body can be read again afterwards."""
    try:
        data = body_of(environ)
    except Refused:
        return []
    put_back(environ, data)
    with contextlib.suppress(ProtocolError, WorkbookError):
        return list(form_ids_in(unpack(data).workbook))
    return []


def form_ids_in(workbook: bytes) -> Iterator[str]:
    """Yield the ids of the forms that the stamps in a workbook name; WorkbookError where it is none.

    Example:
        >>> list(form_ids_in(b""))
        []

    """
    if not workbook:
        return
    package = Package.open(workbook)
    for part in _CARRIERS:
        if part in package and package.size_of(part) <= _LARGEST:
            for form_id in dict.fromkeys(_STAMP.findall(package.part(part))):
                yield form_id.decode("ascii")


__all__ = ["form_ids_in", "form_of_request"]

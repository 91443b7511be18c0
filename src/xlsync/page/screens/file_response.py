"""A file that the browser saves, under a name of any characters."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from flask import Response

from xlsync.file_names import file_name

WORKBOOK: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def download(data: bytes, name: str, content_type: str = WORKBOOK) -> Response:
    """Return a response that is saved as a file."""
    stem, dot, ending = name.rpartition(".")
    safe = f"{file_name(stem)}{dot}{ending}" if dot else file_name(name)
    response = Response(data, content_type=content_type)
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"download.{ending or 'bin'}\"; filename*=UTF-8''{quote(safe, safe='')}"
    )
    return response


__all__ = ["WORKBOOK", "download"]

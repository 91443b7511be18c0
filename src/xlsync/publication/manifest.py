"""publication.json: which files of a folder a publication has written, for which fiscal year, and what its sheets said."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from xlsync.canonical_json import canonical, parse_json
from xlsync.errors import SheetError

if TYPE_CHECKING:
    from pathlib import Path

MANIFEST: Final = "publication.json"
_FORMAT: Final = 1
EVERY_YEAR: Final = 0
"""Stands for the files that are about no single fiscal year."""


@dataclass(frozen=True)
class Manifest:
    """What a folder holds of earlier publications: the fiscal year of each file by its path, 0 for files of every year.

    `form_id` is that of the form whose sheets are published there. `pages` are the titles of the projects that have ever had a
    page, by the page's path: their addresses stay. `is_preview` is true where sheets are in it that nobody has confirmed.
    """

    form_id: str = ""
    years_by_path: Mapping[str, int] = field(default_factory=dict)
    page_titles: Mapping[str, str] = field(default_factory=dict)
    is_preview: bool = False

    def to_json(self) -> bytes:
        """Return the file."""
        files = dict(sorted(self.years_by_path.items()))
        pages = dict(sorted(self.page_titles.items()))
        preview = {"preview": True} if self.is_preview else {}
        document = {"format": _FORMAT, "form": self.form_id, "files": files, "pages": pages}
        return canonical({**document, **preview})


def read_manifest(folder: Path) -> Manifest | None:
    """Return the manifest of a folder, None where it is no publication of ours."""
    with contextlib.suppress(OSError, SheetError, KeyError, TypeError, ValueError):
        return _manifest_of(parse_json((folder / MANIFEST).read_bytes()))
    return None


def _manifest_of(document: Any) -> Manifest:
    if document["format"] != _FORMAT:
        raise ValueError(document["format"])
    years = {str(path): int(year) for path, year in document["files"].items()}
    pages = {str(path): str(title) for path, title in document["pages"].items()}
    is_preview = document.get("preview") is True
    return Manifest(str(document["form"]), years, pages, is_preview)


__all__ = ["EVERY_YEAR", "MANIFEST", "Manifest", "read_manifest"]

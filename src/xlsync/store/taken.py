"""What each copy of a workbook, at its place, was last known to hold: the base of its next merge.

A memory, not the truth: where it is lost, the revision the copy was issued from serves, and at worst a question is asked
again.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xlsync.disk import replace_whole
from xlsync.errors import StoreError, XlsyncError
from xlsync.form.library import Form
from xlsync.sheet import Sheet, canonical, parse_json, sheet_of

_PLACE = re.compile(r"[0-9A-Za-z-]{1,100}")


@dataclass(frozen=True)
class Taken:
    """The sheet a copy held, the conflicts (contract JSON) still open with it, and the file's place as the caller names it."""

    sheet: Sheet
    conflicts: tuple[Mapping[str, Any], ...] = ()
    place: str = ""


def taken_file(folder: Path, key: str, edition: int, place: str) -> Path:
    """Give the file in which a copy's memory is kept."""
    if not _PLACE.fullmatch(place):
        raise StoreError("控えの名前として使えない文字があります", place)
    return folder / "taken" / str(edition) / key / f"{place}.json"


def read_taken(file: Path, form: Form, edition: int) -> Taken | None:
    """Give a copy's memory, None where there is none or it cannot be read."""
    with contextlib.suppress(OSError, XlsyncError, KeyError, TypeError):
        document = parse_json(file.read_bytes())
        sheet = sheet_of(form.at(edition), document["sheet"])
        return Taken(sheet, tuple(document["conflicts"]), str(document["place"]))
    return None


def write_taken(file: Path, taken: Taken) -> None:
    """Keep a copy's memory, in one step."""
    document = {
        "place": taken.place,
        "sheet": taken.sheet.with_revision(None).to_document(),
        "conflicts": [dict(one) for one in taken.conflicts],
    }
    replace_whole(file, canonical(document))

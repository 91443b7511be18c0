"""What each copy of a workbook, at its place, was last known to hold: the base of its next merge.

A memory, not the truth: where it is lost, the revision the copy was issued from serves, and at worst a question is asked
again.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from xlsync.disk import replace_whole
from xlsync.errors import StoreDamaged, StoreError, XlsyncError
from xlsync.form.library import Form
from xlsync.sheet import Sheet, canonical, parse_json, sheet_of

_PLACE = re.compile(r"[0-9A-Za-z-]{1,100}")


@dataclass(frozen=True)
class Taken:
    """The sheet a copy held, the conflicts (contract JSON) still open with it, and the file's place as the caller names it.

    `when` (ISO 8601) and `who` tell of the last save that changed anything, `since` when the copy was first seen there.
    `base` is the revision its stamp names, `parent` the name of the state it went on from where a button made it one of its
    own; `overruled` are its values (as conflicts are told) that a field's owner decided against. `earlier` is what was
    remembered before xlsync last wrote into the file: a program that had it open all the same saves that state again.
    `seen` is the newest revision by then: what the copy brought at its place after that was never noted here.
    """

    sheet: Sheet
    conflicts: tuple[Mapping[str, Any], ...] = ()
    place: str = ""
    when: str = ""
    who: str = ""
    since: str = ""
    base: int = 0
    overruled: tuple[Mapping[str, Any], ...] = ()
    earlier: Taken | None = None
    parent: str = ""
    seen: int = 0


def taken_file(folder: Path, key: str, edition: int, place: str) -> Path:
    """Give the file in which a copy's memory is kept."""
    if not _PLACE.fullmatch(place):
        raise StoreError("控えの名前として使えない文字があります", place)
    return folder / "taken" / str(edition) / key / f"{place}.json"


def read_taken(file: Path, form: Form, edition: int) -> Taken | None:
    """Give a copy's memory, None where there is none or it cannot be read."""
    with contextlib.suppress(OSError, StoreDamaged):
        return _taken_of(file.read_bytes(), form, edition)
    return None


def taken_of(data: bytes, form: Form, edition: int) -> Taken:
    """Read a memory's file; StoreDamaged where it cannot be read."""
    try:
        return _taken(parse_json(data), form, edition)
    except (XlsyncError, KeyError, TypeError, ValueError) as fault:
        raise StoreDamaged("ブックが最後に持っていた内容の控えが壊れています") from fault


_taken_of = lru_cache(maxsize=256)(taken_of)  # as for the store's revisions


def _taken(document: Mapping[str, Any], form: Form, edition: int) -> Taken:
    earlier = document["earlier"]
    return Taken(
        sheet=sheet_of(form.at(edition), document["sheet"]),
        conflicts=tuple(document["conflicts"]),
        place=str(document["place"]),
        when=str(document["when"]),
        who=str(document["who"]),
        since=str(document["since"]),
        base=int(document["base"]),
        overruled=tuple(document["overruled"]),
        earlier=None if earlier is None else _taken(earlier, form, edition),
        parent=str(document.get("parent", "")),
        seen=int(document.get("seen", 0)),
    )


def write_taken(file: Path, taken: Taken) -> None:
    """Keep a copy's memory, in one step."""
    replace_whole(file, canonical(_document(taken)))


def _document(taken: Taken) -> dict[str, Any]:
    return {
        "place": taken.place,
        "when": taken.when,
        "who": taken.who,
        "since": taken.since,
        "base": taken.base,
        "sheet": taken.sheet.with_revision(None).to_document(),
        "conflicts": [dict(one) for one in taken.conflicts],
        "overruled": [dict(one) for one in taken.overruled],
        "earlier": None if taken.earlier is None else _document(taken.earlier),
        "parent": taken.parent,
        "seen": taken.seen,
    }

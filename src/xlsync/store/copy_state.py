"""What each copy of a workbook was last known to hold: the merge base of its next save.

Derived data: where a copy's state is lost, the revision it was issued from is the merge base, and at worst a question is
asked a second time.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from xlsync.canonical_json import canonical, parse_json
from xlsync.disk import replace_whole
from xlsync.errors import StoreDamaged, StoreError, XlsyncError
from xlsync.form.library import Form
from xlsync.sheet import Sheet
from xlsync.store.stored_sheet import parse_stored_sheet

_NAME = re.compile(r"[0-9A-Za-z-]{1,100}")


@dataclass(frozen=True)
class CopyState:
    """What one copy of a workbook was last known to hold.

    Attributes:
        sheet: The sheet it held.
        conflicts: Its open conflicts, as in the contract's JSON.
        source_path: Where its file lies, as the caller names it.
        when: Time of the last save that changed anything, ISO 8601.
        who: Who made that save.
        since: When the copy was first seen at its path.
        base: The revision that its stamp names.
        overruled: Its values, as conflicts, that the owner of the field decided against.
        earlier: Its state before xlsync last wrote into the file. A program that had the file open saves that state again.
        parent: Name of the state it went on from, where a button gave it a state of its own.
        seen: The newest revision at that time. What the copy submitted after it is not included here.
        former: Where its file lay before it was moved, each path with the newest revision at that time.

    """

    sheet: Sheet
    conflicts: tuple[Mapping[str, Any], ...] = ()
    source_path: str = ""
    when: str = ""
    who: str = ""
    since: str = ""
    base: int = 0
    overruled: tuple[Mapping[str, Any], ...] = ()
    earlier: CopyState | None = None
    parent: str = ""
    seen: int = 0
    former: Mapping[str, int] = field(default_factory=dict)


def copy_state_file(folder: Path, key: str, edition: int, name: str) -> Path:
    """Return the file of the state saved under a name."""
    if not _NAME.fullmatch(name):
        raise StoreError("控えの名前として使えない文字があります", name)
    return folder / "taken" / str(edition) / key / f"{name}.json"


def read_copy_state(file: Path, form: Form, edition: int) -> CopyState | None:
    """Read a copy's state; None where there is none or it cannot be read."""
    with contextlib.suppress(OSError, StoreDamaged):
        return _parse_cached(file.read_bytes(), form, edition)
    return None


def parse_copy_state(data: bytes, form: Form, edition: int) -> CopyState:
    """Parse the file of a copy's state; StoreDamaged where that is impossible."""
    try:
        return _from_document(parse_json(data), form, edition)
    except (XlsyncError, KeyError, TypeError, ValueError) as fault:
        raise StoreDamaged("ブックが最後に持っていた内容の控えが壊れています") from fault


_parse_cached = lru_cache(maxsize=256)(parse_copy_state)  # by content, as for revisions


def _from_document(document: Mapping[str, Any], form: Form, edition: int) -> CopyState:
    earlier = document["earlier"]
    return CopyState(
        sheet=parse_stored_sheet(form.at(edition), document["sheet"]),
        conflicts=tuple(document["conflicts"]),
        source_path=str(document["place"]),
        when=str(document["when"]),
        who=str(document["who"]),
        since=str(document["since"]),
        base=int(document["base"]),
        overruled=tuple(document["overruled"]),
        earlier=None if earlier is None else _from_document(earlier, form, edition),
        parent=str(document.get("parent", "")),
        seen=int(document.get("seen", 0)),
        former={str(path): int(seen) for path, seen in document.get("former", {}).items()},
    )


def write_copy_state(file: Path, state: CopyState) -> None:
    """Replace the file of a copy's state atomically."""
    replace_whole(file, canonical(_to_document(state)))


def _to_document(state: CopyState) -> dict[str, Any]:
    return {
        "place": state.source_path,
        "when": state.when,
        "who": state.who,
        "since": state.since,
        "base": state.base,
        "sheet": state.sheet.with_revision(None).to_document(),
        "conflicts": _dicts(state.conflicts),
        "overruled": _dicts(state.overruled),
        "earlier": None if state.earlier is None else _to_document(state.earlier),
        "parent": state.parent,
        "seen": state.seen,
        "former": dict(state.former),
    }


def _dicts(documents: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [dict(document) for document in documents]

"""What each copy of a workbook was last known to hold: the merge base of its next save.

Derived data: where a copy's state is lost, the revision it was issued from is the merge base, and at worst a question is
asked a second time.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from xlsync.canonical_json import canonical, parse_json
from xlsync.errors import SheetError, StoreDamaged, StoreError, XlsyncError
from xlsync.form.edition import Edition
from xlsync.sheet import Sheet
from xlsync.store.form_versions import FIRST
from xlsync.store.store_path import StorePath, flush_folder, replace_whole
from xlsync.store.stored_form import StoredForm
from xlsync.store.stored_sheet import parse_stored_sheet, with_documents

_OF_A_FINDING = ("code", "severity", "path", "worksheet", "cell", "message")
_NAME = re.compile(r"[0-9A-Za-z-]{1,100}")


@dataclass(frozen=True)
class CopyFile:
    """Where the file of a copy lies, and how far the store was when it was last looked at.

    Attributes:
        path: Its path as the caller names it.
        since: When it was first seen at this path, ISO 8601.
        seen: The sheet's newest revision when it was last looked at. What it submitted afterwards is not in the copy's state.
        former: The paths it had before it was moved, each with the newest revision at that time.
        form_version: The version of the form its page was drawn by, 0 where that is not known.
        findings: What reading it found that is more than a note, as in the contract's JSON.
        hand_in_words: What its cell for handing in said, by the mark that stood beside it.

    """

    path: str = ""
    since: str = ""
    seen: int = 0
    former: Mapping[str, int] = field(default_factory=dict)
    form_version: int = 0
    findings: tuple[Mapping[str, Any], ...] = ()
    hand_in_words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class CopyState:
    """What one copy of a workbook was last known to hold.

    Attributes:
        sheet: The sheet it held.
        conflicts: Its open conflicts, as in the contract's JSON.
        copy_file: Where its file lies.
        when: Time of the last save that changed anything, ISO 8601.
        who: Who made that save.
        base_revision: The revision that its stamp names.
        overruled: Its values, as conflicts, that the owner of the field decided against.
        earlier: Its state before xlsync last wrote into the file. A program that had the file open saves that state again.
        parent_state: Name of the state it went on from, where a button gave it a state of its own.

    """

    sheet: Sheet
    conflicts: tuple[Mapping[str, Any], ...] = ()
    copy_file: CopyFile = CopyFile()
    when: str = ""
    who: str = ""
    base_revision: int = 0
    overruled: tuple[Mapping[str, Any], ...] = ()
    earlier: CopyState | None = None
    parent_state: str = ""


def copy_state_file(folder: StorePath, key: str, edition: int, name: str) -> StorePath:
    """Return the file of the state saved under a name."""
    if not _NAME.fullmatch(name):
        raise StoreError("控えの名前として使えない文字があります", name)
    return folder / "taken" / str(edition) / key / f"{name}.json"


def read_copy_state(file: StorePath, form: StoredForm, edition: int) -> CopyState | None:
    """Read a copy's state; None where there is none or it cannot be read."""
    with contextlib.suppress(OSError, StoreDamaged):
        return _parse_cached(file.read_bytes(), form, edition)
    return None


def copy_path(file: StorePath) -> str:
    """Return where the file of a copy lies, "" where its state does not say or cannot be read."""
    with contextlib.suppress(OSError, SheetError, KeyError, TypeError):
        return str(parse_json(file.read_bytes())["place"])
    return ""


def parse_copy_state(data: bytes, form: StoredForm, edition: int) -> CopyState:
    """Parse the file of a copy's state, carried into the form in use; StoreDamaged where that is impossible."""
    try:
        document = parse_json(data)
        version = int(document.get("form_version", FIRST))
        written_under = form.of(version if form.number else 0).at(edition)
        return _carried(_from_document(document, written_under), form, version)
    except (XlsyncError, KeyError, TypeError, ValueError) as fault:
        raise StoreDamaged("ブックが最後に持っていた内容の控えが壊れています") from fault


_parse_cached = lru_cache(maxsize=256)(parse_copy_state)  # by content, as for revisions


def _carried(state: CopyState, form: StoredForm, version: int) -> CopyState:
    """Return a state in the fields of the form in use, itself where it is in them."""
    sheet, _ = form.carry(state.sheet, version)
    if sheet is state.sheet:
        return state
    edition = sheet.edition.year
    overruled = form.carry_conflicts(state.overruled, edition, version)
    return replace(
        state,
        sheet=form.carry(_proposed_again(state, overruled), version)[0],
        conflicts=form.carry_conflicts(state.conflicts, edition, version),
        overruled=overruled,
        earlier=None if state.earlier is None else _carried(state.earlier, form, version),
    )


def _proposed_again(state: CopyState, carried: Iterable[Mapping[str, Any]]) -> Sheet:
    """Return a state's sheet with the head's former value where a change waits that could not be carried.

    Else the copy's value would count as known, and the head's be written over it; so it is brought as a new change.
    """
    kept = {value.get("pending") for value in carried}
    former = {
        value["path"]: value["base"]
        for value in state.overruled
        if "pending" in value and value["pending"] not in kept
    }
    return with_documents(state.sheet, former)


def _from_document(document: Mapping[str, Any], edition: Edition) -> CopyState:
    earlier = document["earlier"]
    return CopyState(
        sheet=parse_stored_sheet(edition, document["sheet"]),
        conflicts=tuple(document["conflicts"]),
        copy_file=_file_from_document(document),
        when=str(document["when"]),
        who=str(document["who"]),
        base_revision=int(document["base"]),
        overruled=tuple(document["overruled"]),
        earlier=None if earlier is None else _from_document(earlier, edition),
        parent_state=str(document.get("parent", "")),
    )


def _file_from_document(document: Mapping[str, Any]) -> CopyFile:
    former = document.get("former", {}).items()
    return CopyFile(
        path=str(document["place"]),
        since=str(document["since"]),
        seen=int(document.get("seen", 0)),
        former={str(path): int(seen) for path, seen in former},
        form_version=int(document.get("page_version", 0)),
        findings=tuple(map(_finding, document.get("findings", ()))),
        hand_in_words=_texts(document.get("hand_in", {})),
    )


def _texts(document: Mapping[str, Any]) -> dict[str, str]:
    return {str(name): str(text) for name, text in document.items()}


def _finding(document: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(document[name]) for name in _OF_A_FINDING}


def write_copy_state(file: StorePath, state: CopyState, form_version: int) -> None:
    """Replace the file of a copy's state atomically unless it says the same; it is in the fields of a version of the form."""
    data = canonical({"form_version": form_version, **_to_document(state)})
    if _holds(file, data):
        flush_folder(file.parent)  # whoever wrote it may have been killed before that
    else:
        replace_whole(file, data)


def _holds(file: StorePath, data: bytes) -> bool:
    with contextlib.suppress(OSError):
        return file.read_bytes() == data
    return False


def _to_document(state: CopyState) -> dict[str, Any]:
    return {
        "place": state.copy_file.path,
        "when": state.when,
        "who": state.who,
        "since": state.copy_file.since,
        "base": state.base_revision,
        "sheet": state.sheet.with_revision(None).to_document(),
        "conflicts": _dicts(state.conflicts),
        "overruled": _dicts(state.overruled),
        "earlier": None if state.earlier is None else _to_document(state.earlier),
        "parent": state.parent_state,
        "seen": state.copy_file.seen,
        "former": dict(state.copy_file.former),
        "page_version": state.copy_file.form_version,
        "findings": _dicts(state.copy_file.findings),
        "hand_in": dict(state.copy_file.hand_in_words),
    }


def _dicts(documents: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [dict(document) for document in documents]

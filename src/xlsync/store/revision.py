"""One revision (版) of a sheet: written once, sealed by the hash of its own bytes, chained to its parent by hash.

{
  "seal": SHA-256 of these very bytes with nothing between the quotation marks here,
  "revision": 3, "parent": 2, "parent_hash": SHA-256 of the parent's file, …
  "sheet": {the sheet, as its head has it, two spaces deeper}
}
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from xlsync.errors import FormError, SheetError, StoreDamaged
from xlsync.form.library import Form
from xlsync.sheet import Sheet, canonical, parse_json, sheet_of

_OPENING: Final = b'{\n  "seal": "'
_SEAL: Final = slice(len(_OPENING), len(_OPENING) + 64)
_SHEET: Final = b'\n  "sheet": {'
_END: Final = b"\n}\n"


@dataclass(frozen=True)
class Draft:
    """A revision not yet numbered: the sheet, and where it comes from.

    `when` is an ISO 8601 time with offset; `workbook` the SHA-256 of the received file ("" for none); `copy` the id of the
    issued copy and `base` the revision that copy was made from; `changes`, `conflicts`, `findings` are JSON as in the
    contract. `place` is where the file lay whose memory goes along with this revision, "" where none does.
    """

    sheet: Sheet
    when: str
    who: str
    file: str = ""
    worksheet: str = ""
    workbook: str = ""
    copy: str = ""
    base: int = 0
    changes: tuple[Mapping[str, Any], ...] = ()
    conflicts: tuple[Mapping[str, Any], ...] = ()
    findings: tuple[Mapping[str, Any], ...] = ()
    place: str = ""


@dataclass(frozen=True)
class Revision:
    """A numbered revision. `parent` is the number before it (0: none), `parent_hash` the SHA-256 of the parent's file."""

    number: int
    parent: int
    parent_hash: str
    draft: Draft = field(repr=False)

    @property
    def sheet(self) -> Sheet:
        """The sheet as it stood after this revision."""
        return self.draft.sheet

    def to_json(self) -> bytes:
        """Give the bytes of the revision's file."""
        draft = self.draft
        unsealed = canonical(
            {
                "seal": "",
                "revision": self.number,
                "parent": self.parent,
                "parent_hash": self.parent_hash,
                "when": draft.when,
                "who": draft.who,
                "file": draft.file,
                "place": draft.place,
                "worksheet": draft.worksheet,
                "workbook": draft.workbook,
                "copy": draft.copy,
                "base": draft.base,
                "changes": [dict(change) for change in draft.changes],
                "conflicts": [dict(conflict) for conflict in draft.conflicts],
                "findings": [dict(finding) for finding in draft.findings],
                "sheet": draft.sheet.with_revision(self.number).to_document(),
            }
        )
        return _OPENING + hash_of(unsealed).encode() + unsealed[len(_OPENING) :]


def is_sealed(data: bytes) -> bool:
    """True for the bytes of a revision's file as they were written."""
    unsealed = _OPENING + data[_SEAL.stop :]
    return data.startswith(_OPENING) and data[_SEAL] == hash_of(unsealed).encode()


def head_bytes(data: bytes) -> bytes:
    """Give the head's bytes out of those of a sealed revision's file.

    No line break stands inside a JSON string: so the sheet begins at its name, and each of its lines is two spaces in.
    """
    sheet = data[data.index(_SHEET) + len(_SHEET) - 1 : -len(_END)]
    return sheet.replace(b"\n  ", b"\n") + b"\n"


def revision_of(data: bytes, form: Form, where: str) -> Revision:
    """Read a revision's file; StoreDamaged names the file and the reason."""
    if not is_sealed(data):
        reason = "版の記録が壊れているか、書き換えられています。控えから戻してください"
        raise StoreDamaged(reason, where)
    try:
        document = parse_json(data)
        sheet = sheet_of(form.at(document["sheet"]["edition"]), document["sheet"])
        draft = Draft(
            sheet,
            when=_text(document, "when"),
            who=_text(document, "who"),
            file=_text(document, "file"),
            worksheet=_text(document, "worksheet"),
            workbook=_text(document, "workbook"),
            copy=_text(document, "copy"),
            base=int(document["base"]),
            changes=_objects(document, "changes"),
            conflicts=_objects(document, "conflicts"),
            findings=_objects(document, "findings"),
            place=str(document.get("place", "")),
        )
        return Revision(
            int(document["revision"]),
            int(document["parent"]),
            _text(document, "parent_hash"),
            draft,
        )
    except (SheetError, FormError, KeyError, TypeError, ValueError) as fault:
        raise StoreDamaged(f"版の記録が壊れています（{fault}）", where) from fault


def _text(document: Mapping[str, Any], name: str) -> str:
    if not isinstance(document[name], str):
        raise TypeError(name)
    return str(document[name])


def _objects(document: Mapping[str, Any], name: str) -> tuple[Mapping[str, Any], ...]:
    listed = document[name]
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise TypeError(name)
    return tuple(listed)


def hash_of(data: bytes) -> str:
    """Give the SHA-256 of bytes in hexadecimal."""
    return hashlib.sha256(data).hexdigest()

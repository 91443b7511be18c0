"""One revision (版) of a sheet: written once, sealed by the hash of its own bytes, chained to its parent by hash.

{
  "seal": SHA-256 of these bytes with "" as the seal,
  "form_version": 2, the version of the form that it was made under; revisions of earlier releases name none
  "revision": 3, "parent": 2, "parent_hash": SHA-256 of the parent's file, …
  "sheet": {the sheet, as its head has it, two spaces deeper}
}
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from xlsync.canonical_json import canonical, parse_json
from xlsync.carry_over import LostValue
from xlsync.errors import FormError, SheetError, StoreDamaged
from xlsync.form.library import Form
from xlsync.sheet import Sheet, sheet_of
from xlsync.store.stored_sheet import parse_stored_sheet

_OPENING: Final = b'{\n  "seal": "'
_SEAL: Final = slice(len(_OPENING), len(_OPENING) + 64)
_FORM_VERSION: Final = re.compile(rb'",\n  "form_version": ([1-9][0-9]{0,8}),')
_SHEET: Final = b'\n  "sheet": {'
_END: Final = b"\n}\n"


@dataclass(frozen=True)
class Submission:
    """The workbook that a revision comes from; all empty for a revision from elsewhere.

    Attributes:
        file: Its name as shown to people.
        source_path: Where it lay, if the state of its copy is saved with this revision.
        worksheet: The worksheet's name.
        workbook_hash: SHA-256 of the received file.
        copy: Id of the issued copy.
        base_revision: The revision that the copy was issued from.

    """

    file: str = ""
    source_path: str = ""
    worksheet: str = ""
    workbook_hash: str = ""
    copy: str = ""
    base_revision: int = 0


@dataclass(frozen=True)
class Draft:
    """A revision before it has a number.

    Attributes:
        sheet: The sheet after this revision.
        when: Time of the submission, ISO 8601 with offset.
        who: Who submitted it.
        submission: The workbook it comes from.
        changes: Changed fields; like conflicts and findings, JSON as in the contract.
        conflicts: Open conflicts of the copy.
        findings: Findings about the submitted worksheet.
        unplaced: What its workbook, of a former version of the form, says in fields that are no more (path, field, value).

    """

    sheet: Sheet
    when: str
    who: str
    submission: Submission = Submission()
    changes: tuple[Mapping[str, Any], ...] = ()
    conflicts: tuple[Mapping[str, Any], ...] = ()
    findings: tuple[Mapping[str, Any], ...] = ()
    unplaced: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class Revision:
    """A numbered revision.

    Attributes:
        number: 1 for a sheet's first.
        parent: The number before it, 0 for none.
        parent_hash: SHA-256 of the parent's file.
        draft: What it holds.
        form_version: The version of the form it was made under, 0 where it names none.
        lost: Values it holds that have no field in the form in use; its sheet is in the fields of that form.

    """

    number: int
    parent: int
    parent_hash: str
    draft: Draft = field(repr=False)
    form_version: int = 0
    lost: tuple[LostValue, ...] = field(default=(), repr=False)

    @property
    def sheet(self) -> Sheet:
        """The sheet as it stood after this revision."""
        return self.draft.sheet

    def to_json(self) -> bytes:
        """Return the bytes of the revision's file.

        Raises:
            SheetError: A value that could not be read back from them; nothing may be told to be stored then.

        """
        data = self._sealed()
        written = sheet_of(self.sheet.edition, parse_json(data)["sheet"])
        if not written.same_content(self.sheet):
            raise SheetError("登録データに書くと内容が変わってしまう値があります", self.sheet.key)
        return data

    def _sealed(self) -> bytes:
        draft, source = self.draft, self.draft.submission
        form_version = {"form_version": self.form_version} if self.form_version else {}
        return sealed(
            {
                **form_version,
                "revision": self.number,
                "parent": self.parent,
                "parent_hash": self.parent_hash,
                "when": draft.when,
                "who": draft.who,
                "file": source.file,
                "place": source.source_path,
                "worksheet": source.worksheet,
                "workbook": source.workbook_hash,
                "copy": source.copy,
                "base": source.base_revision,
                "changes": _dicts(draft.changes),
                "conflicts": _dicts(draft.conflicts),
                "findings": _dicts(draft.findings),
                **({"unplaced": _dicts(draft.unplaced)} if draft.unplaced else {}),
                "sheet": draft.sheet.with_revision(self.number).to_document(),
            }
        )


def sealed(document: Mapping[str, Any]) -> bytes:
    """Return the bytes of a document's file, with its seal: the SHA-256 of the same bytes without it."""
    unsealed = canonical({"seal": "", **document})
    return _OPENING + hash_of(unsealed).encode() + unsealed[len(_OPENING) :]


def is_sealed(data: bytes) -> bool:
    """True where the seal agrees with the rest of the file."""
    unsealed = _OPENING + data[_SEAL.stop :]
    return data.startswith(_OPENING) and data[_SEAL] == hash_of(unsealed).encode()


def form_version_of(data: bytes) -> int:
    """Return the version of the form that a revision's file names, 0 where it names none."""
    match = _FORM_VERSION.match(data, _SEAL.stop)
    return int(match[1]) if match else 0


def head_bytes(data: bytes) -> bytes:
    """Cut the head's bytes out of a sealed revision's file.

    JSON strings contain no line breaks: so the sheet begins at its name, and each of its lines is indented by two more.
    """
    sheet = data[data.index(_SHEET) + len(_SHEET) - 1 : -len(_END)]
    return sheet.replace(b"\n  ", b"\n") + b"\n"


def revision_of(data: bytes, form: Form, where: str) -> Revision:
    """Parse a revision's file; StoreDamaged names the file and the reason."""
    if not is_sealed(data):
        reason = "版の記録が壊れているか、書き換えられています。控えから戻してください"
        raise StoreDamaged(reason, where)
    try:
        document = parse_json(data)
        sheet = parse_stored_sheet(form.at(document["sheet"]["edition"]), document["sheet"])
        draft = Draft(
            sheet,
            when=_text(document, "when"),
            who=_text(document, "who"),
            submission=Submission(
                file=_text(document, "file"),
                source_path=str(document.get("place", "")),
                worksheet=_text(document, "worksheet"),
                workbook_hash=_text(document, "workbook"),
                copy=_text(document, "copy"),
                base_revision=int(document["base"]),
            ),
            changes=_objects(document, "changes"),
            conflicts=_objects(document, "conflicts"),
            findings=_objects(document, "findings"),
            unplaced=_objects({"unplaced": [], **document}, "unplaced"),
        )
        return Revision(
            int(document["revision"]),
            int(document["parent"]),
            _text(document, "parent_hash"),
            draft,
            form_version_of(data),
        )
    except (SheetError, FormError, KeyError, TypeError, ValueError) as fault:
        raise StoreDamaged(f"版の記録が壊れています（{fault}）", where) from fault


def _text(document: Mapping[str, Any], name: str) -> str:
    if not isinstance(document[name], str):
        raise TypeError(name)
    return str(document[name])


def _dicts(documents: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [dict(document) for document in documents]


def _objects(document: Mapping[str, Any], name: str) -> tuple[Mapping[str, Any], ...]:
    listed = document[name]
    if not isinstance(listed, list) or not all(isinstance(item, dict) for item in listed):
        raise TypeError(name)
    return tuple(listed)


def hash_of(data: bytes) -> str:
    """Return the SHA-256 of bytes in hexadecimal."""
    return hashlib.sha256(data).hexdigest()

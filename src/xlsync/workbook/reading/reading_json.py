"""Readings and errors as JSON, for the way between the sandbox and its parent: nothing the child sends is executed.

An edition is named by its year, since an edition is far bigger than a reading, and a parent trusts only its own.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from xlsync import errors
from xlsync.computed import Share
from xlsync.errors import XlsyncError
from xlsync.finding import Finding
from xlsync.sheet import Sheet
from xlsync.workbook.reading.reading import (
    Answers,
    Choice,
    FieldCells,
    HandInCell,
    Reading,
    RequestCell,
)
from xlsync.workbook.reading.table_reading import TableCells
from xlsync.workbook.stamp import stamp_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlsync.form.library import Form

Answer = list[Reading] | XlsyncError | str
"""What became of a file: its readings, the error it raised, or the traceback of a defect of ours."""

_CLASSES: Final[list[type[XlsyncError]]] = [getattr(errors, name) for name in errors.__all__]
_ERRORS: Final = {error.code: error for error in _CLASSES}


def answer_to_json(answer: Answer) -> bytes:
    """Encode what became of a file as JSON; texts of any characters survive, lone surrogates too."""
    document: dict[str, Any]
    if isinstance(answer, XlsyncError):
        document = {"error": {"code": answer.code, "reason": answer.reason, "where": answer.where}}
    elif isinstance(answer, str):
        document = {"traceback": answer}
    else:
        document = {"readings": [_to_document(reading) for reading in answer]}
    return json.dumps(document).encode("ascii")


def answer_from_json(data: bytes, form: Form) -> Answer:
    """Decode what `answer_to_json` encoded, with the form's own editions; anything else raises some exception."""
    document = json.loads(data)
    if "error" in document:
        error = document["error"]
        return _ERRORS[error["code"]](error["reason"], error["where"])
    if "traceback" in document:
        return str(document["traceback"])
    return [_from_document(reading, form) for reading in document["readings"]]


def _to_document(reading: Reading) -> dict[str, Any]:
    sheet = reading.sheet
    fields = sheet.edition.by_path
    values = {path: fields[path].kind.to_json(value) for path, value in sheet.items()}
    findings = [finding.to_full_document() for finding in reading.findings]
    live = {path: asdict(share) for path, share in reading.live.items()}
    choices = {path: asdict(choice) for path, choice in reading.choices.items()}
    hand_in, request = reading.answers.hand_in_cell, reading.answers.request_cell
    return {
        "worksheet": reading.worksheet,
        "stamp": None if reading.stamp is None else reading.stamp.text(),
        "version": reading.version,
        "edition": sheet.edition.year,
        "key": sheet.key,
        "id": sheet.id,
        "values": values,
        "unreadable": dict(sheet.unreadable),
        "findings": findings,
        "cells": dict(reading.cells),
        "further_worksheets": list(reading.field_cells.further_worksheets),
        "tables": _tables_to_document(reading.field_cells.table_cells),
        "live": live,
        "is_hidden": reading.is_hidden,
        "last_modified_by": reading.last_modified_by,
        "stamp_doubt": reading.stamp_doubt,
        "repaired": dict(reading.repaired),
        "choices": choices,
        "hand_in": None if hand_in is None else asdict(hand_in),
        "request": None if request is None else asdict(request),
    }


def _tables_to_document(tables: Mapping[str, TableCells]) -> dict[str, Any]:
    return {
        path: {**asdict(lies), "unmarked": sorted(lies.unmarked)} for path, lies in tables.items()
    }


def _tables_of_document(document: Mapping[str, Any]) -> dict[str, TableCells]:
    return {
        path: TableCells(**{**lies, "unmarked": frozenset(lies["unmarked"])})
        for path, lies in document.items()
    }


def _from_document(document: Mapping[str, Any], form: Form) -> Reading:
    edition = form.of_version(document["version"]).at(document["edition"])
    values = {
        path: edition.by_path[path].kind.from_json(value)
        for path, value in document["values"].items()
    }
    stamp = document["stamp"]
    findings = [Finding(**finding) for finding in document["findings"]]
    live = {path: Share(**share) for path, share in document["live"].items()}
    choices = {path: Choice(**choice) for path, choice in document["choices"].items()}
    hand_in, request = document["hand_in"], document["request"]
    answers = Answers(
        choices,
        None if hand_in is None else HandInCell(**hand_in),
        None if request is None else RequestCell(**request),
    )
    return Reading(
        worksheet=document["worksheet"],
        stamp=None if stamp is None else stamp_of(stamp),
        sheet=Sheet(edition, document["key"], values, None, document["unreadable"]).with_id(
            document["id"]
        ),
        findings=tuple(findings),
        field_cells=FieldCells(
            document["cells"],
            live,
            document["repaired"],
            document["version"],
            _tables_of_document(document["tables"]),
            tuple(document["further_worksheets"]),
        ),
        is_hidden=document["is_hidden"],
        last_modified_by=document["last_modified_by"],
        stamp_doubt=document["stamp_doubt"],
        answers=answers,
    )


__all__ = ["Answer", "answer_from_json", "answer_to_json"]
